#!/usr/bin/env bats
# ptyrun: a terminal of the command's own, and the caller's left as it was found.

load helpers
load terminal

setup() {
	common_setup
	P=$BIN/ptyrun
}

# A window with a shell that knows $P.
start_terminal() {
	shell_at one
	type_in one "P=$P" Enter
}

# The terminal is in the state of a shell's command line again: echo and line editing by the kernel.
is_cooked() {
	answers one "stty -a | tr ' ;' '\n\n' | grep -xE -- '-?(icanon|opost|isig)' | tr '\n' ' '; echo end$1" \
		"^isig icanon opost end$1|^opost isig icanon end$1"
}

@test "the command's status, its terminal, its output" {
	run "$P" --own -- sh -c 'test -t 0 && test -t 1 && test -t 2 && echo yes; exit 7' </dev/null
	[ "$status" -eq 7 ]
	[[ $output == yes* ]]
	run "$P" --own -- sh -c 'kill -9 $$' </dev/null
	[ "$status" -eq 137 ]
	run -127 "$P" --own -- nosuchcommand </dev/null
	run "$P" --own -- /etc </dev/null
	[ "$status" -eq 126 ]
}

@test "a command that never opens a terminal ends with its status, silently" {
	run "$P" -- sh -c 'exit 5'
	[ "$status" -eq 5 ]
	[ -z "$output" ]
	run "$P" --console-fd 9 -- sh -c 'test -S /proc/self/fd/9 && exec 9>&-; exit 6'
	[ "$status" -eq 6 ]
}

@test "bad input: one line and 125" {
	local bad
	for bad in "--console-fd 2" "--console-fd x" "--log-fd 99" "--nosuch" "--log-fd"; do
		# shellcheck disable=SC2086
		run "$P" $bad true
		[ "$status" -eq 125 ]
		[ "${#lines[@]}" -eq 1 ]
	done
	run "$P"
	[ "$status" -eq 125 ]
	run "$P" --console-fd 5 --log-fd 5 -- true 5>/dev/null
	[ "$status" -eq 125 ]
}

@test "input from a pipe, and its end" {
	run sh -c "printf 'one\ntwo\n' | timeout 120 '$P' --own -- sh -c 'stty -echo; echo go; cat'"
	[ "$status" -eq 0 ]
	[[ $output == *one*two* ]]
	# In the middle of a line.
	run sh -c "printf 'abc' | timeout 120 '$P' --own -- cat"
	[ "$status" -eq 0 ]
	[[ $output == abcabc ]]
}

@test "no standard input: the command goes on" {
	# 142 is bash's for a timeout; an end of file would be 1.
	run timeout 60 "$P" --own -- bash -c 'read -t 0.2 x; echo "read $?"' </dev/null
	[[ $output == *"read 142"* ]]
	# Closed by a shell of its own: for `run` bash would put the read end of the pipe for the output there.
	run sh -c 'exec timeout 60 "$0" --own -- bash -c "read -t 0.2 x; echo \"read \$?\"" <&-' "$P"
	[[ $output == *"read 142"* ]]
}

@test "10 MB of output arrive whole, to a slow reader and to the log" {
	"$P" --own --log-fd 5 -- sh -c 'stty -opost; head -c 10000000 /dev/zero' 5>"$TMP/log" </dev/null |
		{ head -c 5; sleep 0.3; cat; } >"$TMP/out"
	[ "$(stat -c %s "$TMP/out")" -eq 10000000 ]
	cmp "$TMP/out" "$TMP/log"
}

@test "full both ways without a deadlock" {
	# cat echoes what it gets while nobody reads for a while; the terminal is raw so that nothing is cut.
	head -c 300000 /dev/zero | tr '\0' x >"$TMP/in"
	mkfifo "$TMP/raw"
	run timeout 120 bash -c "{ read -r x <'$TMP/raw'; cat '$TMP/in'; sleep 1; } |
		'$P' --own -- sh -c 'stty raw -echo; echo >\"\$0\"; head -c 300000 | cat' '$TMP/raw' | { sleep 0.5; wc -c; }"
	[ "$status" -eq 0 ]
	[ "$output" = 300000 ]
}

@test "an output that breaks does not stop the command" {
	run timeout 120 bash -c "'$P' --own -- sh -c 'seq 100000; echo done >$TMP/done' </dev/null | head -n 1"
	[ "${lines[0]%$'\r'}" = 1 ]
	[ -e "$TMP/done" ]
}

@test "output that is still in the terminal when the command ends is not lost" {
	local i
	for i in 1 2 3 4 5 6 7 8 9 10; do
		run "$P" --own -- sh -c 'seq 1 500' </dev/null
		[ "${#lines[@]}" -eq 500 ]
	done
}

@test "signals are forwarded" {
	"$P" --own -- sh -c 'trap "exit 9" USR1; echo up; while :; do sleep 0.05; done' >"$TMP/out" </dev/null 3>&- &
	local pid=$! rc=0
	eventually 10 grep -q up "$TMP/out"
	kill -USR1 "$pid"
	wait "$pid" || rc=$?
	[ "$rc" -eq 9 ]
}

@test "--detach: the relay stays for the log after the command has ended" {
	mkfifo "$TMP/go"
	run timeout 120 "$P" --own --detach --log-fd 5 -- sh -c "trap '' HUP; cat '$TMP/go' & exit 4" 5>"$TMP/log" </dev/null
	[ "$status" -eq 4 ]
	timeout 120 sh -c 'echo late >"$0"' "$TMP/go"
	eventually 5 grep -q late "$TMP/log"
}

@test "terminal: size, resize, Ctrl-C, Ctrl-Z inside, exit status, restored" {
	start_terminal
	type_in one '$P --own -- bash --norc --noprofile' Enter
	type_in one "PS1='in> '" Enter
	shows one '^in> *$'
	type_in one 'stty size' Enter
	shows one '^20 90$'
	own_tmux resize-window -t s:one -x 70 -y 15
	answers one 'stty size' '^15 70$'
	type_in one 'sh -c "echo begun; exec sleep 1000"' Enter
	shows one '^begun$'
	type_in one C-c
	shows one '^\^C'
	type_in one 'echo "status $?"' Enter
	shows one '^status 130$'
	type_in one 'sh -c "echo again; exec sleep 1000"' Enter
	shows one '^again$'
	type_in one C-z
	shows one 'Stopped'
	type_in one 'kill -KILL %1; disown %1; exit 7' Enter
	shows_prompt one
	type_in one 'echo "outer $?"' Enter
	shows one '^outer 7$'
	is_cooked 1
}

@test "terminal: restored when the relay is killed, and the command is hung up" {
	start_terminal
	type_in one '$P --own -- sh -c "echo up; exec sleep 1000"' Enter
	shows one '^up'
	local guardian relay
	guardian=$(pgrep -f "^$P --own -- sh -c echo up" | head -n 1)
	# The command leads a session of its own; the relay is the child in ours.
	relay=$(pgrep -P "$guardian" -x ptyrun)
	kill -KILL "$relay"
	shows one 'relay was killed by signal 9'
	shows_prompt one
	type_in one 'echo "outer $?"' Enter
	shows one '^outer 129$'
	is_cooked 2
}

@test "terminal: restored when the guardian is killed" {
	start_terminal
	type_in one '$P --own -- sh -c "echo up; exec sleep 1000"' Enter
	shows one '^up'
	kill -KILL "$(pgrep -f "^$P --own -- sh -c echo up" | head -n 1)"
	shows one 'Killed'
	is_cooked 3
}

@test "terminal: SIGTSTP from outside gives it back, fg takes it again with the new size" {
	start_terminal
	type_in one '$P --own -- bash --norc --noprofile' Enter
	type_in one "PS1='in> '" Enter
	shows one '^in> *$'
	kill -TSTP "$(pgrep -f "^$P --own -- bash" | head -n 1)"
	shows one 'Stopped'
	is_cooked 4
	own_tmux resize-window -t s:one -x 80 -y 16
	type_in one 'clear; fg' Enter
	type_in one 'stty size' Enter
	shows one '^16 80$'
	type_in one 'exit 3' Enter
	shows_prompt one
	type_in one 'echo "outer $?"' Enter
	shows one '^outer 3$'
	is_cooked 5
}
