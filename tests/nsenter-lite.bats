#!/usr/bin/env bats
# nsenter-lite: entering namespaces, the landing, and what must not be possible.

load helpers
load terminal

setup() {
	common_setup
	requires root
	N=$BIN/nsenter-lite
	CONTAINER=
}

teardown() {
	[ -z "$CONTAINER" ] || kill -KILL "$CONTAINER" 2>/dev/null || true
	common_teardown
}

# A process in namespaces of its own: its pid in $TARGET. Ends with $CONTAINER.
start_target() {
	unshare -muinpCTf --kill-child --mount-proc sh -c 'hostname inside; echo ready; exec sleep 1000' \
		>"$TMP/ready" 2>/dev/null </dev/null 3>&- &
	CONTAINER=$!
	eventually 10 grep -q ready "$TMP/ready"
	TARGET=$(pgrep -P "$CONTAINER")
}

# A container: a root of its own with busybox, /proc, and namespaces for mounts and pids.
start_container() {
	R=$TMP/rootfs
	mkdir -p "$R"/{bin,proc,dev/pts,etc,tmp,home/ann}
	cp /bin/busybox "$R/bin/"
	ln -s busybox "$R/bin/sh"
	printf 'root:x:0:0:root:/root:/bin/sh\nann:x:1000:100:Ann:/home/ann:/bin/sh\n' >"$R/etc/passwd"
	printf 'root:x:0:\nusers:x:100:\nextra:x:200:ann\n' >"$R/etc/group"
	mkfifo "$R/fifo"
	# shellcheck disable=SC2016 # $0 is for the inner shell
	unshare -muinpCf --kill-child sh -c 'mount -t proc proc "$0/proc" && mount -t devpts -o newinstance,ptmxmode=666 d "$0/dev/pts" &&
		echo ready && exec chroot "$0" /bin/busybox env -i FACT=kept /bin/busybox sleep 1000' "$R" >"$TMP/ready" 2>&1 </dev/null 3>&- &
	CONTAINER=$!
	eventually 10 grep -q ready "$TMP/ready"
	TARGET=$(pgrep -P "$CONTAINER")
	eventually 10 asleep
}

# The target has become its last command; before, the words stand in the command line of what becomes it.
asleep() {
	[ "$(tr '\0' ' ' <"/proc/$TARGET/cmdline")" = "/bin/busybox sleep 1000 " ]
}

# What a command sees of itself.
see() {
	"$@" sh -c 'readlink /proc/self/ns/* | grep -v children; pwd; id -u; id -g; id -G; exit 3' 2>&1 | tr '\n' ' '
	echo "status ${PIPESTATUS[0]}"
}

@test "every option of nsenter(1) gives the same namespaces, directory, ids and status" {
	start_target
	local options
	for options in -a -m -u -i -n -p -C -T "-m -u" "-p -m" "-a -F" "-a -r" "-a -w" "-m -r -W /usr" "-a -S 5 -G 6" \
		"-m -w/usr" "--net=/proc/$TARGET/ns/net" "-u/proc/$TARGET/ns/uts" "--all --uts=/proc/self/ns/uts" \
		"--time" "--mount --ipc" "-a --preserve-credentials" "-p -F -m"; do
		# shellcheck disable=SC2086 # several words
		theirs=$(see nsenter -t "$TARGET" $options)
		# shellcheck disable=SC2086
		ours=$(see "$N" -t "$TARGET" $options)
		[[ $ours == *"status 3" ]]
		[ "$ours" = "$theirs" ] || { printf '%s\n ours   %s\n theirs %s\n' "$options" "$ours" "$theirs"; false; }
	done
}

@test "-N, --user-parent, -S follow, --keep-caps: what newer versions of nsenter have" {
	start_target
	local user pid
	# a socket of the other network namespace, held by a process that is not in it
	python3 - "$TARGET" >"$TMP/sock" 3>&- <<-'END' &
		import os, socket, sys
		own = os.open("/proc/self/ns/net", os.O_RDONLY)
		libc = __import__("ctypes").CDLL(None)
		net = os.open(f"/proc/{sys.argv[1]}/ns/net", os.O_RDONLY)
		assert libc.setns(net, 0) == 0
		s = socket.socket()
		assert libc.setns(own, 0) == 0
		print(s.fileno(), flush=True)
		__import__("signal").pause()
	END
	pid=$!
	eventually 10 test -s "$TMP/sock"
	run "$N" -t "$pid" -N "$(cat "$TMP/sock")" readlink /proc/self/ns/net
	kill "$pid"
	[ "$output" = "$(readlink "/proc/$TARGET/ns/net")" ]
	run "$N" -t $$ -N 0 true 0</dev/null
	[ "$status" -eq 125 ] && [ "${#lines[@]}" -eq 1 ]
	# two user namespaces, one in the other: the parent of the inner is the outer
	kill -KILL "$CONTAINER"
	rm "$TMP/ready"
	"$BIN/nsrun" -r --map-users 1:100:9 --map-groups 1:100:9 --kill-child sh -c 'readlink /proc/self/ns/user; exec unshare -Urnf --kill-child sh -c "echo ready; exec sleep 1000"' \
		>"$TMP/ready" 2>&1 </dev/null 3>&- &
	CONTAINER=$!
	eventually 10 grep -q ready "$TMP/ready"
	user=$(head -n 1 "$TMP/ready")
	TARGET=$(pgrep -P "$(pgrep -P "$CONTAINER")")
	run "$N" -t "$TARGET" --user-parent --preserve-credentials readlink /proc/self/ns/user
	[ "$output" = "$user" ]
	run "$N" -t "$TARGET" -U --user-parent --preserve-credentials readlink /proc/self/ns/user
	[ "$output" = "$user" ]
	# the owner of the network namespace is the inner one
	run "$N" -t "$TARGET" -n --user-parent --preserve-credentials readlink /proc/self/ns/user
	[ "$output" = "$(readlink "/proc/$TARGET/ns/user")" ]
	# the ids of the target, here and inside
	setpriv --reuid daemon --regid daemon --clear-groups sleep 1000 3>&- &
	pid=$!
	eventually 10 grep -qx $'Name:\tsleep' "/proc/$pid/status"
	run "$N" -t "$pid" -S follow -G follow sh -c 'id -u; id -g'
	kill "$pid"
	[ "${lines[*]}" = "$(id -u daemon) $(id -g daemon)" ]
	run "$N" -t "$TARGET" -U -S follow -G follow sh -c 'id -u; id -g'
	[ "${lines[*]}" = "0 0" ]
	# another user in a user namespace keeps what it was given
	kill -KILL "$CONTAINER"
	"$BIN/nsrun" -r --map-users 1:100:9 --map-groups 1:100:9 --kill-child sleep 1000 3>&- &
	CONTAINER=$!
	eventually 10 pgrep -x -P "$CONTAINER" sleep
	TARGET=$(pgrep -P "$CONTAINER")
	run "$N" -t "$TARGET" -U -S 5 sed -n 's/^CapEff:.0*//p' /proc/self/status
	[ -z "$output" ]
	run "$N" -t "$TARGET" -U -S 5 --keep-caps sed -n 's/^CapEff:.0*//p' /proc/self/status
	[ -n "$output" ]
}

@test "a user namespace is entered, and the ids become 0 inside" {
	unshare -Ur --kill-child -f sh -c 'echo ready; exec sleep 1000' >"$TMP/ready" 2>/dev/null </dev/null 3>&- &
	CONTAINER=$!
	eventually 10 grep -q ready "$TMP/ready"
	TARGET=$(pgrep -P "$CONTAINER")
	run "$N" -t "$TARGET" -U --preserve-credentials readlink /proc/self/ns/user
	[ "$status" -eq 0 ]
	[ "$output" = "$(readlink "/proc/$TARGET/ns/user")" ]
	run "$N" -t $$ -U true
	[ "$status" -eq 125 ]
	[[ $output == *"enter the user namespace"* ]]
}

@test "exit statuses: the command's own, signals, not found, not executable" {
	start_target
	run "$N" -t "$TARGET" -a sh -c 'exit 255'
	[ "$status" -eq 255 ]
	# shellcheck disable=SC2016
	run "$N" -t "$TARGET" -a sh -c 'kill -9 $$'
	[ "$status" -eq 137 ]
	run -127 "$N" -t "$TARGET" -a nosuchcommand
	[ "$status" -eq 127 ]
	[ "${#lines[@]}" -eq 1 ]
	run "$N" -t "$TARGET" -a /etc
	[ "$status" -eq 126 ]
	[ "${#lines[@]}" -eq 1 ]
}

@test "bad input is refused with one line and 125" {
	local dead bad
	sh -c 'exit 0' &
	dead=$!
	wait "$dead"
	for bad in "-t 0" "-t -1" "-t abc" "-t $dead" "-t 1:abc" "-t $$:1" "-t $$@1" "-t $$@" "-t 1 -t 1" "-N x -t $$" "-N 0" "-t $$ -N 77" "-S follow" "-n --user-parent" "-m" "--nosuch" "-t $$ -S 4294967295" \
		"-t $$ -G x" "-m=/etc/passwd" "-m/proc/self/ns/uts" "-m/nonexistent" "-t $$ -w -W /" "-t $$ --run-as x" \
		"-t $$ --console-fd 77" "--target-file /etc/passwd" "--target-file /nonexistent" "-t $$ --like-target --cap-add NOPE"; do
		# shellcheck disable=SC2086
		run "$N" $bad true
		[ "$status" -eq 125 ] || { echo "$bad"; false; }
		[ "${#lines[@]}" -eq 1 ]
		[[ $output == nsenter-lite:* ]]
	done
}

@test "a pid file: the process itself, never another start time or boot" {
	start_target
	local start boot
	start=$(sed 's/.*) //' "/proc/$TARGET/stat" | cut -d' ' -f20)
	boot=$(cat /proc/sys/kernel/random/boot_id)
	echo "$TARGET $start $boot" >"$TMP/pid"
	run "$N" --target-file "$TMP/pid" -u hostname
	[ "$status" -eq 0 ]
	[ "$output" = inside ]
	run "$N" -t "$TARGET@$start" -u hostname
	[ "$output" = inside ]
	inode=$(python3 -c 'import os, sys; print(os.fstat(os.pidfd_open(int(sys.argv[1]))).st_ino)' "$TARGET")
	other=$(python3 -c 'import os, sys; print(os.fstat(os.pidfd_open(int(sys.argv[1]))).st_ino)' $$)
	if [ "$inode" != "$other" ]; then
		run "$N" -t "$TARGET:$inode" -u hostname
		[ "$output" = inside ]
		run "$N" -t "$TARGET:$other" -u hostname
		[ "$status" -eq 125 ] && [[ $output == *"with inode $other: No such process" ]]
	else
		run "$N" -t "$TARGET:$inode" -u hostname
		[ "$status" -eq 125 ] && [[ $output == *"Linux 6.9 is needed"* ]]
	fi
	run "$N" -t "$TARGET@$((start + 1))" -u hostname
	[ "$status" -eq 125 ]
	echo "$TARGET $((start + 1)) $boot" >"$TMP/pid"
	run "$N" --target-file "$TMP/pid" -u hostname
	[ "$status" -eq 125 ]
	echo "$TARGET $start 00000000-0000-0000-0000-000000000000" >"$TMP/pid"
	run "$N" --target-file "$TMP/pid" -u hostname
	[ "$status" -eq 125 ]
}

@test "a pid that is used again is not entered" {
	# In a pid namespace of its own the next pid can be chosen.
	# shellcheck disable=SC2016
	run timeout 120 unshare -pf --mount-proc --kill-child sh -c '
		sleep 1000 & old=$!
		id="$old $(sed "s/.*) //" /proc/$old/stat | cut -d" " -f20) $(cat /proc/sys/kernel/random/boot_id)"
		echo "$id" >"$1/pid"
		"$0" --target-file "$1/pid" -u true || exit 50
		kill -9 $old; wait $old
		start=${id#* }; start=${start%% *}
		# The start time has a resolution of 10 ms: wait until a new process has a later one.
		while set -- "$1" $(sed "s/.*) //" /proc/self/stat | cut -d" " -f20) && [ "$2" -le "$start" ]; do :; done
		echo $((old - 1)) >/proc/sys/kernel/ns_last_pid
		sleep 1000 &
		[ $! = $old ] || exit 51
		"$0" --target-file "$1/pid" -u true
		echo "status $?"
	' "$N" "$TMP"
	[ "$status" -eq 0 ]
	[[ $output == *"No such process"*"status 125" ]]
}

@test "a target that ends meanwhile, and its pid is another's: 125 and a line, never the other" {
	local o
	# The FIFO is opened after the target has been: while it waits there, the target goes and its pid is used again.
	cat >"$TMP/script" <<-'END'
		tool=$1
		shift
		mkfifo fifo
		sleep 1000 & old=$!
		"$tool" -t $old "$@" --env-file fifo -- readlink /proc/self/ns/uts 2>err & tool=$!
		exec 3>fifo
		kill -9 $old
		wait $old 2>/dev/null
		n=0
		until [ "$new" = $old ]; do
			[ $((n += 1)) -lt 100 ] || exit 51
			echo $((old - 1)) >/proc/sys/kernel/ns_last_pid
			unshare -u sleep 1000 3>&- & new=$!
		done
		exec 3>&-
		wait $tool
		echo "status $?"
		cat err
	END
	cd "$TMP"
	for o in -u -a "-a --like-target" "-p -F" "-m -e"; do
		# shellcheck disable=SC2086
		run timeout 60 unshare -pf --mount-proc --kill-child sh script "$N" $o 3>&-
		[ "$status" -eq 0 ] && [ "${#lines[@]}" -eq 2 ] && [ "${lines[0]}" = "status 125" ]
		[[ ${lines[1]} == "nsenter-lite: "*"No such process" ]]
		rm fifo
	done
}

@test "a target that has ended and was not waited for: 125 and a line that says so" {
	local o zombie
	# shellcheck disable=SC2016 # for the inner shell
	bash -c 'sleep 0 & echo $! >"$0"; exec sleep 1000' "$TMP/zombie" 3>&- &
	STARTED=$!
	eventually 5 test -s "$TMP/zombie"
	eventually 5 grep -q '^State:.Z' "/proc/$(<"$TMP/zombie")/status"
	zombie=$(<"$TMP/zombie")
	for o in -a -m -r "-a --like-target" "-w"; do
		# shellcheck disable=SC2086
		run "$N" -t "$zombie" $o true
		[ "$status" -eq 125 ] && [ "${#lines[@]}" -eq 1 ] && [[ $output == "nsenter-lite: "*"No such process" ]]
	done
	end_started
}

@test "--like-target: root, environment, limits, badness, bounding set and no_new_privs are the target's" {
	start_container
	prlimit --pid "$TARGET" --nofile=77:99
	echo 321 >"/proc/$TARGET/oom_score_adj"
	run "$N" -t "$TARGET" -a --like-target /bin/busybox sh -c \
		'echo $FACT; ulimit -n; cat /proc/self/oom_score_adj; pwd; ls /; grep -E "CapBnd|NoNewPrivs" /proc/self/status'
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = kept ]
	[ "${lines[1]}" = 77 ]
	[ "${lines[2]}" = 321 ]
	[ "${lines[3]}" = / ]
	[[ $output == *home* ]]
	[[ $output == *"$(grep NoNewPrivs "/proc/$TARGET/status")"* ]]
	[[ $output == *"$(grep CapBnd "/proc/$TARGET/status")"* ]]
}

@test "--like-target: what the target may not, the command may not either" {
	setpriv --bounding-set -all,+chown,+kill,+setuid,+setgid,+setpcap --inh-caps -all --no-new-privs sleep 1000 3>&- &
	CONTAINER=$!
	TARGET=$CONTAINER
	eventually 10 grep -qx sleep "/proc/$TARGET/comm"
	run "$N" -t "$TARGET" -m --like-target grep -E 'CapBnd|CapEff|NoNewPrivs' /proc/self/status
	[ "$status" -eq 0 ]
	[ "$output" = "$(grep -E 'CapEff|CapBnd|NoNewPrivs' "/proc/$TARGET/status")" ]
	run "$N" -t "$TARGET" -m --like-target --cap-add NET_RAW --cap-drop KILL sh -c 'sed -n s/CapBnd:.//p /proc/self/status'
	[ "$output" = 00000000000021c1 ]
	# what this process does not have it cannot give
	run setpriv --bounding-set -net_raw "$N" -t "$TARGET" -m --like-target --cap-add NET_RAW true
	[ "$status" -eq 125 ] && [ "${#lines[@]}" -eq 1 ]
	[[ $output == *"'NET_RAW' cannot be added"* ]]
}

@test "--run-as takes users and groups from the passwd file inside" {
	start_container
	run "$N" -t "$TARGET" -a --like-target --run-as ann /bin/busybox sh -c 'id -u; id -g; id -G; echo $HOME'
	[ "$status" -eq 0 ]
	[ "${lines[*]}" = "1000 100 100 200 /home/ann" ]
	run "$N" -t "$TARGET" -a --like-target --run-as nobodyhere /bin/busybox true
	[ "$status" -eq 125 ]
	run "$N" -t "$TARGET" -a --like-target --setenv A=b --setenv FACT=new --cwd /home /bin/busybox sh -c 'echo $A $FACT; pwd'
	[ "${lines[*]}" = "b new /home" ]
	run "$N" -t "$TARGET" -a --like-target --clear-env --setenv A=b /bin/busybox env
	[ "$output" = A=b ]
}

@test "no descriptor and no directory of the host comes along" {
	start_container
	cd "$TMP"
	run "$N" -t "$TARGET" -a --like-target /bin/busybox ls /proc/self/fd 9</etc 8</
	[ "$status" -eq 0 ]
	# 3 is ls's own.
	[ "${lines[*]}" = "0 1 2 3" ]
	ln -s /proc/self/fd/9 "$R/escape"
	run "$N" -t "$TARGET" -a --like-target --cwd /escape /bin/busybox pwd 9</etc
	[ "$status" -eq 125 ]
}

@test "the helper cannot be looked into from inside" {
	start_container
	# It stands still inside: the console's answer never comes.
	cat >"$R/look.sh" <<-'END'
		for p in /proc/[0-9]*; do
			case $(tr '\0' ' ' <$p/cmdline) in *--like-target*) ;; *) continue ;; esac
			grep '^Name' $p/status
			grep -q . $p/environ 2>/dev/null && echo read
			readlink $p/exe >/dev/null && echo program
		done
		true
	END
	python3 - "$N" "$TARGET" <<-'END'
		import socket, subprocess, sys
		a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
		cmd = [sys.argv[1], "-t", sys.argv[2], "-a", "--like-target"]
		p = subprocess.Popen(cmd + ["--console-fd", str(b.fileno()), "/bin/busybox", "true"], pass_fds=[b.fileno()])
		b.close()
		assert socket.recv_fds(a, 100, 1)[0]
		look = ["/bin/busybox", "sh", "/look.sh"]
		# These three may look into everything: no container has them unless it is told so.
		less = ["--cap-drop", "SYS_PTRACE", "--cap-drop", "SYS_ADMIN", "--cap-drop", "PERFMON"]
		out = subprocess.run(cmd + less + look, capture_output=True, text=True).stdout
		a.close()
		p.wait()
		assert "Name" in out and "read" not in out and "program" not in out, out
	END
}

# attack TOOL OPTION...: runs TOOL, a copy, with a command that makes it execute itself and stand still at /fifo, while somebody
# inside opens its /proc/PID/exe and writes to it after its end. Who saw nothing at all tries again, as an attacker would.
attack() {
	local try
	cat >"$R/attack.sh" <<-'END'
		n=0
		while [ $((n += 1)) -lt 4000 ]; do
			for p in /proc/[0-9]*; do
				case $(tr '\0' ' ' <$p/cmdline 2>/dev/null) in "/proc/self/exe --"*) ;; *) continue ;; esac
				exec 3<$p/exe || exit 1
				# What it would run is the script again.
				chmod -x /evil
				echo A=b >/fifo
				while [ -d $p ]; do :; done
				# The tool outside, which runs from the same file, ends a moment later: until then it is busy.
				while [ $((n += 1)) -lt 8000 ]; do
					{ printf PWNED >>/proc/self/fd/3; } 2>/tmp/error && echo written && exit
					grep -v 'Text file busy' /tmp/error && exit
					usleep 20000
				done
			done
			usleep 20000
		done
	END
	for try in 1 2 3 4 5; do
		chmod +x "$R/evil"
		nsenter -t "$TARGET" -a -r /bin/busybox sh /attack.sh >"$TMP/attack" 2>&1 </dev/null 3>&- &
		timeout 120 "$@" /evil >"$TMP/attacked" 2>&1 </dev/null || true
		wait $! || true
		[ ! -s "$TMP/attack" ] || break
		echo "try $try saw nothing: $(<"$TMP/attacked")"
	done
}

@test "the host's binary cannot be written through /proc/PID/exe (CVE-2019-5736)" {
	! ldd "$N" >/dev/null 2>&1 || skip "a tool that needs libraries cannot be executed inside"
	start_container
	cp "$N" "$TMP/tool"
	printf '#!/proc/self/exe --env-file=/fifo\n' >"$R/evil"
	attack "$TMP/tool" -t "$TARGET" -a --like-target --privileged
	cat "$TMP/attack"
	grep -q 'Read-only file system' "$TMP/attack"
	cmp "$N" "$TMP/tool"
}

@test "... and the same attack does reach a tool without that protection" {
	start_container
	local lib
	cp "$(command -v nsenter)" "$TMP/tool"
	for lib in $(ldd "$TMP/tool" | grep -o '/[^ ]*'); do
		mkdir -p "$R/${lib%/*}"
		cp -L "$lib" "$R/$lib"
	done
	printf '#!/proc/self/exe --net=/fifo\n' >"$R/evil"
	attack "$TMP/tool" -t "$TARGET" -a -r
	cat "$TMP/attack"
	grep -q written "$TMP/attack"
	run ! cmp -s "$(command -v nsenter)" "$TMP/tool"
}

@test "--console-fd: a terminal of the container's own" {
	start_container
	run "$BIN/ptyrun" -- "$N" -t "$TARGET" -a --like-target --console-fd 4 /bin/busybox sh -c 'tty; echo $TERM; exit 9' </dev/null
	[ "$status" -eq 9 ]
	[[ ${lines[0]} == /dev/pts/0* ]]
	[[ ${lines[1]} == "${TERM:-xterm}"* ]]
}

@test "signals reach the command, and the status is the signal's" {
	start_target
	"$N" -t "$TARGET" -a sh -c 'trap "echo got; exit 5" USR1; echo up; while :; do sleep 0.05; done' >"$TMP/out" 2>&1 3>&- &
	local pid=$! rc=0
	eventually 10 grep -q up "$TMP/out"
	kill -USR1 "$pid"
	wait "$pid" || rc=$?
	[ "$rc" -eq 5 ]
	grep -q got "$TMP/out"
}

@test "a command that stops stops the tool, and both go on together" {
	start_target
	"$N" -t "$TARGET" -a sh -c 'echo up; kill -STOP $$; exit 6' >"$TMP/out" 2>&1 3>&- &
	local pid=$! rc=0
	eventually 10 grep -q '^State:.T' "/proc/$pid/status"
	kill -CONT "$pid"
	wait "$pid" || rc=$?
	[ "$rc" -eq 6 ]
}

@test "--pid-file and --detach; a target that ends takes the command along" {
	start_target
	"$N" -t "$TARGET" -a --pid-file "$TMP/pid" --detach sleep 1000 >/dev/null 2>&1 </dev/null 3>&-
	run "$N" --target-file "$TMP/pid" -u hostname
	[ "$output" = inside ]
	run -127 "$N" -t "$TARGET" -a --pid-file "$TMP/pid2" --detach nosuchcommand
	[ "$status" -eq 127 ]
	[ ! -e "$TMP/pid2" ]
	kill -KILL "$CONTAINER"
	eventually 10 test ! -e "/proc/$(cut -d' ' -f1 "$TMP/pid")/exe"
	run "$N" --target-file "$TMP/pid" -u hostname
	[ "$status" -eq 125 ]
}

@test "--exec-fd reports a command that cannot be executed" {
	start_target
	"$N" -t "$TARGET" -a --exec-fd 8 nosuchcommand 8>"$TMP/report" 2>"$TMP/err" || true
	[ "$(head -c 1 "$TMP/report" | od -An -tu1 | tr -d ' ')" = 127 ]
	grep -q nosuchcommand "$TMP/report"
	[ ! -s "$TMP/err" ]
}

@test "--keep-fd leaves a descriptor open, and no other" {
	start_container
	for o in "" --like-target; do
		# shellcheck disable=SC2086
		run "$N" -t "$TARGET" -a $o -r --keep-fd 8 --keep-fd 5 /bin/busybox sh -c 'echo /proc/$$/fd/*; echo eight >&8' 5</etc 7</etc 8>"$TMP/eight" 9</etc
		[[ $output == *"/fd/5"* && $output != *"/fd/7"* && $output == *"/fd/8"* && $output != *"/fd/9"* ]]
		[ "$(cat "$TMP/eight")" = eight ]
	done
	for bad in 1 77 x; do
		run "$N" -t "$TARGET" -u --keep-fd $bad true
		[ "$status" -eq 125 ] && [ "${#lines[@]}" -eq 1 ]
	done
}

@test "--pty: a terminal of the container's own, relayed to this one" {
	start_container
	for o in "" --like-target; do
		# shellcheck disable=SC2086
		run "$N" -t "$TARGET" -a -r $o --pty --keep-fd 4 /bin/busybox sh -c 'tty; [ -e /proc/$$/fd/4 ] && echo four; exit 9' </dev/null 4</dev/null
		[ "$status" -eq 9 ]
		[[ ${lines[0]} == /dev/pts/0* ]]
		[[ ${lines[1]} == four* ]]
	done
	run -127 "$N" -t "$TARGET" -a -r --pty /no/such </dev/null
	run "$N" -t "$TARGET" -a --pty --detach true
	[ "$status" -eq 125 ]
	# in a real terminal, with its size
	terminal one 91 23 "'$N' -t $TARGET -a -r --pty /bin/busybox sh -c 'stty size; tty; read x'"
	shows one '^23 91$'
	shows one '^/dev/pts/0$'
	own_tmux kill-server
}

@test "-e takes the environment of the target, as nsenter" {
	start_container
	run "$N" -t "$TARGET" -e env
	[ "$output" = "$(nsenter -t "$TARGET" -e env 2>/dev/null || echo FACT=kept)" ]
	[ "$output" = FACT=kept ]
	run "$N" -t "$TARGET" -e --setenv FACT=mine --setenv B=c env
	[ "$output" = $'FACT=mine\nB=c' ]
	run "$N" -e env
	[ "$status" -eq 125 ]
}

@test "-c joins the target's control groups, v1 and v2, and makes none" {
	local h made=() group=mydocker$UNIQ theirs ours
	for h in $(awk '/ - cgroup2? / { print $5 }' /proc/self/mountinfo); do
		case $h in */unified | */pids | */freezer | /sys/fs/cgroup) mkdir "$h/$group" && made+=("$h") ;; esac
	done
	[ "${#made[@]}" -gt 0 ]
	sleep 1000 3>&- &
	CONTAINER=$!
	for h in "${made[@]}"; do echo "$CONTAINER" >"$h/$group/cgroup.procs"; done
	theirs=$(cat "/proc/$CONTAINER/cgroup")
	ours=$("$N" -t "$CONTAINER" -c cat /proc/self/cgroup)
	forked=$("$N" -t "$CONTAINER" -c --pid-file "$TMP/pid" cat /proc/self/cgroup)
	like=$("$N" -t "$CONTAINER" -m --like-target cat /proc/self/cgroup)
	kill "$CONTAINER"
	wait "$CONTAINER" || true
	CONTAINER=
	for h in "${made[@]}"; do eventually 5 rmdir "$h/$group"; done
	[ "$ours" = "$theirs" ]
	[ "$forked" = "$theirs" ]
	[ "$like" = "$theirs" ]
	[ "$(grep -c "/$group\$" <<<"$ours")" -eq "${#made[@]}" ]
}

# A container of an ordinary user's: the pid of its first process in $TARGET. $TMP/over has something else on it inside.
start_rootless() {
	chmod 755 "$TMP"
	mkdir -m 777 "$TMP/over"
	# shellcheck disable=SC2016
	setpriv --reuid daemon --regid daemon --clear-groups unshare -rmpuf --kill-child --mount-proc \
		sh -c 'mount -t tmpfs t "$0/over" && hostname inside && echo ready && exec sleep 1000' "$TMP" \
		>"$TMP/ready" 2>&1 </dev/null 3>&- &
	CONTAINER=$!
	eventually 10 grep -q ready "$TMP/ready"
	TARGET=$(pgrep -P "$CONTAINER")
	AS="setpriv --reuid daemon --regid daemon --clear-groups"
}

@test "an ordinary user enters his own user namespace with all that it owns, as nsenter" {
	start_rootless
	local options
	for options in "-U -u" "-U -m -p -u" "-U -p -F -m"; do
		options="$options --preserve-credentials"
		# shellcheck disable=SC2086
		theirs=$(see $AS nsenter -t "$TARGET" $options)
		# shellcheck disable=SC2086
		ours=$(see $AS "$N" -t "$TARGET" $options)
		[ "$ours" = "$theirs" ] || { printf '%s\n ours   %s\n theirs %s\n' "$options" "$ours" "$theirs"; false; }
		[[ $ours == *"status 3" ]]
	done
	# nsenter 2.38 cannot become 0 where setgroups is denied, although no group is left to be dropped.
	for options in -U "-U -p -m -S 0 -G 0" -a; do
		# shellcheck disable=SC2086
		run $AS "$N" -t "$TARGET" $options sh -c 'readlink /proc/self/ns/user; id -u; id -g; id -G'
		[ "${lines[*]}" = "$(readlink "/proc/$TARGET/ns/user") 0 0 0" ]
	done
	# shellcheck disable=SC2086
	run $AS "$N" -t "$TARGET" -m true
	[ "$status" -eq 125 ] && [ "${#lines[@]}" -eq 1 ]
}

@test "the pid file is written outside when everything has to be entered at once" {
	start_rootless
	# shellcheck disable=SC2086
	run $AS "$N" -t "$TARGET" -U -m -p -u --pid-file "$TMP/over/pid" sh -c 'hostname; id -u; exit 6'
	[ "$status" -eq 6 ]
	[ "$output" = $'inside\n0' ]
	[ -s "$TMP/over/pid" ]
	# shellcheck disable=SC2086
	$AS "$N" -t "$TARGET" -U -m -p --pid-file "$TMP/over/pid" --detach sleep 1000 </dev/null >/dev/null 2>&1 3>&-
	"$BIN/pidctl" --alive "$TMP/over/pid"
	[ "$(tr '\0' ' ' <"/proc/$(cut -d' ' -f1 "$TMP/over/pid")/cmdline")" = "sleep 1000 " ]
	# shellcheck disable=SC2086
	run -127 $AS "$N" -t "$TARGET" -U -m -p --pid-file "$TMP/over/pid2" /no/such
	[ "$output" = "nsenter-lite: exec '/no/such': No such file or directory" ] && [ ! -e "$TMP/over/pid2" ]
	# signals and stops find the command
	# shellcheck disable=SC2086
	$AS "$N" -t "$TARGET" -U -m -p sh -c 'trap "exit 5" USR1; echo up; while :; do sleep 0.05; done' >"$TMP/out" 2>&1 3>&- &
	local pid=$! rc=0
	eventually 10 grep -q up "$TMP/out"
	kill -USR1 "$pid"
	wait "$pid" || rc=$?
	[ "$rc" -eq 5 ]
}

@test "without CAP_SYS_ADMIN the program runs from a sealed copy in memory" {
	requires tool_strace
	start_rootless
	# shellcheck disable=SC2086
	strace -f -o "$TMP/trace" -e trace=open_tree,memfd_create,fcntl,execveat $AS "$N" -t "$TARGET" -U -m true
	grep -q 'open_tree.*EPERM' "$TMP/trace"
	grep -q 'F_ADD_SEALS, F_SEAL_SEAL|F_SEAL_SHRINK|F_SEAL_GROW|F_SEAL_WRITE) = 0' "$TMP/trace"
	grep -q 'execveat(.*AT_EMPTY_PATH) = 0' "$TMP/trace"
}
