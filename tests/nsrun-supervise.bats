#!/usr/bin/env bats
# nsrun as a supervisor: descriptors, the exec report, --detach, files of the state, signals, terminals, gates.

load helpers
load terminal

setup() {
	common_setup
	cd "$TMP"
}

# Reads the exit file into $output, without its time, once it is there.
exit_fact() {
	local what value time rest

	eventually 10 test -e "$1"
	read -r what value time rest <"$1"
	[[ $time =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{9}Z$ ]]
	output="$what $value${rest:+ $rest}"
}

# Whether the process whose identity a file holds is gone.
gone() {
	local pid start boot

	read -r pid start boot <"$1"
	[ "$(cut -d' ' -f22 "/proc/$pid/stat" 2>/dev/null)" != "$start" ] ||
		[ "$(cut -d' ' -f3 "/proc/$pid/stat" 2>/dev/null)" = Z ]
}

# As run, for --detach: the command would keep run's pipe open.
run_detached() {
	status=0
	"$BIN/nsrun" --detach "$@" >"$TMP.out" 2>&1 </dev/null || status=$?
	output=$(cat "$TMP.out")
	rm "$TMP.out"
	mapfile -t lines <<<"$output"
}

@test "descriptors above 2 stay out, but for those that are named" {
	run "$BIN/nsrun" sh -c 'echo /proc/$$/fd/*' 5</dev/null 7</dev/null
	[[ $output != *"/fd/5"* && $output != *"/fd/7"* ]]
	run "$BIN/nsrun" --keep-fd 7 --keep-fd 9 sh -c 'echo /proc/$$/fd/*' 5</dev/null 7</dev/null 9</dev/null
	[[ $output != *"/fd/5"* && $output == *"/fd/7"* && $output == *"/fd/9" ]]
	"$BIN/nsrun" true <&- >&- 2>&-
}

@test "--stdout-fd and --stderr-fd; --drain-fd waits for end of file" {
	run "$BIN/nsrun" --stdout-fd 5 --stderr-fd 6 sh -c 'echo out; echo err >&2' 5>out 6>err
	[ -z "$output" ] && [ "$(cat out)" = out ] && [ "$(cat err)" = err ]
	run "$BIN/nsrun" --stdout-fd 5 --stderr-fd 5 sh -c 'echo out; echo err >&2' 5>both
	[ "$(cat both)" = $'out\nerr' ]
	mkfifo drain
	(exec 8>drain; until [ -e ended ]; do sleep 0.02; done; echo late >drained) &
	"$BIN/nsrun" --drain-fd 7 -- touch ended 7<drain
	[ "$(cat drained)" = late ]
	wait
	# The window's size is no reason to wait no longer; a byte says that output is lost.
	"$BIN/nsrun" --pid-file pid --drain-fd 7 -- true 7<drain &
	exec 8>drain
	eventually 5 gone pid
	kill -WINCH $!
	taken() { ! grep -q '^ShdPnd:.*[89a-f].......$' "/proc/$!/status"; }
	eventually 5 taken
	kill -0 $!
	echo lost >&8
	exec 8>&-
	status=0
	wait $! || status=$?
	[ "$status" = 1 ]
}

@test "--exec-fd: the report survives the exec and decides" {
	run "$BIN/nsrun" --exec-fd 3 -- sh -c '[ -e /proc/$$/fd/3 ] && exit 9'
	[ "$status" = 9 ]
	run timeout 60 "$BIN/nsrun" --exec-fd 3 --pid-file pid -- sh -c 'printf "\176chain: no" >&3; exec sleep 300'
	[ "$status" = 126 ]
	[ "$output" = "chain: no" ]
	[ ! -e pid ]
	run "$BIN/nsrun" --exec-fd 3 -- "$BIN/nsrun" --exec-fd 3 -- true
	[ "$status" = 0 ]
	# the pid file comes with the end of the report, not before
	mkfifo go end
	"$BIN/nsrun" --exec-fd 9 --pid-file pid -- sh -c 'read x <go; exec 9>&-; read x <end; exit 5' &
	[ ! -e pid ]
	echo >go
	eventually 5 test -e pid
	echo >end
	status=0
	wait $! || status=$?
	[ "$status" = 5 ]
}

@test "--detach returns when the command runs; pid, supervisor and exit files; then on-exit" {
	mkfifo go
	run_detached --pid-file pid --supervisor-file sup --exit-file exit \
		--on-exit sh --on-exit-arg -c --on-exit-arg "cat '$TMP/exit' >'$TMP/seen'; echo \$\$ >'$TMP/by'" -- sh -c 'read x <go; exit 3'
	[ "$status" = 0 ] && [ -z "$output" ]
	read -r pid start boot <pid
	[ "$boot" = "$(cat /proc/sys/kernel/random/boot_id)" ]
	[ "$start" = "$(cut -d' ' -f22 "/proc/$pid/stat")" ]
	read -r sup _ <sup
	[ "$(cut -d' ' -f4 "/proc/$pid/stat")" = "$sup" ]
	[ "$(readlink "/proc/$sup/cwd")" = / ]
	[ "$(readlink "/proc/$sup/fd/1")" = /dev/null ]
	[ "$(ps -o sid= -p "$sup" | tr -d ' ')" = "$sup" ]
	[ ! -e exit ]
	echo >go
	exit_fact exit
	[ "$output" = "exited 3" ]
	eventually 5 test -s by
	[ "$(cat by)" = "$sup" ]
	cmp exit seen
	eventually 5 gone sup
}

@test "--detach keeps no descriptor of the caller's but stdio of the command" {
	"$BIN/nsrun" --detach --supervisor-file sup --pid-file pid --keep-fd 9 --stdout-fd 8 --stderr-fd 8 -- sleep 300 8>log 9</dev/null 7</dev/null
	read -r sup _ <sup
	read -r pid _ <pid
	only_own() {
		! for fd in "/proc/$sup/fd"/*; do readlink "$fd"; done | grep -Ev '^(/dev/null|'"$TMP"'/pid|anon_inode:\[(signalfd|pidfd)\])$'
	}
	eventually 5 only_own
	[ "$(readlink "/proc/$pid/fd/1")" = "$TMP/log" ]
	kill "$pid"
	eventually 5 gone sup
}

@test "--detach with a start that fails: status, message, no file, on-exit has run" {
	for cmd in "no-such-$UNIQ" "$TMP"; do
		run_detached --pid-file pid --supervisor-file sup --exit-file exit \
			--on-exit touch --on-exit-arg "$TMP/undone" -- "$cmd"
		[ "$status" = "$([ "$cmd" = "$TMP" ] && echo 126 || echo 127)" ]
		[ "${#lines[@]}" = 1 ] && [[ $output == "nsrun: exec '$cmd'"* ]]
		[ ! -e pid ] && [ ! -e sup ] && [ ! -e exit ] && [ -e undone ]
		rm undone
	done
	run_detached --pid-file "/no/such/dir/pid" --on-exit touch --on-exit-arg "$TMP/undone" -- sleep 300
	[ "$status" = 125 ]
	[[ $output == *"/no/such/dir"* ]]
	[ -e undone ]
	run_detached --supervisor-file "/no/such/dir/sup" -- touch ran
	[ "$status" = 125 ]
	[ ! -e ran ]
}

@test "the foreground: exit file, then on-exit on standard error, then our status" {
	run --separate-stderr "$BIN/nsrun" --exit-file exit --on-exit sh --on-exit-arg -c --on-exit-arg 'cat exit; echo bye' \
		-- sh -c 'echo hello; kill -USR1 $$'
	[ "$status" = $((128 + $(kill -l USR1))) ]
	[ "$output" = hello ]
	[[ $stderr == "signaled $(kill -l USR1) "*$'\nbye' ]]
	run "$BIN/nsrun" --on-exit "no-such-$UNIQ" -- sh -c 'exit 4'
	[ "$status" = 4 ]
	[[ $output == "nsrun: exec 'no-such-$UNIQ'"* ]]
	run "$BIN/nsrun" --on-exit touch --on-exit-arg undone --pid-file pid -w "/no-such-$UNIQ" true
	[ "$status" = 125 ] && [ -e undone ] && [ ! -e pid ]
	run "$BIN/nsrun" --on-exit touch --on-exit-arg undone2 --no-such-option
	[ ! -e undone2 ]
}

@test "--on-exit-status: on-exit takes our place and answers with the status, out of the signals' reach" {
	run --separate-stderr sh -c 'echo $$; exec "$@"' sh "$BIN/nsrun" --on-exit sh --on-exit-arg -c \
		--on-exit-arg 'echo "$$ $1"; kill -INT $$; exit $(($1 + 1))' --on-exit-arg sh --on-exit-status -- sh -c 'exit 4'
	[ "$status" = 5 ]
	[ "$stderr" = "$output 4" ]
	run "$BIN/nsrun" --on-exit "no-such-$UNIQ" --on-exit-status -- sh -c 'exit 4'
	[ "$status" = 4 ]
	run --separate-stderr "$BIN/nsrun" --on-exit echo --on-exit-status -- "no-such-$UNIQ"
	[ "$status" = 0 ]
	[[ $stderr == *$'\n127' ]]
	run "$BIN/nsrun" --on-exit-status true
	[ "$status" = 125 ]
	run "$BIN/nsrun" --on-exit true --on-exit-status --on-exit-status true
	[ "$status" = 125 ]
}

@test "exit and pid files of an earlier run are gone when the next one starts" {
	echo old >pid
	echo old >./exit
	run "$BIN/nsrun" --pid-file pid --exit-file exit -- sh -c '[ ! -e exit ]'
	[ "$status" = 0 ]
	exit_fact exit
	[ "$output" = "exited 0" ]
}

@test "kill -9 of the supervisor does the command no harm; with --kill-child it goes too" {
	requires root
	mkfifo go end
	"$BIN/nsrun" --detach --pid-file pid --supervisor-file sup -- sh -c 'read x <go; echo fine >out; read x <end'
	kill -9 "$(cut -d' ' -f1 sup)"
	eventually 5 gone sup
	echo >go
	eventually 5 test -s out
	run ! gone pid
	echo >end
	eventually 5 gone pid
	for o in "" -p "-S 1"; do
		"$BIN/nsrun" --detach $o --kill-child --pid-file pid --supervisor-file sup -- sleep 300
		kill -9 "$(cut -d' ' -f1 sup)"
		eventually 5 gone pid
	done
	"$BIN/nsrun" --detach --kill-child=TERM --pid-file pid --supervisor-file sup -- sh -c 'trap "echo got >term; exit" TERM; touch ready; while :; do sleep 0.05; done'
	eventually 5 test -e ready
	kill -9 "$(cut -d' ' -f1 sup)"
	eventually 5 test -s term
	eventually 5 gone pid
}

@test "a caller that dies before it is told leaves nothing running" {
	mkfifo go
	"$BIN/nsrun" --detach --exec-fd 9 --supervisor-file sup --pid-file pid -- sh -c 'read x <go; exec 9>&-; exec sleep 300' &
	caller=$!
	eventually 5 test -e sup
	kill -9 "$caller"
	wait "$caller" || true
	echo >go
	eventually 5 test ! -e sup
	[ ! -e pid ]
}

@test "signals are forwarded, and the mask and dispositions of the caller arrive" {
	for sig in HUP INT QUIT USR1 USR2 TERM WINCH; do
		# bash starts background commands with INT and QUIT ignored
		env --default-signal "$BIN/nsrun" --pid-file pid -- bash -c "trap 'echo $sig >got; exit 0' $sig; touch ready; while :; do sleep 0.02; done" &
		eventually 5 test -e ready
		kill -$sig $!
		wait $!
		[ "$(cat got)" = $sig ]
		rm got ready pid
	done
	run "$BIN/nsrun" grep -E '^Sig(Blk|Ign|Cgt)' /proc/self/status
	[ "$output" = "$(grep -E '^Sig(Blk|Ign|Cgt)' /proc/self/status)" ] || [[ $output == *"SigBlk:"*0000000000000000* ]]
	run sh -c 'trap "" HUP; "$BIN/nsrun" grep ^SigIgn /proc/self/status'
	[ $((0x${output##*[^0-9a-f]} & 1)) = 1 ]
	# Under nohup(1) it is not passed on either.
	env --default-signal --ignore-signal=HUP "$BIN/nsrun" --pid-file pid -- env --default-signal=HUP sh -c 'touch ready; exec sleep 300' &
	eventually 5 test -e ready
	kill -HUP $!
	kill -TERM $!
	status=0
	wait $! || status=$?
	[ "$status" = 143 ]
}

@test "--init: 1000 orphans reaped, the status kept, signals passed on" {
	requires root
	cat >script <<'EOF'
i=0
while [ $i -lt 1000 ]; do (true & exec true) & i=$((i + 1)); done
wait
until ! grep -sl '^State:.Z' /proc/[0-9]*/status >/dev/null; do sleep 0.05; done
exit 5
EOF
	run timeout 300 "$BIN/nsrun" --init --mount-proc -- sh script
	[ "$status" = 5 ]
	run "$BIN/nsrun" --init -- sh -c 'echo $$; kill -9 $$'
	[ "$output" != 1 ]
	[ "$status" = 137 ]
	run -127 "$BIN/nsrun" --init -- "no-such-$UNIQ"
	"$BIN/nsrun" --init -- sh -c 'touch ready; exec sleep 300' &
	eventually 5 test -e ready
	kill $!
	status=0
	wait $! || status=$?
	[ "$status" = 143 ]
}

@test "job control: Ctrl-Z stops, fg goes on, Ctrl-C ends, in a terminal" {
	requires root
	shell_at one
	for o in "" "-p" "--init"; do
		type_in one "clear; '$BIN/nsrun' $o --pid-file pid -- sleep 300" Enter
		eventually 10 test -e pid
		eventually 10 grep -q ^State:.S "/proc/$(cut -d' ' -f1 pid)/status"
		type_in one C-z
		shows one Stopped
		eventually 10 grep -q ^State:.T "/proc/$(cut -d' ' -f1 pid)/status"
		type_in one 'fg' Enter
		eventually 10 grep -q ^State:.S "/proc/$(cut -d' ' -f1 pid)/status"
		if [ "$o" = -p ]; then
			kill -9 "$(cut -d' ' -f1 pid)"
			want=137
		else
			type_in one C-c
			want=130
		fi
		type_in one 'echo status=$?' Enter
		shows one "status=$want"
		rm pid
	done
}

@test "--into-cgroup: born inside in every hierarchy, the cgroup namespace rooted there, the supervisor outside" {
	requires root
	local g="mydocker$UNIQ" h made=()
	for h in $(awk '/ - cgroup2? / { print $5 }' /proc/self/mountinfo); do
		case $h in */unified | */memory | */pids | */freezer | /sys/fs/cgroup) mkdir "$h/$g" && made+=("$h/$g") ;; esac
	done
	[ "${#made[@]}" -gt 0 ]
	run "$BIN/nsrun" --into-cgroup "$g" sh -c "grep -c ':/$g\$' /proc/self/cgroup; grep -c ':/$g\$' /proc/\$PPID/cgroup"
	inside=$output
	run "$BIN/nsrun" -C --into-cgroup "$g" grep -c ':/$' /proc/self/cgroup
	in_ns=$output
	run "$BIN/nsrun" --into-cgroup "$g/none" true
	missing=$status$output
	for h in "${made[@]}"; do rmdir "$h"; done
	[ "$inside" = "${#made[@]}"$'\n0' ]
	[ "$in_ns" -ge "${#made[@]}" ]
	[[ $missing == 125*"join control group '$g/none'"*cgset* ]]
}

@test "an OOM kill is told in the exit file" {
	requires root
	local g=mydocker$UNIQ
	"$BIN/cgset" "$g" memory=16m || skip "no memory controller"
	run "$BIN/nsrun" --into-cgroup "$g" --exit-file exit -- sh -c 'exec dd if=/dev/zero of=/dev/null bs=64M count=1'
	killed=$status
	exit_fact exit
	first=$output
	run "$BIN/nsrun" --into-cgroup "$g" --exit-file exit -- true
	exit_fact exit
	"$BIN/cgset" --delete "$g"
	[ "$killed" = 137 ] && [ "$first" = "signaled 9 oom" ]
	[ "$output" = "exited 0" ]
}

@test "a detached supervisor is small" {
	requires root
	! grep -q __asan_init "$BIN/nsrun" || skip "a sanitized build is large"
	"$BIN/nsrun" --detach --supervisor-file sup --pid-file pid -- sleep 300
	anon=$(awk '/^Pss_Anon:/ { print $2 }' "/proc/$(cut -d' ' -f1 sup)/smaps_rollup")
	kill "$(cut -d' ' -f1 pid)"
	eventually 5 gone sup
	[ "$anon" -le 64 ] || {
		echo "$anon KiB of memory of its own"
		false
	}
}

@test "--status-fd: the pid and every namespace, then the end" {
	requires root userns timens tool_jq
	run "$BIN/nsrun" --status-fd 7 -muipnCTr -- stat -Lc %i /proc/self/ns/{user,cgroup,ipc,uts,net,pid,time,mnt} 7>status
	[ "$(jq -r 'select(."child-pid") | to_entries[1:][].value' status)" = "$output" ]
	[ "$(jq -c 'select(."exit-code" != null)' status)" = '{"exit-code":0}' ]
	"$BIN/nsrun" --detach --status-fd 7 --pid-file pid -- sleep 300 7>status
	[ "$(jq 'select(."child-pid")."child-pid"' status)" = "$(cut -d' ' -f1 pid)" ]
	kill "$(cut -d' ' -f1 pid)"
	eventually 5 grep -qx '{"exit-code":143,"signal":15}' status
	run -127 "$BIN/nsrun" --status-fd 7 -- "no\"such-$UNIQ" 7>status
	[ "$(jq -r 'select(.error) | "\(."exit-code") \(.error)"' status)" = "127 $output" ]
	run "$BIN/nsrun" --status-fd 7 --into-cgroup "no-such-$UNIQ" true 7>status
	[ "$(jq -r '"\(."exit-code") \(.error)"' status)" = "125 $output" ]
	# a reader that has gone away
	run "$BIN/nsrun" --status-fd 7 -- sh -c 'exit 4' 7> >(:)
	[ "$status" = 4 ]
}

@test "--block-fd: the namespaces are there, the command starts after a byte or the end" {
	requires root
	mkfifo block status
	for how in byte end; do
		"$BIN/nsrun" --uts --block-fd 8 --status-fd 9 --pid-file pid -- hostname 8<block 9>status >out &
		exec 5>block 6<status
		read -r line <&6
		[ ! -e pid ]
		pid=${line#*:} pid=${pid%%,*}
		nsenter -t "$pid" -u hostname "d$UNIQ"
		[ $how = end ] || echo >&5
		exec 5>&-
		wait $!
		grep -q "d$UNIQ" out
		exec 6<&-
		rm pid
	done
}

@test "--block-fd: a signal ends what waits, and the command never runs" {
	requires root
	mkfifo block status
	for o in "" -p; do
		"$BIN/nsrun" $o --block-fd 8 --status-fd 9 -- touch ran 8<block 9>status 2>err &
		pid=$!
		exec 5>block 6<status
		read -r _ <&6
		kill "$pid"
		status=0
		wait "$pid" || status=$?
		exec 5>&- 6<&-
		[ "$status" = 125 ]
		grep -q 'ended before it could' err
		[ ! -e ran ]
	done
	# and so does the end of the supervisor
	"$BIN/nsrun" --block-fd 8 --status-fd 9 -- touch ran 8<block 9>status &
	pid=$!
	exec 5>block 6<status
	read -r line <&6
	child=${line#*:} child=${child%%,*}
	kill -9 "$pid"
	wait "$pid" || true
	eventually 5 test ! -e "/proc/$child"
	exec 5>&- 6<&-
	[ ! -e ran ]
}

@test "--die-with-parent: the parent's end, or the supervisor's, is the command's" {
	requires root
	for o in "" -p --init --detach "--detach -p" "-S 1"; do
		cat >script <<-EOF
			"\$BIN/nsrun" $o --die-with-parent=\$\$ --pid-file pid --supervisor-file sup --exit-file exit -- \\
				sleep 300 >/dev/null 2>&1 &
			wait_for() { while :; do sleep 0.02; done; }
			wait_for
		EOF
		setsid sh script 3>&- &
		parent=$!
		eventually 5 test -e pid
		kill -9 "$parent"
		wait "$parent" || true
		eventually 5 gone pid
		eventually 5 gone sup
		exit_fact exit
		[ "$output" = "signaled 9" ]
		rm pid exit sup
	done
	for o in -p "-p -S 1"; do
		"$BIN/nsrun" --detach $o --die-with-parent --pid-file pid --supervisor-file sup -- sleep 300
		kill -9 "$(cut -d' ' -f1 sup)"
		eventually 5 gone pid
	done
	# a PID namespace goes with all that is in it
	"$BIN/nsrun" --detach -p --die-with-parent --supervisor-file sup -- sh -c 'exec 9>alive; flock -x 9; touch ready; sleep 300 & wait'
	eventually 5 test -e ready
	kill -9 "$(cut -d' ' -f1 sup)"
	eventually 5 flock -n alive true
	run "$BIN/nsrun" --die-with-parent=1 true
	[ "$status" = 125 ]
	[[ $output == *"the parent is process $$ and not 1" || $output == *"the parent is process "*" and not 1" ]]
	run "$BIN/nsrun" --die-with-parent -- sh -c 'exit 3'
	[ "$status" = 3 ]
	for o in --die-with-parent=0 --die-with-parent=x; do
		run "$BIN/nsrun" $o true
		[ "$status" = 125 ]
	done
}

@test "who is started with CHLD ignored still gets the statuses of its children" {
	local ignored="timeout 20 env --ignore-signal=CHLD" pid
	run -7 $ignored "$BIN/nsrun" --pid -- sh -c 'exit 7'
	run -7 $ignored "$BIN/ptyrun" --own -- sh -c 'exit 7'
	run -7 $ignored "$BIN/logwrite" --file "$TMP/log" -- sh -c 'exit 7'
	run -7 $ignored "$BIN/ctinit" -- sh -c 'exit 7'
	"$BIN/nsrun" --pid --detach --pid-file "$TMP/pid" -- sleep 1000
	read -r pid _ <"$TMP/pid"
	run -7 $ignored "$BIN/nsenter-lite" -t "$pid" -p -- sh -c 'exit 7'
	kill -KILL "$pid"
}
