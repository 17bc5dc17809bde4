#!/usr/bin/env bats
# logs.bats - mydocker logs.

load helpers

setup() {
	requires root overlay
	common_setup
	name=l$UNIQ
}

teardown() {
	common_teardown
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

@test "a hundred thousand lines in front: all come, none after the prompt" {
	run -0 mydocker run --rm --net none busybox seq 100000
	[ "${lines[99999]}" = 100000 ]
}
