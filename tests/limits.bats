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
	# 0 and -1 mean that there is no limit.
	mydocker run -d --name "$C" --net none -m 0 --pids-limit -1 --cpu-quota -1 --cpu-shares 0 busybox sleep 1000
	group_of
	! "$BIN/cgset" --get pids "$group" 2>/dev/null || [ "$(get pids)" = max ]
	[ ! -e "$(echo "$MYDOCKER_ROOT"/containers/*)/memory" ]
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

@test "devices: the usual ones, no other; --device-cgroup-rule and --privileged open more; exec likewise" {
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
	run -0 mydocker run --rm --net none --privileged busybox sh -c "$try"
}
