#!/usr/bin/env bats
# rootfs-pivot: mounts, pivot, profile, and what it refuses. The landing has tests/landing.bats, the image as an enemy
# tests/rootfs-pivot-hostile.bats.
#
# shellcheck disable=SC2016 # scripts for the shell inside are in single quotes

load helpers
load pivot-lib

@test "rootfs-pivot: the root is the directory, and nothing of the old one is left" {
	run pivot --proc "$R" sh -c 'pwd; ls /; cat /proc/self/mountinfo | wc -l'
	[ "$status" = 0 ]
	[ "${lines[0]}" = / ]
	[[ $output != *work* && $output != *usr* ]]
	run pivot --proc --profile none "$R" sh -c 'cut -d" " -f5 /proc/self/mountinfo'
	[ "$output" = "/
/proc" ]
}

@test "rootfs-pivot: the exit status and the words of the command are its own" {
	run pivot "$R" sh -c 'echo "a  b" "$1"; exit 9' sh '*'
	[ "$status" = 9 ]
	[ "$output" = "a  b *" ]
	run "$BIN/rootfs-pivot" --unshare "$R" -- sh -c 'kill -9 $$'
	[ "$status" = 137 ]
}

@test "rootfs-pivot: leaves the host's mount table as it was" {
	sort /proc/self/mountinfo >"$TMP/one"
	pivot --proc --dev --sys --tmpfs /x "$R" true
	"$BIN/rootfs-pivot" --unshare --proc --dev --sys "$R" true
	sort /proc/self/mountinfo >"$TMP/two"
	cmp "$TMP/one" "$TMP/two"
}

@test "rootfs-pivot: with libmount and without it the mounts are the same" {
	mkdir -p "$TMP/l" "$R/sys"
	touch "$R/etc/secret"
	table='cut -d" " -f4- /proc/self/mountinfo | sed "s/ [0-9]*:[0-9]* / /; s/$1/W/g"'
	for options in '--profile default' '--profile privileged' '--ro --profile none'; do
		# shellcheck disable=SC2086 # words
		set -- $options --proc --sys --dev --cgroups --shm-size 1m --mqueue --tmpfs /t:size=64k,mode=750,exec,noatime,nr_inodes=7 \
			--bind "$TMP/l:/l:ro,nodiratime" --mask /etc/secret "$R" sh -c "$table" sh "$UNIQ"
		run pivot "$@"
		[ "$status" = 0 ]
		one=$output
		run pivot --fstab /dev/null "$@"
		[ "$status" = 0 ]
		diff <(printf '%s' "$one") <(printf '%s' "$output")
	done
}

@test "rootfs-pivot: without its sibling fstab lines are refused" {
	cp "$BIN/rootfs-pivot" "$TMP"
	run unshare --mount "$TMP/rootfs-pivot" --fstab - "$R" true </dev/null
	[ "$status" = 125 ]
	[[ $output == "rootfs-pivot: --fstab: exec '$TMP/rootfs-pivot-fstab': No such file"*"libmount"* ]]
	[ "${#lines[@]}" = 1 ]
}

@test "rootfs-pivot: paths stay inside where the kernel, or a filter, knows no openat2" {
	mkdir -p "$TMP/all" "$TMP/v" "$TMP/outside" "$R/real" "$R/var"
	ln -s /real "$R/absolute"
	ln -s ../../../.. "$R/var/up"
	ln -s "$TMP/outside" "$R/escape"
	printf '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["openat2"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38}]}' |
		"$BIN/seccompile" -o "$TMP/f" -
	run unshare --mount --pid --fork --kill-child --mount-proc sh -c '
		mount --rbind / "$1/all" && exec "$0" --profile none --seccomp "$1/f" "$1/all" "$0" --unshare --proc --dev --bind "$1/v:/absolute/made" \
			--tmpfs /var/up/top --dir /escape/x --file 0 /var/up/real/file --user user --cwd /var/up/real "$2" sh -c "
			pwd; cat file; ls -d /real/made /top; cat /proc/self/mountinfo | cut -d\" \" -f5 | grep -v /proc/ | grep -v /dev"' \
		"$BIN/rootfs-pivot" "$TMP" "$R" <<<content
	[ "$output" = "/real
content
/real/made
/top
/
/proc
/real/made
/top" ]
	# What was made behind the link that leads out lies inside.
	[ -d "$R$TMP/outside/x" ] && [ ! -e "$TMP/outside/x" ]
}

@test "rootfs-pivot: refuses the mount namespace that others live in" {
	run "$BIN/rootfs-pivot" "$R" true
	[ "$status" = 125 ]
	[[ $output == "rootfs-pivot: others live in this mount namespace"*"--unshare"* ]]
	run unshare --pid --fork --kill-child "$BIN/rootfs-pivot" "$R" true
	[ "$status" = 125 ]
}

@test "rootfs-pivot: no event of the mounts reaches a shared root" {
	run unshare --mount --propagation shared sh -c '
		unshare --mount --propagation unchanged --pid --fork --kill-child "$0" --unshare --tmpfs /seen "$1" true || exit 1
		grep -c " $1" /proc/self/mountinfo' "$BIN/rootfs-pivot" "$R"
	[ "$output" = 0 ]
}

@test "rootfs-pivot: /dev has the usual nodes and they work" {
	run pivot --proc --dev "$R" sh -c '
		for d in null zero full random urandom tty; do test -c /dev/$d || echo "no $d"; done
		echo x >/dev/null; head -c 2 /dev/zero | wc -c; echo x >/dev/full || echo full
		for l in ptmx fd stdin; do readlink /dev/$l; done; echo via >/dev/stdout; ls /dev/pts'
	[ "$status" = 0 ]
	[ "$(printf '%s\n' "$output" | grep -v 'write error')" = "2
full
pts/ptmx
/proc/self/fd
/proc/self/fd/0
via
ptmx" ]
}

@test "rootfs-pivot: a mount has exactly the options that were asked for" {
	mkdir "$TMP/v"
	run pivot --proc --dev --shm-size 1m --tmpfs /t:size=64k,mode=750,exec --bind "$TMP/v:/v:ro,noexec,nosuid" "$R" sh -c '
		awk "\$2 ~ /^.(t|v|dev.shm)\$/ { print \$2, \$3, \$4 }" /proc/mounts | sed "s/,relatime.*size=/ size=/; s/,discard.*//" | sort'
	[[ ${lines[0]} == "/dev/shm tmpfs rw,nosuid,nodev,noexec size=1024k"* ]]
	[[ ${lines[1]} == "/t tmpfs rw,nosuid,nodev size=64k,mode=750"* ]]
	[[ ${lines[2]} == "/v "*" ro,nosuid,noexec"* ]]
}

@test "rootfs-pivot: a volume is read and written on both sides, a file likewise" {
	mkdir "$TMP/v"
	echo out >"$TMP/v/f"
	run pivot --bind "$TMP/v:/data/deep" --bind "$TMP/v/f:/etc/hosts:ro" "$R" sh -c '
		cat /data/deep/f /etc/hosts; echo in >/data/deep/g; echo no >/etc/hosts'
	[ "${lines[0]}" = out ]
	[ "${lines[1]}" = out ]
	[ "$status" != 0 ]
	[ "$(cat "$TMP/v/g")" = in ]
	[ "$(cat "$TMP/v/f")" = out ]
}

@test "rootfs-pivot: a read-only volume is so with everything mounted below it" {
	mkdir -p "$TMP/v/sub"
	run unshare --mount sh -c 'mount -t tmpfs tmpfs "$2/sub" && exec "$0" --unshare --bind "$2:/v:ro" "$1" sh -c "touch /v/x /v/sub/x"' \
		"$BIN/rootfs-pivot" "$R" "$TMP/v"
	[ "$status" != 0 ]
	[[ $output == *"/v/x: Read-only"* && $output == *"/v/sub/x: Read-only"* ]]
	[ ! -e "$TMP/v/x" ]
}

@test "rootfs-pivot: an idmapped volume shows other owners, on both sides as they should be" {
	mkdir "$TMP/v"
	touch "$TMP/v/a"
	chown 1000:1001 "$TMP/v/a"
	chown 1000:1000 "$TMP/v"
	list='stat -c "%n %u:%g" /v/a; touch /v/new'
	run pivot --bind "$TMP/v:/v:idmap=b:1000:0:5" "$R" sh -c "$list"
	[[ $output != *"Invalid argument; the file system"* ]] || skip "the file system of $TMP cannot map ids"
	[ "$output" = "/v/a 0:1" ]
	[ "$(stat -c %u:%g "$TMP/v/new")" = 1000:1000 ]
	run pivot --bind "$TMP/v:/v:ro,idmap=u:1000:7:1" "$R" sh -c "$list"
	[ "${lines[0]}" = "/v/a 7:1001" ]
	[[ ${lines[1]} == *"Read-only"* ]]
	echo "$TMP/v /v none bind,X-mount.mkdir,X-mount.idmap=b:1000:0:5" >"$TMP/fstab"
	run pivot --fstab "$TMP/fstab" "$R" sh -c "$list"
	[ "$output" = "/v/a 0:1" ]
	# /proc of another PID namespace than the program's own.
	run "$BIN/nsrun" --pid --mount -- "$BIN/rootfs-pivot" --bind "$TMP/v:/v:idmap=1000:3:5" "$R" /bin/sh -c "$list"
	[ "$output" = "/v/a 3:4" ]
}

@test "rootfs-pivot: findmnt inside shows what was asked" {
	mkdir -p "$TMP/v" "$R/usr" "$R/lib" "$R/lib64"
	run pivot --proc --bind /usr:/usr:ro --bind /lib:/lib:ro --bind /lib64:/lib64:ro --bind "$TMP/v:/v:ro,nosuid,noatime" --tmpfs /t:size=1m,exec \
		--profile none "$R" /usr/bin/findmnt -rno TARGET,FSTYPE,OPTIONS
	[ "$status" = 0 ]
	[[ $output == *"/proc proc rw,nosuid,nodev,noexec,relatime"* ]]
	[[ $output == *"
/v "*" ro,nosuid,noatime"* ]]
	[[ $output == *"
/t tmpfs rw,nosuid,nodev,relatime,size=1024k"* ]]
}

@test "rootfs-pivot: roots of every kind: read-only, tmpfs, overlay, a mount point or not" {
	requires overlay
	mkdir "$R/proc" "$TMP/work"
	cat >"$TMP/s" <<-'END'
		tool=$1 r=$2 work=$3
		mount -t tmpfs tmpfs "$work" && cd "$work" && mkdir ro tmpfs o u w
		try() {
			printf '%s ' "$1"
			shift
			"$tool" --unshare --proc "$@" sh -c 'cat /etc/group | head -n 1; touch /x 2>&1 | grep -q . || echo writable'
		}
		mount --bind "$r" ro && mount -o remount,bind,ro ro
		try read-only ro
		cp -a "$r/." tmpfs
		try directory tmpfs
		mount --bind tmpfs tmpfs
		try mounted tmpfs
		try trailing tmpfs/.
		mount -t overlay -o "lowerdir=$r,upperdir=u,workdir=w" overlay o
		try overlay o
		mount --make-rshared /
		try shared o
		ln -s tmpfs link
		try link link
	END
	run unshare --mount --pid --fork --kill-child --mount-proc sh "$TMP/s" "$BIN/rootfs-pivot" "$R" "$TMP/work"
	[ "$output" = "read-only root:x:0:
directory root:x:0:
writable
mounted root:x:0:
writable
trailing root:x:0:
writable
overlay root:x:0:
writable
shared root:x:0:
writable
link root:x:0:
writable" ]
}

@test "rootfs-pivot: rslave sees later mounts of the host, private does not" {
	mkdir -p "$TMP/v/sub"
	cat >"$TMP/s" <<-'END'
		mount --bind "$3" "$3" && mount --make-shared "$3"
		mkfifo "$3/go"
		unshare --mount --propagation unchanged "$0" --bind "$3:/v:$1" "$2" sh -c 'echo ready >/v/go; read x </v/go; ls /v/sub' &
		read x <"$3/go"
		mount -t tmpfs tmpfs "$3/sub" && touch "$3/sub/later"
		echo now >"$3/go"
		wait $!
	END
	run unshare --mount sh -c '. "$4"' "$BIN/rootfs-pivot" rslave "$R" "$TMP/v" "$TMP/s"
	[ "$output" = later ]
	rm "$TMP/v/go"
	run unshare --mount sh -c '. "$4"' "$BIN/rootfs-pivot" private "$R" "$TMP/v" "$TMP/s"
	[ "$status" = 0 ]
	[ "$output" = "" ]
}

@test "rootfs-pivot: an overlay keeps its layers as they were" {
	requires overlay
	mkdir -p "$TMP/o/u" "$TMP/o/w" "$TMP/o/m" "$TMP/l,2:x"
	echo two >"$TMP/l,2:x/two"
	run unshare --mount sh -c 'mount -t tmpfs tmpfs "$1/o" && mkdir "$1/o/u" "$1/o/w" "$1/o/m" &&
		"$0" --unshare --overlay "$1/l,2\\:x:$2,$1/o/u,$1/o/w" "$1/o/m" sh -c "cat /two; rm /two /etc/group; echo new >/etc/passwd" &&
		ls "$1/o/u"' "$BIN/rootfs-pivot" "$TMP" "$R"
	[ "$status" = 0 ]
	[ "${lines[0]}" = two ]
	[ "${lines[1]}${lines[2]}" = etctwo ]
	[ -e "$R/etc/group" ]
	[ "$(cat "$TMP/l,2:x/two")" = two ]
	grep -q user "$R/etc/passwd"
}

@test "rootfs-pivot: an overlay on the working directory" {
	requires overlay
	mkdir "$TMP/o"
	run unshare --mount sh -c 'mount -t tmpfs tmpfs "$1/o" && cd "$1/o" && mkdir u w m && cd m &&
		"$0" --unshare --dir /made --overlay "$2,$1/o/u,$1/o/w" . sh -c "cat /etc/group"; ls ../m ../u' "$BIN/rootfs-pivot" "$TMP" "$R"
	[ "$output" = "$(cat "$R/etc/group")
../m:

../u:
made" ]
}

@test "rootfs-pivot: --overlay-volatile does not wait for the disk, and needs an overlay" {
	requires overlay
	mkdir "$TMP/o"
	run unshare --mount sh -c 'mount -t tmpfs tmpfs "$1/o" && mkdir "$1/o/u" "$1/o/w" "$1/o/m" &&
		exec "$0" --unshare --proc --overlay-volatile --overlay "$2,$1/o/u,$1/o/w" "$1/o/m" grep " / " /proc/mounts' "$BIN/rootfs-pivot" "$TMP" "$R"
	[[ $output == *"upperdir="*volatile* ]]
	run pivot --overlay-volatile "$R" true
	[ "$status" = 125 ]
	[[ $output == *"--overlay-volatile needs --overlay"* ]]
}

@test "rootfs-pivot: an overlay of more layers than a page of options can name" {
	requires overlay
	deep=$TMP/$(head -c 200 /dev/zero | tr '\0' d)
	lower=
	for i in $(seq 40); do
		mkdir -p "$deep/l$i"
		echo "$i" >"$deep/l$i/f$i"
		lower=$lower$deep/l$i:
	done
	echo over >"$deep/l1/f40"
	run unshare --mount sh -c 'mount -t tmpfs tmpfs "$1" && mkdir "$1/u" "$1/w" "$1/m" &&
		exec "$0" --unshare --overlay "$2$3,$1/u,$1/w" "$1/m" sh -c "cat /f1 /f39 /f40"' "$BIN/rootfs-pivot" "$R/tmp" "$lower" "$R"
	[ "$status" = 0 ]
	[ "$output" = "1
39
over" ]
	rm -r "$deep/l7"
	run pivot --overlay "$lower$R,$R,$R" "$R" true
	[ "$status" = 125 ]
	[[ $output == *"open the layer '$deep/l7': No such file"* ]]
}

@test "rootfs-pivot: in a user namespace an overlay hides whole directories, too" {
	requires overlay userns
	mkdir -p "$R/dir/below" "$TMP/u" "$TMP/w" "$TMP/m"
	chmod 755 "$TMP"
	run unshare --user --map-root-user --mount --pid --ipc --fork --kill-child "$BIN/rootfs-pivot" --unshare \
		--overlay "$R,$TMP/u,$TMP/w" "$TMP/m" sh -c 'rm -r /dir && mkdir /dir && touch /dir/new && ls /dir'
	[ "$status" = 0 ]
	[ "$output" = new ]
	[ -d "$R/dir/below" ]
}

@test "rootfs-pivot: fstab lines with escapes, X-mount.mkdir, bind and ro at once" {
	mkdir "$TMP/v"
	echo x >"$TMP/v/f"
	printf '%s\n' '# a comment' '' "$TMP/v /a\\040b none bind,ro,X-mount.mkdir 0 0" \
		'tmpfs /t tmpfs size=8k,mode=711,X-mount.mkdir=0700' "$TMP/v/f /etc/f none bind,x-mount.mkdir" \
		'tmpfs /never tmpfs noauto' '/dev/none none swap sw' "/missing$UNIQ /t none bind,nofail" >"$TMP/fstab"
	run pivot --fstab "$TMP/fstab" "$R" sh -c 'cat "/a b/f" /etc/f; stat -c %a /t; touch "/a b/g"'
	[ "${lines[0]}${lines[1]}${lines[2]}" = xx711 ]
	[[ ${lines[3]} == *"Read-only file system"* ]]
	run pivot --fstab - "$R" cat '/a b/f' <"$TMP/fstab"
	[ "$output" = x ]
}

@test "rootfs-pivot: a wrong fstab line is named by file and number" {
	while IFS='|' read -r line words; do
		printf '# one\n\n%s\n' "$line" >"$TMP/fstab"
		run pivot --fstab "$TMP/fstab" "$R" true
		[ "$status" = 125 ] || { echo "$line"; return 1; }
		[[ $output == "rootfs-pivot: '$TMP/fstab' line 3: "*"$words"* ]] || { echo "$line: $output"; return 1; }
		[ "${#lines[@]}" = 1 ]
	done <<-END
		foo|source, destination
		tmpfs relative tmpfs defaults|must be an absolute path
		tmpfs / tmpfs defaults|is the root itself
		tmpfs /a/../b tmpfs defaults|'..'
		/tmp /tmp none bind,frob|unknown mount option 'frob'
		/tmp /missing none bind|No such file or directory; X-mount.mkdir
		/missing$UNIQ /tmp none bind|source '/missing$UNIQ': No such file
		tmpfs /t tmpfs X-mount.mkdir=9|octal
		tmpfs /t tmpfs X-mount.idmap=b:0:1:1|goes with bind only
		/tmp /tmp none bind,X-mount.idmap=b:0|MOUNT:HOST:COUNT
		tmpfs /tmp tmpfs shared|'shared' goes with bind only
		tmpfs /tmp tmpfs ro,rprivate|'rprivate' goes with bind only
		tmpfs /tmp tmpfs remount,ro|'remount' is not supported
		/tmp /tmp none move|'move' is not supported
		/tmp /tmp none bind,X-mount.subdir=x|X-mount.subdir is not supported
	END
}

@test "rootfs-pivot: what stands for a closed descriptor is not the host's null device to change" {
	local closed='exec "$@" <&- >&- 2>&-' script='for n in 0 1 2; do [ ! -c /proc/$$/fd/$n ] || chmod 666 /proc/$$/fd/$n || echo kept >>/err; done'

	run timeout 60 unshare --mount --pid --fork --kill-child --mount-proc sh -c "$closed" sh "$BIN/rootfs-pivot" --proc "$R" /bin/sh -c "$script"
	[ "$status" -lt 124 ]
	[ "$(grep -c kept "$R/err")" = 3 ]
	rm "$R/err"
	# What is started anew, and what stays outside, has them open as well.
	run timeout 60 sh -c "$closed" sh "$BIN/rootfs-pivot" --unshare --proc "$R" /bin/sh -c "$script"
	[ "$(grep -c kept "$R/err")" = 3 ]
	run sh -c 'exec "$@" <&-' sh "$BIN/rootfs-pivot" --unshare --outside "$R" readlink /proc/self/fd/0
	[ "$output" = /dev/null ]
}

@test "rootfs-pivot: bad input is one line, 125, and nothing is made" {
	touch "$TMP/file"
	long=/$(head -c 5000 /dev/zero | tr '\0' a)
	find "$R" | sort >"$TMP/before"
	bad() {
		local words=$1

		shift
		run pivot "$@"
		[ "$status" = 125 ] && [ "${#lines[@]}" = 1 ] && [[ $output == "rootfs-pivot: "*"$words"* ]] || {
			printf 'for: %s\n%s\n' "${*::6}" "$output"
			return 1
		}
	}
	bad "the new root is missing"
	bad "a command is missing" "$R"
	bad "No such file" "$TMP/missing" true
	bad "Not a directory" "$TMP/file" true
	bad "is the current root" / true
	bad "'--frob'" --frob "$R" true
	bad "SRC:DST" --bind "$TMP" "$R" true
	bad "destination is empty" --bind "$TMP:" "$R" true
	bad "SRC:DST" --bind ":/x" "$R" true
	bad "absolute" --bind "$TMP:x" "$R" true
	bad "'..'" --bind "$TMP:/x/.." "$R" true
	bad "root itself" --bind "$TMP:/" "$R" true
	bad "root itself" --bind "$TMP://./" "$R" true
	bad "name too long" --bind "$TMP:$long" "$R" true
	bad "unknown mount option 'frob'" --bind "$TMP:/x:ro,frob" "$R" true
	bad "MOUNT:HOST:COUNT" --bind "$TMP:/x:idmap=1:2" "$R" true
	bad "open the user namespace '/missing" --bind "$TMP:/x:idmap=/missing" "$R" true
	bad "source '/missing$UNIQ'" --bind "/missing$UNIQ:/x" "$R" true
	bad "what is mounted is a file" --bind "$TMP/file:/etc" "$R" true
	bad "what is mounted is a directory" --bind "$TMP:/etc/passwd" "$R" true
	bad "on /proc or below" --proc --bind "$TMP:/proc/x" "$R" true
	bad "on /proc or below" --bind "$TMP:/proc" "$R" true
	bad "on /proc or below" --bind "$TMP://proc" "$R" true
	bad "on /proc or below" --bind "$TMP:/./proc/./x" "$R" true
	bad "on /proc or below" --proc --tmpfs /proc/sys "$R" true
	bad "'size=-1'" --tmpfs /x:size=-1 "$R" true
	bad "'mode=9'" --tmpfs /x:mode=9 "$R" true
	bad "'foo'" --tmpfs /x:foo "$R" true
	for word in shared bind idmap=0:1:1; do
		bad "'$word'" --tmpfs "/x:$word" "$R" true
	done
	bad "no capability is called 'FOO'" --cap-add FOO "$R" true
	bad "no user 'nosuch'" --user nosuch "$R" true
	bad "no group 'nosuch'" --user 0:nosuch "$R" true
	bad "no group 'nosuch'" --group-add nosuch "$R" true
	for text in : :/x /dev/null:/x: /dev/null:/x:rr /dev/null:/x:rwx /dev/null:/x:r:w; do
		bad "--device: '$text'" --device "$text" "$R" true
	done
	bad "--device: '$TMP': not a device" --device "$TMP:/x" "$R" true
	bad "--device: open the source '/missing$UNIQ'" --device "/missing$UNIQ" "$R" true
	bad "not a descriptor number: 'x'" --file x /x "$R" true
	bad "descriptor 77" --file 77 /x "$R" true
	bad "absolute" --file 0 x "$R" true
	bad "--file needs two arguments" --file 0
	bad "default, privileged or none" --profile frob "$R" true
	bad "absolute" --cwd x "$R" true
	bad "No such file" --cwd /missing "$R" true
	bad "octal" --umask 9 "$R" true
	bad "--shm-size" --shm-size 0 "$R" true
	bad "--init needs --dev" --init /bin/true "$R" true
	bad "Bad file descriptor" --exec-fd 77 "$R" true
	bad "sending the terminal over the console socket" --proc --dev --console-fd 0 "$R" true
	bad "LOWER" --overlay "$TMP" "$R" true
	bad "No such file" --env-file "$TMP/missing" "$R" true
	find "$R" | sort >"$TMP/after"
	# A mount point made before a later step failed may stay; none of these has got so far but /proc and /dev.
	diff "$TMP/before" <(grep -v '/\(proc\|dev\)$' "$TMP/after")
}

@test "rootfs-pivot: 127 for no such command, 126 for one that cannot be executed" {
	run -127 pivot "$R" nosuch
	[ "$output" = "rootfs-pivot: exec 'nosuch': not found in PATH" ]
	run pivot "$R" /etc
	[ "$status" = 126 ]
	run pivot "$R" /etc/passwd
	[ "$status" = 126 ]
	[[ $output == *"'/etc/passwd': Permission denied" ]]
}

@test "rootfs-pivot: without privilege it says which and how" {
	run setpriv --reuid 65534 --regid 65534 --clear-groups "$BIN/rootfs-pivot" --unshare "$R" true
	[ "$status" = 125 ]
	[[ $output == *"Operation not permitted; CAP_SYS_ADMIN"*"--map-root-user"* ]]
}

@test "rootfs-pivot: works as root of a user namespace" {
	requires userns
	chmod 755 "$TMP" "$R"
	run unshare --user --map-root-user --mount --pid --ipc --fork --kill-child "$BIN/rootfs-pivot" --unshare --proc --dev "$R" sh -c '
		id -u; echo x >/dev/null; stat -c "%t %T" /dev/zero; ls /dev/pts'
	[ "$status" = 0 ]
	[ "$output" = "0
1 5
ptmx" ]
}

# A process that leaves its root lands in the initramfs; here a chroot stands in, from which pivoting must not look like success.
@test "rootfs-pivot: in a chroot that is no mount it says so" {
	mkdir -p "$TMP/c/r" "$TMP/c/proc"
	make_root "$TMP/c/r"
	run unshare --mount --pid --fork --kill-child sh -c '
		mount --bind "$1" "$1/r/tmp" 2>/dev/null
		for d in /lib /lib64 /usr /bin; do mkdir -p "$1$d"; mount --rbind "$d" "$1$d"; done
		mount -t proc proc "$1/proc"; touch "$1/tool"; mount --bind "$0" "$1/tool"
		exec chroot "$1" /tool /r true' "$BIN/rootfs-pivot" "$TMP/c"
	[ "$status" = 125 ]
	[[ $output == *"chroot"* ]]
}

@test "rootfs-pivot: --ro leaves volumes and tmpfs writable and the root not" {
	mkdir "$TMP/v"
	run pivot --ro --dir /made --tmpfs /t --bind "$TMP/v:/v" --cwd /w/x --cwd-make "$R" sh -c 'pwd; touch /t/a /v/a; touch /a /made/a'
	[ "$status" != 0 ]
	[ "${lines[0]}" = /w/x ]
	[[ ${lines[1]} == *"/a: Read-only"* && ${lines[2]} == *"/made/a: Read-only"* && ${#lines[@]} = 3 ]]
	[ -e "$TMP/v/a" ]
}

@test "rootfs-pivot: --device makes the host's node after every mount, --file a file of a descriptor" {
	mkdir "$TMP/host"
	mknod -m 640 "$TMP/host/seven" c 1 7
	chown 12:34 "$TMP/host/seven"
	mknod "$TMP/host/loop" b 7 199
	echo old >"$R/etc/conf"
	run pivot --proc --device "$TMP/host/seven:/dev/x/seven:rw" --device "$TMP/host/loop:/loop" --device /dev/null:rwm \
		--file 9 /etc/conf --file 8 /new/er --dev "$R" sh -c 'stat -c "%n %t,%T %a %u:%g" /dev/x/seven /loop /dev/null
		cat /etc/conf /new/er' 9<<<content 8</dev/null
	[ "${lines[0]}" = "/dev/x/seven 1,7 640 12:34" ]
	[[ ${lines[1]} == "/loop 7,c7 644 0:0" ]]
	[ "${lines[2]}" = "/dev/null 1,3 666 0:0" ]
	[ "${lines[3]}" = content ]
	[ "${#lines[@]}" = 4 ]
	# What is there and is something else is not replaced, and nothing is written to what is no file.
	ln -s ../etc/passwd "$R/link"
	mkfifo "$R/fifo"
	for options in "--device $TMP/host/seven:/link" "--device $TMP/host/seven:/etc/passwd" "--device $TMP/host/seven:/loop" \
		'--file 0 /fifo' '--file 0 /etc'; do
		# shellcheck disable=SC2086 # words
		run timeout 60 unshare --mount --pid --fork --kill-child --mount-proc "$BIN/rootfs-pivot" $options "$R" /bin/true </dev/null
		[ "$status" = 125 ] && [ "${#lines[@]}" = 1 ]
	done
	grep -q root: "$R/etc/passwd"
	# Where no node may be made it is bound.
	requires userns
	chmod 755 "$TMP" "$R" "$TMP/host"
	run unshare --user --map-root-user --mount --pid --ipc --fork --kill-child "$BIN/rootfs-pivot" --unshare --dev \
		--device /dev/full:/dev/voll "$R" sh -c 'stat -c "%t,%T" /dev/voll; echo x >/dev/voll'
	[ "${lines[0]}" = 1,7 ]
	[[ $output == *"No space left"* ]]
}

@test "rootfs-pivot: a destination may be named in odd ways" {
	run pivot --tmpfs /.../a/ --tmpfs "//b/./c" --dir '/n
l' --symlink 'x:/.d/' "$R" ls -d /.../a /b/c '/n
l' /.d
	[ "$status" = 1 ]
	[[ $output == *"/.../a"* && $output == *"/b/c"* ]]
	[ -L "$R/.d" ] && [ -d "$R/n
l" ]
}

@test "rootfs-pivot: --dir, --symlink, --mask, --read-only-path" {
	echo secret >"$R/etc/secret"
	mkdir "$R/hidden" "$R/fixed"
	touch "$R/hidden/x"
	run pivot --dir /a/b:1777 --symlink ../target:/a/link --mask /etc/secret --mask /hidden --mask /nothing \
		--read-only-path /fixed "$R" sh -c '
		stat -c %a /a/b /a; readlink /a/link; cat /etc/secret; ls /hidden; touch /fixed/x; touch /hidden/y; chmod 0 /etc/secret'
	[ "${lines[0]} ${lines[1]}" = "1777 755" ]
	[ "${lines[2]}" = ../target ]
	[[ ${lines[3]} == *"/fixed/x: Read-only"* && ${lines[4]} == *"/hidden/y: Read-only"* && ${lines[5]} == *"Read-only"* ]]
	[ "$(stat -c %a /dev/null)" = 666 ]
	run pivot --symlink ../target:/a/link "$R" readlink /a/link
	[ "$output" = ../target ]
	run pivot --symlink other:/a/link "$R" true
	[ "$status" = 125 ]
}

@test "rootfs-pivot: the default profile hides and protects, none does not" {
	paths='for f in interrupts keys timer_list kcore; do test -e /proc/$f && { test -c /proc/$f || echo "seen $f"; }; done
		ls -A /sys/firmware /proc/acpi /proc/scsi 2>/dev/null | grep -v : ; for f in /proc/sys/kernel/domainname /proc/irq/default_smp_affinity /sys/x; do (: >>$f) 2>&1; done'
	run pivot --proc --sys --dev "$R" sh -c "$paths"
	[ "$(printf '%s\n' "$output" | grep -c Read-only)" = 3 ]
	[ "${#lines[@]}" = 3 ]
	run pivot --proc --sys --dev --profile none "$R" sh -c "$paths"
	[[ $output == *"seen interrupts"* ]]
	[[ $output != *Read-only* ]]
}

@test "rootfs-pivot: the control groups are this process's view and read-only" {
	run pivot --proc --sys --cgroups "$R" sh -c '
		mount | grep "type cgroup" | grep -vc "(ro,nosuid,nodev,noexec"; find /sys/fs/cgroup -name cgroup.procs | head -n 1 | grep -c .; mkdir /sys/fs/cgroup/x'
	[ "${lines[0]}${lines[1]}" = 01 ]
	[[ ${lines[2]} == *"Read-only file system"* ]]
	[ "$status" != 0 ]
}

@test "rootfs-pivot: of the control groups only the hierarchies with a group of one's own are seen" {
	requires v1_pids v1_cpu
	"$BIN/cgset" "mydocker-test-$UNIQ" pids=50
	run "$BIN/nsrun" --mount --pid --cgroup --into-cgroup "mydocker-test-$UNIQ" -- "$BIN/rootfs-pivot" --proc --sys --cgroups "$R" \
		sh -c 'cat /sys/fs/cgroup/pids/pids.max; test -e /sys/fs/cgroup/cpu && echo cpu; find /sys/fs/cgroup -name "mydocker*"'
	"$BIN/cgset" --delete "mydocker-test-$UNIQ"
	[ "$output" = 50 ]
}

@test "rootfs-pivot: --init lies in front of the command, read-only" {
	run pivot --proc --dev --init "$BIN/ctinit" "$R" sh -c 'tr "\0" " " </proc/1/cmdline | cut -c1-12; chmod 700 /dev/init; exit 5'
	[ "$status" = 5 ]
	[ "${lines[0]}" = "/dev/init --" ]
	[[ ${lines[1]} == *"Read-only"* ]]
	run -127 pivot --proc --dev --init "$BIN/ctinit" "$R" nosuch
}

@test "rootfs-pivot: the exec report is empty on success, status and message otherwise" {
	report() {
		pivot --exec-fd 3 "$@" 3>"$TMP/report" >"$TMP/out" 2>&1 || true
	}
	report "$R" true
	[ ! -s "$TMP/report" ]
	report --unshare "$R" true
	[ ! -s "$TMP/report" ]
	report "$R" nosuch
	[ "$(head -c 1 "$TMP/report" | od -An -tu1 | tr -d ' ')" = 127 ]
	[ "$(tail -c +2 "$TMP/report")" = "rootfs-pivot: exec 'nosuch': not found in PATH" ]
	report --frob "$R" true
	[ "$(head -c 1 "$TMP/report" | od -An -tu1 | tr -d ' ')" = 125 ]
	[ ! -s "$TMP/out" ]
	report --proc --dev --init "$BIN/ctinit" "$R" nosuch
	[ "$(head -c 1 "$TMP/report" | od -An -tu1 | tr -d ' ')" = 127 ]
}

@test "rootfs-pivot: --dry-run prints commands that do the same, and does nothing" {
	mkdir "$TMP/v"
	echo content >"$TMP/f"
	run "$BIN/rootfs-pivot" --dry-run --mask /nothing --mask /etc/group --proc --bind "$TMP/v:/v w:ro" --tmpfs /t \
		--bind "$TMP/f:/new/f" --dir /d/e:1700 --symlink x:/l/m --cwd /work/here --cwd-make --umask 027 "$R" echo "it's"
	[ "$status" = 0 ]
	[[ $output == *"mount -t proc -o nosuid,nodev,noexec proc \"\$R\"/proc"* ]]
	[[ $output == *"pivot_root . . && umount -l . && cd /work/here
umask 0027
exec "*" echo 'it'\\''s'" ]]
	[ ! -e "$R/proc" ]
	# Up to the pivot they are a shell script.
	printf '%s\n' "${lines[@]}" | sed '/^cd /,$d' >"$TMP/script"
	run unshare --mount --pid --fork sh -ec '. "$0"; cat "$R/new/f"; findmnt -rno TARGET,FSTYPE,OPTIONS -R "$R"' "$TMP/script"
	[ "$status" = 0 ]
	[ "${lines[0]}" = content ]
	[ "$(stat -c %a "$R/d/e")" = 1700 ] && [ -L "$R/l/m" ] && [ -d "$R/work/here" ]
	[[ $output == *"/proc proc rw,nosuid,nodev,noexec"* && $output == *'/v\x20w '*" ro,"* && $output == *"/etc/group"* && $output == *"/t tmpfs"* ]]
}
