#!/usr/bin/env bats
# start.bats - create, start and restart: a container that ends stays, and starts again as what it was.

load helpers

setup() {
	requires root overlay
	common_setup
	name=s$UNIQ
}

teardown() {
	! mountpoint -q /proc/sys/kernel/random/boot_id || umount /proc/sys/kernel/random/boot_id
	common_teardown
}

# The ids in a directory of the state.
count() {
	find "$1" -mindepth 1 -maxdepth 1 ! -name '.*' 2>/dev/null | wc -l
}

@test "create, start, its end, start again: upper layer, environment, log and facts stay; status on the way" {
	local id
	run -0 mydocker create --name "$name" --net none -e A='b  c' -l k=v --entrypoint sh busybox -c 'echo "run $A"; cat /x; echo x >>/x; exec sleep 100'
	id=$output
	[ "${#id}" -eq 64 ]
	run -0 mydocker ps -a --format '{{.ID}} {{.Status}} {{.State}} {{.Names}}'
	[ "$output" = "${id:0:12} Created created $name" ]
	[ "$(mydocker ps -q)" = "" ]
	[ "$(mydocker logs "$name")" = "" ]
	run -1 --separate-stderr mydocker exec "$name" true
	[[ $stderr == *"is not running"* ]]
	run -0 mydocker start "$name"
	[ "$output" = "$name" ]
	run -0 mydocker start "${id:0:12}"
	[ "$output" = "${id:0:12}" ]
	eventually 5 sh -c "grep -q 'run b  c' '$MYDOCKER_ROOT/containers/$id/log'"
	mydocker stop -t 0 "$name"
	[[ $(mydocker ps -a --format '{{.Status}}') == "Exited (137)"* ]]
	run -0 mydocker start "$name"
	eventually 5 sh -c "[ \$(grep -c 'run b  c' '$MYDOCKER_ROOT/containers/$id/log') = 2 ]"
	eventually 5 grep -q 'stdout F x$' "$MYDOCKER_ROOT/containers/$id/log"
	[ "$(mydocker ps --filter label=k=v --format '{{.State}}')" = running ]
	[ "$(mydocker inspect -f '{{.State.Running}} {{.State.ExitCode}}' "$name")" = "true 0" ]
	mydocker rm -f "$name"
}

@test "create: refusals are run's, nothing is left; --rm; rm of a created one; what starts not" {
	run -125 --separate-stderr mydocker create -d busybox true
	run -125 --separate-stderr mydocker create --name . busybox true
	run -125 --separate-stderr mydocker create "nosuch$UNIQ" true
	[ "$(count "$MYDOCKER_ROOT/containers")" -eq 0 ]
	mydocker create --name "$name" --net none --cidfile "$TMP/cid" busybox nosuchcommand
	run -125 --separate-stderr mydocker create --name "$name" busybox true
	[[ $stderr == *"already in use"* ]]
	[ "$(mydocker ps -aq --no-trunc)" = "$(<"$TMP/cid")" ]
	# A start that fails has not happened.
	run -1 --separate-stderr mydocker start "$name"
	[[ $stderr == *"'nosuchcommand': not found"* ]]
	[ -z "$output" ]
	run -127 --separate-stderr mydocker start -a "$name"
	[ "$(mydocker ps -a --format '{{.Status}}')" = Created ]
	[ "$(count "$MYDOCKER_RUN/starting")" -eq 0 ]
	[ -z "$(find /sys/fs/cgroup -maxdepth 4 -name "$(<"$TMP/cid")")" ]
	run -0 mydocker rm "$name"
	mydocker create --rm --name "$name" --net none busybox true
	run -0 mydocker start -a "$name"
	[ "$(count "$MYDOCKER_ROOT/containers")" -eq 0 ]
	# Its first lines are create's own.
	run -0 mydocker create --help
	[[ ${lines[0]} == "Usage: mydocker create "* ]]
}

@test "start -a -i: input, output on both streams, the exit status; start of several, an unknown one among them" {
	mydocker create -i --name "$name" --net none busybox sh -c 'read x; echo "got $x"; echo bad >&2; exit 7'
	run -7 --separate-stderr sh -c "echo typed | $MYDOCKER_SH '$TOP/scripts/mydocker.sh' start -a -i $name"
	[ "$output" = "got typed" ]
	[ "$stderr" = bad ]
	[ "$(mydocker inspect -f '{{.State.ExitCode}}' "$name")" = 7 ]
	run -7 sh -c "echo more | $MYDOCKER_SH '$TOP/scripts/mydocker.sh' start -ai $name"
	mydocker create --name "b$name" --net none busybox sleep 100
	run -1 --separate-stderr mydocker start nosuch "b$name" "$name"
	[ "$output" = "b$name"$'\n'"$name" ]
	[[ $stderr == *"no such container: 'nosuch'"* ]]
	run -1 --separate-stderr mydocker start -a "b$name" "$name"
	# Nobody types: a pipe that stays open.
	[ "$(mydocker ps --format '{{.Names}}' | sort)" = "b$name"$'\n'"$name" ]
	mydocker rm -f "b$name" "$name"
	run -1 mydocker start "$name"
}

@test "the network is gone while a container is stopped, and made anew; the published port is free meanwhile" {
	requires isolated nft
	local net=$MYDOCKER_ROOT/networks/bridge address
	mydocker run -d --name "$name" -p 18080:80 --add-host db:10.1.2.3 busybox httpd -f -h /www
	mydocker stop -t 0 "$name"
	[ "$(ls -A "$net/leases")" = "" ]
	mydocker run --rm -p 18080:80 --name "b$name" busybox true
	run -0 mydocker start "$name"
	[ "$(mydocker port "$name" 80)" = 0.0.0.0:18080 ]
	eventually 5 busybox wget -qO "$TMP/page" http://127.0.0.1:18080/
	address=$(mydocker inspect -f '{{.NetworkSettings.IPAddress}}' "$name")
	run -0 mydocker exec "$name" sh -c 'hostname; cat /etc/hosts'
	[ "$(grep -c "${lines[0]}$" <<<"$output")" -eq 2 ]
	[[ $output == *"$address"* ]]
	[[ $output == *$'10.1.2.3\tdb'* ]]
	run -0 mydocker restart -t 0 "$name"
	[ "$output" = "$name" ]
	eventually 5 busybox wget -qO "$TMP/page" http://127.0.0.1:18080/
	mydocker rm -f "$name"
}

@test "restart: its stop signal and its time; of one that has ended; of several; limits and options hold again" {
	local group
	mydocker run -d --name "$name" --net none -m 64m --pids-limit 50 --hostname web --cap-drop ALL --tmpfs /t:size=1m busybox \
		sh -c 'trap "echo bye; exit 3" TERM; echo ready; while :; do sleep 0.05; done'
	eventually 5 sh -c "grep -q ready '$MYDOCKER_ROOT'/containers/*/log"
	run -0 mydocker restart "$name"
	eventually 5 sh -c "[ \$(grep -c ready '$MYDOCKER_ROOT'/containers/*/log) = 2 ]"
	grep -q 'F bye' "$MYDOCKER_ROOT"/containers/*/log
	read -r group <"$(echo "$MYDOCKER_RUN"/*/cgroup)"
	[ "$("$BIN/cgset" --get memory "$group")" = 67108864 ]
	[ "$("$BIN/cgset" --get pids "$group")" = 50 ]
	run -0 mydocker exec "$name" sh -c 'hostname; grep -c " /t tmpfs " /proc/mounts; sed -n "s/^CapBnd:.*0/x/p" /proc/self/status'
	[ "$output" = $'web\n1\nx' ]
	run -0 mydocker restart -s KILL -t 5 "$name"
	[ "$(grep -c 'F bye' "$MYDOCKER_ROOT"/containers/*/log)" -eq 1 ]
	mydocker stop -t 0 "$name"
	run -1 --separate-stderr mydocker restart "$name" nosuch
	[ "$output" = "$name" ]
	[ "$(mydocker ps --format '{{.State}}')" = running ]
	mydocker rm -f "$name"
}

@test "start -a with a terminal: -t holds again" {
	requires tool_script
	mydocker create -it --name "$name" --net none busybox sh -c 'tty; read x; echo "<$x>"; exit 5'
	run -5 sh -c "printf 'typed\n' | script -qefc \"$MYDOCKER_SH '$TOP/scripts/mydocker.sh' start -ai $name\" /dev/null"
	[[ $output == *"/dev/pts/0"*"<typed>"* ]]
	run -1 sh -c "$MYDOCKER_SH '$TOP/scripts/mydocker.sh' start -ai $name </dev/null"
	[[ $output == *"not a TTY"* ]]
	[[ $(mydocker ps -a --format '{{.Status}}') == "Exited (5)"* ]]
	mydocker rm "$name"
}

@test "the shell of a start killed, whose work goes on in a subshell: gc leaves that alone" {
	local id
	mydocker create --name "g$UNIQ" --net none busybox sleep 1000
	id=$(mydocker inspect -f '{{.Id}}' "g$UNIQ")
	mkdir "$TMP/tools"
	ln -s "$BIN"/* "$TMP/tools"
	rm "$TMP/tools/cgset"
	cat >"$TMP/tools/cgset" <<-END
		#!/bin/bash
		[ -e "$TMP/killed" ] || {
			: >"$TMP/killed"
			kill -9 \$(<"$TMP/shell")
			while kill -0 \$(<"$TMP/shell"); do sleep 0.05; done
			$MYDOCKER_SH "$TOP/scripts/mydocker.sh" gc
			cp "$MYDOCKER_RUN/starting/$id" "$TMP/marker"
		}
		exec "$BIN/cgset" "\$@"
	END
	chmod +x "$TMP/tools/cgset"
	# shellcheck disable=SC2016 # for the shell inside
	MYDOCKER_TOOLS=$TMP/tools run sh -c 'echo $$ >"$1" && shift && exec "$@"' sh "$TMP/shell" \
		$MYDOCKER_SH "$TOP/scripts/mydocker.sh" start "g$UNIQ"
	[ "$status" = 137 ]
	eventually 5 test ! -e "$MYDOCKER_RUN/starting/$id"
	[[ $(<"$TMP/marker") == *$'\nagain' ]]
	[ "$(mydocker ps --format '{{.Names}}')" = "g$UNIQ" ]
	mydocker rm -f "g$UNIQ"
}

@test "what the container or a killed start has made of its /etc/hostname does not matter to the next start" {
	local id text
	mydocker run -d --name "h$UNIQ" --hostname given.example --net none busybox sleep 1000
	id=$(mydocker inspect -f '{{.Id}}' "h$UNIQ")
	for text in '' 'two words' "$(printf '%070d' 0)" $'\e[31m'; do
		# shellcheck disable=SC2016 # for the shell inside
		mydocker exec "h$UNIQ" sh -c 'printf %s "$1" >/etc/hostname' sh "$text"
		run -0 mydocker restart -t 0 "h$UNIQ"
		run -0 mydocker exec "h$UNIQ" sh -c 'hostname; cat /etc/hostname'
		[ "$output" = $'given.example\ngiven.example' ]
	done
	mydocker stop -t 0 "h$UNIQ"
	: >"$MYDOCKER_ROOT/containers/$id/hostname"
	: >"$MYDOCKER_ROOT/containers/$id/env"
	run -0 mydocker start "h$UNIQ"
	[ "$(mydocker exec "h$UNIQ" hostname)" = "${id:0:12}" ]
	mydocker rm -f "h$UNIQ"
}

@test "a start whose marker was never written: the next one waits for it, and goes on when it is old" {
	local id pid
	mydocker create --name "m$UNIQ" --net none busybox sleep 1000
	id=$(mydocker inspect -f '{{.Id}}' "m$UNIQ")
	: >"$MYDOCKER_RUN/starting/$id"
	# shellcheck disable=SC2086 # "busybox ash" is two words on purpose
	timeout -k 1 $((60 * PATIENCE)) $MYDOCKER_SH "$TOP/scripts/mydocker.sh" --trace start "m$UNIQ" 2>"$TMP/trace" &
	pid=$!
	eventually 5 test -s "$TMP/trace"
	kill -0 "$pid"
	touch -d '5 minutes ago' "$MYDOCKER_RUN/starting/$id"
	wait "$pid"
	[ "$(mydocker ps --format '{{.Names}}')" = "m$UNIQ" ]
	mydocker rm -f "m$UNIQ"
}

@test "10 starts of one container at once: one runs, all say its name" {
	local i jobs=()
	mydocker create --name "$name" --net none busybox sleep 100
	for i in 1 2 3 4 5 6 7 8 9 10; do
		mydocker start "$name" >>"$TMP/out" 2>>"$TMP/err" &
		jobs+=($!)
	done
	for i in "${jobs[@]}"; do
		wait "$i"
	done
	[ "$(sort "$TMP/out" | uniq -c | sed 's/^ *//')" = "10 $name" ]
	[ ! -s "$TMP/err" ]
	[ "$(grep -c . "$(find /sys/fs/cgroup -maxdepth 4 -path "*$(basename "$MYDOCKER_RUN"/????????????????????*)" | head -n 1)/cgroup.procs")" -eq 1 ]
	[ "$(count "$MYDOCKER_RUN/starting")" -eq 0 ]
	mydocker rm -f "$name"
}

@test "a reboot: running becomes exited, the lease is free, created stays created, both start" {
	requires isolated nft
	local pid
	mydocker run -d --name "$name" busybox sleep 100
	mydocker create --name "c$name" --net none busybox sleep 100
	mydocker run --name "e$name" --net none busybox sh -c 'exit 3' || true
	# What a reboot takes: the processes, $run, the network namespaces and links, the boot id.
	for pid in $(cut -d' ' -f1 "$MYDOCKER_RUN"/*/supervisor "$MYDOCKER_RUN"/*/pid); do
		kill -KILL "$pid" 2>/dev/null || true
	done
	find /sys/fs/cgroup -depth -mindepth 1 -maxdepth 4 -type d -path "*mydocker$(<"$MYDOCKER_ROOT/instance")/*" |
		while read -r group; do eventually 5 rmdir "$group"; done
	find /sys/fs/cgroup -depth -maxdepth 3 -type d -name "mydocker$(<"$MYDOCKER_ROOT/instance")" 2>/dev/null |
		while read -r group; do rmdir "$group" 2>/dev/null || [ ! -e "$group" ]; done
	umount /run/netns/mydocker-*
	rm -rf "$MYDOCKER_RUN" /run/netns/mydocker-*
	printf '11111111-2222-3333-4444-555555555555\n' >"$TMP/boot"
	mount --bind "$TMP/boot" /proc/sys/kernel/random/boot_id
	run -0 mydocker ps -a --format '{{.Names}} {{.Status}}'
	[[ $output == *"c$name Created"* ]]
	[[ $output == *"$name Exited (255) "* ]]
	[[ $output == *"e$name Exited (3) "* ]]
	[ "$(ls -A "$MYDOCKER_ROOT/networks/bridge/leases")" = "" ]
	run -0 mydocker ps -a --format '{{.Status}}' --filter "name=^$name\$"
	[[ $output == "Exited (255) "* ]]
	run -0 mydocker start "$name" "c$name" "e$name"
	[ "$(mydocker ps -q | wc -l)" -ge 2 ]
	run -0 mydocker exec "$name" ip route
	[[ $output == *"default via"* ]]
	run -0 mydocker rm -f "$name" "c$name" "e$name"
}

@test "kill -9 at each step of create and start, then gc: nothing, or a container that is whole and starts" {
	local step id pid
	id=$(mydocker create --name "$name" --net none busybox sleep 100)
	# The shell stops before the tool that is the next step; every step but the last leaves one that has not run.
	for step in cgset logwrite; do
		printf '#!/bin/sh\nkill -KILL $PPID\n' >"$TMP/kill"
		mkdir -p "$TMP/bin.$step"
		cp -s "$BIN"/* "$TMP/bin.$step/"
		ln -sf "$TMP/kill" "$TMP/bin.$step/$step"
		chmod +x "$TMP/kill"
		run ! env MYDOCKER_TOOLS="$TMP/bin.$step" $MYDOCKER_SH "$TOP/scripts/mydocker.sh" start "$name"
		mydocker gc
		[ "$(mydocker ps -a --format '{{.Status}}')" = Created ]
		[ "$(count "$MYDOCKER_RUN/starting")" -eq 0 ]
		[ -z "$(find /sys/fs/cgroup -maxdepth 4 -name "$id")" ]
	done
	mydocker start "$name"
	# A supervisor that is killed with its command: lost, and it starts again.
	read -r pid _ <"$MYDOCKER_RUN/$id/supervisor"
	kill -KILL "$pid"
	read -r pid _ <"$MYDOCKER_RUN/$id/pid"
	kill -KILL "$pid"
	eventually 5 sh -c "! '$BIN/pidctl' --alive '$MYDOCKER_RUN/$id/pid'"
	run -0 mydocker start "$name"
	mydocker stop -t 0 "$name"
	for step in cgset logwrite; do
		run ! env MYDOCKER_TOOLS="$TMP/bin.$step" $MYDOCKER_SH "$TOP/scripts/mydocker.sh" restart "$name"
		mydocker gc
		run -0 mydocker ps -a --format '{{.Status}}'
		[[ $output == "Exited (137)"* ]]
	done
	mkdir -p "$TMP/bin.ctstate"
	cp -s "$BIN"/* "$TMP/bin.ctstate/"
	ln -sf "$TMP/kill" "$TMP/bin.ctstate/ctstate"
	run ! env MYDOCKER_TOOLS="$TMP/bin.ctstate" $MYDOCKER_SH "$TOP/scripts/mydocker.sh" create --name "c$name" --net none busybox true
	mydocker gc
	[ "$(count "$MYDOCKER_ROOT/names")" -eq 1 ]
	mydocker rm "$name"
}
