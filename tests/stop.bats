#!/usr/bin/env bats
# stop.bats - stop, kill, wait and rm: a signal reaches the right process, and afterwards everything is complete.

load helpers

setup() {
	requires root overlay
	common_setup
	name=s$UNIQ
}

@test "stop: TERM first, which the command may answer" {
	mydocker run -d --name "$name" --net none busybox sh -c 'trap "exit 3" TERM; echo ready; while :; do sleep 0.05; done'
	eventually 5 grep -q ready "$MYDOCKER_ROOT"/containers/*/log
	run -0 mydocker stop "$name"
	[ "$output" = "$name" ]
	run -0 mydocker wait "$name"
	[ "$output" = 3 ]
	run -0 mydocker rm "$name"
	[ "$output" = "$name" ]
}

@test "stop -t 1 on what does not listen: about a second, then 137" {
	local start
	mydocker run -d --name "$name" --stop-timeout 100 --net none busybox sleep 1000
	start=${EPOCHREALTIME/./}
	run -0 mydocker stop -t 1 "$name"
	[ $((${EPOCHREALTIME/./} - start)) -ge 1000000 ]
	[ $((${EPOCHREALTIME/./} - start)) -lt 90000000 ]
	run -0 mydocker ps -a --format '{{.Status}}'
	[[ $output == "Exited (137)"* ]]
	mydocker rm "$name"
}

@test "stop of several: together as long as the slowest, the names in order, unknown ones told" {
	local i ends
	for i in 1 2 3 4 5; do
		mydocker run -d --name "s$i$UNIQ" --net none busybox sleep 100
	done
	run -1 --separate-stderr mydocker stop -t 2 "s1$UNIQ" "s2$UNIQ" nosuch "s3$UNIQ" "s4$UNIQ" "s5$UNIQ"
	[ "$output" = "$(printf "s%s$UNIQ\n" 1 2 3 4 5)" ]
	[ "$stderr" = "mydocker stop: no such container: 'nosuch'" ]
	run -0 mydocker ps -a --format '{{.Status}}'
	[ "$(grep -c 'Exited (137)' <<<"$output")" -eq 5 ]
	# One after the other there would be 8 seconds between the first end and the last.
	mapfile -t ends < <(for i in 1 2 3 4 5; do date -d "$(mydocker inspect -f '{{.State.FinishedAt}}' "s$i$UNIQ")" +%s; done | sort)
	[ $((ends[4] - ends[0])) -lt 8 ]
	mydocker rm "s1$UNIQ" "s2$UNIQ" "s3$UNIQ" "s4$UNIQ" "s5$UNIQ"
}

@test "stop of a stopped one: 0 and the name; kill of one: 1" {
	mydocker run --name "$name" --net none busybox true
	run -0 mydocker stop "$name"
	[ "$output" = "$name" ]
	run -1 --separate-stderr mydocker kill "$name"
	[[ $stderr == *"is not running"* ]]
	mydocker rm "$name"
}

@test "--stop-signal, --stop-timeout, stop -s" {
	mydocker run -d --name "$name" --stop-signal USR1 --stop-timeout 1 --net none busybox sh -c 'trap "exit 5" USR1; trap "exit 6" TERM; echo ready; while :; do sleep 0.05; done'
	eventually 5 grep -q ready "$MYDOCKER_ROOT"/containers/*/log
	mydocker stop "$name"
	run -0 mydocker wait "$name"
	[ "$output" = 5 ]
	mydocker rm "$name"
	mydocker run -d --name "$name" --stop-signal USR1 --net none busybox sh -c 'trap "exit 5" USR1; trap "exit 6" TERM; echo ready; while :; do sleep 0.05; done'
	eventually 5 grep -q ready "$MYDOCKER_ROOT"/containers/*/log
	mydocker stop -s TERM "$name"
	run -0 mydocker wait "$name"
	[ "$output" = 6 ]
	mydocker rm "$name"
}

@test "kill -s: by name, by number; an unknown signal is an error and harms nobody" {
	mydocker run -d --name "$name" --net none busybox sh -c 'trap "echo hup" HUP; echo ready; while :; do sleep 0.05; done'
	eventually 5 grep -q ready "$MYDOCKER_ROOT"/containers/*/log
	run -0 mydocker kill -s HUP "$name"
	eventually 5 grep -q hup "$MYDOCKER_ROOT"/containers/*/log
	run mydocker kill -s NOSUCH "$name"
	[ "$status" -ne 0 ]
	run -0 mydocker exec "$name" true
	run -0 mydocker kill -s 9 "$name"
	run -0 mydocker wait "$name"
	[ "$output" = 137 ]
	mydocker rm "$name"
}

@test "wait prints one status a line, also of --rm containers, and while they run" {
	local b waiter
	mydocker run -d --name "a$name" --net none busybox sh -c 'exit 4'
	b=$(mydocker run -di --rm --name "b$name" --net none busybox sh -c 'read x; exit 6')
	mydocker wait "a$name" "b$name" >"$TMP/out" 3>&- &
	waiter=$!
	eventually 5 sh -c "ls '$MYDOCKER_RUN/waiting/$b'.*"
	echo go >"$MYDOCKER_RUN/$b/stdin"
	wait "$waiter"
	[ "$(<"$TMP/out")" = $'4\n6' ]
	mydocker rm "a$name"
}

@test "wait in the moment between the command's end and the supervisor's word" {
	local id supervisor pid
	id=$(mydocker run -d --name "w$UNIQ" --net none busybox sleep 100)
	read -r supervisor _ <"$MYDOCKER_RUN/$id/supervisor"
	read -r pid _ <"$MYDOCKER_RUN/$id/pid"
	kill -STOP "$supervisor"
	kill -KILL "$pid"
	eventually 5 grep -q '^[0-9]* ([a-z]*) Z' "/proc/$pid/stat"
	mydocker wait "w$UNIQ" >"$TMP/out" &
	eventually 5 sh -c "ls '$MYDOCKER_RUN/waiting/$id'.*"
	kill -CONT "$supervisor"
	wait "$!"
	[ "$(cat "$TMP/out")" = 137 ]
	mydocker rm "w$UNIQ"
}

@test "a supervisor that stands still: ps and exec do as ever, stop, restart and rm -f let it go on" {
	local id word
	for word in "stop -t 0" "restart -t 0" "rm -f"; do
		id=$(mydocker run -d --name "$name" --net none busybox sleep 100)
		kill -STOP "$(cut -d' ' -f1 "$MYDOCKER_RUN/$id/supervisor")"
		[ "$(mydocker ps --format '{{.Names}} {{.State}}')" = "$name running" ]
		run -4 mydocker exec "$name" sh -c 'exit 4'
		# shellcheck disable=SC2086 # words
		run -0 --separate-stderr timeout $((60 * PATIENCE)) $MYDOCKER_SH "$TOP/scripts/mydocker.sh" $word "$name"
		[ "$output" = "$name" ]
		[ -z "$stderr" ]
		case $word in
		stop*) [ "$(mydocker inspect -f '{{.State.Status}} {{.State.ExitCode}}' "$name")" = "exited 137" ] ;;
		restart*) [ "$(mydocker inspect -f '{{.State.Status}}' "$name")" = running ] ;;
		*) run ! mydocker inspect "$name" ;;
		esac
		mydocker rm -f "$name"
	done
}

@test "rm of a running one is refused, -f is not; an unknown one beside it is told" {
	mydocker run -d --name "$name" --net none busybox sleep 100
	run -1 --separate-stderr mydocker rm "$name"
	[[ $stderr == *"it is running"* ]]
	run -0 mydocker exec "$name" true
	# With -f an unknown one is no failure.
	run -0 --separate-stderr mydocker rm -f nosuch1 "$name"
	[ "$output" = "$name" ]
	[[ $stderr == *"no such container: 'nosuch1'"* ]]
}

@test "20 stops and rms of one container at once" {
	local i jobs=()
	mydocker run -d --name "$name" --net none busybox sleep 100
	for i in 1 2 3 4 5 6 7 8 9 10; do
		mydocker stop -t 0 "$name" >/dev/null 2>&1 &
		jobs+=($!)
		mydocker rm -f "$name" >/dev/null 2>&1 &
		jobs+=($!)
	done
	for i in "${jobs[@]}"; do
		wait "$i" || true
	done
	run -0 mydocker rm -f "$name"
	run -0 mydocker ps -aq
	[ -z "$output" ]
}

@test "a signal never reaches a stranger that has the pid now" {
	local id pid
	id=$(mydocker run -d --name "$name" --net none busybox sleep 100)
	mydocker kill "$name"
	mydocker wait "$name"
	# The pid file of another boot, and one with another start time, name nobody.
	sleep 100 &
	pid=$!
	rm -f "$MYDOCKER_RUN/$id/exit" "$MYDOCKER_ROOT/containers/$id/exit"
	printf '%s 1 %s\n' "$pid" "$(cat /proc/sys/kernel/random/boot_id)" >"$MYDOCKER_RUN/$id/pid"
	run mydocker stop -t 0 "$name"
	run mydocker rm -f "$name"
	kill -0 "$pid"
	kill "$pid"
}

@test "networks and groups are given back by the end, not by rm" {
	requires isolated nft
	local id
	id=$(mydocker run -d --name "$name" -p 18080:80 busybox sleep 100)
	mydocker stop -t 0 "$name"
	[ -z "$(ls -A "$MYDOCKER_ROOT/networks/bridge/leases")" ]
	[ -z "$(find /sys/fs/cgroup -maxdepth 4 -name "$id")" ]
	mydocker run --rm -p 18080:80 busybox true
	mydocker rm "$name"
}
