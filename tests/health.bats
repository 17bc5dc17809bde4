#!/usr/bin/env bats
# health.bats - ctprobe, and health checks of containers by it.
#
# shellcheck disable=SC2016 # inner shells expand their own scripts

load helpers

setup() {
	common_setup
	requires root
	P=$BIN/ctprobe
}

# A process with an identity file, $TMP/pid; its pid is $sleeper.
sleeper() {
	sleep 1000 3>&- &
	sleeper=$!
	identity "$sleeper" >"$TMP/pid"
}

identity() {
	printf '%s %s %s\n' "$1" "$(sed 's/.*) //' "/proc/$1/stat" | cut -d ' ' -f 20)" "$(cat /proc/sys/kernel/random/boot_id)"
}

health_is() {
	[ "$(head -n 1 "$TMP/health" 2>/dev/null | cut -d ' ' -f 1)" = "$1" ]
}

# ps_says NAME TEXT
ps_says() {
	[[ $(mydocker ps -a --format '{{.Status}}' -f "name=^$1\$") == *"$2"* ]]
}

# saw_twice NAME: the last probe saw that the command had begun twice.
saw_twice() {
	[ "$(mydocker inspect -f '{{range .State.Health.Log}}{{println .Output}}{{end}}' "$1" | grep -c x)" -ge 2 ] &&
		[ "$(mydocker inspect -f '{{(index .State.Health.Log 0).Output}}' "$1" | grep -c x)" -ge 2 ]
}

@test "ctprobe: starting, unhealthy after so many failures, healthy at the first success; ends with the process" {
	sleeper
	"$P" -d --interval 50ms --retries 3 --state "$TMP/health" --event-log "$TMP/events" --event-id me "$TMP/pid" -- \
		sh -c 'printf "a\\\\b\nc\001"; test -e "$0"' "$TMP/ok"
	eventually 10 health_is unhealthy
	[ "$(sed -n 2p "$TMP/health" | cut -d ' ' -f 3-)" = '1 a\\b\nc\x01' ]
	read -r _ streak <"$TMP/health"
	[ "$streak" -ge 3 ]
	touch "$TMP/ok"
	eventually 10 health_is healthy
	[ "$(wc -l <"$TMP/health")" -le 6 ]
	rm "$TMP/ok"
	eventually 10 health_is unhealthy
	# It is told a moment later.
	all_told() { [ "$(cut -d ' ' -f 2-4 "$TMP/events" | tr '\n' '|')" = 'container health_status:%20unhealthy me|container health_status:%20healthy me|container health_status:%20unhealthy me|' ]; }
	eventually 10 all_told
	kill "$sleeper"
	eventually 10 sh -c '! pgrep -x ctprobe'
}

@test "ctprobe: one that takes too long is killed with its group; the start period forgives; a pause leaves it out" {
	sleeper
	"$P" -d --interval 50ms --timeout 100ms --retries 1 --state "$TMP/health" "$TMP/pid" -- sh -c 'sleep 4321 & sleep 4321'
	eventually 10 health_is unhealthy
	[[ $(sed -n 2p "$TMP/health") == *" -1 Health check exceeded timeout (0.1s)" ]]
	kill "$sleeper"
	eventually 10 sh -c '! pgrep -x ctprobe && ! pgrep -f "^sleep 4321"'
	sleeper
	"$P" -d --interval 50ms --start-period 1h --retries 1 --state "$TMP/health" --unless "$TMP/paused" "$TMP/pid" -- \
		sh -c 'echo x >>"$0"; false' "$TMP/count"
	eventually 10 sh -c '[ "$(wc -l <"$0")" -ge 3 ]' "$TMP/count"
	health_is starting
	touch "$TMP/paused"
	# One may be under way; then none comes.
	eventually 10 sh -c 'a=$(wc -l <"$0"); sleep 0.3; [ "$(wc -l <"$0")" = "$a" ]' "$TMP/count"
	kill "$sleeper"
	eventually 10 sh -c '! pgrep -x ctprobe'
}

@test "ctprobe: it goes on with what its supervisor starts next" {
	sleeper
	mv "$TMP/pid" "$TMP/supervisor"
	supervisor=$sleeper
	sleeper
	"$P" -d --interval 50ms --state "$TMP/health" --supervisor-file "$TMP/supervisor" "$TMP/pid" -- true
	eventually 10 health_is healthy
	kill "$sleeper"
	wait "$sleeper" || true
	rm "$TMP/health"
	sleeper
	eventually 10 health_is healthy
	kill "$sleeper" "$supervisor"
	eventually 10 sh -c '! pgrep -x ctprobe'
}

@test "ctprobe: a command that is not there, bad usage; a pipe that breaks ends what writes into it" {
	sleeper
	"$P" -d --interval 50ms --state "$TMP/health" "$TMP/pid" -- sed -n 's/^SigIgn:.//p' /proc/self/status
	eventually 10 health_is healthy
	[ $((0x$(sed -n '2s/.* \([0-9a-f]*\)\\n$/\1/p' "$TMP/health") & 1 << 12)) = 0 ]
	kill "$sleeper"
	eventually 10 sh -c '! pgrep -x ctprobe'
	rm "$TMP/health"
	sleeper
	"$P" -d --interval 50ms --retries 1 --state "$TMP/health" "$TMP/pid" -- "$TMP/none"
	eventually 10 health_is unhealthy
	[[ $(sed -n 2p "$TMP/health") == *" 127 ctprobe: "*"No such file"* ]]
	kill "$sleeper"
	eventually 10 sh -c '! pgrep -x ctprobe'
	for bad in "" "--state $TMP/h" "--state $TMP/h pid" "pid true" "--interval x --state h p true" "--interval 10us --state h p true" \
		"--retries -1 --state h p true" "--nope"; do
		# shellcheck disable=SC2086 # words
		run "$P" $bad
		[ "$status" -eq 2 ]
	done
}

@test "run --health-cmd: ps, inspect, filter, events; restart begins anew; nothing left" {
	requires overlay tool_jq
	run -0 --separate-stderr mydocker run -d --name "h$UNIQ" --net none --health-cmd 'echo probing; test -e /ok' --health-interval 100ms --health-retries 2 \
		--health-timeout 20s --health-start-period 1ms busybox sleep 1000
	id=$output
	eventually 20 ps_says "h$UNIQ" "(unhealthy)"
	run -0 mydocker inspect -f '{{json .State.Health}}' "h$UNIQ"
	[ "$(jq -r '.Status, .Log[-1].ExitCode, .Log[-1].Output' <<<"$output" | tr '\n' '|')" = 'unhealthy|1|probing||' ]
	run -0 mydocker inspect -f '{{json .Config.Healthcheck}}' "h$UNIQ"
	[ "$(jq -c . <<<"$output")" = '{"Test":["CMD-SHELL","echo probing; test -e /ok"],"Interval":100000000,"Timeout":20000000000,"StartPeriod":1000000,"Retries":2}' ]
	run -0 mydocker ps -q --no-trunc -f health=unhealthy
	[ "$output" = "$id" ]
	mydocker exec "h$UNIQ" touch /ok
	eventually 20 ps_says "h$UNIQ" "(healthy)"
	run -0 mydocker ps -q -f health=unhealthy
	[ -z "$output" ]
	# It is told a moment later.
	all_told() { [[ $(mydocker events --since 1h --until 0s --format '{{.Action}}' -f event=health_status) == "health_status: unhealthy"*"health_status: healthy" ]]; }
	eventually 10 all_told
	mydocker pause "h$UNIQ" >/dev/null
	ps_says "h$UNIQ" "(Paused)"
	mydocker unpause "h$UNIQ" >/dev/null
	mydocker restart -t 0 "h$UNIQ" >/dev/null
	eventually 20 ps_says "h$UNIQ" "(healthy)"
	mydocker stop -t 0 "h$UNIQ" >/dev/null
	run ! ps_says "h$UNIQ" health
	mydocker rm "h$UNIQ" >/dev/null
	eventually 20 sh -c '! pgrep -x ctprobe'
}

@test "health: in the foreground, with a restart policy, from the image, none" {
	requires overlay
	mydocker run --rm --net none --name "h$UNIQ" --health-cmd 'true' --health-interval 50ms busybox sh -c 'while [ ! -e /end ]; do sleep 0.1; done' 3>&- &
	eventually 20 ps_says "h$UNIQ" "(healthy)"
	mydocker exec "h$UNIQ" touch /end
	wait $!
	# The command is started again, and asked again.
	mydocker run -d --name "r$UNIQ" --net none --restart always --health-cmd 'cat /began' --health-interval 50ms busybox \
		sh -c 'echo x >>/began; while [ ! -e /end ]; do sleep 0.05; done; rm /end' >/dev/null
	eventually 20 ps_says "r$UNIQ" "(healthy)"
	mydocker exec "r$UNIQ" touch /end
	eventually 20 saw_twice "r$UNIQ"
	mydocker rm -f "r$UNIQ" >/dev/null
	# What the image says, and not.
	tar -C "$(echo "$MYDOCKER_ROOT"/images/busybox/layer.*)" -cf "$TMP/root.tar" .
	mydocker import -c 'HEALTHCHECK CMD echo from the image' "$TMP/root.tar" "himg$UNIQ" >/dev/null
	mydocker run -d --name "i$UNIQ" --net none --health-interval 50ms "himg$UNIQ" sleep 1000 >/dev/null
	eventually 20 ps_says "i$UNIQ" "(healthy)"
	mydocker rm -f "i$UNIQ" >/dev/null
	mydocker run -d --name "i$UNIQ" --net none --no-healthcheck "himg$UNIQ" sleep 1000 >/dev/null
	run -0 mydocker inspect -f '{{.State.Health}} {{.Config.Healthcheck}}' "i$UNIQ"
	[ "$output" = "<nil> <nil>" ]
	mydocker rm -f "i$UNIQ" >/dev/null
	for bad in 3 abc '' -1s 1; do
		run -125 mydocker run --rm --health-interval "$bad" busybox true
		[[ $output == "mydocker run: --health-interval: '$bad' is not a time"* ]]
	done
	run -125 mydocker run --rm --health-retries x busybox true
	[ "$output" = "mydocker run: --health-retries: 'x' is not a number" ]
	run -0 mydocker run --rm --net none --no-healthcheck busybox true
	eventually 20 sh -c '! pgrep -x ctprobe'
}

@test "run --health-start-interval: probes come that often in the start period, as long as none has succeeded" {
	requires overlay tool_jq
	# With the interval alone the first would come in an hour.
	mydocker run -d --name "h$UNIQ" --net none --health-cmd 'test -e /ok' --health-interval 1h --health-start-period 1h \
		--health-start-interval 100ms busybox sleep 1000
	probed_twice() { [ "$(mydocker inspect -f '{{len .State.Health.Log}}' "h$UNIQ")" -ge 2 ]; }
	eventually 20 probed_twice
	ps_says "h$UNIQ" "(health: starting)"
	[ "$(mydocker inspect "h$UNIQ" | jq -c '.[0].Config.Healthcheck | [.Interval, .StartPeriod, .StartInterval]')" = \
		'[3600000000000,3600000000000,100000000]' ]
	mydocker exec "h$UNIQ" touch /ok
	eventually 20 ps_says "h$UNIQ" "(healthy)"
	mydocker rm -f "h$UNIQ"
	for bad in 5 x ''; do
		run -125 mydocker run --net none --health-cmd true --health-start-interval "$bad" busybox true
		[[ $output == *"is not a time"* ]]
	done
}
