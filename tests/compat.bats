#!/usr/bin/env bats
# What stands in manuals: the examples of util-linux's unshare(1) and nsenter(1) with nsrun and nsenter-lite under these
# names, and the examples of our own pages as they are printed.

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
teardown() { common_teardown; }

# example COMMANDS: as typed by root.
example() {
	PATH=$TMP/bin:$PATH run bash -e -c "$1" 3>&-
}

# example_user COMMANDS: as typed by an ordinary user.
example_user() {
	# shellcheck disable=SC2086
	PATH=$TMP/bin:$PATH run $USER_AS bash -e -c "$1" 3>&-
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
	eventually 5 grep -q ^/bin/busybox "/proc/$pid/cmdline"
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
