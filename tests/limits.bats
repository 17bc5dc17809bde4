#!/usr/bin/env bats
# limits.bats - what a container may use: limits and devices, update, pause, stats and top.

load helpers

setup() {
	requires root isolated
	common_setup
	# Found out by what cgset says, so that it holds on v1 and v2.
	C=l$UNIQ
}

teardown() {
	mydocker rm -f "$C" >/dev/null 2>&1 || true
	common_teardown
}

# Sets $group to the group of the one container there is.
group_of() {
	read -r group <"$MYDOCKER_RUN"/*/cgroup
}

get() {
	"$BIN/cgset" --get "$1" "$group"
}

# A block device, or the test is skipped.
block_device() {
	local d
	for d in /sys/block/*; do
		[ ! -b "/dev/${d##*/}" ] || {
			device=/dev/${d##*/}
			read -r number <"$d/dev"
			return 0
		}
	done
	skip "no block device"
}

@test "every limit stands in the group, and its fact with the container" {
	local group
	mydocker run -d --name "$C" --net none -m 64m --memory-reservation 32m --cpu-quota 20000 --cpu-period 50000 \
		--cpuset-mems 0 --pids-limit 30 --oom-score-adj 321 busybox sleep 1000
	group_of
	[ "$(get memory,memory-reservation,cpu-quota,cpu-period,cpuset-mems,pids)" = "memory=67108864
memory-reservation=33554432
cpu-quota=20000
cpu-period=50000
cpuset-mems=0
pids=30" ]
	run -0 mydocker exec "$C" cat /proc/1/oom_score_adj
	[ "$output" = 321 ]
	run -0 mydocker inspect -f '{{with .HostConfig}}{{.Memory}} {{.MemoryReservation}} {{.CpuQuota}} {{.CpuPeriod}} {{.CpusetMems}} {{.PidsLimit}} {{.OomScoreAdj}}{{end}}' "$C"
	[ "$output" = "67108864 33554432 20000 50000 0 30 321" ]
	mydocker rm -f "$C"
	# As much swap as memory, where swap is counted; a size beyond 32 bits in every shell.
	mydocker run -d --name "$C" --net none -m 3g --memory-reservation 2g busybox sleep 1000
	group_of
	[ "$(get memory)" = 3221225472 ]
	run get memory-swap
	[ "$status" -ne 0 ] || [ "$output" = 6442450944 ]
	run -0 mydocker inspect -f '{{.HostConfig.MemorySwap}}' "$C"
	[ "$output" = 6442450944 ]
	mydocker rm -f "$C"
	# 0 and -1 mean that there is no limit.
	mydocker run -d --name "$C" --net none -m 0 --pids-limit -1 --cpu-quota -1 --cpu-shares 0 busybox sleep 1000
	group_of
	! "$BIN/cgset" --get pids "$group" 2>/dev/null || [ "$(get pids)" = max ]
	[ ! -e "$(echo "$MYDOCKER_ROOT"/containers/*)/memory" ]
}

@test "--cgroup-parent: the group is below it, at each start; stats knows it; what is no path is refused" {
	local n=l$UNIQ id
	id=$(mydocker run -d --name "$n" --net none --cgroup-parent "/mydocker$UNIQ/a" -m 64m busybox sleep 1000)
	[ "$(cat "$MYDOCKER_RUN/$id/cgroup")" = "mydocker$UNIQ/a/$id" ]
	[ "$("$BIN/cgset" --get memory "mydocker$UNIQ/a/$id")" = 67108864 ]
	[ "$("$BIN/cgset" --procs "mydocker$UNIQ/a/$id")" = "$(mydocker inspect -f '{{.State.Pid}}' "$n")" ]
	[ "$(mydocker inspect -f '{{.HostConfig.CgroupParent}}' "$n")" = "/mydocker$UNIQ/a" ]
	run -0 mydocker stats --no-stream --format '{{.Name}} {{.PIDs}} {{.MemUsage}}'
	[[ $output == "$n 1 "*" / 64MiB" ]]
	mydocker stop -t 0 "$n"
	run ! "$BIN/cgset" --procs "mydocker$UNIQ"
	mydocker start "$n"
	[ "$("$BIN/cgset" --get memory "mydocker$UNIQ/a/$id")" = 67108864 ]
	mydocker rm -f "$n"
	for bad in / a/../b .. 'a b' a=b /a/ @/ -r; do
		run -125 mydocker run --rm --net none --cgroup-parent "$bad" busybox true
		[ "${#lines[@]}" -eq 1 ]
	done
}

@test "what only the kernel's side knows to be wrong is 125 too, and leaves nothing" {
	local bad
	for bad in --cpuset-cpus=4000 --cpuset-mems=900 '--device-cgroup-rule=c 9999:1 r'; do
		run -125 mydocker run --name "$C" --net none "$bad" busybox true
		[ "${#lines[@]}" -eq 1 ]
		[[ $output == *"setting '"*"${bad#*=}'"* ]]
	done
	run -1 mydocker rm "$C"
}

@test "rates of a block device" {
	local device number group
	block_device
	mydocker run -d --name "$C" --net none --device-read-bps "$device:1m" --device-write-iops "$device:50" busybox sleep 1000
	group_of
	run "$BIN/cgset" --get io.max "$group"
	[[ $output == "$number rbps=1048576 wbps=max riops=max wiops=50" ]] || {
		[[ $("$BIN/cgset" --get blkio.throttle.read_bps_device "$group") == "$number 1048576" ]]
		[[ $("$BIN/cgset" --get blkio.throttle.write_iops_device "$group") == "$number 50" ]]
	}
}

# A device of the host's that no container has by itself, and that can be opened: its path in $spare, "MAJOR MINOR" in $node.
spare_device() {
	local major minor
	for spare in /dev/fuse /dev/loop-control /dev/net/tun /dev/hpet /dev/vga_arbiter /dev/autofs; do
		if [ -c "$spare" ] && (: <"$spare") 2>/dev/null; then
			read -r major minor < <(stat -c '%Hr %Lr' "$spare")
			node="$major $minor"
			return 0
		fi
	done
	skip "no device to try"
}

@test "devices: the usual ones, no other; --device-cgroup-rule, --device and --privileged open more; exec likewise" {
	local spare node try
	spare_device
	# Whoever may make nodes can make it, but not open it.
	try="rm -f /node; mknod /node c $node && : </node"
	mydocker run -d --name "$C" --net none --cap-add MKNOD busybox sleep 1000
	run ! mydocker exec "$C" sh -c "$try"
	[[ $output == *"not permitted"* ]]
	run -0 mydocker exec "$C" sh -c 'head -c 4 /dev/zero | wc -c; head -c 1 /dev/urandom >/dev/null; : </dev/full; echo x >/dev/null'
	[ "$output" = 4 ]
	run ! mydocker run --rm --net none --cap-add MKNOD busybox sh -c "$try"
	run -0 mydocker run --rm --net none --cap-add MKNOD --device-cgroup-rule "c ${node% *}:* r" busybox sh -c "$try"
	run -0 mydocker run --rm --net none --cap-add MKNOD --device "$spare:r" busybox sh -c "$try"
	run ! mydocker run --rm --net none --cap-add MKNOD --device "$spare:w" busybox sh -c "$try"
	mydocker rm -f "$C"
	mydocker run -d --name "$C" --net none --device "$spare:/dev/other:rw" busybox sleep 1000
	run -0 mydocker inspect -f '{{range .HostConfig.Devices}}{{.PathOnHost}} {{.PathInContainer}} {{.CgroupPermissions}}{{end}}' "$C"
	[ "$output" = "$spare /dev/other rw" ]
	run -0 mydocker exec "$C" sh -c ': </dev/other'
	run -0 mydocker run --rm --net none --privileged busybox sh -c "$try"
}

@test "update: at once, in the facts, for the next start; 0 leaves it, -1 takes a limit away" {
	local group
	mydocker run -d --name "$C" --net none -m 64m --pids-limit 10 --cpu-shares 512 busybox sleep 1000
	group_of
	run -0 mydocker update -m 128m --cpus 0.5 --pids-limit -1 --cpu-shares 0 "$C"
	[ "$output" = "$C" ]
	[ "$(get memory,pids,cpu)" = $'memory=134217728\npids=max\ncpu=0.5' ]
	[[ $(get cpu-shares) == 51[0-9] ]]
	run -0 mydocker inspect -f '{{.HostConfig.Memory}} {{.HostConfig.PidsLimit}} {{.HostConfig.NanoCpus}} {{.HostConfig.CpuShares}}' "$C"
	[ "$output" = "134217728 0 500000000 512" ]
	# What does not fit the rest, or what the kernel refuses, changes nothing.
	run -1 mydocker update --cpu-quota 5000 "$C"
	[[ $output == *"leave --cpu-quota and --cpu-period out"* ]]
	run -1 mydocker update --memory-swap 64m "$C"
	run -1 mydocker update -m 256m --cpuset-cpus 4000 "$C"
	[ "$(get memory)" = 134217728 ]
	run -0 mydocker inspect -f '{{.HostConfig.Memory}}' "$C"
	[ "$output" = 134217728 ]
	run -125 mydocker update -m 1 "$C"
	run -1 mydocker update "$C"
	[[ $output == *"at least one limit"* ]]
	# Several at once: each is named, one that is not there is an error.
	run -1 --separate-stderr mydocker update --pids-limit 7 "$C" nosuch "$C"
	[ "$output" = "$C"$'\n'"$C" ]
	[[ $stderr == *"no such container: 'nosuch'"* ]]
	[ "$(get pids)" = 7 ]
	mydocker stop -t 0 "$C"
	run -0 mydocker update -m 96m "$C"
	run -0 mydocker inspect -f '{{.HostConfig.Memory}}' "$C"
	[ "$output" = 100663296 ]
}

@test "pause and unpause: seen in ps and inspect, exec refused, and nothing runs meanwhile" {
	local count
	mydocker run -d --name "$C" --net none busybox sh -c 'while :; do echo x >>/count; sleep 0.01; done'
	eventually 5 mydocker exec "$C" test -s /count
	run -0 mydocker pause "$C"
	[ "$output" = "$C" ]
	run -0 mydocker ps --format '{{.State}} {{.Status}}'
	[[ $output == "paused Up "*"(Paused)" ]]
	run -0 mydocker inspect -f '{{.State.Status}} {{.State.Paused}} {{.State.Running}}' "$C"
	[ "$output" = "paused true true" ]
	run -1 mydocker exec "$C" true
	[[ $output == *"is paused"* ]]
	run -1 mydocker pause "$C"
	[[ $output == *"already paused"* ]]
	count=$(stat -c %s "$MYDOCKER_ROOT"/containers/*/upper/count)
	sleep 0.2
	[ "$(stat -c %s "$MYDOCKER_ROOT"/containers/*/upper/count)" = "$count" ]
	run -0 mydocker unpause "$C"
	[ "$output" = "$C" ]
	eventually 5 sh -c "[ \$(stat -c %s '$MYDOCKER_ROOT'/containers/*/upper/count) -gt $count ]"
	run -1 mydocker unpause "$C"
	[[ $output == *"not paused"* ]]
	run -1 mydocker pause nosuch
	mydocker stop -t 0 "$C"
	run -1 mydocker pause "$C"
	[[ $output == *"not running"* ]]
}

@test "a paused container is stopped, killed and removed by its signal, not by waiting" {
	mydocker run -d --name "$C" --net none --init busybox sleep 1000
	mydocker pause "$C"
	run -0 mydocker stop -t 60 "$C"
	run -0 mydocker ps -a --format '{{.Status}}'
	[[ $output == "Exited (143)"* ]]
	mydocker rm "$C"
	mydocker run -d --name "$C" --net none busybox sleep 1000
	mydocker pause "$C"
	mydocker kill "$C"
	run -0 mydocker wait "$C"
	[ "$output" = 137 ]
	mydocker rm "$C"
	mydocker run -d --name "$C" --net none busybox sleep 1000
	mydocker pause "$C"
	run -0 mydocker rm -f "$C"
	run -1 mydocker inspect "$C"
}

@test "top: the host's pids of the container's processes, by ps and its options" {
	local pid
	mydocker run -d --name "$C" --net none busybox sh -c 'sleep 1001 & exec sleep 1002'
	read -r pid _ <"$(echo "$MYDOCKER_RUN"/*/pid)"
	both() { [ "$(mydocker top "$C" -eo pid,args | grep -cE '^[0-9]+ +sleep 100[12]$')" = 2 ]; }
	eventually 5 both
	run -0 mydocker top "$C"
	[[ ${lines[0]} == "UID                 PID                 PPID                C "* ]]
	[ "${#lines[@]}" -eq 3 ]
	[[ $output == *"sleep 1001"* ]]
	[[ $output == *" $pid "*"sleep 1002"* ]]
	run -0 mydocker top "$C" -eo pid,comm
	[ "${lines[0]}" = "PID                 COMMAND" ]
	[[ $output == *$'\n'"$pid "*"sleep"* ]]
	run -0 mydocker top "$C" -eo user,args,pid
	[[ $output != *bash* ]]
	run -1 mydocker top "$C" -eo comm
	[[ $output == *"no column PID"* ]]
	run -1 mydocker top "$C" --nosuch-option
	run -1 mydocker top nosuch
	run -1 mydocker top
	mydocker stop -t 0 "$C"
	run -1 mydocker top "$C"
	[[ $output == *"not running"* ]]
}

@test "stats: docker's columns, by name, with -a, as JSON; the limit; a busy one uses a processor" {
	requires tool_python3 tool_jq
	mydocker run -d --name "$C" -m 64m --pids-limit 30 busybox sh -c 'while :; do :; done'
	# Something goes over the network, be it a question that nobody answers.
	mydocker exec "$C" ping -c 1 -W 20 "$(mydocker inspect -f '{{.NetworkSettings.Gateway}}' "$C")"
	mydocker run -d --name "$C-2" --net none busybox sleep 1000
	run -0 mydocker stats --no-stream
	[[ ${lines[0]} == "CONTAINER ID   NAME "*" CPU % "*" MEM USAGE / LIMIT "*" MEM % "*" NET I/O "*" BLOCK I/O "*" PIDS" ]]
	[ "${#lines[@]}" -eq 3 ]
	[[ ${lines[1]} == *"$C-2 "*"0B / 0B"*" 1" ]]
	[[ ${lines[2]} == *" / 64MiB "*"%"* ]]
	# What it gets of a processor depends on the machine's other load, too.
	busy() {
		mydocker stats --no-stream --no-trunc --format json "$C" >"$TMP/json"
		jq -e '.CPUPerc | rtrimstr("%") | tonumber > 1' "$TMP/json"
	}
	eventually 20 busy
	python3 -c '
import json, sys
r = json.load(sys.stdin)
assert list(r) == sorted(r) and len(r["ID"]) == 64 and r["Name"] == r["Container"] == sys.argv[1], r
assert int(r["PIDs"]) == 1 and float(r["MemPerc"].rstrip("%")) > 0, r
assert not r["NetIO"].startswith("0B / 0B"), r
' "$C" <"$TMP/json"
	mydocker stop -t 0 "$C-2"
	run -0 mydocker stats --no-stream -a --format '{{.Name}} {{.MemUsage}}'
	[ "${#lines[@]}" -eq 2 ]
	[ "${lines[0]}" = "$C-2 0B / 0B" ]
	run -0 mydocker stats --no-stream "$C-2"
	[[ ${lines[1]} == *" 0.00% "*" 0" ]]
	mydocker rm "$C-2"
	run -1 mydocker stats nosuch
	run -1 mydocker stats --no-stream --format '{{.Nosuch}}' "$C"
}

@test "stats goes on until it is ended, and leaves no process then" {
	local pid
	mydocker run -d --name "$C" --net none busybox sleep 1000
	$MYDOCKER_SH "$TOP/scripts/mydocker.sh" stats --format '{{.Name}}' >"$TMP/out" 3>&- &
	pid=$!
	eventually 10 sh -c "[ \$(grep -c '$C' '$TMP/out') -ge 2 ]"
	kill "$pid"
	wait "$pid" || [ $? -eq 143 ]
	# On a terminal each round takes the place of the one before.
	script -qfec "exec $MYDOCKER_SH '$TOP/scripts/mydocker.sh' stats" /dev/null >"$TMP/tty" </dev/null 3>&- &
	pid=$!
	eventually 10 grep -q $'\033\\[H\033\\[J.*CONTAINER ID' "$TMP/tty"
	kill "$pid"
	wait "$pid" || :
	no_file() { [ -z "$(find "$MYDOCKER_RUN" -name "stats*")" ]; }
	eventually 5 no_file
}
