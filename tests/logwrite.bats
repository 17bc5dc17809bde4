#!/usr/bin/env bats
# logwrite: a command's output in one log, and back.

load helpers

setup() {
	common_setup
	L=$BIN/logwrite
	LOG=$TMP/log
}

teardown() {
	mountpoint -q "$TMP/small" && umount "$TMP/small"
	common_teardown
}

# Waits until nobody writes the log any more.
written() {
	eventually 10 flock -n "$LOG" true
}

# Whether somebody writes it.
is_being_written() {
	! flock -n "$LOG" true
}

@test "both streams in the CRI format, the command's status, mode 0600" {
	run "$L" --file "$LOG" -- sh -c 'echo out; echo err >&2; printf part; exit 3'
	[ "$status" -eq 3 ]
	[ -z "$output" ]
	written
	[ "$(cut -d' ' -f2- "$LOG")" = "stdout F out
stderr F err
stdout P part" ]
	[ "$(grep -cE '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{9}Z ' "$LOG")" -eq 3 ]
	[ "$(stat -c %a "$LOG")" = 600 ]
}

@test "descriptors of the command's: --out-fd, --err-fd, --done-fd" {
	run "$L" --file "$LOG" --out-fd 5 --err-fd 6 --done-fd 7 -- sh -c 'echo a >&5; echo b >&6; exec 5>&- 6>&-; cat <&7; grep -c . "$0"' "$LOG"
	[ "$status" -eq 0 ]
	# When the done descriptor ends, everything is written.
	[ "$output" = 2 ]
	# Numbers that the tool's own descriptors have meanwhile.
	run "$L" --file "$LOG" --out-fd 3 --err-fd 4 --done-fd 5 -- sh -c 'echo c >&3; exec 3>&- 4>&-; cat <&5'
	[ "$status" -eq 0 ]
	[ "$(tail -n 1 "$LOG" | cut -d' ' -f2-)" = "stdout F c" ]
}

@test "the command finds no child and no descriptor that it did not make" {
	local look='for f in /proc/self/fd/*; do echo "${f##*/}"; done; ! pgrep -P $$ -x logwrite'
	bash -c "$look" 5>/dev/null >"$TMP/without"
	"$L" --file "$LOG" --out-fd 5 -- bash -c "$look" >"$TMP/with"
	cmp "$TMP/without" "$TMP/with"
}

@test "any bytes read back exactly, long lines and unfinished ones too" {
	{
		head -c 50000 /dev/urandom
		printf '\n\n\0\n'
		head -c 16384 /dev/zero | tr '\0' a
		printf '\n'
		head -c 16385 /dev/zero | tr '\0' b
		printf '\nno end'
	} >"$TMP/in"
	"$L" --file "$LOG" --in-fd 0 <"$TMP/in"
	"$L" --read "$LOG" >"$TMP/out"
	cmp "$TMP/in" "$TMP/out"
	[ "$(awk '{ print length($0) }' "$LOG" | sort -n | tail -n 1)" -le 16432 ]
}

@test "reading: streams apart, --tail, --timestamps, --since, --until" {
	# What is read at once has one time: the third comes when the others stand there.
	"$L" --file "$LOG" -- sh -c 'echo 1; echo 2 >&2; until [ "$(grep -c . "$0")" = 2 ]; do sleep 0.02; done; echo 3' "$LOG"
	written
	[ "$("$L" --read "$LOG" 2>/dev/null)" = "1
3" ]
	[ "$("$L" --read "$LOG" 2>&1 >/dev/null)" = 2 ]
	[ "$("$L" --read "$LOG" --tail 1)" = 3 ]
	[ -z "$("$L" --read "$LOG" --tail 0 2>&1)" ]
	[ "$("$L" --read "$LOG" -n all 2>&1 | wc -l)" -eq 3 ]
	local time
	time=$(tail -n 1 "$LOG" | cut -d' ' -f1)
	[ "$("$L" --read "$LOG" -t -n 1)" = "$time 3" ]
	[ "$("$L" --read "$LOG" --since "$time" 2>&1)" = 3 ]
	[ "$("$L" --read "$LOG" --until "$(head -n 1 "$LOG" | cut -d' ' -f1)" 2>/dev/null)" = 1 ]
	[ "$("$L" --read "$LOG" --since 10m 2>&1 | wc -l)" -eq 3 ]
	[ -z "$("$L" --read "$LOG" --since 4102444800 2>&1)" ]
}

@test "rotation loses no line and keeps the sizes" {
	seq 1 200000 | "$L" --file "$LOG" --in-fd 0 --max-size 1m --max-file 50
	[ -e "$LOG.5" ]
	"$L" --read "$LOG" | cmp - <(seq 1 200000)
	local f
	for f in "$LOG" "$LOG".*; do
		[ "$(stat -c %s "$f")" -le 1048576 ]
		[ "$(stat -c %a "$f")" = 600 ]
	done
	# One read that is larger than the limit, into a log that is empty.
	seq 1 2000 >"$TMP/in"
	"$L" --file "$TMP/small.log" --in-fd 0 --max-size 4k --max-file 2 <"$TMP/in"
	[ "$(stat -c %s "$TMP/small.log")" -le 4096 ]
	[ "$(stat -c %s "$TMP/small.log.1")" -le 4096 ]
	seq 1 200000 | "$L" --file "$LOG" --in-fd 0 --max-size 100k --max-file 2
	[ "$("$L" --read "$LOG" --tail 1)" = 200000 ]
	rm -f "$LOG"*
	seq 1 20000 | "$L" --file "$LOG" --in-fd 0 --max-size 100k --max-file 1
	[ ! -e "$LOG.1" ]
	[ "$("$L" --read "$LOG" --tail 1)" = 20000 ]
}

@test "--follow across rotations, until the command has ended" {
	: >"$LOG"
	mkfifo "$TMP/in"
	"$L" --file "$LOG" --max-size 20k --max-file 200 --in-fd 0 <"$TMP/in" 3>&- &
	exec 7>"$TMP/in"
	"$L" --read "$LOG" --follow --until-file "$TMP/exit" >"$TMP/out" 3>&- 7>&- &
	local reader=$!
	seq 1 3000 >&7
	eventually 5 grep -qx 3000 "$TMP/out"
	seq 3001 10000 >&7
	echo "exited 0" >"$TMP/exit"
	seq 10001 12000 >&7
	exec 7>&-
	wait "$reader"
	cmp "$TMP/out" <(seq 1 12000)
}

@test "rotations while somebody reads: nothing is lost, nothing comes twice" {
	: >"$LOG"
	mkfifo "$TMP/in"
	"$L" --file "$LOG" --max-size 4k --max-file 999 --in-fd 0 <"$TMP/in" 3>&- &
	exec 7>"$TMP/in"
	"$L" --read "$LOG" --follow --until-file "$TMP/exit" >"$TMP/out" 3>&- 7>&- &
	local reader=$!
	{ seq 1 15000; : >"$TMP/exit"; } >&7 3>&- &
	exec 7>&-
	while [ ! -e "$TMP/exit" ]; do
		"$L" --read "$LOG" >"$TMP/now"
		cmp "$TMP/now" <(seq 1 "$(wc -l <"$TMP/now")")
	done
	wait "$reader"
	cmp "$TMP/out" <(seq 1 15000)
	# A writer that was killed between two names left one file under both, and its work file.
	ln "$LOG.1" "$LOG.0"
	mv "$LOG.0" "$LOG.2"
	ln "$LOG" "$LOG.old"
	"$L" --read "$LOG" >"$TMP/now"
	sort -n "$TMP/now" | uniq -d | cmp - /dev/null
	seq 1 1000 | "$L" --file "$LOG" --max-size 4k --max-file 999 --in-fd 0
	[ ! -e "$LOG.old" ]
}

@test "--follow that is held up gets every file of a log that is removed meanwhile" {
	mkdir -p "$TMP/root/containers/c" "$TMP/run"
	: >"$TMP/root/containers/c/log"
	mkfifo "$TMP/in" "$TMP/out"
	"$L" --file "$TMP/root/containers/c/log" --max-size 20k --max-file 200 --in-fd 0 <"$TMP/in" 3>&- &
	local writer=$! reader
	exec 7>"$TMP/in"
	"$L" --read "$TMP/root/containers/c/log" --follow --until-file "$TMP/exit" >"$TMP/out" 3>&- 7>&- &
	reader=$!
	exec 8<"$TMP/out"
	echo 1 >&7
	read -r line <&8
	[ "$line" = 1 ]
	# More than the pipe takes: the reader stands.
	seq 2 40000 >&7
	exec 7>&-
	wait "$writer"
	# One that was never whole goes with its start.
	"$BIN/ctstate" reap "$TMP/root" "$TMP/run" c
	[ ! -e "$TMP/root/containers/c" ]
	[ -e "$TMP/root/containers/.removed.c/log.9" ]
	cmp - <(seq 2 40000) <&8
	exec 8<&-
	wait "$reader"
	eventually 5 test ! -e "$TMP/root/containers/.removed.c"
}

@test "--follow of a log that is removed before its writer has ended" {
	: >"$LOG"
	mkfifo "$TMP/in"
	"$L" --file "$LOG" --in-fd 0 <"$TMP/in" 3>&- &
	exec 7>"$TMP/in"
	"$L" --read "$LOG" --follow --until-file "$TMP/exit" >"$TMP/out" 3>&- 7>&- &
	local reader=$!
	echo first >&7
	eventually 30 grep -qx first "$TMP/out"
	rm "$LOG"
	echo last >&7
	exec 7>&-
	wait "$reader"
	[ "$(tail -n 1 "$TMP/out")" = last ]
}

@test "a full disk: the command goes on, and the log says what is missing" {
	requires root
	mkdir "$TMP/small"
	mount -t tmpfs -o size=64k none "$TMP/small"
	LOG=$TMP/small/log
	mkfifo "$TMP/go"
	"$L" --file "$LOG" --max-size 0 -- sh -c 'seq 1 20000; echo full >"$0.full"; read x <"$0"; echo after' "$TMP/go" 3>&- &
	local pid=$!
	eventually 10 test -e "$TMP/go.full"
	# Whole records only, once the last of it has been tried.
	ends_whole() { [ "$(tail -c 1 "$LOG")" = "" ]; }
	eventually 10 ends_whole
	mount -o remount,size=1m "$TMP/small"
	echo >"$TMP/go"
	wait "$pid"
	written
	grep -q 'stderr F \[logwrite: [0-9]* records were dropped: No space left on device\]' "$LOG"
	[ "$("$L" --read "$LOG" --tail 1)" = after ]
}

@test "--follow to a full disk: the status says so" {
	mkfifo "$TMP/in"
	"$L" --file "$LOG" --in-fd 0 <"$TMP/in" 3>&- &
	exec 7>"$TMP/in"
	echo first >&7
	eventually 5 grep -q first "$LOG"
	"$L" --read "$LOG" --follow --tail 0 --until-file "$TMP/exit" >/dev/full 2>"$TMP/err" 3>&- 7>&- &
	local reader=$! rc=0
	watching() { grep -q inotify "/proc/$reader"/fdinfo/*; }
	eventually 5 watching
	echo second >&7
	wait "$reader" || rc=$?
	[ "$rc" -eq 1 ]
	[ "$(<"$TMP/err")" = "logwrite: write to standard output: No space left on device" ]
	exec 7>&-
}

@test "--tee copies; who reads the copy no more ends the stream, as in any pipeline; a full disk does not" {
	run "$L" --file "$LOG" --tee --out-fd 5 --err-fd 6 --done-fd 7 -- sh -c 'echo a >&5; echo b >&6; exec 5>&- 6>&-; cat <&7'
	[[ $output == *a* ]]
	[[ $output == *b* ]]
	timeout 60 "$L" --file "$LOG" --tee --out-fd 5 -- sh -c 'echo x >&5; exec yes >&5' | head -n 1 >"$TMP/first"
	[ "${PIPESTATUS[0]} $(<"$TMP/first")" = "141 x" ]
	written
	[ "$("$L" --read "$LOG" --tail 1)" = y ]
	# What was read is in the log, the part of a line too; the other stream is not concerned.
	rm "$LOG"
	timeout 60 "$L" --file "$LOG" --tee --out-fd 5 --err-fd 6 -- sh -c \
		'echo x >&5; yes | tr -d "\n" >&5; echo ended >&6' 2>"$TMP/err" | head -n 1 >"$TMP/first"
	written
	[ "$(<"$TMP/err")" = ended ]
	[ "$("$L" --read "$LOG" 2>&1 >/dev/null)" = ended ]
	[ "$("$L" --read "$LOG" 2>/dev/null | tr -s y)" = $'x\ny' ]
	rm "$LOG"
	# A full disk is told, by a byte at --done-fd too.
	run -1 --separate-stderr sh -c 'echo a | "$0" --file "$1" --tee --in-fd 0 >/dev/full' "$L" "$LOG"
	[ "$stderr" = "logwrite: copy the output: No space left on device" ]
	run -1 --separate-stderr sh -c '"$0" --file "$1" --tee --out-fd 5 --done-fd 7 -- sh -c "echo b >&5; exec 5>&-; wc -c <&7 >&2; exit 1" >/dev/full' "$L" "$LOG"
	[ "${stderr_lines[0]}" = "logwrite: copy the output: No space left on device" ]
	[ "${stderr_lines[1]}" = 1 ]
	[ "$("$L" --read "$LOG" --tail 2)" = $'a\nb' ]
}

@test "two writers of one log are refused; a log that ended in the middle of a record goes on" {
	mkfifo "$TMP/in"
	"$L" --file "$LOG" --in-fd 0 <"$TMP/in" 3>&- &
	local pid=$!
	exec 7>"$TMP/in"
	eventually 5 test -e "$LOG"
	eventually 5 is_being_written
	run "$L" --file "$LOG" -- true
	[ "$status" -eq 125 ]
	[[ $output == *"another logwrite"* ]]
	exec 7>&-
	wait "$pid"
	printf '2026-01-01T00:00:00.000000000Z stdout F torn' >"$LOG"
	echo next | "$L" --file "$LOG" --in-fd 0
	[ "$("$L" --read "$LOG")" = "torn
next" ]
}

@test "no control characters to a terminal, all of them to a pipe" {
	printf 'a\033[31m\tb\r\n\302\233x\007' | "$L" --file "$LOG" --in-fd 0
	[ "$("$L" --read "$LOG" | od -An -c | tr -d ' \n')" = 'a033[31m\tb\r\n302233x\a' ]
	run "$BIN/ptyrun" --own -- sh -c "stty -opost; '$L' --read '$LOG'" </dev/null
	[ "$output" = $'a^[[31m\tb\r\n\\u009bx^G' ]
	run "$BIN/ptyrun" --own -- sh -c "stty -opost; '$L' --read '$LOG' --raw" </dev/null
	[[ $output == *$'\033[31m'* ]]
}

@test "the writer outlives what kills the command's session, and holds no directory" {
	mkfifo "$TMP/go"
	"$L" --file "$LOG" -- sh -c '(cat "$0") & exit 0' "$TMP/go" 3>&-
	local writer
	writer=$(pgrep -f "^$L --file $LOG")
	[ "$(readlink "/proc/$writer/cwd")" = / ]
	kill -TERM "$writer"
	echo late >"$TMP/go"
	eventually 5 grep -q 'stdout F late' "$LOG"
}

@test "bad input: one line, the right status" {
	local bad
	for bad in "" "--file $LOG" "--file $LOG --max-size x true" "--file $LOG --max-file 0 true" \
		"--file $LOG --out-fd 5 --err-fd 5 true" "--file $LOG --out-fd -1 true" "--file /nonexistent/log true" \
		"--file / true" "--file /dev/null true" "--nosuch" "--file $LOG --tail x -- echo --read"; do
		# shellcheck disable=SC2086
		run "$L" $bad
		[ "$status" -eq 125 ] || { echo "$bad: $status"; false; }
		[ "${#lines[@]}" -eq 1 ]
	done
	# No command is run in these forms: 2 for a wrong call, 1 for a failure.
	for bad in "--file $LOG --read $LOG" "--file $LOG --stream x --in-fd 0" "--read=$LOG true" "--read $LOG --tail x" \
		"--read $LOG --since yesterday" "--nosuch --in-fd=0 --file $LOG"; do
		# shellcheck disable=SC2086
		run "$L" $bad
		[ "$status" -eq 2 ] || { echo "$bad: $status"; false; }
		[ "${#lines[@]}" -eq 1 ]
	done
	run "$L" --read "$TMP/none"
	[ "$status" -eq 1 ]
	run "$L" --file "$LOG" --in-fd 77
	[ "$status" -eq 1 ]
	run -127 "$L" --file "$LOG" -- nosuchcommand
	[[ $output == logwrite:*nosuchcommand* ]]
	echo mine >"$TMP/bait"
	ln -s "$TMP/bait" "$TMP/link"
	run "$L" --file "$TMP/link" -- true
	[ "$status" -eq 125 ] && [ "$(<"$TMP/bait")" = mine ]
}

@test "--format raw: the bytes as they come, files that are one behind the other what was written, no times" {
	head -c 300000 /dev/urandom >"$TMP/bytes"
	printf 'a line\nand one without an end' >>"$TMP/bytes"
	"$L" --file "$LOG" --format raw --max-size 64k --max-file 99 --in-fd 0 <"$TMP/bytes"
	[ "$(stat -c %a "$LOG")" = 600 ]
	find "$TMP" -name 'log*' | sort -V -r | while read -r f; do
		[ "$(stat -c %s "$f")" -le 65536 ]
		cat "$f"
	done | cmp - "$TMP/bytes"
	"$L" --read "$LOG" --format raw | cmp - "$TMP/bytes"
	[ "$("$L" --read "$LOG" --format raw -n 2 | tail -n 1)" = "and one without an end" ]
	[ -z "$("$L" --read "$LOG" --format raw -n 0)" ]
	# A further writer goes on in the same line.
	printf ' yet\n' | "$L" --file "$LOG" --format raw --in-fd 0
	[ "$("$L" --read "$LOG" --format raw -n 1)" = "and one without an end yet" ]
	# A new file begins behind a line; one that is longer than a file is cut.
	rm "$LOG"*
	printf '1234567\n123456\nx' | "$L" --file "$LOG" --format raw --max-size 10 --in-fd 0
	[ "$(cat "$LOG.1" && echo .)" = $'1234567\n.' ]
	[ "$(cat "$LOG")" = $'123456\nx' ]
	for option in -t --since=1m --until=1m; do
		run -2 "$L" --read "$LOG" --format raw "$option"
		[[ $output == *"has no times"* ]]
	done
	run -2 "$L" --read "$LOG" --format json
}

@test "--format raw: followed across rotations, unfinished lines at once; a full disk" {
	mkfifo "$TMP/in"
	"$L" --file "$LOG" --format raw --max-size 1k --max-file 4 --in-fd 0 <"$TMP/in" 3>&- &
	exec 7>"$TMP/in"
	printf 'prompt> ' >&7
	eventually 10 grep -q prompt "$LOG"
	"$L" --read "$LOG" --format raw -f --until-file "$TMP/end" >"$TMP/out" 7>&- 3>&- &
	eventually 10 grep -q '^prompt> $' "$TMP/out"
	for i in $(seq 300); do
		printf '%s\n' "line $i" >&7
		[ $((i % 50)) -ne 0 ] || eventually 10 grep -q "line $i\$" "$TMP/out"
	done
	exec 7>&-
	written
	: >"$TMP/end"
	wait
	[ "$(head -n 1 "$TMP/out")" = "prompt> line 1" ]
	[ "$(grep -c line "$TMP/out")" -eq 300 ]
	[ "$(id -u)" = 0 ] || return 0
	mkdir "$TMP/small"
	mount -t tmpfs -o size=16k none "$TMP/small"
	LOG=$TMP/small/log
	"$L" --file "$LOG" --format raw --max-size 0 --in-fd 0 <"$TMP/in" 3>&- &
	exec 7>"$TMP/in"
	# More than a pipe and a read hold, so that some of it has met the full disk.
	seq 1 40000 >&7
	mount -o remount,size=1m "$TMP/small"
	echo after >&7
	exec 7>&-
	written
	grep -q '^\[logwrite: [0-9]* bytes were dropped: No space left on device\]$' "$LOG"
	[ "$(tail -n 1 "$LOG")" = after ]
}
