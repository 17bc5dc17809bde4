#!/usr/bin/env bats
# logs.bats - mydocker logs.

load helpers

setup() {
	requires root overlay
	common_setup
	name=l$UNIQ
}

@test "stdout to stdout, stderr to stderr; both kept when run was in front" {
	mydocker run --name "$name" --net none busybox sh -c 'echo out; echo err >&2' >/dev/null 2>&1
	run -0 --separate-stderr mydocker logs "$name"
	[ "$output" = out ]
	[ "$stderr" = err ]
	mydocker rm "$name"
}

@test "--tail, -n, -t, --since, --until" {
	mydocker run --name "$name" --net none busybox sh -c 'for i in 1 2 3 4 5; do echo $i; done' >/dev/null
	run -0 mydocker logs --tail 2 "$name"
	[ "$output" = $'4\n5' ]
	run -0 mydocker logs -n 1 "$name"
	[ "$output" = 5 ]
	run -0 mydocker logs --tail all "$name"
	[ "${#lines[@]}" -eq 5 ]
	run -0 mydocker logs -n 0 "$name"
	[ -z "$output" ]
	run -0 mydocker logs -t -n 1 "$name"
	[[ $output =~ ^20[0-9-]+T[0-9:]+\.[0-9]{9}Z\ 5$ ]]
	run -0 mydocker logs --since 2099-01-01T00:00:00Z "$name"
	[ -z "$output" ]
	run -0 mydocker logs --until 2099-01-01T00:00:00Z "$name"
	[ "${#lines[@]}" -eq 5 ]
	mydocker rm "$name"
}

@test "-f prints what comes and ends with the container" {
	mydocker run -d --name "$name" --net none busybox sh -c 'echo one; sleep 0.5; echo two; exit 0'
	run -0 timeout 120 $MYDOCKER_SH "$TOP/scripts/mydocker.sh" logs -f "$name"
	[ "$output" = $'one\ntwo' ]
	run -0 timeout 120 $MYDOCKER_SH "$TOP/scripts/mydocker.sh" logs -f "$name"
	[ "$output" = $'one\ntwo' ]
	mydocker rm "$name"
}

@test "the log has a limit: the oldest lines go" {
	mydocker run --name "$name" --log-opt max-size=4k --log-opt max-file=2 --net none busybox seq 2000 >/dev/null
	[ "$(du -cb "$MYDOCKER_ROOT"/containers/*/log* | tail -1 | cut -f1)" -le 65536 ]
	run -0 mydocker logs -n 1 "$name"
	[ "$output" = 2000 ]
	mydocker rm "$name"
}

# Whether a process has been stopped.
is_stopped() {
	grep -q '^State:.T' "/proc/$1/status"
}

# Whether a process that reads the log of a container is there.
is_read() {
	pgrep -f "^$BIN/logwrite --read $MYDOCKER_ROOT/containers/$1/log"
}

@test "what a container wrote last is there when it has ended, however slow the log's writer is" {
	local id writer
	id=$(mydocker run -di --name "$name" --net none busybox sh -c 'echo first; read x; echo last; echo worse >&2')
	eventually 5 grep -q first "$MYDOCKER_ROOT/containers/$id/log"
	writer=$(pgrep -f "^$BIN/logwrite .*--file $MYDOCKER_ROOT/containers/$id/log .*--out-fd 5")
	kill -STOP "$writer"
	eventually 5 is_stopped "$writer"
	echo >"$MYDOCKER_RUN/$id/stdin"
	mydocker wait "$name"
	mydocker logs "$name" >"$TMP/out" 2>"$TMP/err" 3>&- &
	eventually 5 is_read "$id"
	kill -CONT "$writer"
	wait $!
	[ "$(<"$TMP/out")" = $'first\nlast' ]
	[ "$(<"$TMP/err")" = worse ]
	mydocker rm "$name"
}

@test "a hundred thousand lines in front: all come, none after the prompt" {
	run -0 mydocker run --rm --net none busybox seq 100000
	[ "${lines[99999]}" = 100000 ]
}

@test "--log-driver raw: bytes as they come, also at a terminal and at a further start; -f, --tail, attach; no times" {
	mydocker create --name "$name" --net none --log-driver raw --log-opt max-size=1m busybox sh -c 'printf "a\0b\nno end"; echo err >&2; while [ ! -e /go ]; do sleep 0.05; done; echo late'
	mydocker start "$name"
	eventually 10 grep -q err "$(mydocker inspect -f '{{.LogPath}}' "$name")"
	mydocker logs -f "$name" >"$TMP/follow" 3>&- &
	mydocker attach --no-stdin "$name" >"$TMP/attach" 3>&- &
	eventually 10 grep -q err "$TMP/follow"
	[ "$(mydocker logs -n 1 "$name")" = "no enderr" ]
	for option in -t --since=1m --until=1m; do
		run -1 --separate-stderr mydocker logs "$option" "$name"
		[[ $stderr == *"without times (--log-driver raw)"* ]]
	done
	eventually 10 sh -c "cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep -q 'logwrite --read .*--tail 0'"
	mydocker exec "$name" touch /go
	wait
	printf 'a\0b\nno enderr\nlate\n' >"$TMP/want"
	cmp "$TMP/follow" "$TMP/want"
	[ -z "$(grep -v late "$TMP/attach")" ]
	run -0 mydocker start -a "$name"
	mydocker logs "$name" >"$TMP/out" 2>"$TMP/err"
	# It was not waited for between the two streams this time.
	cat "$TMP/want" "$TMP/want" | wc -c >"$TMP/size"
	[ "$(wc -c <"$TMP/out")" = "$(<"$TMP/size")" ]
	head -c "$(wc -c <"$TMP/want")" "$TMP/out" | cmp - "$TMP/want"
	[ ! -s "$TMP/err" ]
	[ "$(mydocker inspect -f '{{json .HostConfig.LogConfig}}' "$name")" = '{"Type":"raw","Config":{"max-file":"3","max-size":"1m"}}' ]
	mydocker rm "$name"
	mydocker run -t --name "$name" --net none --log-driver raw busybox echo tty >/dev/null
	[ "$(mydocker logs "$name")" = $'tty\r' ]
	mydocker rm "$name"
}
