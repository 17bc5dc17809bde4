#!/usr/bin/env bats
# nsrun: unshare(1)'s options side by side with the installed unshare, then what goes beyond it. Its supervisor has
# tests/nsrun-supervise.bats.

load helpers

setup() {
	common_setup
	cd "$TMP"
}

# same OPTION... -- COMMAND...: the output and status of ours and of unshare --fork are equal.
same() {
	local theirs ours theirs_status=0 ours_status=0

	theirs=$(unshare --fork "$@" 2>/dev/null) || theirs_status=$?
	ours=$("$BIN/nsrun" "$@" 2>"$TMP/err") || ours_status=$?
	[ "$ours_status" = "$theirs_status" ] && [ "$ours" = "$theirs" ] || {
		printf 'differs: %s\n--- unshare: %s\n%s\n--- nsrun: %s\n%s\n' "$*" \
			"$theirs_status" "$theirs" "$ours_status" "$ours"
		cat "$TMP/err"
		return 1
	}
}

# Prints the kinds of namespaces in which a command started so differs from this shell.
new_kinds() {
	local kind

	for kind in mnt uts ipc net pid user cgroup time; do
		"$@" readlink "/proc/self/ns/$kind" >"$TMP/kind"
		[ "$(cat "$TMP/kind")" = "$(readlink "/proc/self/ns/$kind")" ] || printf '%s ' "$kind"
	done
}

# denied COMMAND...: runs it where a seccomp filter refuses clone3(2) and unshare(2) with EPERM.
denied() {
	python3 - "$@" <<-'END'
		import ctypes, os, platform, struct, sys
		unshare = {"x86_64": 272, "aarch64": 97, "riscv64": 97}[platform.machine()]
		code = [(0x20, 0, 0, 0), (0x15, 2, 0, 435), (0x15, 1, 0, unshare), (0x06, 0, 0, 0x7fff0000), (0x06, 0, 0, 0x50001)]
		code = b"".join(struct.pack("HBBI", *c) for c in code)
		buf = ctypes.create_string_buffer(code)
		prog = struct.pack("HL", len(code) // 8, ctypes.addressof(buf))
		libc = ctypes.CDLL(None, use_errno=True)
		assert libc.prctl(38, 1, 0, 0, 0) == 0 and libc.prctl(22, 2, ctypes.create_string_buffer(prog), 0, 0) == 0
		os.execvp(sys.argv[1], sys.argv[1:])
	END
}

MAPS='cat /proc/self/uid_map /proc/self/gid_map /proc/self/setgroups; id -u; id -g; grep ^Cap /proc/self/status'

@test "--help lists the options, --version the version" {
	run "$BIN/nsrun" --help
	[ "$status" = 0 ]
	[[ $output == *"-m, --mount[=FILE|join:WHAT]"* ]]
	run "$BIN/nsrun" -V
	[ "$status" = 0 ]
	[[ $output =~ ^nsrun\ [0-9]+\.[0-9]+ ]]
}

@test "exit status: the command's own, 128+n for a signal, as unshare" {
	requires root
	for n in 0 1 2 77 124 125 126 127 128 254 255; do
		same sh -c "exit $n"
		same -p sh -c "exit $n"
	done
	same sh -c 'kill -TERM $$'
	for sig in HUP KILL USR1 SEGV; do
		run "$BIN/nsrun" -- sh -c "kill -$sig \$\$"
		[ "$status" = $((128 + $(kill -l $sig))) ]
		[ -z "$output" ]
	done
}

@test "command not found is 127, a directory or a file without x is 126" {
	run -127 "$BIN/nsrun" -- "no-such-$UNIQ"
	[ "$output" = "nsrun: exec 'no-such-$UNIQ': not found in PATH" ]
	run -127 "$BIN/nsrun" -- "/no-such-$UNIQ"
	run "$BIN/nsrun" -- "$TMP"
	[ "$status" = 126 ]
	[[ $output == *"Is a directory" ]]
	echo '#!/bin/sh' >plain
	run "$BIN/nsrun" -- ./plain
	[ "$status" = 126 ]
	printf '#!/no/such/interpreter\n' >script
	chmod +x script
	run "$BIN/nsrun" -- ./script
	[ "$status" = 126 ]
	[[ $output == *interpreter* ]]
}

@test "argv arrives byte for byte" {
	run "$BIN/nsrun" -- printf '[%s]' 'a  b' '' $'x\ny' '*' '-n' '$(id)'
	[ "$output" = $'[a  b][][x\ny][*][-n][$(id)]' ]
}

@test "no command: \$SHELL, else /bin/sh" {
	printf '#!/bin/sh\necho shell of mine\n' >shell
	chmod +x shell
	SHELL=$TMP/shell run "$BIN/nsrun"
	[ "$output" = "shell of mine" ]
	run env -u SHELL sh -c 'echo "exit 7" | "$BIN/nsrun"'
	[ "$status" = 7 ]
}

@test "the same namespaces are new as with unshare, alone and together" {
	requires root
	for o in -m -u -i -n -U -C -T -p -muipnC -rmuipnCT --mount --uts --ipc --net --pid --user --cgroup --time; do
		[ "$(new_kinds "$BIN/nsrun" $o)" = "$(new_kinds unshare --fork $o)" ] || {
			echo "$o: $(new_kinds "$BIN/nsrun" $o)"
			false
		}
	done
	[ "$(new_kinds "$BIN/nsrun" -muipn)" = "mnt uts ipc net pid " ]
}

@test "a PID namespace always forks: the command is PID 1" {
	requires root
	run "$BIN/nsrun" -p sh -c 'echo $$'
	[ "$output" = 1 ]
	run "$BIN/nsrun" -fp sh -c 'echo $$'
	[ "$output" = 1 ]
}

@test "maps, setgroups, ids and capabilities are unshare's" {
	requires root userns
	for o in -U -r -c --map-user=5 --map-group=7 "--map-user=5 --map-group=6" "--map-user=daemon --map-group=daemon" \
		"-U --setgroups=deny" "-r --keep-caps" "-c --keep-caps" \
		"--map-user=9 --map-group=9 --keep-caps" "-r -S 0 -w /" "-r --map-user=4"; do
		same $o sh -c "$MAPS"
	done
}

@test "an ordinary user: -r, -c and everything at once, as unshare" {
	requires root userns
	local user="setpriv --reuid daemon --regid daemon --clear-groups"
	for o in -r -c -U -rmuipnCT "-rp --mount-proc"; do
		a=$($user unshare --fork $o sh -c "$MAPS")
		b=$($user "$BIN/nsrun" $o sh -c "$MAPS")
		[ "$a" = "$b" ]
	done
}

@test "subordinate ids by newuidmap, holes as unshare makes them" {
	requires root userns tool_newuidmap
	printf 'daemon:100000:65536\ndaemon:300000:10\n' >subid
	cat >script <<'EOF'
mount --bind subid /etc/subuid
mount --bind subid /etc/subgid
user="setpriv --reuid daemon --regid daemon --clear-groups"
for o in "--map-auto" "--map-auto -r" "--map-auto -c" "--map-users=100000,0,100 --map-user=50" \
	"--map-users=100000,0,100 --map-user=200" "--map-users=auto --map-groups=100000,5,10" "-r --map-groups=auto"; do
	a=$($user unshare --fork $o sh -c "$1") && b=$($user "$BIN/nsrun" $o sh -c "$1") && [ "$a" = "$b" ] || {
		printf '%s\n%s\n--\n%s\n' "$o" "$a" "$b"
		exit 1
	}
done
$user "$BIN/nsrun" --map-users=0:100000:50 --map-users=50:300000:10 cat /proc/self/uid_map | tr -s ' ' >two
$user "$BIN/nsrun" --map-subids cat /proc/self/uid_map | tr -s ' ' >subids
$user "$BIN/nsrun" --map-users=0:5000:10 true 2>refused || echo $? >>refused
EOF
	run unshare -m sh script "$MAPS"
	[ "$status" = 0 ]
	[ "$(cat two)" = $' 0 100000 50\n 50 300000 10' ]
	[ "$(cat subids)" = ' 100000 100000 65536' ]
	[ "$(tail -n 1 refused)" = 125 ]
	grep -q "/etc/subuid' must give these ids" refused
}

@test "root maps ranges itself; both forms; all" {
	requires root userns
	run "$BIN/nsrun" --map-users=1000,0,10 --map-groups=0:2000:5 sh -c 'cat /proc/self/uid_map /proc/self/gid_map'
	[ "$(tr -s ' ' <<<"$output")" = $' 0 1000 10\n 0 2000 5' ]
	run "$BIN/nsrun" --map-users=all --map-groups=all sh -c 'cat /proc/self/uid_map'
	[ "$(tr -s ' ' <<<"$output")" = "$(tr -s ' ' </proc/self/uid_map)" ]
}

@test "bad maps are refused with one line and 125" {
	for o in --map-users=1 --map-users=1:2 --map-users=a:b:c --map-users=1,2,3,4 --map-users=0:0:0 --map-users= \
		--map-users=4294967295:0:1 --map-users=0:4294967290:10 --map-users=-1:0:1 --map-user=4294967295 \
		"--map-user=no-such-user" "--map-users=0:0:10 --map-users=5:100:10" "--map-users=0:0:10 --map-users=20:5:10" \
		"-r --setgroups=allow" --setgroups=deny "-U --setgroups=maybe"; do
		run "$BIN/nsrun" $o true
		[ "$status" = 125 ] && [ "${#lines[@]}" = 1 ] || {
			echo "$o"
			false
		}
	done
}

@test "341 ranges or a text of a page are refused" {
	local args=() i

	for ((i = 0; i < 341; i++)); do args+=("--map-users=$((i * 2)):$((i * 2)):1"); done
	run "$BIN/nsrun" "${args[@]}" true
	[ "$status" = 125 ]
	[[ $output == *"more than 340 ranges"* ]]
	args=()
	for ((i = 0; i < 200; i++)); do args+=("--map-users=$((4000000000 + i * 2)):$((3000000000 + i * 2)):1"); done
	requires root userns
	run "$BIN/nsrun" "${args[@]}" true
	[ "$status" = 125 ]
	[[ $output == *"longer than the 4095 bytes"* ]]
}

@test "propagation is private unless told otherwise, as with unshare" {
	requires root
	cat >script <<'EOF'
mount -t tmpfs shared "$TMP" && mount --make-shared "$TMP"
for o in "" "--propagation private" "--propagation shared" "--propagation slave" "--propagation unchanged"; do
	a=$(unshare --fork -m $o grep " $TMP " /proc/self/mountinfo | cut -d' ' -f5-7 | sed 's/:.*//')
	b=$("$BIN/nsrun" -m $o grep " $TMP " /proc/self/mountinfo | cut -d' ' -f5-7 | sed 's/:.*//')
	[ "$a" = "$b" ] || exit 1
done
"$BIN/nsrun" -m mount -t tmpfs none /mnt
! grep -q ' /mnt ' /proc/self/mountinfo
EOF
	run unshare -m sh -e script
	[ "$status" = 0 ]
}

@test "--mount-proc, --root, --wd, --setuid and --setgid, as unshare" {
	requires root
	same -p --mount-proc readlink /proc/self
	same -p --mount-proc sh -c "grep ' /proc ' /proc/self/mountinfo | cut -d' ' -f5-"
	same -p --mount-proc sh -c 'echo /proc/[0-9]*'
	same -w /usr pwd
	same -R / -w /usr pwd
	same -S 5 -G 6 id
	same -G 6 id
	mkdir -p root/proc root/bin
	cp "$(command -v busybox)" root/bin/busybox
	same -R root /bin/busybox ls /
	same -R root -w /bin /bin/busybox pwd
	same -p -R root --mount-proc /bin/busybox ls -d /proc/1
	mkdir other
	same -p --mount-proc="$TMP/other" sh -c 'ls -d other/1'
}

@test "time offsets, with and without a user namespace, as unshare" {
	requires root userns timens
	same -T --monotonic 100 --boottime 20000000 cat /proc/self/timens_offsets
	same -T --monotonic -5 cat /proc/self/timens_offsets
	same -rT --monotonic 100 cat /proc/self/timens_offsets
	run "$BIN/nsrun" -T --boottime 300000000 cut -d. -f1 /proc/uptime
	[ "$output" -gt 300000000 ]
	run "$BIN/nsrun" -rpT --boottime 300000000 cut -d. -f1 /proc/uptime
	[ "$output" -gt 300000000 ]
	run "$BIN/nsrun" --monotonic 5 true
	[ "$status" = 125 ]
	[[ $output == *"need --time"* ]]
	run "$BIN/nsrun" -T --monotonic 1.5 true
	[ "$status" = 125 ]
}

@test "persistent namespaces: each kind, entered afterwards by nsenter, equal to unshare's way" {
	requires root userns timens
	cat >script <<'EOF'
cd "$TMP"
mkdir ns && mount -t tmpfs ns ns && mount --make-private ns
for k in uts ipc net user cgroup time; do
	inode=$("$BIN/nsrun" --$k=ns/$k stat -Lc %i /proc/self/ns/$k)
	[ "$(stat -c %i ns/$k)" = "$inode" ] || { echo "$k"; exit 1; }
done
"$BIN/nsrun" --uts=ns/host --hostname kept true
[ "$(nsenter --uts=ns/host hostname)" = kept ]
"$BIN/nsrun" --pid=ns/pid stat -Lc %i /proc/self/ns/pid >want
[ "$(stat -c %i ns/pid)" = "$(cat want)" ]
EOF
	run unshare -m sh -e script
	[ "$status" = 0 ]
}

@test "a persistent mount namespace" {
	requires root
	cat >script <<'EOF'
cd "$TMP"
mkdir -p ns && mount -t tmpfs ns ns && mount --make-private ns
"$BIN/nsrun" --mount=ns/mount stat -Lc %i /proc/self/ns/mnt >want
[ "$(stat -c %i ns/mount)" = "$(cat want)" ]
EOF
	# Linux 6.18 numbers namespaces per processor and refuses the bind when the numbers are not in order: by
	# chance, for unshare too.
	eventually 10 unshare -m sh -e script
	run "$BIN/nsrun" -m sh -c 'mount -t tmpfs t "$TMP/root" && mount --make-shared "$TMP/root" &&
		"$BIN/nsrun" --mount="$TMP/root/ns" true'
	[ "$status" = 125 ]
	[[ $output == *"bind the mount namespace to '$TMP/root/ns': Invalid argument; "*make-private* ]]
}

@test "a failed start takes its persistent namespace back" {
	requires root
	run -127 "$BIN/nsrun" --uts=ns "no-such-$UNIQ"
	[ ! -e ns ]
	: >mine
	run "$BIN/nsrun" --uts=mine -w "/no-such-$UNIQ" true
	[ "$status" = 125 ]
	[ -f mine ] && ! grep -q "$TMP/mine" /proc/self/mountinfo
	run "$BIN/nsrun" --uts=/no/such/dir/file true
	[ "$status" = 125 ]
	[[ $output == *"make '/no/such/dir/file': No such file or directory" ]]
}

@test "join: by file, pid and descriptor, while others are new" {
	requires root userns
	"$BIN/nsrun" --detach -nui --hostname "j$UNIQ" --loopback-up --pid-file pid sleep 300
	read -r pid _ <pid
	for how in "/proc/$pid/ns/uts" "$pid" fd:7; do
		run "$BIN/nsrun" --uts=join:"$how" -mp hostname 7<"/proc/$pid/ns/uts"
		[ "$output" = "j$UNIQ" ]
	done
	run "$BIN/nsrun" --net=join:"$pid" -mpC readlink /proc/self/ns/net
	[ "$output" = "$(readlink "/proc/$pid/ns/net")" ]
	# with a new user namespace: joined all the same
	run "$BIN/nsrun" -r --net=join:"$pid" --uts=join:"$pid" -m sh -c 'readlink /proc/self/ns/net; hostname'
	[ "$output" = "$(readlink "/proc/$pid/ns/net")"$'\n'"j$UNIQ" ]
	kill "$pid"
}

@test "join a PID, a user and a mount namespace; on-exit stays outside" {
	requires root userns
	"$BIN/nsrun" --detach -rpm --mount-proc --pid-file pid sleep 300
	read -r pid _ <pid
	run "$BIN/nsrun" --pid=join:"$pid" --mount=join:"$pid" --on-exit readlink --on-exit-arg /proc/self/ns/pid \
		readlink /proc/self/ns/pid
	[ "${lines[0]}" = "$(readlink "/proc/$pid/ns/pid")" ]
	[ "${lines[1]}" = "$(readlink /proc/self/ns/pid)" ]
	run "$BIN/nsrun" --user=join:"$pid" --pid=join:"$pid" --mount=join:"$pid" -u sh -c 'id -u; readlink /proc/self/ns/user'
	[ "$output" = $'0\n'"$(readlink "/proc/$pid/ns/user")" ]
	kill -9 "$pid"
}

@test "what is no namespace, or another one, is refused by name" {
	run "$BIN/nsrun" --net=join:/etc/passwd true
	[ "$status" = 125 ]
	[ "$output" = "nsrun: join net namespace '/etc/passwd': not a namespace" ]
	run "$BIN/nsrun" --net=join:/proc/self/ns/uts true
	[ "$output" = "nsrun: join net namespace '/proc/self/ns/uts': it is a uts namespace" ]
	run "$BIN/nsrun" --net=join:/no/such true
	[ "$status" = 125 ]
	[[ $output == *"No such file or directory" ]]
	mkfifo fifo
	run timeout 60 "$BIN/nsrun" --net=join:fifo true
	[ "$status" = 125 ]
	for what in join: join:fd:99 join:fd:x join:4194304; do
		run "$BIN/nsrun" --net=$what true
		[ "$status" = 125 ]
		[ "${#lines[@]}" = 1 ]
	done
}

@test "a refused namespace is named, with the remedy" {
	requires root
	run setpriv --reuid daemon --regid daemon --clear-groups "$BIN/nsrun" -un true
	[ "$status" = 125 ]
	[[ $output == "nsrun: make a new uts namespace: Operation not permitted; be root, or"* ]]
	run "$BIN/nsrun" -r sh -c 'echo 0 >/proc/sys/user/max_net_namespaces; exec "$BIN/nsrun" -muin true'
	[ "$status" = 125 ]
	[[ $output == "nsrun: make a new net namespace: No space left on device; /proc/sys/user/max_net_namespaces is 0"* ]]
}

@test "why a namespace is refused: each cause that can be read" {
	requires root userns
	run denied "$BIN/nsrun" -un true
	[ "$status" = 125 ]
	[[ $output == "nsrun: make a new uts namespace: Operation not permitted; a seccomp filter is at work here"* ]]
	run denied "$BIN/nsrun" -r true
	[[ $output == "nsrun: make a new user namespace: Operation not permitted; a seccomp filter is at work here"* ]]
	run setpriv --bounding-set -sys_admin "$BIN/nsrun" -n true
	[ "$output" = "nsrun: make a new net namespace: Operation not permitted; CAP_SYS_ADMIN is missing" ]
	! ldd "$BIN/nsrun" >/dev/null 2>&1 || skip "a tool that needs libraries cannot be executed inside"
	# in a root where nothing is but what it looks at: the kernel refuses user namespaces there anyway
	mkdir -p jail/proc/self/ns jail/proc/sys/kernel
	cp "$BIN/nsrun" jail/
	run chroot jail /nsrun -U true
	[[ $output == *"this kernel was built without them (CONFIG_USER_NS), or /proc is not mounted" ]]
	: >jail/proc/self/ns/user
	for f in unprivileged_userns_clone=0 apparmor_restrict_unprivileged_userns=1; do
		echo "${f#*=}" >"jail/proc/sys/kernel/${f%=*}"
		run chroot jail /nsrun -U true
		[ "$status" = 125 ]
		[[ $output == "nsrun: make a new user namespace: Operation not permitted; kernel.${f%=*} is ${f#*=}: "* ]]
		rm "jail/proc/sys/kernel/${f%=*}"
	done
	rm -r jail/proc/self jail/proc/sys
	run unshare -m sh -c 'mount --rbind /proc jail/proc && exec chroot jail /nsrun -U true'
	[ "$status" = 125 ] && [[ $output == *"the kernel makes no user namespace inside a chroot" ]]
}

@test "--bounding-set, --inh-caps, --ambient-caps, --no-new-privs: as setpriv" {
	requires root
	local o user
	for user in "" "--reuid 5 --regid 5 --clear-groups"; do
		for o in "--bounding-set -all,+chown,+setuid,+setgid" "--bounding-set -net_raw,-kill" "--inh-caps +net_raw,+chown" \
			"--inh-caps -all,+kill --ambient-caps +kill" "--inh-caps -all --no-new-privs" "--bounding-set -all --inh-caps -all"; do
			# shellcheck disable=SC2086
			theirs=$(setpriv $user $o grep -E '^(Cap|NoNew)' /proc/self/status)
			# shellcheck disable=SC2086
			run "$BIN/nsrun" ${user:+-S 5 -G 5} $o grep -E '^(Cap|NoNew)' /proc/self/status
			[ "$output" = "$theirs" ] || { echo "$o"; echo "$theirs"; false; }
		done
	done
	# an ambient capability is made inheritable by itself, and a docker user's spelling is taken
	run "$BIN/nsrun" -S 5 --ambient-caps +CAP_NET_RAW sed -n 's/^Cap\(Eff\|Amb\):.//p' /proc/self/status
	[ "${lines[*]}" = "0000000000002000 0000000000002000" ]
	for o in "--ambient-caps +nosuch" "--bounding-set kill" "--inh-caps +kill,," "--bounding-set="; do
		# shellcheck disable=SC2086
		run "$BIN/nsrun" $o true
		[ "$status" = 125 ] && [ "${#lines[@]}" = 1 ]
	done
	run setpriv --bounding-set -net_raw "$BIN/nsrun" --ambient-caps +net_raw true
	[ "$status" = 125 ] && [[ $output == *"'net_raw' cannot be added"* ]]
}

@test "--owner: an ordinary user's namespace with maps that only root can write" {
	requires root userns
	local as="setpriv --reuid daemon --regid daemon --clear-groups" uid gid pid
	uid=$(id -u daemon) gid=$(id -g daemon)
	"$BIN/nsrun" --detach --owner "$uid:$gid" -r --map-users 1:70000:5 --map-groups 1:70000:5 -mu --pid-file pid -- sleep 300
	read -r pid _ <pid
	[ "$(stat -c '%u %g' "/proc/$pid")" = "$uid $gid" ]
	[ "$(tr -s ' ' <"/proc/$pid/uid_map")" = " 0 $uid 1"$'\n 1 70000 5' ]
	[ "$(grep -E '^(Uid|Gid|Groups)' "/proc/$pid/status" | tr -s '\t ' ' ')" = "Uid: $uid $uid $uid $uid"$'\n'"Gid: $gid $gid $gid $gid"$'\nGroups: ' ]
	# he may enter it, another may not
	chmod 755 "$TMP"
	# shellcheck disable=SC2086
	run $as "$BIN/nsenter-lite" -t "$pid" -U -u sh -c 'id -u; hostname owned; hostname'
	[ "$output" = $'0\nowned' ]
	run setpriv --reuid 70001 --regid 70001 --clear-groups "$BIN/nsenter-lite" -t "$pid" -U true
	[ "$status" = 125 ]
	kill "$pid"
	# shellcheck disable=SC2086
	run $as "$BIN/nsrun" --owner 2:2 true
	[ "$status" = 125 ] && [[ $output == *"become 2:2, the owner of the user namespace: Operation not permitted; be root" ]]
	for o in --owner=1 --owner=1:x --owner=:1 "--owner=1:1 --user=join:$$" --owner=4294967295:1; do
		# shellcheck disable=SC2086
		run "$BIN/nsrun" $o true
		[ "$status" = 125 ] && [ "${#lines[@]}" = 1 ]
	done
}

@test "id 0 of outside is mapped by root's own wish alone" {
	requires root userns tool_newuidmap
	printf 'daemon:0:10\nroot:0:65536\n' >subid
	chmod 644 subid
	cat >script <<-'END'
		mount --bind subid /etc/subuid && mount --bind subid /etc/subgid
		user="setpriv --reuid daemon --regid daemon --clear-groups"
		for o in --map-auto --map-subids --map-users=auto --map-users=0:0:5 --map-groups=3:0:1; do
			$user "$BIN/nsrun" $o true 2>&1 && exit 1
		done
		for o in --map-auto --map-subids; do
			"$BIN/nsrun" $o true 2>&1 && exit 1
		done
		exec "$BIN/nsrun" --map-users=0:0:5 true
	END
	run unshare -m sh script
	[ "$status" = 0 ] && [ "${#lines[@]}" = 7 ]
	[ "$(grep -c "gives user .* a range with id 0, which is root's own" <<<"$output")" = 5 ]
	[ "$(grep -c "has id 0 of outside, which only root may map" <<<"$output")" = 2 ]
}

@test "--hostname, --domainname: up to 64 bytes, the machine's own unchanged" {
	requires root
	local before
	before=$(hostname)
	run "$BIN/nsrun" --hostname a.b --domainname d sh -c 'hostname; cat /proc/sys/kernel/domainname'
	[ "$output" = $'a.b\nd' ]
	name=$(printf '%064d' 0)
	run "$BIN/nsrun" --hostname "$name" hostname
	[ "$output" = "$name" ]
	run "$BIN/nsrun" --hostname "0$name" true
	[ "$status" = 125 ]
	[[ $output == *"1 to 64 bytes, not 65"* ]]
	[ "$(hostname)" = "$before" ]
}

@test "--loopback-up" {
	requires root
	run "$BIN/nsrun" --loopback-up cat /sys/class/net/lo/flags /proc/net/if_inet6
	run "$BIN/nsrun" --loopback-up ip -o link show lo
	[[ $output == *"LOOPBACK,UP,LOWER_UP"* ]]
}

@test "--umask, --nice, --oom-score-adj" {
	requires root
	run "$BIN/nsrun" --umask 027 --nice 5 --oom-score-adj 321 sh -c 'umask; nice; cat /proc/self/oom_score_adj'
	[ "$output" = $'0027\n5\n321' ]
	for o in "--umask 8" "--umask 1000" "--nice 20" "--nice x" "--oom-score-adj 1001"; do
		run "$BIN/nsrun" $o true
		[ "$status" = 125 ]
	done
}

@test "--env, --env-file, --clear-env" {
	printf 'B=two\nlines\0C=3\0' >entries
	run env A=caller B=caller "$BIN/nsrun" --env A=1 --env-file entries --env C=4 sh -c 'echo "$A|$B|$C|${PATH:+path}"'
	[ "$output" = $'1|two\nlines|4|path' ]
	run "$BIN/nsrun" --env A= --clear-env env
	[ "$output" = A= ]
	run env A=1 B=2 C=3 "$BIN/nsrun" --whitelist-env A,NOPE --whitelist-env C --env D=4 /usr/bin/env
	[ "$output" = $'A=1\nC=3\nD=4' ]
	run "$BIN/nsrun" --clear-env /usr/bin/env
	[ "$status" = 0 ] && [ -z "$output" ]
	run -127 "$BIN/nsrun" --env PATH=/nowhere env
	for o in "--env =x" "--env A" "--env-file /no/such"; do
		run "$BIN/nsrun" $o true
		[ "$status" = 125 ] && [ "${#lines[@]}" = 1 ]
	done
}

@test "bad usage: one line that names the option, 125" {
	for o in --no-such-option -Q --propagation=sideways --kill-child=NOSIG "--stdout-fd 99" "--exec-fd x" "--exec-fd 2" \
		"--keep-fd 1" "-S 4294967295" "-S -1" "-G root" --pid-file= --into-cgroup=../x --into-cgroup=a//b \
		"--on-exit-arg x" "--drain-fd" -T\ --monotonic\ x --mount=; do
		run "$BIN/nsrun" $o
		[ "$status" = 125 ] && [ "${#lines[@]}" = 1 ] && [[ $output == nsrun:* ]] || {
			echo "$o"
			false
		}
	done
	run "$BIN/nsrun" --exec-fd 5 --stdout-fd 5 true 5>&1
	[ "$status" = 125 ]
}

@test "--keep-caps reaches the command of another user" {
	requires root userns
	run "$BIN/nsrun" --map-users=0:0:10 --map-groups=0:0:10 --keep-caps -S 5 grep -E '^Cap(Eff|Amb)' /proc/self/status
	[[ $output =~ CapEff:.000001ffffffffff|CapEff:.0*[1-9a-f] ]]
}

@test "-h of a nested run belongs to the command" {
	run "$BIN/nsrun" -- sh -c 'echo "$1"' _ -h
	[ "$output" = -h ]
	run "$BIN/nsrun" sh -c 'echo "$1"' _ --mount
	[ "$output" = --mount ]
}

@test "--rlimit and --sched, also with a user namespace of its own" {
	requires root userns
	for o in "" -r; do
		run "$BIN/nsrun" $o --rlimit nofile=100:200 --rlimit core=0 --rlimit cpu=unlimited --sched batch --nice 2 \
			sh -c 'ulimit -n; ulimit -Hn; ulimit -c; ulimit -t; nice; chrt -p $$'
		[ "${lines[*]:0:5}" = "100 200 0 unlimited 2" ]
		[[ ${lines[5]} == *SCHED_BATCH ]]
	done
	run "$BIN/nsrun" -r --sched rr:3 chrt -p 0
	[[ $output == *SCHED_RR*"priority: 3" ]]
	# Raising needs CAP_SYS_RESOURCE, which a machine's root may lack: as prlimit(1) then.
	theirs=$(sh -c 'ulimit -n 500; prlimit --nofile=100:600 sh -c "ulimit -Hn"' 2>/dev/null) || theirs=
	run sh -c 'ulimit -n 500; "$BIN/nsrun" -r --rlimit nofile=100:600 sh -c "ulimit -Hn" 2>/dev/null'
	[ "$output" = "$theirs" ]
	run setpriv --reuid daemon --regid daemon --clear-groups "$BIN/nsrun" --rlimit nofile=1:9999999999 true
	[ "$status" = 125 ]
	[[ $output == "nsrun: set resource limit nofile: Operation not permitted; "* ]]
	for o in "--rlimit nofile" "--rlimit nofile=" "--rlimit =1" "--rlimit x=1" "--rlimit nofile=2:1" "--rlimit nofile=1:" \
		"--rlimit nofile=-2" "--rlimit nofile=00000000000000000000000000000000000000001" "--sched fifo" "--sched fifo:0" \
		"--sched rr:100" "--sched idle:1" "--sched deadline" "--sched fif"; do
		run "$BIN/nsrun" $o true
		[ "$status" = 125 ] && [ "${#lines[@]}" = 1 ] || {
			echo "$o"
			false
		}
	done
}

@test "--sysctl sets what belongs to a namespace, and nothing of the machine's" {
	requires root
	before=$(cat /proc/sys/net/ipv4/ping_group_range /proc/sys/kernel/msgmax)
	run "$BIN/nsrun" --loopback-up --sysctl "net.ipv4.ping_group_range=0 2147483647" --sysctl net/ipv4/conf/lo/forwarding=1 \
		--sysctl kernel.msgmax=4096 --sysctl fs.mqueue.msg_max=20 --sysctl kernel.domainname=d \
		sh -c 'cd /proc/sys; cat net/ipv4/ping_group_range net/ipv4/conf/lo/forwarding kernel/msgmax fs/mqueue/msg_max kernel/domainname'
	[ "$output" = $'0\t2147483647\n1\n4096\n20\nd' ]
	run "$BIN/nsrun" --loopback-up --sysctl "net.ipv4.ping_group_range=0 0" setpriv --bounding-set -all \
		python3 -c 'import socket as s; s.socket(s.AF_INET, s.SOCK_DGRAM, s.IPPROTO_ICMP)'
	[ "$status" = 0 ]
	[ "$before" = "$(cat /proc/sys/net/ipv4/ping_group_range /proc/sys/kernel/msgmax)" ]
	for o in kernel.panic=1 vm.swappiness=1 net..x=1 net.ipv4 =1 net=1 net/../kernel/panic=1 net.ipv4.no-such=1 \
		net.ipv4.ip_forward=x kernel.core_pattern=x fs.file-max=1 kernel.hostname.x=1; do
		run "$BIN/nsrun" --sysctl "$o" true
		[ "$status" = 125 ] && [ "${#lines[@]}" = 1 ] || {
			echo "$o: $output"
			false
		}
	done
}

@test "--load-interp registers a format in the user namespace alone" {
	requires root userns
	grep -qw binfmt_misc /proc/filesystems || skip "no binfmt_misc"
	"$BIN/nsrun" -r --mount-binfmt true || skip "no binfmt_misc in user namespaces"
	printf "MD$UNIQ of mine\n" >program
	chmod +x program
	run "$BIN/nsrun" -r -l ":md$UNIQ:M::MD$UNIQ::/bin/cat:" ./program
	[ "$output" = "MD$UNIQ of mine" ]
	[ ! -e "/proc/sys/fs/binfmt_misc/md$UNIQ" ]
	run "$BIN/nsrun" -rp --mount-proc -l ":md$UNIQ:M::MD$UNIQ::/bin/cat:" ./program
	[ "$output" = "MD$UNIQ of mine" ]
	# with a root of its own the interpreter comes from outside by flag F
	mkdir -p root/bin root/proc
	cp "$(command -v busybox)" root/bin/busybox
	mv program root/
	cp "$(command -v busybox)" "cat$UNIQ"
	run "$BIN/nsrun" -rp -R root --mount-proc -l ":md$UNIQ:M::MD$UNIQ::$TMP/cat$UNIQ:F" /bin/busybox sh -c \
		'cat /proc/sys/fs/binfmt_misc/md*; [ ! -e '"$TMP"' ]'
	[[ $output == *"interpreter $TMP/cat$UNIQ"* && $output == *"flags: F"* ]]
	[ "$status" = 0 ]
	run "$BIN/nsrun" -l ":md$UNIQ:M::MD$UNIQ::/bin/cat:" readlink /proc/self/ns/user
	[ "$status" = 0 ] && [ "$output" != "$(readlink /proc/self/ns/user)" ]
	run "$BIN/nsrun" -rl nonsense true
	[ "$status" = 125 ]
	[[ $output == *"the form is"* ]]
}

@test "bad input: each one line that names the thing, and 125" {
	local dead o
	sh -c 'exit 0' &
	dead=$!
	wait "$dead"
	: >plain
	for o in --net=join:0 --net=join:-1 --net=join:abc --net=join:4194305 "--net=join:$dead" --net=join:plain --uts=/no/such/dir/f \
		--hostname= "--hostname=$(printf '%065d' 0)" "-S 4294967295" "-G 99999999999" "--wd /no/such" "--root plain" \
		"--into-cgroup /" "--status-fd 1" "--status-fd 99" "--block-fd x" "--block-fd 98" "--monotonic 5" "-T --boottime x" \
		"-T --boottime 99999999999" --map-users=0:0:1:1 --die-with-parent=4194305 "--exec-fd 7 --status-fd 7"; do
		# shellcheck disable=SC2086
		run "$BIN/nsrun" $o true 7</dev/null
		[ "$status" = 125 ] && [ "${#lines[@]}" = 1 ] && [[ $output == nsrun:* ]] || {
			echo "$o: $status $output"
			false
		}
	done
}
