#!/usr/bin/env bats
# attack.bats - holes of other runtimes, tried on this one: each attack is shown to work on a weak set-up first, then to fail
# in run and in exec. docs/security.md says which test is about which line.
#
# shellcheck disable=SC2016 # scripts for the shell inside are in single quotes

load helpers

setup() {
	requires root overlay
	common_setup
	mkdir "$TMP/victim"
	echo precious >"$TMP/victim/f"
}

teardown() {
	[ -z "${swap:-}" ] || kill "$swap" 2>/dev/null || true
	common_teardown
}

# build NAME: a program of tests/attack.
build() {
	"${CC:-cc}" -std=gnu11 -D_GNU_SOURCE -O1 -static -o "$TMP/$1" "$TOP/tests/attack/$1.c"
}

# make_image NAME COMMAND: an image of busybox and what COMMAND does in a layer's directory on top.
make_image() {
	local image=$MYDOCKER_ROOT/images/$1 base=$MYDOCKER_ROOT/images/busybox

	mkdir -p "$image/top"
	(cd "$image/top" && eval "$2")
	printf '%s\n' top "$(cd "$base" && pwd -P)/$(cat "$base/layers")" >"$image/layers"
}

# Nothing has come to the victim and nothing has gone from it.
unharmed() {
	[ "$(ls -A "$TMP/victim")" = f ]
	[ "$(cat "$TMP/victim/f")" = precious ]
	[ "$(stat -c '%a %u' "$TMP/victim/f")" = "644 0" ]
}

# plain ROOT COMMAND...: as a tutorial has it: unshare and chroot, mounts by path.
plain() {
	unshare --mount --pid --fork --kill-child chroot "$@"
}

@test "typing into the caller's terminal (TIOCSTI, CVE-2017-5226): run and exec, with -t and without" {
	requires tool_script
	local c line sh="$MYDOCKER_SH '$TOP/scripts/mydocker.sh'"
	build typein
	mkdir -p "$TMP/r/dev"
	cp "$TMP/typein" "$TMP/r/typein"
	# attack COMMAND: what the shell that started COMMAND reads from its terminal afterwards.
	attack() {
		script -qefc "$1; stty -icanon min 0 time 1 2>/dev/null; printf 'then: %s.' \"\$(dd bs=100 count=1 2>/dev/null)\"" /dev/null </dev/null
	}
	run attack "unshare --mount chroot $TMP/r /typein owned"
	[[ $output == *typed*"then: "*owned* ]]
	# Neither the filter nor the session is alone: without the filter it is refused as well.
	mydocker run -d --name "a$UNIQ" --net none --security-opt seccomp=unconfined -v "$TMP/typein:/typein" busybox sleep 1000
	mydocker run -d --name "f$UNIQ" --net none -v "$TMP/typein:/typein" busybox sleep 1000
	line="run --rm --net none -v '$TMP/typein:/typein'"
	for c in "$line --security-opt seccomp=unconfined busybox /typein owned </dev/null" "$line -i --security-opt seccomp=unconfined busybox /typein owned" \
		"$line -i busybox /typein owned" "exec a$UNIQ /typein owned" "exec -i a$UNIQ /typein owned" "exec -i f$UNIQ /typein owned"; do
		run attack "$sh $c"
		echo "$c: $output"
		[[ $output == *refused* ]]
		[[ $output != *owned* ]]
	done
	# With -t it is a terminal of its own: what is typed there is not read outside.
	for c in "$line -it --security-opt seccomp=unconfined busybox /typein owned" "exec -it a$UNIQ /typein owned"; do
		run attack "$sh $c"
		echo "$c: $output"
		[[ $output != *"then: "*owned* ]]
	done
	mydocker rm -f "a$UNIQ" "f$UNIQ"
}

@test "owner and mode of what standard input is opened on: a device, a file, /dev/null itself" {
	local before
	mknod -m 666 "$TMP/null" c 1 3
	echo text >"$TMP/file"
	chmod 640 "$TMP/file"
	mkdir -p "$TMP/r"
	cp "$(command -v busybox)" "$TMP/r/busybox"
	attack='chown 1000 /proc/self/fd/0; chmod 777 /proc/self/fd/0; touch -d 2001-01-01 /proc/self/fd/0; cat'
	state() {
		stat -c '%a %u' "$TMP/null" "$TMP/file" | tr '\n' ' '
	}
	unshare --mount sh -c 'mkdir "$1/proc"; mount -t proc proc "$1/proc"; chroot "$1" /busybox chmod 600 /proc/self/fd/0' sh "$TMP/r" <"$TMP/null"
	[ "$(state)" = "600 0 640 0 " ]
	chmod 666 "$TMP/null"
	before=$(stat -c '%a %u %y' /dev/null)
	mydocker run -d --name "a$UNIQ" --net none busybox sleep 1000
	run mydocker run --rm -i --net none busybox sh -c "$attack" <"$TMP/null"
	run mydocker exec -i "a$UNIQ" sh -c "$attack" <"$TMP/null"
	mydocker run --rm -i --net none busybox sh -c "$attack" <"$TMP/file" >"$TMP/out" 2>&1
	[[ $(cat "$TMP/out") == *text* ]]
	mydocker exec -i "a$UNIQ" sh -c "$attack" <"$TMP/file" >"$TMP/out" 2>&1
	[[ $(cat "$TMP/out") == *text* ]]
	# What has been read stays read: the file goes on where it is.
	[ "$( (IFS= read -r _ && mydocker exec -i "a$UNIQ" cat) < <(printf 'one\ntwo\n'))" = two ]
	[ "$(state)" = "666 0 640 0 " ]
	run mydocker run --rm --net none busybox sh -c "$attack"
	run mydocker exec "a$UNIQ" sh -c "$attack" >/dev/null
	mydocker exec -d "a$UNIQ" sh -c "$attack; touch /tried"
	eventually 10 mydocker exec "a$UNIQ" test -e /tried
	mydocker rm -f "a$UNIQ"
	[ "$(stat -c '%a %u %y' /dev/null)" = "$before" ] || {
		chmod 666 /dev/null
		chown 0:0 /dev/null
		return 1
	}
}

@test "a file that the output goes to: its owner and mode are the caller's; nothing of the output is lost" {
	attack='chmod 4755 /proc/self/fd/1 /proc/self/fd/2; chown 5 /proc/self/fd/1; seq 50000; echo last >&2'
	mkdir -p "$TMP/r/proc"
	cp "$(command -v busybox)" "$TMP/r/busybox"
	unshare --mount sh -c 'mount -t proc proc "$1/proc"; chroot "$1" /busybox chmod 4755 /proc/self/fd/1' sh "$TMP/r" >"$TMP/weak"
	[ "$(stat -c %a "$TMP/weak")" = 4755 ]
	mydocker run -d --name "o$UNIQ" --net none busybox sleep 1000
	mydocker run --rm --net none busybox sh -c "$attack" >"$TMP/fore" 2>"$TMP/fore.err"
	mydocker exec "o$UNIQ" sh -c "$attack" >"$TMP/exec" 2>"$TMP/exec.err"
	{
		echo first
		mydocker exec "o$UNIQ" sh -c "$attack" 2>&1
		echo end
	} >"$TMP/both"
	mydocker rm -f "o$UNIQ"
	[ "$(stat -c '%a %u' "$TMP"/{fore,fore.err,exec,exec.err,both} | sort -u)" = "644 0" ]
	[ "$(cksum <"$TMP/exec")" = "$(seq 50000 | cksum)" ]
	[ "$(tail -n 1 "$TMP/exec.err")" = last ]
	[ "$(sed -n '1p;$p' "$TMP/both")" = "first
end" ]
	[ "$(grep -c '^[0-9]*$' "$TMP/both")" = 50000 ]
}

@test "an image whose /dev, /dev/console, /dev/ptmx, /dev/null, /proc or /sys are links (CVE-2025-31133, -52565)" {
	local d
	requires tool_script
	make_image "d$UNIQ" 'mkdir dev; for n in null console ptmx tty shm mqueue pts; do ln -s "../../../../../../../../../../$TMP/victim/f" dev/$n; done'
	# A runtime that binds by path onto the image's console covers the host's file.
	unshare --mount sh -c 'mount --bind /etc/hostname "$1/top/dev/console" && cmp -s /etc/hostname "$2/victim/f"' sh "$MYDOCKER_ROOT/images/d$UNIQ" "$TMP"
	run -0 mydocker run --rm --net none "d$UNIQ" sh -c 'echo x >/dev/null; chmod 777 /dev/null /dev/zero; [ -c /dev/null ] && [ -c /dev/ptmx ]'
	run -0 script -qefc "$MYDOCKER_SH '$TOP/scripts/mydocker.sh' run --rm -it --net none d$UNIQ sh -c 'chmod 777 /dev/console; [ -c /dev/console ]'" /dev/null </dev/null
	unharmed
	for d in dev proc sys; do
		make_image "l$d$UNIQ" "ln -s ../../../../../../../../../../$TMP/victim $d"
		run -125 mydocker run --net none "l$d$UNIQ" true
		[[ $output == *"'/$d' inside the root: it is not a directory"* ]]
	done
	unharmed
	[ -z "$(ls "$MYDOCKER_ROOT/containers")" ]
}

@test "generated files and the working directory: links and FIFOs in the image" {
	make_image "g$UNIQ" 'mkdir -p etc; up=../../../../../../../../../..; ln -s $up$TMP/victim/f etc/resolv.conf; ln -s $TMP/victim/hosts etc/hosts
		mkfifo etc/hostname; ln -s $up$TMP/victim/new work; ln -s /proc/self/fd/0 fd'
	# As a runtime writes that forgets where it is.
	echo 'nameserver 1.1.1.1' | (cd "$MYDOCKER_ROOT/images/g$UNIQ/top/etc" && tee resolv.conf >/dev/null)
	[ "$(cat "$TMP/victim/f")" != precious ]
	echo precious >"$TMP/victim/f"
	run -0 timeout 60 $MYDOCKER_SH "$TOP/scripts/mydocker.sh" run --rm --net none -w /work "g$UNIQ" sh -c 'pwd; hostname; cat /etc/hostname; grep -c localhost /etc/hosts'
	[ "${lines[0]}" = "$TMP/victim/new" ]
	[ "${lines[1]}" = "${lines[2]}" ]
	unharmed
	mydocker run -d --name "g$UNIQ" --net none "g$UNIQ" sleep 1000
	run mydocker exec -w /work "g$UNIQ" touch made
	run -125 mydocker exec -w /fd "g$UNIQ" pwd </
	run -125 mydocker run --rm --net none -i -w /fd "g$UNIQ" pwd </
	mydocker rm -f "g$UNIQ"
	unharmed
	# A FIFO as passwd neither hangs nor is read.
	make_image "p$UNIQ" 'mkdir etc; mkfifo etc/passwd'
	run -125 timeout 60 $MYDOCKER_SH "$TOP/scripts/mydocker.sh" run --net none -u nobody "p$UNIQ" true
	[[ $output == *"not a regular file"* ]]
}

@test "a volume over /proc or below it, by name or by a link of the image (CVE-2019-16884)" {
	local t
	make_image "v$UNIQ" 'ln -s proc link; ln -s /proc/self/attr deep'
	mkdir "$TMP/fake"
	# By path alone it works, and a program inside is told lies.
	unshare --mount sh -c 'mkdir "$1/r" "$1/r/proc"; ln -s proc "$1/r/link"; mount -t proc proc "$1/r/proc"; mount --bind "$1/fake" "$1/r/link/sys" && [ ! -e "$1/r/proc/sys/kernel" ]' sh "$TMP"
	for t in /proc /proc/self /proc/sys/kernel /link /link/self/attr /deep; do
		run -125 mydocker run --net none -v "$TMP/fake:$t" "v$UNIQ" true
		[[ $output == *"nothing may be mounted on /proc or below"* || $output == *"inside the root"* ]]
		run -125 mydocker run --net none --tmpfs "$t" "v$UNIQ" true
		run -125 mydocker run --net none -v "named$UNIQ:$t" "v$UNIQ" true
	done
	[ -z "$(ls -A "$TMP/fake")" ]
	[ -z "$(ls "$MYDOCKER_ROOT/containers")" ]
}

@test "a directory that is exchanged for a link while mounts are made (CVE-2021-30465)" {
	local i
	build swap
	mkdir -p "$TMP/share/a" "$TMP/inner"
	ln -s "$TMP/victim" "$TMP/share/b"
	"$TMP/swap" "$TMP/share/a" "$TMP/share/b" 3>&- &
	swap=$!
	# By path it goes out before long.
	i=0
	until [ -e "$TMP/victim/x" ]; do
		mkdir -p "$TMP/share/a/x" 2>/dev/null || true
		[ $((i += 1)) -lt 100000 ]
	done
	rmdir "$TMP/victim/x"
	for i in $(seq 25); do
		run timeout 60 $MYDOCKER_SH "$TOP/scripts/mydocker.sh" run --rm --net none -v "$TMP/share:/share" -v "$TMP/inner:/share/a/x/$i" -w "/share/a/w" busybox true
		[ "$status" -eq 0 ] || [ "$status" -eq 125 ]
		[ "$(ls -A "$TMP/victim")" = f ]
	done
	mydocker run -d --name "s$UNIQ" --net none -v "$TMP/share:/share" busybox sleep 1000
	for i in $(seq 15); do
		run mydocker exec -w "/share/a" "s$UNIQ" touch "t$i"
		[ "$(ls -A "$TMP/victim")" = f ]
	done
	mydocker rm -f "s$UNIQ"
	kill "$swap"
	wait "$swap" || true
	unharmed
}

@test "a parameter of the kernel is written to a procfs and to nothing that looks like one (CVE-2025-52881)" {
	requires tool_sysctl
	# fake COMMAND: with something else where the kernel's parameters were.
	fake() {
		unshare --mount --net sh -c 'mount -t tmpfs tmpfs /proc/sys && mkdir -p /proc/sys/net/ipv4 && echo 0 >/proc/sys/net/ipv4/ip_forward && "$@"' sh "$@"
	}
	run -0 fake sysctl -w net.ipv4.ip_forward=1
	run -125 fake "$BIN/nsrun" --net --sysctl net.ipv4.ip_forward=1 true
	[[ $output == *"does not lie on a proc file system"* ]]
	run -0 "$BIN/nsrun" --net --sysctl net.ipv4.ip_forward=1 cat /proc/sys/net/ipv4/ip_forward
	[ "$output" = 1 ]
}

@test "release_agent, a new user namespace, a raw disk: nothing of it in run or exec (CVE-2022-0492)" {
	local disk try
	# A device that the kernel always has; the node alone is not the right to use it.
	disk="mknod /tmp/n c 1 11"
	try='mkdir /tmp/c; mount -t cgroup -o memory c /tmp/c && echo mounted; mount -t cgroup2 c /tmp/c && echo mounted
		unshare -Ur true && echo userns; unshare -m true && echo mountns; find /sys/fs/cgroup -name release_agent -exec sh -c "echo x >{} && echo written" \;'
	# The weak set-up: a chroot in namespaces, root with everything.
	run unshare --mount --pid --fork --kill-child sh -c 'mount -t tmpfs t /mnt && mkdir /mnt/c && mknod /mnt/n c 1 11 && dd if=/mnt/n of=/dev/null bs=1 count=0 && unshare -m true && echo mountns'
	[[ $output == *mountns* ]]
	run mydocker run --rm --net none busybox sh -c "$try"
	[[ $output != *mounted* && $output != *userns* && $output != *mountns* && $output != *written* ]]
	run mydocker run --rm --net none --cap-add MKNOD busybox sh -c "$disk && dd if=/tmp/n of=/dev/null bs=1 count=0"
	[ "$status" -ne 0 ]
	[[ $output == *"Operation not permitted"* ]]
	mydocker run -d --name "c$UNIQ" --net none --cap-add MKNOD busybox sleep 1000
	run mydocker exec "c$UNIQ" sh -c "$try"
	[[ $output != *mounted* && $output != *userns* && $output != *mountns* && $output != *written* ]]
	run mydocker exec "c$UNIQ" sh -c "$disk && dd if=/tmp/n of=/dev/null bs=1 count=0"
	[[ $output == *"Operation not permitted"* ]]
	run mydocker exec --privileged "c$UNIQ" sh -c "rm -f /tmp/n; $disk && dd if=/tmp/n of=/dev/null bs=1 count=0"
	[[ $output == *"Operation not permitted"* ]]
	mydocker rm -f "c$UNIQ"
}

@test "the runtime's own programs: not to be written, not to be traced, nothing of them left open" {
	# A container whose command is the runtime itself: /proc/self/exe is the host's file while it is executed.
	local sum
	sum=$(cat "$BIN/nsenter-lite" "$BIN/rootfs-pivot" | cksum)
	make_image "x$UNIQ" 'mkdir x; printf "#!/proc/self/exe --help\n" >x/self; chmod 755 x/self'
	# That the attack does reach a tool without protection is shown in nsenter-lite.bats.
	mydocker run -d --name "x$UNIQ" --net none "x$UNIQ" sh -c 'while :; do for p in /proc/[0-9]*; do (: >>$p/exe) 2>/dev/null && case $(readlink $p/exe) in */busybox | "") ;; *) echo "$p $(readlink $p/exe)" >>/found ;; esac; done; done'
	for _ in 1 2 3 4 5 6; do
		run mydocker exec "x$UNIQ" /x/self
		run mydocker exec "x$UNIQ" /proc/self/exe --help
		run mydocker exec "x$UNIQ" true
	done
	run mydocker run --rm --net none "x$UNIQ" /x/self
	run -1 mydocker exec "x$UNIQ" cat /found
	mydocker rm -f "x$UNIQ"
	[ "$(cat "$BIN/nsenter-lite" "$BIN/rootfs-pivot" | cksum)" = "$sum" ]
}
