#!/usr/bin/env bats
# What stands in manuals: every option of the installed unshare(1) and nsenter(1) side by side with nsrun and nsenter-lite,
# their examples with ours under their names, and the examples of our own pages as they are printed.

load helpers

setup() {
	common_setup
	requires root
	mkdir "$TMP/bin"
	ln -s "$BIN/nsrun" "$TMP/bin/unshare"
	ln -s "$BIN/nsenter-lite" "$TMP/bin/nsenter"
	chmod 755 "$TMP"
	USER_AS="setpriv --reuid daemon --regid daemon --clear-groups"
	cd "$TMP"
}

# example COMMANDS: as typed by root.
example() {
	PATH=$TMP/bin:$PATH run bash -e -c "$1" 3>&-
}

# example_user COMMANDS: as typed by an ordinary user.
example_user() {
	# shellcheck disable=SC2086
	PATH=$TMP/bin:$PATH run $USER_AS bash -e -c "$1" 3>&-
}

# What a command sees of itself. $NS lists the namespaces outside.
PROBE='for k in mnt uts ipc net pid user cgroup time; do
		case " $NS " in *" $(readlink /proc/self/ns/$k) "*) ;; *) echo "other $k" ;; esac
	done
	[ $$ != 1 ] || echo "pid 1"
	pwd; id -u; id -g; id -G; umask
	cat /proc/self/uid_map /proc/self/gid_map /proc/self/setgroups /proc/self/timens_offsets 2>/dev/null
	grep -E "^(Cap|NoNewPrivs)" /proc/self/status
	grep -c shared: /proc/self/mountinfo
	exit 3'

# see COMMAND...: what it prints and its status.
see() {
	local status=0

	NS=$(readlink /proc/$$/ns/{mnt,uts,ipc,net,pid,user,cgroup,time} | tr '\n' ' ') "$@" 2>&1 || status=$?
	echo "status $status"
}

# The options that a program's --help lists, one a line: letters and names.
listed() {
	"$1" --help | sed -n 's/^ *\(-[A-Za-z]\)[,.] *\(--[a-z-]*\).*/\1\n\2/p; s/^ *\(--[a-z-]*\).*/\1/p' | sort -u
}

# The options in the lines of a matrix, one a line.
words() {
	tr ' ' '\n' <<<"$1" | sed -n 's/^\(-[A-Za-z]\)$/\1/p; s/^\(--[a-z-]*\).*/\1/p' | sort -u
}

# The options of THEIRS that neither the matrix nor the list of differences in the page has; those that OURS lacks.
uncovered() {
	local theirs=$1 ours=$2 matrix=$3

	mandoc -T ascii "$TOP/tools/$ours/$ours.1" | col -bx | sed -n '/^STANDARDS\|^CAVEATS/,/^BUGS\|^SECURITY/p' |
		grep -oE -- '(^| )--?[A-Za-z][a-z-]*' | tr -d ' ' | sort -u >documented
	comm -23 <(listed "$theirs") <(sort -u <(words "$matrix") documented) | sed 's/^/not in the matrix: /'
	comm -23 <(listed "$theirs") <(sort -u <(listed "$BIN/$ours") documented) | sed "s/^/not in $ours: /"
}

# Whether the installed program has all the options of a line, and the words that they take since 2.39 and 2.40.
knows() {
	case $2 in
	*-users=*:* | *-users=all* | *=subids*) listed unshare | grep -qx -e --map-subids || return ;;
	*follow*) listed nsenter | grep -qx -e --keep-caps || return ;;
	esac
	[ -z "$(comm -13 <(listed "$1") <(words "$2"))" ]
}

UNSHARE='-m
--mount
-u
--uts
-i
--ipc
-n
--net
-p
--pid
-U
--user
-C
--cgroup
-T
--time
-f
--fork
-m -u -i -n -p -C
-U -m -u -i -n -p -C -T
-r
--map-root-user
-c
--map-current-user
--map-user=5 --map-group=7
--map-user 5
--map-auto
--map-subids
--map-users=100000,0,10 --map-groups=100000,0,10
--map-users=0:100000:10 --map-groups=0:100000:10
--map-users=auto --map-groups=subids
--map-users=all --map-groups=all
--owner 1:1
--kill-child
--kill-child=TERM
--forward-signals
-p --mount-proc
-p --mount-proc=/proc
-U --mount-binfmt
-r -l :x:M::XX::/bin/cat:
-r --load-interp :x:M::XX::/bin/cat:
-m --propagation slave
-m --propagation=shared
--propagation unchanged --mount
-U --setgroups deny
--user --setgroups=allow
-r --keep-caps
-c --keep-caps
-R /
--root=/
-w /usr
--wd=/usr
-S 5
--setuid 5
-G 6
--setgid 6
-T --monotonic 5
--time --boottime=5
--clear-env
--whitelist-env HOME
-h
--help
-V
--version'

@test "every option of the installed unshare, side by side" {
	requires userns timens tool_newuidmap
	local line n=0 theirs ours
	printf 'root:100000:65536\n' >subid
	run uncovered unshare nsrun "$UNSHARE"
	[ -z "$output" ]
	cat >script <<-'END'
		mount --bind subid /etc/subuid && mount --bind subid /etc/subgid || exit 1
		PROGRAM=$1 && shift
		exec "$PROGRAM" "$@"
	END
	while read -r line; do
		knows unshare "$line" || continue
		# shellcheck disable=SC2086
		theirs=$(see unshare -m sh script unshare --fork $line sh -c "$PROBE")
		# shellcheck disable=SC2086
		ours=$(see unshare -m sh script "$TMP/bin/unshare" --fork $line sh -c "$PROBE")
		n=$((n + 1))
		case $line in
		-h | --help | -V | --version)
			[[ $theirs == *"status 0" && $ours == *"status 0" ]]
			continue
			;;
		esac
		[[ $ours == *"status 3" ]] && [ "$ours" = "$theirs" ] || {
			printf '%s\n--- unshare\n%s\n--- nsrun\n%s\n' "$line" "$theirs" "$ours"
			false
		}
	done <<<"$UNSHARE"
	[ "$n" -ge 50 ]
}

NSENTER='-a
--all
-m
--mount
-u
--uts
-i
--ipc
-n
--net
--net=/proc/self/ns/net
-p
--pid
-C
--cgroup
-T
--time
-m -u -i -n -p -C -T
-a -S 5 -G 6
-a --setuid 5 --setgid 6
-a -S follow -G follow
-a --preserve-credentials
-a --keep-caps
-a -r
-a --root
-a --root=/
-a -w
--all --wd=/usr
-m -W /usr
-m --wdns=/usr
-p -F
-p --no-fork
-u -e
-u --env
-u -c
-u --join-cgroup
-u -Z
-u --follow-context
-h
--help
-V
--version'

# Those that need a user namespace of its own; the group drop is not what nsenter 2.38 can do without setgroups.
NSENTER_USER='-U --preserve-credentials
--user --preserve-credentials
-U -S 0 -G 0
-U --user-parent --preserve-credentials'

@test "every option of the installed nsenter, side by side" {
	requires userns timens
	local line n=0 theirs ours target where o
	run uncovered nsenter nsenter-lite "$NSENTER
$NSENTER_USER
-t --target
-N --net-socket"
	[ -z "$output" ]
	for where in NSENTER NSENTER_USER; do
		if [ $where = NSENTER ]; then o=-muinpCT; else o="--map-users=0:0:9 --map-groups=0:0:9"; fi
		# shellcheck disable=SC2086
		"$BIN/nsrun" --detach $o --pid-file pid -- sleep 1000
		target=$(cut -d' ' -f1 pid)
		while read -r line; do
			knows nsenter "$line" || continue
			# shellcheck disable=SC2086
			theirs=$(see nsenter -t "$target" $line sh -c "$PROBE")
			# shellcheck disable=SC2086
			ours=$(see "$TMP/bin/nsenter" --target "$target" $line sh -c "$PROBE")
			n=$((n + 1))
			case $line in
			-h | --help | -V | --version)
				[[ $theirs == *"status 0" && $ours == *"status 0" ]]
				continue
				;;
			esac
			[[ $ours == *"status 3" ]] && [ "$ours" = "$theirs" ] || {
				printf '%s\n--- nsenter\n%s\n--- nsenter-lite\n%s\n' "$line" "$theirs" "$ours"
				false
			}
		done <<<"${!where}"
		kill -KILL "$target"
	done
	[ "$n" -ge 30 ]
}

# What NS_GET_ID of ioctl_nsfs(2) says about a namespace file.
id_of() {
	python3 -c 'import fcntl, struct, sys
print(struct.unpack("Q", fcntl.ioctl(open(sys.argv[1]), 0x8008B70D, bytes(8)))[0])' "$1" 2>/dev/null
}

@test "the newest nsenter(1): a namespace by its id" {
	requires root tool_python3
	local pid id o

	"$BIN/nsrun" --detach -nu --pid-file pid -- sleep 1000
	pid=$(cut -d' ' -f1 pid)
	if ! id=$(id_of "/proc/$pid/ns/net"); then
		run "$TMP/bin/nsenter" --net=:7 true
		kill -KILL "$pid"
		[ "$status" = 125 ] && [[ ${lines[*]} == *"Linux 6.18"* ]] && [ "${#lines[@]}" = 1 ]
		return
	fi
	for o in "--net=:$id" "-n:$id" "-n=:$id"; do
		[ "$("$TMP/bin/nsenter" "$o" readlink /proc/self/ns/net)" = "$(readlink "/proc/$pid/ns/net")" ]
	done
	[ "$("$TMP/bin/nsenter" "-u:$(id_of "/proc/$pid/ns/uts")" "-n:$id" readlink /proc/self/ns/uts)" = "$(readlink "/proc/$pid/ns/uts")" ]
	# Another kind, one that is not there, and what is no id.
	for o in "-u:$id" -n:999999999999 -n: -n:0 -n:-1 -n:1x "-n:1 " -n:18446744073709551616; do
		run "$TMP/bin/nsenter" "$o" true
		[ "$status" = 125 ] && [ "${#lines[@]}" = 1 ] || {
			printf '%s\n' "$o" "$output"
			false
		}
	done
	kill -KILL "$pid"
	cp /dev/null ./:7
	run "$TMP/bin/nsenter" -n./:7 true
	[[ $output == *"':7' is not a namespace file"* || $output == *"'./:7' is not a namespace file"* ]]
}

@test "unshare(1): a PID namespace with its own /proc" {
	example 'unshare --fork --pid --mount-proc readlink /proc/self'
	[ "$status" = 0 ] && [ "$output" = 1 ]
}

@test "unshare(1): root in a user namespace" {
	requires userns
	example_user "unshare --user --map-root-user sh -c 'whoami; cat /proc/self/uid_map /proc/self/gid_map'"
	[ "$status" = 0 ]
	[ "$(tr -s ' ' <<<"$output")" = "root
 0 $(id -u daemon) 1
 0 $(id -g daemon) 1" ]
}

@test "unshare(1): 65536 ids, the user's own as root" {
	requires userns tool_newuidmap
	printf '%s:100000:65536\n' "$(id -u daemon)" >subid
	mkdir -m 777 work
	cat >script <<-'END'
		mount --bind subid /etc/subuid
		mount --bind subid /etc/subgid
		cd work
		PATH=$1:$PATH $2 unshare --user --map-auto --map-root-user sh -c '
			id -u; cat /proc/self/uid_map; touch file; chown 1:1 file; stat -c "%u %g" file'
		stat -c '%u %g' file
	END
	run unshare -m sh -e script "$TMP/bin" "$USER_AS"
	[ "$(tr -s ' ' <<<"$output")" = "0
 0 $(id -u daemon) 1
 1 100000 65535
1 1
100000 100000" ]
}

@test "unshare(1) and nsenter(1): a persistent UTS namespace" {
	example 'touch uts-ns
		unshare --uts="$TMP/uts-ns" hostname FOO
		nsenter --uts="$TMP/uts-ns" hostname
		umount uts-ns'
	[ "$status" = 0 ] && [ "$output" = FOO ]
}

@test "unshare(1): a persistent mount namespace" {
	requires isolated
	# Some kernels refuse the bind by chance (nsrun(1), BUGS): the example is tried again.
	persistent() {
		example 'mkdir -p namespaces
			mount --bind "$TMP/namespaces" "$TMP/namespaces"
			mount --make-private "$TMP/namespaces"
			touch namespaces/mnt
			trap "umount -l namespaces/mnt namespaces" EXIT
			unshare --mount="$TMP/namespaces/mnt" mount -t tmpfs "t$UNIQ" /mnt
			! grep -q "t$UNIQ" /proc/self/mountinfo
			nsenter --mount="$TMP/namespaces/mnt" grep -c "t$UNIQ" /proc/self/mountinfo' 2>&1
		[ "$status" = 0 ] && [ "$output" = 1 ]
	}
	eventually 10 persistent
}

# The processes named by a file of pids that still run.
alive() {
	local pid

	for pid in $(cat "$1"); do [ ! -e "/proc/$pid" ] || echo "$pid"; done
}

@test "unshare(1): --kill-child takes the PID namespace along, and without it the processes stay" {
	local supervisor
	for o in --kill-child ""; do
		# shellcheck disable=SC2086
		"$TMP/bin/unshare" --pid --fork --mount-proc $o -- bash --norc -c '(sleep 555 &) && (ps a -o pid= &) && sleep 999' >/dev/null 2>&1 3>&- &
		supervisor=$!
		eventually 5 pgrep -P "$supervisor"
		inside=$(pgrep -P "$supervisor")
		eventually 5 test "$(eventually 5 pgrep -P "$inside" && pgrep -P "$inside" | head -n 1)"
		{ echo "$inside" && pgrep -P "$inside"; } >pids
		[ "$(ps h -o comm "$supervisor")" = unshare ]
		kill -KILL "$supervisor"
		wait "$supervisor" || true
		if [ -n "$o" ]; then
			none() { [ -z "$(alive pids)" ]; }
			eventually 5 none
		else
			[ -n "$(alive pids)" ]
			kill -KILL "$inside"
		fi
	done
}

@test "unshare(1): a time namespace" {
	requires timens
	example 'unshare --time --fork --boottime 300000000 cut -d. -f1 /proc/uptime'
	[ "$status" = 0 ] && [ "$output" -gt 300000000 ]
}

# literal PAGE: its literal displays under EXAMPLES, each as a file example.N.
literal() {
	awk '/^\.Sh /{ on = /EXAMPLES/ } on && /^\.Bd/ { n++; body = 1; next } /^\.Ed/ { body = 0 }
		on && body { gsub(/\\e/, "\\"); print >("example." n) }' "$1"
}

@test "nsrun(1)'s examples run as they are printed" {
	requires isolated userns
	local f n=0
	literal "$TOP/tools/nsrun/nsrun.1"
	for f in example.*; do
		# A name that another's group cannot have.
		sed -i "s/\bweb\b/mydocker$UNIQ/g" "$f"
		PATH=$BIN:$PATH run timeout 120 bash -e "$f" </dev/null 3>&-
		[ "$status" = 0 ] || { cat "$f"; false; }
		n=$((n + 1))
	done
	[ "$n" -ge 6 ]
	no_group() { run ! "$BIN/cgset" --procs "mydocker$UNIQ"; }
	eventually 10 no_group
	rm -f "/run/mydocker$UNIQ".*
}

@test "nsenter-lite(1)'s examples run as they are printed" {
	requires isolated
	local line id=mydocker$UNIQ n=0 pid
	mkdir -p "jail/bin" "jail/proc" "jail/dev"
	cp "$(command -v busybox)" jail/bin/
	ln -s busybox jail/bin/sh && ln -s busybox jail/bin/ps
	ip netns add web
	mkdir -p "/run/mydocker/$id"
	"$BIN/nsrun" --detach -mupi --hostname inside --pid-file "/run/mydocker/$id/pid" -- "$BIN/rootfs-pivot" --proc --dev \
		"$TMP/jail" -- /bin/busybox sleep 1000 3>&-
	read -r pid _ <"/run/mydocker/$id/pid"
	eventually 5 grep -qx $'Name:\tbusybox' "/proc/$pid/status"
	sed -n '/^\.Sh EXAMPLES/,/^\.Sh SEE/s/^\.Dl # //p' "$TOP/tools/nsenter-lite/nsenter-lite.1" >lines
	while read -r line; do
		printf 'pid=%s id=%s\n%s\n' "$pid" "$id" "$line" >script
		PATH=$BIN:$PATH run timeout 120 bash -e script 3>&- < <(echo exit)
		[ "$status" = 0 ] || { echo "$line: $status $output"; false; }
		n=$((n + 1))
		case $line in
		*hostname) [ "$output" = inside ] ;;
		*ps) [[ $output == *sleep* ]] ;;
		*address) [[ $output == *"lo:"* ]] ;;
		esac
	done <lines
	[ "$n" -ge 4 ]
	kill -KILL "$pid"
	ip netns del web
	rm -r /run/mydocker
}
