#!/usr/bin/env bats
# gc.bats - kill -9 of the shell or of the supervisor at any point leaves nothing that gc does not heal.

load helpers

setup() {
	requires root overlay
	common_setup
}

# What must not be there after gc: state, groups, namespaces of ours.
nothing_left() {
	local left
	left=$(state_left; groups_of_containers)
	echo "left: $left"
	[ -z "$left" ]
}

groups_of_containers() {
	local instance
	read -r instance <"$MYDOCKER_ROOT/instance" || return 0
	find /sys/fs/cgroup -maxdepth 4 -path "*/mydocker$instance/*" -type d
}

# A directory of tools in which TOOL kills the shell that called it, before or after it has done its work.
deadly_tools() {
	local tool=$1 when=$2 t

	rm -rf "$TMP/tools"
	mkdir "$TMP/tools"
	for t in "$BIN"/*; do
		ln -s "$t" "$TMP/tools/${t##*/}"
	done
	rm "$TMP/tools/$tool"
	{
		printf '#!/bin/sh\n'
		[ "$when" = before ] || printf '%s "$@"\n' "$BIN/$tool"
		printf 'kill -9 $PPID\n'
	} >"$TMP/tools/$tool"
	chmod +x "$TMP/tools/$tool"
}

# killed_run ARGUMENT...: a run whose shell is killed by those tools. What it had started side by side goes on for a moment;
# it holds the lock of this subshell, so that all that is made has been made when this returns.
killed_run() {
	status=0
	(
		flock 9
		MYDOCKER_TOOLS=$TMP/tools mydocker run "$@" >/dev/null 2>&1
	) 9>"$TMP/lock" || status=$?
	flock -w 600 "$TMP/lock" true
	[ "$status" -eq 137 ]
}

@test "the shell killed at each of its steps: gc removes what was made" {
	local tool when
	for tool in ctstate cgset; do
		for when in before after; do
			deadly_tools "$tool" "$when"
			killed_run -d --name "k$UNIQ" --net none busybox sleep 100
			# The name is still claimed where it was: that is what gc is for.
			[ "$tool $when" = "ctstate before" ] || [ -e "$MYDOCKER_ROOT/names/k$UNIQ" ]
			run -0 mydocker gc
			eventually 5 nothing_left
		done
	done
}

@test "the shell killed around the network: gc gives back lease, link and namespace" {
	requires isolated nft
	local when
	mydocker run --rm busybox true
	for when in before after; do
		deadly_tools netns-veth "$when"
		killed_run -d --name "k$UNIQ" -p 18080:80 busybox sleep 100
		run -0 mydocker gc
		eventually 5 nothing_left
		[ -z "$(ls -A /run/netns)" ]
		# The port is free again.
		run -0 mydocker run --rm -p 18080:80 busybox true
	done
}

@test "run heals what a killed run has left, by itself" {
	deadly_tools cgset after
	killed_run -d --name "k$UNIQ" --net none busybox sleep 100
	run -0 mydocker run --rm --name "k$UNIQ" --net none busybox echo again
	[ "$output" = again ]
	eventually 5 nothing_left
}

@test "ps heals it as well" {
	deadly_tools cgset after
	killed_run -d --name "k$UNIQ" --net none busybox sleep 100
	run -0 mydocker ps -a
	run -0 mydocker ps -aq
	[ -z "$output" ]
	eventually 5 nothing_left
}

heals() {
	# A shell killed between the creation and the writing of its marker has made nothing else. gc leaves an empty marker
	# alone for a minute, because its maker may be about to write it.
	find "$MYDOCKER_RUN/starting" -type f -size 0 -delete
	mydocker rm -f "k$UNIQ" && mydocker gc && nothing_left
}

@test "the shell killed at 40 random moments: gc heals, the name is free" {
	local i
	for i in $(seq 40); do
		# As in killed_run.
		(
			flock 9
			timeout -s KILL "0.0$(printf '%02d' $((i % 30 + 1)))" $MYDOCKER_SH "$TOP/scripts/mydocker.sh" \
				run -d --name "k$UNIQ" --net none busybox sleep 1000 >/dev/null 2>&1 || true
		) 9>"$TMP/lock"
		flock -w 600 "$TMP/lock" true
		eventually 5 heals
	done
}

@test "a foreground run killed: the command's supervisor was the shell itself" {
	local pid
	mydocker run --name "f$UNIQ" --net none busybox sh -c 'echo ready; sleep 100' >"$TMP/out" &
	pid=$!
	eventually 5 grep -q ready "$TMP/out"
	kill -9 "$(cut -d' ' -f1 "$MYDOCKER_RUN"/*/supervisor)"
	wait "$pid" || true
	run -0 mydocker ps --format '{{.Names}} {{.Status}}'
	[[ $output == "f$UNIQ Up "* ]]
	run -0 mydocker stop -t 0 "f$UNIQ"
	run -0 mydocker ps -a --format '{{.Names}} {{.Status}}'
	[[ $output == "f$UNIQ Exited (255)"* ]]
	run -0 mydocker rm "f$UNIQ"
	eventually 5 nothing_left
}

@test "the supervisor killed, then the command: Exited (255), group and network given back" {
	requires isolated nft
	local id
	id=$(mydocker run -d --name "s$UNIQ" busybox sleep 100)
	kill -9 "$(cut -d' ' -f1 "$MYDOCKER_RUN/$id/supervisor")"
	# The workload goes on, and can be entered.
	run -0 mydocker exec "s$UNIQ" true
	kill -9 "$(cut -d' ' -f1 "$MYDOCKER_RUN/$id/pid")"
	eventually 5 sh -c "! kill -0 $(cut -d' ' -f1 "$MYDOCKER_RUN/$id/pid")"
	run -0 mydocker ps -a --format '{{.Status}}'
	[[ $output == "Exited (255)"* ]]
	run -0 mydocker gc
	[ -z "$(groups_of_containers)" ]
	[ -z "$(ls -A "$MYDOCKER_ROOT/networks/bridge/leases")" ]
	run -0 mydocker wait "s$UNIQ"
	[ "$output" = 255 ]
	run -0 mydocker rm "s$UNIQ"
	eventually 5 nothing_left
}

@test "the supervisor of a --rm container killed: gc removes the container" {
	local id
	id=$(mydocker run -d --rm --net none busybox sleep 100)
	kill -9 "$(cut -d' ' -f1 "$MYDOCKER_RUN/$id/supervisor")"
	kill -9 "$(cut -d' ' -f1 "$MYDOCKER_RUN/$id/pid")"
	eventually 5 sh -c "! kill -0 $(cut -d' ' -f1 "$MYDOCKER_RUN/$id/pid")"
	run -0 mydocker gc
	eventually 5 nothing_left
}

# Tools whose reaper is killed at the Nth of some system calls, which $TMP/when says; $TMP/whole is there when it came to its end.
deadly_reaper() {
	mkdir "$TMP/tools"
	ln -s "$BIN"/* "$TMP/tools"
	rm "$TMP/tools/ctstate"
	cat >"$TMP/tools/ctstate" <<-END
		#!/bin/sh
		[ "\$1" = reap ] || exec "$BIN/ctstate" "\$@"
		read -r calls n <"$TMP/when"
		strace -qq -o /dev/null -e trace=\$calls -e inject=\$calls:signal=KILL:when=\$n "$BIN/ctstate" "\$@"
		[ \$? -gt 128 ] || : >"$TMP/whole"
		while [ "\$1" != --exit-status ]; do
			shift
		done
		exit "\$2"
	END
	chmod +x "$TMP/tools/ctstate"
}

# each_kill FUNCTION: with a reaper that is killed before each of the things that it changes, and at some of the groups, of which
# there is a directory in each hierarchy.
each_kill() {
	local calls n last

	for calls in rename,renameat,unlink,unlinkat,write,clone,fork,vfork rmdir; do
		last=0
		for n in $(seq 60); do
			[ "$calls" != rmdir ] || [ $((n % 6)) = 1 ] || continue
			printf '%s\n' "$calls $n" >"$TMP/when"
			rm -f "$TMP/whole"
			MYDOCKER_TOOLS=$TMP/tools "$1"
			[ ! -e "$TMP/whole" ] || break
			last=$n
			run -0 mydocker gc
			"$2"
			eventually 5 nothing_left
		done
		[ "$last" -ge 1 ] && [ "$last" -lt 60 ]
		mydocker rm -f "r$UNIQ"
	done
}

removes_itself() {
	run -0 mydocker run --rm --name "r$UNIQ" --net "n$UNIQ" -v /data busybox true
}

nothing_of_it() {
	[ -z "$(ls -A /run/netns)" ]
	[ -z "$(ls -A "$MYDOCKER_ROOT/volumes")" ]
}

@test "the reaper of a --rm container killed at each of its steps: gc does its work again" {
	requires isolated nft tool_strace
	deadly_reaper
	mydocker network create "n$UNIQ"
	each_kill removes_itself nothing_of_it
	mydocker network rm "n$UNIQ"
}

ends() {
	run -3 mydocker run --name "r$UNIQ" --net none busybox sh -c 'exit 3'
}

end_is_known() {
	[ -z "$(groups_of_containers)" ]
	run -0 mydocker ps -a --format '{{.Names}} {{.Status}}'
	[[ $output == "r$UNIQ Exited (3)"* ]]
	run -0 mydocker rm "r$UNIQ"
}

@test "the reaper killed at each of its steps: how it ended is known, gc does the rest" {
	requires tool_strace
	deadly_reaper
	each_kill ends end_is_known
}

# killed_at CALLS N COMMAND...: that command of ours, whose shell is killed before the Nth of these system calls of its own. 0 where it
# came to its end before.
killed_at() {
	local calls=$1 n=$2

	shift 2
	# shellcheck disable=SC2086 # "busybox ash" is two words on purpose
	run strace -qq -o /dev/null -e trace="$calls" -e inject="$calls:signal=KILL:when=$n" $MYDOCKER_SH "$TOP/scripts/mydocker.sh" "$@"
	[ "$status" -le 128 ]
}

# What is called NAME, and how it is called: one name, by which it is found.
is_called() {
	[ "$(mydocker ps -a --format '{{.Names}}')" = "$1" ]
	[ "$(mydocker inspect -f '{{.Name}}' "$1")" = "/$1" ]
	[ "$(ls "$MYDOCKER_ROOT/names")" = "$1" ]
}

@test "rename killed at each of its steps: the same again goes on, gc frees the name that it has not" {
	requires tool_strace
	local n name
	mydocker create --name "a$UNIQ" --net none busybox true
	for n in $(seq 30); do
		! killed_at write,clone,clone3,fork,vfork "$n" rename "a$UNIQ" "b$UNIQ" || break
		if [ $((n % 2)) = 0 ]; then
			# Where it came far enough there is nothing to do.
			run mydocker rename "a$UNIQ" "b$UNIQ"
			[ "$status" = 0 ] || [ "$(mydocker ps -a --format '{{.Names}}')" = "b$UNIQ" ]
		fi
		run -0 mydocker gc
		name=$(mydocker ps -a --format '{{.Names}}')
		is_called "$name"
		[ "$name" = "a$UNIQ" ] || mydocker rename "b$UNIQ" "a$UNIQ"
		is_called "a$UNIQ"
	done
	[ "$n" -ge 5 ] && [ "$n" -lt 30 ]
	is_called "b$UNIQ"
	mydocker rm "b$UNIQ"
}

@test "two renames of one container at once: one name afterwards" {
	local i jobs
	mydocker create --name "a$UNIQ" --net none busybox true
	for i in 1 2 3 4 5; do
		jobs=()
		for to in b c; do
			mydocker rename "a$UNIQ" "$to$UNIQ" 2>/dev/null &
			jobs+=($!)
		done
		wait "${jobs[@]}" || true
		is_called "$(mydocker ps -a --format '{{.Names}}')"
		mydocker rename "$(mydocker ps -a --format '{{.Names}}')" "a$UNIQ"
	done
	mydocker rm "a$UNIQ"
}

@test "a reboot: \$run is empty, what ran is Exited (255), and can be removed" {
	local id
	id=$(mydocker run -d --name "b$UNIQ" --net none busybox sleep 100)
	kill -9 "$(cut -d' ' -f1 "$MYDOCKER_RUN/$id/supervisor")"
	"$BIN/pidctl" --signal KILL --wait 60 "$MYDOCKER_RUN/$id/pid"
	mv "$MYDOCKER_RUN" "$TMP/before"
	mkdir -m 700 "$MYDOCKER_RUN"
	run -0 mydocker gc
	[ -z "$(groups_of_containers)" ]
	run -0 mydocker ps -a --format '{{.Names}} {{.Status}}'
	[[ $output == "b$UNIQ Exited (255)"* ]]
	run -0 mydocker rm "b$UNIQ"
	rm -rf "$TMP/before"
	eventually 5 nothing_left
}

@test "gc leaves what lives alone, 20 times during starts" {
	local i jobs=()
	for i in $(seq 20); do
		mydocker run -d --net none busybox sleep 1000 >>"$TMP/ids" 2>>"$TMP/errors" &
		jobs+=($!)
		mydocker gc 2>>"$TMP/errors"
	done
	# Not a bare wait: the watchdog of bats is a job as well.
	wait "${jobs[@]}"
	cat "$TMP/errors"
	[ "$(mydocker ps -q | wc -l)" -eq 20 ]
	xargs $MYDOCKER_SH "$TOP/scripts/mydocker.sh" rm -f <"$TMP/ids" >/dev/null
	eventually 5 nothing_left
}

@test "a container whose marker is being written is not lost, and goes when the marker is old" {
	local id
	mydocker run --name "e$UNIQ" --net none busybox true
	id=$(mydocker inspect -f '{{.Id}}' "e$UNIQ")
	rm "$MYDOCKER_ROOT/containers/$id/exit" "$MYDOCKER_RUN/$id/"*
	: >"$MYDOCKER_RUN/starting/$id"
	run -0 mydocker gc
	[ ! -e "$MYDOCKER_ROOT/containers/$id/exit" ]
	touch -d '5 minutes ago' "$MYDOCKER_RUN/starting/$id"
	# One more from before the clock was set back.
	: >"$MYDOCKER_RUN/starting/$(printf '%064d' 1)"
	touch -d '+5 hours' "$MYDOCKER_RUN/starting/$(printf '%064d' 1)"
	run -0 mydocker gc
	[ ! -e "$MYDOCKER_RUN/starting/$(printf '%064d' 1)" ]
	run -0 mydocker gc
	[[ $(mydocker ps -a --format '{{.Status}}') == "Exited (255)"* ]]
	run -0 mydocker rm "e$UNIQ"
	eventually 5 nothing_left
}

@test "names without a container go, names with one stay" {
	mydocker run --name "a$UNIQ" --net none busybox true
	printf '%064d\n' 0 >"$MYDOCKER_ROOT/names/b$UNIQ"
	: >"$MYDOCKER_ROOT/names/c$UNIQ"
	# One that is claimed and not written yet is left alone while anybody may be at that: one who lives, or who is about to say
	# who it is; but not who has made his container already.
	mkdir -p "$MYDOCKER_RUN/starting"
	identity $$ >"$MYDOCKER_RUN/starting/$(printf '%064d' 1)"
	run -0 mydocker gc
	[ "$(ls "$MYDOCKER_ROOT/names")" = $'a'"$UNIQ"$'\nc'"$UNIQ" ]
	: >"$MYDOCKER_RUN/starting/$(printf '%064d' 1)"
	run -0 mydocker gc
	[ "$(ls "$MYDOCKER_ROOT/names")" = $'a'"$UNIQ"$'\nc'"$UNIQ" ]
	rm "$MYDOCKER_RUN/starting/"*
	identity $$ >"$MYDOCKER_RUN/starting/$(<"$MYDOCKER_ROOT/names/a$UNIQ")"
	run -0 mydocker gc
	[ "$(ls "$MYDOCKER_ROOT/names")" = "a$UNIQ" ]
	rm "$MYDOCKER_RUN/starting/"*
	mydocker rm "a$UNIQ"
}

@test "a removal killed at any of its steps: what is left is removed by the same again, or in nobody's way" {
	requires tool_strace
	local n id gone=0 left=0

	for n in $(seq 1 3 16) $(seq 17 24); do
		mydocker create --name "k$UNIQ" --net none busybox true
		id=$(<"$MYDOCKER_ROOT/names/k$UNIQ")
		strace -qq -f -o /dev/null -e trace=unlink,unlinkat -e inject=unlink,unlinkat:signal=KILL:when="$n" \
			"$BIN/ctstate" destroy "$MYDOCKER_ROOT" "$MYDOCKER_RUN" "$id" || :
		if [ -d "$MYDOCKER_ROOT/containers/$id" ]; then
			left=$((left + 1))
			mydocker rm "k$UNIQ"
		else
			gone=$((gone + 1))
		fi
		run -0 mydocker run --rm --name "k$UNIQ" --net none busybox echo again
		[ "$output" = again ]
	done
	[ "$left" -gt 0 ] && [ "$gone" -gt 1 ]
	run -0 mydocker gc
}

@test "a marker that goes while one looks how old it is ends nobody" {
	run -0 env MYDOCKER_LIB="$TOP/scripts" $MYDOCKER_SH -c '. "$MYDOCKER_LIB/mydocker.sh"; load gc; remove_old "$1"; echo on' sh "$TMP/gone"
	[ "$output" = on ]
}
