#!/usr/bin/env bats
# ctinit: the reaper in front of a command.

load helpers

setup() {
	common_setup
	cd "$TMP"
}

@test "--help and --version" {
	run "$BIN/ctinit" --help
	[ "$status" = 0 ]
	[[ $output == *--exec-fd* ]]
	run "$BIN/ctinit" --version
	[ "$status" = 0 ]
	[[ $output =~ ^ctinit\ [0-9] ]]
}

@test "the command's status, 128+n for a signal, 126, 127" {
	for n in 0 3 255; do
		run "$BIN/ctinit" -- sh -c "exit $n"
		[ "$status" = $n ]
	done
	run "$BIN/ctinit" sh -c 'kill -9 $$'
	[ "$status" = 137 ]
	run -127 "$BIN/ctinit" "no-such-$UNIQ"
	[ "$output" = "ctinit: exec 'no-such-$UNIQ': not found in PATH" ]
	run -127 "$BIN/ctinit" -- --rm
	[ "$output" = "ctinit: exec '--rm': not found in PATH; options stand further in front: before the command, or before the image" ]
	run "$BIN/ctinit" "$TMP"
	[ "$status" = 126 ]
}

@test "bad usage is 125 with one line" {
	for o in "" --no-such "--exec-fd 99 true" "--exec-fd x true"; do
		run "$BIN/ctinit" $o
		[ "$status" = 125 ] && [ "${#lines[@]}" = 1 ] || {
			echo "$o"
			false
		}
	done
}

@test "as PID 1: orphans are reaped, and gone with the command" {
	requires root
	cat >script <<'EOF'
i=0
while [ $i -lt 300 ]; do (true & exec true) & i=$((i + 1)); done
wait
until ! grep -sl '^State:.Z' /proc/[0-9]*/status >/dev/null; do sleep 0.05; done
setsid sleep 300 &
exit 6
EOF
	run timeout 300 unshare -fp --mount-proc "$BIN/ctinit" -- sh script
	[ "$status" = 6 ]
}

@test "away from PID 1 it is the subreaper" {
	run "$BIN/ctinit" sh -c 'p=$PPID; sh -c "sh -c \"until [ \\\$(ps -o ppid= -p \\\$\\\$) = $p ]; do sleep 0.02; done; echo mine\" & exit" | cat'
	[ "$status" = 0 ]
	[ "$output" = mine ]
}

@test "signals reach the command: without ctinit PID 1 ignores TERM" {
	requires root
	for sig in TERM HUP USR1; do
		"$BIN/nsrun" -p -- "$BIN/ctinit" sh -c 'touch ready; exec sleep 300' &
		eventually 5 test -e ready
		kill -$sig $!
		status=0
		wait $! || status=$?
		[ "$status" = $((128 + $(kill -l $sig))) ]
		rm ready
	done
}

@test "the exec report is taken over: 127 comes to the supervisor" {
	run -127 "$BIN/nsrun" --exec-fd 3 --pid-file pid -- "$BIN/ctinit" --exec-fd 3 "no-such-$UNIQ"
	[ "$output" = "ctinit: exec 'no-such-$UNIQ': not found in PATH" ]
	[ ! -e pid ]
	run "$BIN/nsrun" --exec-fd 3 --pid-file pid -- "$BIN/ctinit" --exec-fd 3 sh -c 'until [ -e pid ]; do sleep 0.02; done; ls /proc/$$/fd/3 /proc/$PPID/fd/3'
	[ "$status" != 0 ]
	[[ $output == *"/fd/3': No such file"*"/fd/3': No such file"* ]]
}

@test "an inherited SIGCHLD that is ignored does no harm" {
	run env --ignore-signal=CHLD "$BIN/ctinit" sh -c 'exit 8'
	[ "$status" = 8 ]
}
