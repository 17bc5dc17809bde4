#!/usr/bin/env bats
# attach.bats - attach: the caller's side at a container that runs, by a terminal of its own or by its streams.

load helpers
load terminal

setup() {
	requires root overlay
	common_setup
	name=a$UNIQ
}

# Two windows; md is mydocker in them.
start_terminals() {
	printf '#!/bin/sh\nexec %s "%s/scripts/mydocker.sh" "$@"\n' "$MYDOCKER_SH" "$TOP" >"$TMP/md"
	chmod +x "$TMP/md"
	shell_at one
	shell_at two
}

# left WINDOW STATUS: the command in WINDOW has ended with STATUS. That answer may come after the keys that left: it then
# stands in the next line typed.
left() {
	prints "$1" "left $2"
	type_in "$1" C-u
}

@test "run -dit, attach by two terminals: both see, both type; keys leave one; resize; the exit status" {
	start_terminals
	mydocker run -dit --name "$name" --net none busybox sh
	type_in one "md attach $name; echo left \$?" Enter
	shows one '^/ #'
	type_in one 'echo $((40 + 2))' Enter
	prints one 42
	type_in two "md attach --detach-keys 'ctrl-x,y' $name; echo left \$?" Enter
	shows two '^/ #'
	type_in two 'echo $((50 + 3))' Enter
	prints two 53
	prints one 53
	# Ctrl-C goes to the command inside.
	type_in one 'sh -c "echo begun; exec sleep 1000"' Enter
	prints two begun
	type_in one C-c
	type_in one 'echo $((60 + 4))' Enter
	prints two 64
	# The first letters of the keys alone go through, Ctrl-P among them.
	type_in one C-p
	type_in one Enter
	type_in one C-p C-q
	shows one 'read escape sequence'
	left one 0
	type_in one 'stty -a | grep -o " icanon"' Enter
	prints one ' icanon'
	# The other one goes on, at the size that it has.
	own_tmux resize-window -t s:two -x 71 -y 17
	answers two 'stty size' '(^|[0-9]R)17 71$'
	type_in two 'exit 7' Enter
	left two 7
	mydocker rm "$name"
}

@test "run -it, left by the keys: it goes on, is attached to, ends; exec -it and start -ai likewise" {
	start_terminals
	type_in one "md run -it --name $name --net none busybox sh; echo left \$?" Enter
	shows one '^/ #'
	# Others may be there while it is in front.
	type_in two "md attach --no-stdin $name; echo left \$?" Enter
	eventually 5 pgrep -f "[p]tyrun --attach"
	eventually 5 sh -c "grep -c '/attach$' /proc/net/unix | grep -q '[2-9]'"
	type_in one 'echo $((40 + 2))' Enter
	prints two 42
	type_in one C-p C-q
	left one 0
	clears one
	[ "$(mydocker ps --format '{{.Names}} {{.State}}')" = "$name running" ]
	type_in one "md exec -it $name sh; echo left \$?" Enter
	shows one '^/ #'
	type_in one C-p C-q
	left one 0
	clears one
	type_in one "md attach $name; echo left \$?" Enter
	shows one '^/ #'
	type_in one 'exit 3' Enter
	left one 3
	left two 3
	clears one
	type_in one "md start -ai $name; echo left \$?" Enter
	shows one '^/ #'
	type_in one C-p C-q
	left one 0
	clears two
	type_in two "md start -ai $name; echo left \$?" Enter
	shows two '^/ #'
	type_in two 'exit 4' Enter
	left two 4
	mydocker rm "$name"
}

@test "without a terminal: what is typed goes in, both streams come out, signals are passed on, the status comes back" {
	local pid
	mydocker run -di --name "$name" --net none busybox sh -c 'trap "echo int" INT; echo early; while :; do read x || continue; echo "<$x>"; echo err >&2; [ "$x" != q ] || exit 6; done'
	eventually 5 sh -c "grep -q early '$MYDOCKER_ROOT'/containers/*/log"
	mkfifo "$TMP/in"
	# bash starts a job in the background with INT ignored, and what is ignored at the start cannot be trapped.
	env --default-signal=INT $MYDOCKER_SH "$TOP/scripts/mydocker.sh" attach "$name" <"$TMP/in" >"$TMP/out" 2>"$TMP/err" &
	pid=$!
	exec 9>"$TMP/in"
	echo one >&9
	eventually 5 grep -q '<one>' "$TMP/out"
	eventually 5 grep -q err "$TMP/err"
	kill -s INT "$pid"
	eventually 5 grep -q int "$TMP/out"
	echo q >&9
	exec 9>&-
	status=0
	wait "$pid" || status=$?
	[ "$status" -eq 6 ]
	run ! grep early "$TMP/out"
	[ -z "$(find "$MYDOCKER_RUN" -path "*/waiting/*")" ]
	mydocker rm "$name"
	# --rm takes the exit with it; --sig-proxy=false keeps the signal.
	mydocker run -di --rm --name "$name" --net none busybox sh -c 'read x; exit 8'
	env --default-signal=INT $MYDOCKER_SH "$TOP/scripts/mydocker.sh" attach --sig-proxy=false --no-stdin "$name" >"$TMP/out" 2>&1 &
	pid=$!
	eventually 5 sh -c "ls '$MYDOCKER_RUN/waiting' | grep -q ."
	eventually 5 pgrep -f "[l]ogwrite --read.*--follow"
	kill -s TERM "$pid"
	status=0
	wait "$pid" || status=$?
	[ "$status" -eq 143 ]
	run -8 sh -c "echo x | $MYDOCKER_SH '$TOP/scripts/mydocker.sh' attach $name"
}

@test "run, start -a and attach into a pipe whose reader leaves: they end with 141, and the terminal is as before" {
	local to_head
	to_head() {
		timeout 60 $MYDOCKER_SH "$TOP/scripts/mydocker.sh" "$@" </dev/null 2>"$TMP/err" | head -n 1 >"$TMP/first"
		status=${PIPESTATUS[0]}
	}
	to_head run --init --name "$name" --net none busybox yes
	[ "$status $(<"$TMP/first")" = "141 y" ]
	to_head start -a "$name"
	[ "$status $(<"$TMP/first")" = "141 y" ]
	mydocker rm -f "$name"
	# PID 1 is not killed by a signal of its own namespace; the error is seen as well.
	to_head run --rm --net none busybox yes
	[ "$status $(<"$TMP/first")" = "1 y" ]
	mydocker run -d --name "$name" --net none busybox sh -c 'while :; do echo y; sleep 0.1; done'
	to_head attach "$name"
	[ "$status $(<"$TMP/first")" = "141 y" ]
	[ "$(mydocker ps --format '{{.State}}')" = running ]
	mydocker rm -f "$name"
	mydocker run -dit --name "$name" --net none busybox sh -c 'while :; do echo y; sleep 0.1; done'
	start_terminals
	type_in one "set -o pipefail; md attach $name | head -n 1; echo left \$?" Enter
	left one 141
	answers one 'stty -a | grep -c -e -icanon' '^0$'
	mydocker rm -f "$name"
}

@test "run at a terminal behind an &: it is not stopped, and types nothing in" {
	start_terminals
	type_in one "md run --rm --name $name --net none busybox sh -c 'cat; echo \"end of input\"' & wait; echo left \$?" Enter
	shows one '^end of input'
	left one 0
	type_in one "md run --rm --name $name --net none busybox sh; echo left \$?" Enter
	shows one '^/ #'
	type_in one 'exit 3' Enter
	left one 3
}

@test "attach: what is refused" {
	run -1 --separate-stderr mydocker attach
	run -1 --separate-stderr mydocker attach nosuch
	run -125 --separate-stderr mydocker attach --detach-keys 'ctrl-pp' nosuch
	[[ $stderr == *"ctrl-pp' is not a list of keys"* ]]
	run -125 --separate-stderr mydocker run --detach-keys 'x,,y' busybox true
	mydocker run -dt --name "$name" --net none busybox sleep 100
	run -1 --separate-stderr sh -c "$MYDOCKER_SH '$TOP/scripts/mydocker.sh' attach $name </dev/null"
	[[ $stderr == *"not a TTY"* ]]
	mydocker stop -t 0 "$name"
	run -1 --separate-stderr mydocker attach "$name"
	[[ $stderr == *"is not running"* ]]
	mydocker rm "$name"
}
