#!/usr/bin/env bats
# ps.bats - mydocker ps, inspect, images, info.

load helpers

setup() {
	requires root overlay
	common_setup
	name=p$UNIQ
}

@test "the columns, the words, newest first" {
	mydocker run --name "a$name" --net none busybox sh -c 'exit 3' || true
	mydocker run -d --name "b$name" --net none busybox sleep 100
	run -0 mydocker ps
	[[ ${lines[0]} == "CONTAINER ID "*" IMAGE "*" COMMAND "*" CREATED "*" STATUS "*" PORTS "*" NAMES" ]]
	[ "${#lines[@]}" -eq 2 ]
	[[ ${lines[1]} =~ ^[0-9a-f]{12}\ +busybox\ +\"sleep\ 100\"\ .*\ Up\ .*\ b$name$ ]]
	run -0 mydocker ps -a
	[ "${#lines[@]}" -eq 3 ]
	[[ ${lines[1]} == *"b$name" ]]
	[[ ${lines[2]} == *"Exited (3) "*" ago "*"a$name" ]]
	run -0 mydocker ps -l -q
	[ "${#lines[@]}" -eq 1 ]
	run -0 mydocker ps -n 2 -q --no-trunc
	[ "${#lines[@]}" -eq 2 ]
	[ "${#lines[0]}" -eq 64 ]
	run -0 mydocker ps -a --format '{{.Names}}' --filter status=exited
	[ "$output" = "a$name" ]
	run mydocker ps --filter nosuch=1
	[ "$status" -ne 0 ]
	mydocker rm -f "a$name" "b$name"
}

@test "ps while containers come and go: never an error" {
	local i jobs=()
	for i in 1 2 3 4 5 6 7 8 9 10; do
		mydocker run --rm --net none busybox true &
		jobs+=($!)
		run -0 --separate-stderr mydocker ps -a
		[ -z "$stderr" ]
	done
	wait "${jobs[@]}"
}

@test "inspect: one array, unknown ones said and 1" {
	mydocker run -d --name "$name" --net none -l k=v busybox sleep 100
	run -1 --separate-stderr mydocker inspect "$name" nosuch
	[[ $stderr == *"no such object: 'nosuch'"* ]]
	run -0 mydocker inspect -f '{{.State.Running}} {{.State.Pid}} {{.Config.Image}}' "$name"
	[[ $output =~ ^true\ [0-9]+\ busybox$ ]]
	[ -d "/proc/${output//[!0-9]/}" ]
	if command -v jq >/dev/null; then
		mydocker inspect "$name" | jq -e '.[0].Name == "/'"$name"'" and .[0].State.Status == "running"'
	fi
	mydocker rm -f "$name"
}

@test "images and info" {
	run -0 mydocker images
	[[ ${lines[0]} == "REPOSITORY "*TAG*"IMAGE ID"* ]]
	[[ $output == *busybox*latest* ]]
	run -0 mydocker info
	[[ $output == *"Containers: 0"* ]]
	[[ $output == *"Root Dir: $MYDOCKER_ROOT"* ]]
	run -0 mydocker version
	[[ $output == "mydocker version "* ]]
	[[ $output == *"nsrun $BIN/nsrun"*"ctinit $BIN/ctinit" ]]
	run -0 mydocker --version
	[[ $output == "mydocker version "* ]]
}
