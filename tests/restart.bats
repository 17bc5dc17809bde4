#!/usr/bin/env bats
# restart.bats - --restart: the supervisor starts a command that has ended again, and stop ends that.

load helpers

setup() {
	requires root overlay
	common_setup
	name=r$UNIQ
}

# Whether the container's log has N lines that match.
logged() {
	[ "$(mydocker logs "$name" 2>&1 | grep -c "$2")" -ge "$1" ]
}

# Whether the shell at the terminal has answered what is typed into descriptor $1; typed again and again, since what comes
# before the terminal is raw may be lost.
answers() {
	echo 'echo $((40 + 2))' >&"$1"
	grep -q '^42' "$TMP/screen"
}

state() {
	[ "$(mydocker inspect -f '{{.State.Status}}' "$name")" = "$1" ]
}

@test "on-failure:N: so often, then exited; the count, the policy, one log, the upper layer; start counts anew" {
	mydocker run -d --name "$name" --net none --restart on-failure:2 busybox sh -c 'echo x >>/x; echo "run $(wc -l </x)"; exit 3'
	eventually 20 state exited
	eventually 10 logged 3 run
	[ "$(mydocker logs "$name")" = $'run 1\nrun 2\nrun 3' ]
	run -0 mydocker inspect -f '{{.RestartCount}} {{.State.ExitCode}} {{.HostConfig.RestartPolicy.Name}} {{.HostConfig.RestartPolicy.MaximumRetryCount}}' "$name"
	[ "$output" = "2 3 on-failure 2" ]
	[ "$(mydocker wait "$name")" = 3 ]
	run -0 mydocker start "$name"
	eventually 10 logged 6 run
	eventually 10 state exited
	[ "$(mydocker inspect -f '{{.RestartCount}}' "$name")" = 2 ]
	mydocker wait "$name"
	[ -z "$(find /sys/fs/cgroup -maxdepth 4 -name "$(mydocker inspect -f '{{.Id}}' "$name")")" ]
	mydocker rm "$name"
	# A command that succeeds is not started again.
	mydocker run -d --name "$name" --net none --restart on-failure busybox true
	eventually 10 state exited
	[ "$(mydocker inspect -f '{{.RestartCount}} {{.HostConfig.RestartPolicy.MaximumRetryCount}}' "$name")" = "0 0" ]
	mydocker rm "$name"
}

@test "always: while it waits ps says so, exec and rm refuse; stop, kill and rm -f end it; logs -f and wait go on" {
	local id
	id=$(mydocker run -d --name "$name" --net none --restart always busybox sh -c 'echo run; exit 4')
	mydocker logs -f "$name" >"$TMP/follow" 2>&1 3>&- &
	mydocker wait "$name" >"$TMP/wait" 3>&- &
	# The waits become longer and longer: in one of 0.8 s or more there is time to look.
	eventually 10 logged 4 run
	eventually 20 sh -c "$MYDOCKER_SH '$TOP/scripts/mydocker.sh' ps --format '{{.Status}} {{.State}}' | grep -q '^Restarting (4) .* restarting$'"
	eventually 20 sh -c "$MYDOCKER_SH '$TOP/scripts/mydocker.sh' exec $name true 2>&1 | grep 'is restarting'"
	eventually 20 sh -c "$MYDOCKER_SH '$TOP/scripts/mydocker.sh' rm $name 2>&1 | grep 'about to be started again'"
	[ ! -s "$TMP/wait" ]
	run -0 mydocker stop "$name"
	[ "$output" = "$name" ]
	run ! "$BIN/pidctl" --alive "$MYDOCKER_RUN/$id/supervisor"
	wait
	[ "$(<"$TMP/wait")" = 4 ]
	[ "$(grep -c run "$TMP/follow")" -ge 4 ]
	[[ $(mydocker ps -a --format '{{.Status}}') == "Exited (4) "* ]]
	mydocker rm "$name"
	mydocker run -d --name "$name" --net none --restart unless-stopped busybox sleep 100
	mydocker kill "$name"
	eventually 10 state exited
	mydocker start "$name"
	mydocker kill -s HUP "$name"
	mydocker stop -t 0 "$name"
	mydocker start "$name"
	mydocker exec "$name" kill -KILL 1 || true
	mydocker rm -f "$name"
	[ -z "$(ls "$MYDOCKER_ROOT/containers")" ]
}

@test "a network's address, a pipe on standard input and a terminal are the same after it" {
	requires isolated nft
	mydocker run -d --name "$name" --restart always busybox sh -c 'ip -4 addr show eth0 | grep inet; [ -e /x ] && exec sleep 100; echo >/x'
	eventually 10 logged 2 'inet '
	[ "$(mydocker logs "$name" | sort -u | wc -l)" -eq 1 ]
	run -0 mydocker exec "$name" ip route
	[[ $output == *default* ]]
	mydocker rm -f "$name"
	mydocker run -di --name "$name" --net none --restart always busybox sh -c 'echo ready; read x; echo "<$x>"; exit 1'
	eventually 10 logged 1 ready
	printf 'one\n' >"$(echo "$MYDOCKER_RUN"/*/stdin)"
	eventually 10 logged 2 ready
	printf 'two\n' >"$(echo "$MYDOCKER_RUN"/*/stdin)"
	eventually 10 logged 1 '<two>'
	mydocker rm -f "$name"
	mydocker run -dit --name "$name" --net none --restart always busybox sh -c 'tty; [ -e /x ] && exec sh; echo >/x; exit 2'
	eventually 10 logged 2 '/dev/pts/0'
	run -0 mydocker exec "$name" sh -c 'ls -l /proc/1/fd/0'
	[[ $output == *"/dev/pts/0"* ]]
	mkfifo "$TMP/keys"
	script -qec "$MYDOCKER_SH '$TOP/scripts/mydocker.sh' attach $name" /dev/null <"$TMP/keys" >"$TMP/screen" 3>&- &
	pid=$!
	exec 7>"$TMP/keys"
	eventually 10 answers 7
	printf '\020\021' >&7
	exec 7>&-
	wait "$pid"
	grep -q 'read escape sequence' "$TMP/screen"
	mydocker rm -f "$name"
}

@test "kill -9 of the supervisor: while it runs and while it waits; 20 stops of one that goes up and down" {
	local id pid i jobs=()
	id=$(mydocker run -d --name "$name" --net none --restart always busybox sh -c 'echo run; exit 4')
	eventually 20 logged 4 run
	read -r pid _ <"$MYDOCKER_RUN/$id/supervisor"
	kill -KILL "$pid"
	eventually 10 sh -c "! '$BIN/pidctl' --alive '$MYDOCKER_RUN/$id/pid' && ! '$BIN/pidctl' --alive '$MYDOCKER_RUN/$id/supervisor'"
	mydocker gc
	state exited
	[ -z "$(find /sys/fs/cgroup -maxdepth 4 -name "$id")" ]
	mydocker start "$name"
	for i in 1 2 3 4 5 6 7 8 9 10; do
		mydocker stop -t 0 "$name" >/dev/null 2>&1 3>&- &
		jobs+=($!)
		mydocker restart -t 0 "$name" >/dev/null 2>&1 3>&- &
		jobs+=($!)
	done
	for i in "${jobs[@]}"; do
		wait "$i" || true
	done
	run -0 mydocker stop "$name"
	state exited
	mydocker rm "$name"
	mydocker gc
}

@test "update --restart: at the next end of one with a policy, at the next start of one without" {
	local id policy='{{.HostConfig.RestartPolicy.Name}}:{{.HostConfig.RestartPolicy.MaximumRetryCount}}'
	id=$(mydocker run -d --name "$name" --net none --restart always busybox sh -c 'echo run; exit 4')
	eventually 20 logged 4 run
	run -0 mydocker update --restart no "$name"
	[ "$output" = "$name" ]
	# Be it that it waits or that it runs: the supervisor ends by itself.
	eventually 20 state exited
	[ "$(mydocker inspect -f "$policy" "$name")" = no:0 ]
	mydocker wait "$name"
	mydocker update --restart on-failure:1 -m 32m "$name"
	[ "$(mydocker inspect -f "$policy {{.HostConfig.Memory}}" "$name")" = "on-failure:1 33554432" ]
	mydocker start "$name"
	eventually 20 state exited
	[ "$(mydocker inspect -f '{{.RestartCount}}' "$name")" = 1 ]
	mydocker wait "$name"
	mydocker update --restart no "$name"
	[ ! -e "$MYDOCKER_ROOT/containers/$id/restart" ]
	mydocker rm "$name"
	mydocker run -d --name "$name" --net none busybox sh -c 'trap "exit 3" TERM; echo ready; while :; do sleep 0.1; done'
	mydocker run -d --name "x$name" --net none --rm busybox sleep 100
	eventually 10 logged 1 ready
	mydocker update --restart unless-stopped "$name"
	mydocker kill -s TERM "$name"
	eventually 10 state exited
	run -1 --separate-stderr mydocker update --restart always "x$name"
	[[ $stderr == *"cannot be started again" ]]
	run -0 mydocker update --restart no "x$name"
	run -125 --separate-stderr mydocker update --restart sometimes "x$name"
	mydocker rm -f "x$name"
	mydocker start "$name"
	eventually 10 logged 2 ready
	mydocker exec "$name" kill -TERM 1
	eventually 10 logged 3 ready
	mydocker rm -f "$name"
}

# Whether somebody waits for that container's end to be written down.
waits_for_end() {
	cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\0' '\n' | grep -A 1 -x -e --wait-file | grep -qx "$MYDOCKER_RUN/$1/exit"
}

@test "start and rm just behind the last end, which the supervisor has not seen yet, wait for what it says" {
	local id sup pid word
	id=$(mydocker run -d --name "$name" --net none --restart always busybox sleep 1000)
	mydocker update --restart no "$name"
	for word in start rm; do
		read -r sup _ <"$MYDOCKER_RUN/$id/supervisor"
		read -r pid _ <"$MYDOCKER_RUN/$id/pid"
		kill -STOP "$sup"
		kill -KILL "$pid"
		eventually 10 sh -c "! '$BIN/pidctl' --alive '$MYDOCKER_RUN/$id/pid'"
		mydocker "$word" "$name" >"$TMP/out" 2>"$TMP/err" 3>&- &
		eventually 10 waits_for_end "$id"
		kill -CONT "$sup"
		case $word in
		start)
			wait $!
			state running
			mydocker update --restart always "$name"
			mydocker stop -t 0 "$name"
			mydocker start "$name"
			mydocker update --restart no "$name"
			;;
		rm) wait $! ;;
		esac
	done
	[ "$(<"$TMP/out")" = "$name" ]
	[ -z "$(ls "$MYDOCKER_ROOT/containers")" ]
}

# Whether the supervisor of that container stands still while it waits to start the command again.
stands_between() {
	local pid
	[ -e "$MYDOCKER_RUN/$1/restarting" ] && [ -e "$MYDOCKER_RUN/$1/exit" ] || return 1
	read -r pid _ <"$MYDOCKER_RUN/$1/supervisor"
	kill -STOP "$pid"
	eventually 5 grep -q '^State:.T' "/proc/$pid/status"
	[ ! -e "$MYDOCKER_RUN/$1/restarting" ] || [ ! -e "$MYDOCKER_RUN/$1/exit" ] || return 0
	kill -CONT "$pid"
	return 1
}

# One that goes up and down, its supervisor standing still between two runs: as it waits, or, "launch", as it is when the
# command has been cloned and not yet executed, without any of the files.
make_between() {
	id=$(mydocker run -d --name "$name" --net none --restart always busybox sh -c 'echo run; exit 4')
	read -r sup _ <"$MYDOCKER_RUN/$id/supervisor"
	eventually 20 stands_between "$id"
	[ "${1-}" != launch ] || rm "$MYDOCKER_RUN/$id"/{restarting,exit,pid}
}

# Nothing of the container is there, or, behind "stop", nothing that runs.
nothing_left() {
	run ! "$BIN/pidctl" --alive "$MYDOCKER_RUN/$id/supervisor"
	[ ! -e "/proc/$sup" ]
	[ -z "$(find /sys/fs/cgroup -maxdepth 4 -name "$id")" ]
	eventually 10 sh -c "! cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep -q -e 'lo[g]write.*$id'"
}

@test "between two runs, waiting or launching: rm -f, stop and kill end the supervisor; exec, pause, attach, HUP refuse" {
	local id sup word moment inode
	for moment in wait launch; do
		for word in "rm -f" "stop" "kill"; do
			make_between "$moment"
			for refused in "exec $name true" "pause $name" "attach $name" "kill -s HUP $name"; do
				# shellcheck disable=SC2086 # words
				run -1 --separate-stderr timeout 60 $MYDOCKER_SH "$TOP/scripts/mydocker.sh" $refused
				[[ $stderr == *"container '$name' is restarting: wait until it runs" ]]
				[ -z "$output" ]
			done
			run -1 --separate-stderr mydocker rm "$name"
			[[ $stderr == *"about to be started again"* ]]
			run -0 mydocker start "$name"
			inode=$(stat -c %i "$MYDOCKER_ROOT/containers/$id/restart")
			run -0 mydocker update --restart unless-stopped "$name"
			# In one piece: the supervisor may read it at any time.
			[ "$(stat -c %i "$MYDOCKER_ROOT/containers/$id/restart")" != "$inode" ]
			# Who is told to end goes on for that.
			# shellcheck disable=SC2086 # words
			run -0 --separate-stderr timeout 60 $MYDOCKER_SH "$TOP/scripts/mydocker.sh" $word "$name"
			[ "$output" = "$name" ]
			[ -z "$stderr" ]
			[ "$word" = "rm -f" ] || state exited
			eventually 10 nothing_left
			[ "$word" = "rm -f" ] || mydocker rm "$name"
			[ -z "$(ls -A "$MYDOCKER_ROOT/containers")$(ls -A "$MYDOCKER_RUN/starting")" ]
			[ ! -e "$MYDOCKER_RUN/$id" ]
		done
	done
}

@test "rm -f strikes again where a supervisor let its command go on just when it was told" {
	local id pid
	id=$(mydocker create --name "$name" --net none busybox true)
	mkdir -p "$MYDOCKER_RUN/$id"
	bash -c 'n=0; trap "[ \$((n += 1)) -lt 2 ] || exit 0" TERM; echo >"$1"; while :; do sleep 0.1; done' bash "$TMP/ready" 3>&- &
	pid=$!
	eventually 10 test -s "$TMP/ready"
	identity "$pid" >"$MYDOCKER_RUN/$id/supervisor"
	run -0 mydocker rm -f "$name"
	wait "$pid"
	[ ! -d "$MYDOCKER_ROOT/containers/$id" ]
}

@test "gc between two runs: a marker whose maker is gone, as behind a terminal that was left, is no half-made container" {
	local id sup
	make_between launch
	printf '1 1 %s\n' "$(</proc/sys/kernel/random/boot_id)" >"$MYDOCKER_RUN/starting/$id"
	mydocker gc
	[ -d "$MYDOCKER_ROOT/containers/$id" ]
	[ ! -e "$MYDOCKER_RUN/starting/$id" ]
	state restarting
	kill -CONT "$sup"
	eventually 20 logged 3 run
	mydocker rm -f "$name"
	eventually 10 nothing_left
}

@test "update --restart unless-stopped of one that is stopped already: system start does not start it" {
	mydocker run -d --name "$name" --net none busybox sleep 1000
	mydocker stop -t 0 "$name"
	mydocker update --restart unless-stopped "$name"
	run -0 mydocker system start
	[ -z "$output" ]
	# One that has ended by itself nobody has stopped.
	mydocker run --name "x$name" --net none busybox true
	mydocker update --restart unless-stopped "x$name"
	mydocker update --restart always "$name"
	run -0 mydocker system start
	[ "$output" = "$name
x$name" ]
	mydocker rm -f "$name" "x$name"
}

# What a reboot takes: the processes, $run, the boot id.
reboot() {
	local pid group
	for pid in $(cut -d' ' -f1 "$MYDOCKER_RUN"/*/supervisor "$MYDOCKER_RUN"/*/pid); do
		kill -KILL "$pid" 2>/dev/null || true
	done
	find /sys/fs/cgroup -depth -mindepth 1 -maxdepth 4 -type d -path "*mydocker$(<"$MYDOCKER_ROOT/instance")/*" |
		while read -r group; do eventually 5 sh -c 'rmdir "$1" || [ ! -e "$1" ]' sh "$group"; done
	rm -rf "$MYDOCKER_RUN"
	cat /proc/sys/kernel/random/uuid >"$TMP/boot"
	mount --bind "$TMP/boot" /proc/sys/kernel/random/boot_id
}

@test "system start after a reboot: always, and unless-stopped where nobody had stopped it; system stop is no such stop" {
	requires isolated
	local kind
	for kind in always unless-stopped; do
		mydocker create --name "$kind" --net none --restart "$kind" busybox sleep 1000
		mydocker create --name "$kind.stopped" --net none --restart "$kind" busybox sleep 1000
		mydocker start "$kind" "$kind.stopped"
		mydocker stop -t 0 "$kind.stopped"
	done
	mydocker run -d --name later --net none --restart always busybox sleep 1000
	mydocker run -d --name shares --net none --pid container:later --restart always busybox sleep 1000
	mydocker run -d --name again --net none --restart unless-stopped busybox sleep 1000
	mydocker stop -t 0 again
	mydocker start again
	mydocker run -d --name failure --net none --restart on-failure busybox sleep 1000
	mydocker run -d --name none --net none busybox sleep 1000
	mydocker create --name unstarted --net none --restart always busybox sleep 1000
	run -0 mydocker system start
	[ "$output" = always.stopped ]
	mydocker stop -t 0 always.stopped
	reboot
	run -0 mydocker system start
	[ "$output" = "always
always.stopped
unless-stopped
later
again
shares" ]
	[ "$(mydocker ps --format '{{.Names}}' | sort | tr '\n' ' ')" = "again always always.stopped later shares unless-stopped " ]
	[ "$(mydocker exec shares readlink /proc/self/ns/pid)" = "$(mydocker exec later readlink /proc/self/ns/pid)" ]
	run -0 mydocker system start
	[ -z "$output" ]
	run -0 mydocker system stop -t 0
	[ "$(sort <<<"$output" | tr '\n' ' ')" = "again always always.stopped later shares unless-stopped " ]
	[ -z "$(mydocker ps -q)" ]
	run -0 mydocker system start
	[ "${#lines[@]}" -eq 6 ]
	# One that cannot be started does not keep the others from it.
	mydocker system stop -t 0
	mydocker rm later
	run -1 mydocker system start
	[[ $output == *"unless-stopped"* ]]
	[ "$(mydocker ps -q | wc -l)" -eq 4 ]
	mydocker ps -a -q | xargs $MYDOCKER_SH "$TOP/scripts/mydocker.sh" rm -f
	umount /proc/sys/kernel/random/boot_id
}

@test "wait --condition: the next end of one that restarts or is not started yet, the removal; what is wrong" {
	mydocker create --name "$name" --net none busybox sh -c 'exit 3'
	mydocker wait --condition next-exit "$name" >"$TMP/next" 3>&- &
	mydocker wait --condition removed "$name" >"$TMP/removed" 3>&- &
	eventually 10 sh -c "[ \$(cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep -o -e '--coun[t] 1' | wc -l) -ge 2 ]"
	mydocker start "$name"
	eventually 10 test -s "$TMP/next"
	[ "$(<"$TMP/next")" = 3 ]
	[ "$(mydocker wait "$name")" = 3 ]
	[ ! -s "$TMP/removed" ]
	mydocker rm "$name"
	wait
	[ "$(<"$TMP/removed")" = 3 ]
	mydocker run -d --name "$name" --net none --restart always busybox sh -c 'exit 4'
	[ "$(mydocker wait --condition=next-exit "$name")" = 4 ]
	mydocker wait --condition removed "$name" >"$TMP/removed" 3>&- &
	eventually 10 sh -c "cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep -q -e '--coun[t] 1'"
	mydocker rm -f "$name"
	wait
	[ "$(<"$TMP/removed")" = 4 ] || [ "$(<"$TMP/removed")" = 137 ]
	# One that removes itself is removed behind its end.
	mydocker run -d --name "$name" --net none --rm busybox sleep 1000
	mydocker wait --condition removed "$name" >"$TMP/removed" 3>&- &
	eventually 10 sh -c "cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep -q -e '--coun[t] 1'"
	mydocker kill "$name"
	wait
	[ "$(<"$TMP/removed")" = 137 ]
	mydocker create --name "$name" --net none busybox true
	mydocker wait --condition next-exit "$name" 2>"$TMP/err" 3>&- &
	eventually 10 sh -c "cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep -q -e '--coun[t] 1'"
	mydocker rm "$name"
	if wait $!; then false; fi
	[[ $(<"$TMP/err") == *"was removed before it ended" ]]
	run -125 --separate-stderr mydocker wait --condition sometimes "$name"
	run -1 --separate-stderr mydocker wait --condition removed "$name"
}

@test "--restart: what is refused" {
	run -125 --separate-stderr mydocker run --rm --restart always busybox true
	run -125 --separate-stderr mydocker run --restart sometimes busybox true
	run -125 --separate-stderr mydocker run --restart on-failure:x busybox true
	run -125 --separate-stderr mydocker run --restart always:3 busybox true
	run -0 mydocker run --rm --restart no --net none busybox true
	run -127 --separate-stderr mydocker run -d --restart always --net none busybox nosuchcommand
	[ -z "$(ls "$MYDOCKER_ROOT/containers")" ]
}
