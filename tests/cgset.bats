#!/usr/bin/env bats
# cgset: its settings, the same words on v1, v2 and hybrid; what a test says about files it asks of the hierarchy that has the
# controller.

load helpers
load cgset

@test "limits are made in the words of people and stand in the files of the kernel" {
	need memory pids cpu cpuset
	run cgset "$G" memory=64m pids=20 cpu=0.5 cpu-shares=512 cpuset-cpus=0
	[ "$status" = 0 ]
	[ -z "$output" ]
	[ "$(file memory memory.limit_in_bytes memory.max)" = 67108864 ]
	[ "$(file pids pids.max pids.max)" = 20 ]
	if is_v1 cpu; then
		[ "$(file cpu cpu.cfs_quota_us -)/$(file cpu cpu.cfs_period_us -)" = 50000/100000 ]
		[ "$(file cpu cpu.shares -)" = 512 ]
	else
		[ "$(file cpu - cpu.max)" = "50000 100000" ]
		[ "$(file cpu - cpu.weight)" = 50 ]
	fi
	[ "$(file cpuset cpuset.cpus cpuset.cpus)" = 0 ]
}

@test "a command line may have any number of settings; the last of a word counts" {
	local i many=() raw=()

	need memory pids
	for ((i = 1; i <= 1000; i++)); do
		many+=("pids=$i")
		raw+=(-r "memory.file$i=$i")
	done
	run -0 cgset "$G" "${many[@]}"
	[ "$(file pids pids.max pids.max)" = 1000 ]
	run -0 cgset --dry-run "${raw[@]}" "$G" "$G.2"
	[ "$(printf '%s\n' "${lines[@]}" | grep -c 'echo [0-9]* > .*/memory\.file[0-9]*$')" = 2000 ]
}

@test "nothing is joined by settings, and nobody is moved" {
	run cgset "$G" pids=20
	[ "$status" = 0 ]
	run cgset --procs "$G"
	[ "$status" = 0 ]
	[ -z "$output" ]
	run ! grep -q "$G" /proc/self/cgroup
}

@test "parents are made too, with what v2 and cpuset ask of them" {
	need memory cpuset
	run cgset "$G/a/b" memory=32m cpuset-cpus=0
	[ "$status" = 0 ]
	[ "$(cgset --get memory "$G/a/b")" = 33554432 ]
	run cgset "$G/a/b" -- sh -c 'grep Cpus_allowed_list /proc/self/status'
	[ "$status" = 0 ]
	[[ $output == *:*0 ]]
}

@test "--get gives back what was set, in words and in files of either version" {
	need memory pids cpu
	cgset "$G" memory=1.5g memory-reservation=1g pids=7 cpu=1.25 cpu-period=50000
	[ "$(cgset --get memory "$G")" = 1610612736 ]
	[ "$(cgset --get memory.max "$G")" = 1610612736 ]
	[ "$(cgset --get memory.limit_in_bytes "$G")" = 1610612736 ]
	[ "$(cgset --get cpu-quota "$G")" = 62500 ]
	run cgset --get cpu,cpu-period,pids,memory-reservation "$G"
	[ "$status" = 0 ]
	[ "$output" = $'cpu=1.25\ncpu-period=50000\npids=7\nmemory-reservation=1073741824' ]
}

@test "what --get prints goes in again, from standard input and by --copy-from" {
	need memory pids cpu
	cgset "$G/one" memory=48m pids=9 cpu=0.25
	cgset --get memory,pids,cpu "$G/one" | cgset "$G/two" -
	[ "$(cgset --get memory,pids,cpu "$G/two")" = "$(cgset --get memory,pids,cpu "$G/one")" ]
	cgset --copy-from "$G/one" "$G/three" pids=10
	[ "$(cgset --get memory,pids,cpu "$G/three")" = $'memory=50331648\npids=10\ncpu=0.25' ]
	printf '# a comment\n\npids=11\n' | cgset "$G/three" -
	[ "$(cgset --get pids "$G/three")" = 11 ]
}

@test "libcgroup's -r NAME=VALUE GROUP... and raw files of both versions work" {
	need memory pids cpu
	run cgset -r memory.limit_in_bytes=32M -r pids.max=5 "$G/a" "$G/b"
	[ "$status" = 0 ]
	[ "$(cgset --get memory "$G/a") $(cgset --get pids "$G/b")" = "33554432 5" ]
	run cgset "$G/a" memory.max=64M cpu.cfs_quota_us=50000
	[ "$status" = 0 ]
	[ "$(cgset --get memory,cpu "$G/a")" = $'memory=67108864\ncpu=0.5' ]
	run cgset "$G/a" 'cpu.max=30000 60000' memory.limit_in_bytes=-1 pids.max=0
	[ "$status" = 0 ]
	[ "$(cgset --get memory,cpu-quota,cpu-period,pids "$G/a")" = $'memory=max\ncpu-quota=30000\ncpu-period=60000\npids=0' ]
}

@test "a period alone keeps the quota, a quota alone keeps the period" {
	need cpu
	cgset "$G" cpu-quota=20000 cpu-period=40000
	cgset "$G" cpu-period=50000
	[ "$(cgset --get cpu-quota,cpu-period "$G")" = $'cpu-quota=20000\ncpu-period=50000' ]
	cgset "$G" cpu-quota=10000
	[ "$(cgset --get cpu-quota,cpu-period "$G")" = $'cpu-quota=10000\ncpu-period=50000' ]
	cgset "$G" cpu-quota=-1
	[ "$(cgset --get cpu "$G")" = max ]
}

@test "memory-swap is memory and swap together, up and down" {
	need memory
	if is_v1 memory; then
		[ -e "$(mount_of memory)/memory.memsw.limit_in_bytes" ] || skip "no swap accounting"
	fi
	cgset "$G" memory=64m memory-swap=128m
	if is_v1 memory; then
		[ "$(file memory memory.memsw.limit_in_bytes -)" = 134217728 ]
	else
		[ "$(file memory - memory.swap.max)" = 67108864 ]
	fi
	[ "$(cgset --get memory-swap "$G")" = 134217728 ]
	# Both raised above the old total, both lowered: in whichever order the kernel takes them.
	cgset "$G" memory=256m memory-swap=300m
	cgset "$G" memory=32m memory-swap=32m
	[ "$(cgset --get memory,memory-swap,swap "$G")" = $'memory=33554432\nmemory-swap=33554432\nswap=0' ]
	cgset "$G" memory-swap=-1
	[ "$(cgset --get memory-swap "$G")" = max ]
	run cgset "$G" memory-swap=16m
	[ "$status" = 2 ]
}

@test "a bad value is refused before anything is made, and named" {
	for bad in memory=abc memory=1Z memory=99999999999G memory=-1 memory=1 memory= memory=64m' ' ' memory=64m' \
		cpu=0 cpu=nan cpu=inf cpu=1e9 cpu=-1 cpu=0x10 cpu=% cpu-shares=1 cpu-weight=0 cpu-period=999 \
		cpuset-cpus=3-1 cpuset-cpus=9999 "cpuset-cpus=0," "cpuset-cpus=,0" cpuset-cpus=4000 cpuset-mems=a \
		pids=-5 pids=0 pids=1.5 pids=4194305 io-rbps=x io-rbps=/dev/null:1m $'pids=5\n' $'pids=5\n6' foo=1 =5; do
		run cgset "$G" pids=5 "$bad"
		[ "$status" = 2 ]
		[ "${#lines[@]}" = 1 ]
		[[ $output == "cgset: setting '"* ]]
		nothing_made
	done
}

@test "a bad group is refused" {
	for bad in "$G/../x" ../x "" -x a//b 'a b' "a"$'\n'"b" .hidden "$G/.x" .. /../x "$G//"; do
		run cgset -r pids=5 -- "$bad"
		[ "$status" = 2 ]
		[ "${#lines[@]}" = 1 ]
	done
	nothing_made
	run cgset pids=5
	[ "$status" = 2 ]
	run cgset "$G" memory
	[ "$status" = 2 ]
	[[ $output == *"without its value"* ]]
	nothing_made
}

@test "a controller on no hierarchy: status 1, and which there are" {
	run cgset "$G" nosuch.limit=5
	[ "$status" = 1 ]
	[[ $output == *"'nosuch'"*"there are: "*pids* ]]
	run cgset --controllers nosuch "$G"
	[ "$status" = 1 ]
	nothing_made
}

@test "what the kernel refuses is status 1, and what was made for it goes again" {
	need pids
	run cgset "$G/a/b" pids=5 pids.nosuch=1
	[ "$status" = 1 ]
	[[ $output == *pids.nosuch* ]]
	nothing_made
	# Of several groups none stays when one fails; here for a file is in the way.
	run cgset "$G/one" "$G/one/cgroup.procs/x" pids=5
	[ "$status" = 1 ]
	nothing_made
	mkdir "$(mount_of pids)/$G"
	run cgset "$G/a/b" pids=5 pids.nosuch=1
	[ "$status" = 1 ]
	[ ! -e "$(mount_of pids)/$G/a" ]
	[ -e "$(mount_of pids)/$G" ]
}

@test "before a command our own failures are 125, the command's 126 and 127, and nothing is left" {
	run cgset "$G" pids=abc -- true
	[ "$status" = 125 ]
	run cgset --nosuch "$G" -- true
	[ "$status" = 125 ]
	run cgset "$G" nosuch.x=1 -- true
	[ "$status" = 125 ]
	run -127 cgset "$G" pids=5 -- /nonexistent/command
	run cgset "$G" pids=5 -- /
	[ "$status" = 126 ]
	nothing_made
}

@test "memory: what goes over the limit is killed, and counted" {
	need memory
	cgset "$G" memory=16m
	run cgset "$G" -- sh -c 'exec 2>/dev/null; x=$(head -c 64m /dev/zero | tr "\0" x); echo ${#x}'
	[ "$status" != 0 ]
	[[ $output != *67108864* ]]
	run cgset --events "$G"
	[[ $output =~ oom_kill\ [1-9] ]]
}

@test "pids: a fork bomb is held at the limit while the machine still forks" {
	need pids
	cgset "$G" pids=12
	# Each level forks two more; none of them ends before it is killed.
	cgset "$G" -- sh -c 'bomb() { bomb & bomb & wait; sleep 60; }; bomb' 3>&- >/dev/null 2>&1 &
	echo $! >>"$TMP/pids"
	eventually 10 sh -c "'$BIN/cgset' --events $G | grep -q 'pids_max [1-9]'"
	[ "$(cgset --get pids.current "$G")" -le 12 ]
	[ "$(sh -c 'echo forked')" = forked ]
	run cgset --kill "$G"
	[ "$status" = 0 ]
	[ -z "$(cgset --procs -r "$G")" ]
	# Counted until they are reaped.
	eventually 5 sh -c "[ \$('$BIN/cgset' --get pids.current $G) = 0 ]"
}

@test "cpu: time used is held to the quota" {
	need cpu
	local start
	cgset "$G" cpu=0.05
	start=${EPOCHREALTIME/./}
	"$BIN/cgset" "$G" -- sh -c 'while :; do :; done' 3>&- &
	echo $! >>"$TMP/pids"
	# However little the machine's other load leaves it, in some period it wants more than its part.
	throttled() { [[ $(cgset --stat "$G") =~ cpu_throttled\ ([5-9]|[1-9][0-9]) ]]; }
	eventually 10 throttled
	run cgset --stat "$G"
	[[ $output =~ cpu_usage_usec\ ([0-9]+) ]]
	echo "used ${BASH_REMATCH[1]} of $((${EPOCHREALTIME/./} - start))"
	[ "${BASH_REMATCH[1]}" -le $(((${EPOCHREALTIME/./} - start) / 20 + 100000)) ]
}

@test "cpuset: the process sees the processors it was given" {
	need cpuset
	requires cpus_2
	run cgset "$G" cpuset-cpus=1 -- sh -c 'while read -r k v; do [ "$k" != Cpus_allowed_list: ] || echo "$v"; done </proc/self/status'
	[ "$status" = 0 ]
	[ "$output" = 1 ]
	run cgset "$G/below" cpuset-cpus=0
	[ "$status" = 1 ]
	[ ! -e "$(mount_of cpuset)/$G/below" ]
}

@test "--dry-run prints what does the same, and does nothing" {
	need memory pids
	run cgset --dry-run "$G" memory=64m pids=20 -- echo 'a  b'
	[ "$status" = 0 ]
	nothing_made
	[[ $output == *"exec echo 'a  b'"* ]]
	has cpuset && set -- cpuset-cpus=0
	run cgset --dry-run "$G/a/b" memory=64m pids=20 "$@"
	printf '%s\n' "$output" | sh -e
	[ "$(cgset --get memory,pids "$G/a/b")" = $'memory=67108864\npids=20' ]
	! has cpuset || [ "$(cgset "$G/a/b" -- sed -n 's/^Cpus_allowed_list:\t//p' /proc/self/status)" = 0 ]
}

@test "limits that one version alone has: there they work, on the other they are named" {
	need memory
	if is_v1 memory; then
		run cgset "$G" memory-high=32m
		[ "$status" = 1 ]
		[[ $output == *"version 1"* ]]
		nothing_made
		run cgset "$G" memory-swappiness=10 oom-kill-disable=1
		[ "$status" = 0 ]
		[ "$(cgset --get memory-swappiness "$G")" = 10 ]
		grep -q 'oom_kill_disable 1' "$(mount_of memory)/$G/memory.oom_control"
	else
		run cgset "$G" memory-swappiness=10
		[ "$status" = 1 ]
		[[ $output == *"version 2"* ]]
		nothing_made
		run cgset "$G" memory-high=32m memory-min=1m oom-group=1
		[ "$status" = 0 ]
		[ "$(cgset --get memory-high,memory-min,memory.oom.group "$G")" = $'memory-high=33554432\nmemory-min=1048576\nmemory.oom.group=1' ]
	fi
}

@test "rates of a block device, by its path or its numbers" {
	has blkio || has io || skip "no controller for block devices"
	dev=
	for d in /sys/block/*; do
		[ ! -b "/dev/${d##*/}" ] || { dev=${d##*/}; break; }
	done
	[ "$dev" ] || skip "no block device"
	number=$(<"/sys/block/$dev/dev")
	run cgset "$G" "io-rbps=/dev/$dev:1m" "io-wiops=$number:50"
	[ "$status" = 0 ]
	if has blkio && is_v1 blkio; then
		grep -qx "$number 1048576" "$(mount_of blkio)/$G/blkio.throttle.read_bps_device"
		grep -qx "$number 50" "$(mount_of blkio)/$G/blkio.throttle.write_iops_device"
	else
		grep -q "^$number rbps=1048576 .*wiops=50" "$(mount_of --v2)/$G/io.max"
	fi
}

# What the commands of a process in the group say to devices: a letter for what went well.
devices_seen() {
	# shellcheck disable=SC2016 # the inner shell's
	"$@" sh -c 'r=
		true </dev/zero && r=${r}r
		true >/dev/zero && r=${r}w
		true </dev/full && r=${r}f
		mknod "$1" c 1 11 && r=${r}m
		echo "${r:-none}"' sh "$TMP/node" 2>&-
	rm -f "$TMP/node"
}

# Everything that holds of device lists, on whichever version CGSET uses.
devices_hold() {
	"$@" "$G" devices=none
	[ "$("$@" --get devices "$G")" = none ]
	[ "$(devices_seen "$@" "$G" --)" = none ]
	"$@" "$G" 'device-allow=c 1:5 rw' device-allow=/dev/full:r
	[ "$("$@" --get devices "$G")" = 'c 1:5 rw,c 1:7 r' ]
	[ "$(devices_seen "$@" "$G" --)" = rwf ]
	"$@" "$G" device-deny=/dev/full 'devices.deny=c 1:5 w'
	[ "$(devices_seen "$@" "$G" --)" = r ]
	"$@" "$G" devices=default 'devices.deny=c 1:7 rw'
	[ "$(devices_seen "$@" "$G" --)" = rwm ]
	"$@" --copy-from "$G" "$G/below"
	[ "$("$@" --get devices "$G/below" | tr ',' '\n' | sort)" = "$("$@" --get devices "$G" | tr ',' '\n' | sort)" ]
	[ "$(devices_seen "$@" "$G/below" --)" = rwm ]
	"$@" --delete "$G/below"
	"$@" "$G" devices=all
	[ "$("$@" --get devices "$G")" = all ]
	[ "$(devices_seen "$@" "$G" --)" = rwfm ]
}

@test "devices: what a group may open, read, write and make, on the version at hand" {
	devices_hold cgset
	if is_v1 devices; then
		cgset "$G" devices='c 1:* rw'
		run cgset "$G" 'device-deny=c 1:7 w'
		[ "$status" = 1 ]
		[[ $output == *"did not hold"*"wider rule"* ]]
		# A group below gets no more than the one above it has.
		run cgset "$G/below" device-allow=/dev/tty
		[ "$status" = 1 ]
		[[ $output == *"parent group"* ]]
		[ ! -e "$(mount_of devices)/$G/below" ]
	else
		cgset "$G" 'devices=c 1:* rw,-c 1:7 rw'
		[ "$(devices_seen cgset "$G" --)" = rw ]
	fi
	for bad in devices=nosuch devices=all,none 'device-allow=c 1:3' 'device-allow=x 1:3 r' 'device-allow=c 1:3 rr' \
		'device-deny=c 5000:1 r' device-allow=/nonexistent device-allow=/etc/passwd device-allow=; do
		run cgset "$G" "$bad"
		[ "$status" = 2 ]
		[ "${#lines[@]}" = 1 ]
	done
	[ "$(cgset --dry-run "$G" devices=none,/dev/null:r | grep -c 'c 1:3 r')" = 1 ]
}

# cgset in a mount namespace where the controllers of the v1 hierarchies named first are not mounted: v2 answers for them.
cgset_on_v2() {
	# shellcheck disable=SC2016 # the inner shell's
	unshare --mount --propagation private sh -c 'umount "$0" && exec "$@"' "$(mount_of devices)" "$BIN/cgset" "$@"
}

@test "devices on v2: a BPF program, replaced in one piece" {
	requires cgroup_v2
	is_v1 devices || skip "the test before this one does it"
	devices_hold cgset_on_v2
	cgset_on_v2 "$G" 'devices=c 1:* rw,-c 1:7 rw'
	[ "$(devices_seen cgset_on_v2 "$G" --)" = rw ]
	[ "$(cgset_on_v2 --get devices "$G")" = 'c 1:* rw,-c 1:7 rw' ]
}

# elsewhere SCRIPT: runs it, with cgset as $1 and the group as $2, in a mount namespace of its own, in which it mounts as it
# likes.
elsewhere() {
	unshare --mount --propagation private sh -ec "$1" sh "$BIN/cgset" "$G"
}

@test "odd mounts: v1 alone, some controllers only, v2 alone and elsewhere, none" {
	requires cgroup_v1 cgroup_v2
	need memory pids
	is_v1 memory && is_v1 pids || skip "memory and pids are not v1"
	# shellcheck disable=SC2016 # the inner shell's
	run elsewhere 'umount '"$(mount_of --v2)"'
		"$1" "$2/a" memory=64m pids=20
		"$1" "$2/a" -- grep -c ":/$2/a" /proc/self/cgroup
		"$1" --freeze "$2/a"
		"$1" --thaw --delete -r "$2"'
	echo "$output"
	[ "$status" = 0 ]
	[ "$output" -ge 2 ]
	nothing_made
	# shellcheck disable=SC2016
	run elsewhere 'for m in $(awk '\''/ - cgroup2? / && !/[,rw],(memory|pids)/ { print $5 }'\'' /proc/self/mountinfo); do umount $m; done
		"$1" "$2" memory=64m pids=20 -- cat /proc/self/cgroup
		! "$1" "$2" cpu=1
		"$1" --freeze "$2" || "$1" --kill --delete "$2"'
	echo "$output"
	[ "$status" = 0 ]
	[[ $output == *":pids:/$G"* ]]
	[[ $output == *"no control group hierarchy has the controller 'cpu'; there are: memory,pids"* ]]
	[[ $output == *"neither in v2 nor in a v1 freezer"* ]]
	nothing_made
	mkdir "$TMP/v 2"
	# shellcheck disable=SC2016
	run elsewhere 'mount -t cgroup2 none "'"$TMP"'/v 2"
		for m in $(awk '\''/ - cgroup2? / && $5 ~ "^/sys/fs" { print $5 }'\'' /proc/self/mountinfo); do umount $m; done
		"$1" "$2/a" -- cat /proc/self/cgroup
		"$1" --list "$2"
		! "$1" "$2" memory=1g
		"$1" --kill --delete -r "$2"'
	echo "$output"
	[ "$status" = 0 ]
	[[ $output == *"0::/$G/a"*"$G/a"*"has the controller 'memory'"* ]]
	# shellcheck disable=SC2016
	run elsewhere 'for m in $(awk '\''/ - cgroup2? / { print $5 }'\'' /proc/self/mountinfo); do umount $m; done; "$1" "$2" pids=5'
	[ "$status" = 1 ]
	[[ $output == *"mount them"* ]]
	nothing_made
}

@test "net_cls and net_prio, where they are mounted" {
	grep -q ' - cgroup .*net_cls' /proc/self/mountinfo && skip "mounted already"
	grep -q '^net_cls.0' /proc/cgroups || skip "no such controllers, or in use"
	mkdir "$TMP/net"
	# shellcheck disable=SC2016
	run elsewhere 'mount -t cgroup -o net_cls,net_prio none "'"$TMP"'/net" || exit 9
		"$1" "$2" net_cls.classid=0x100001 "net_prio.ifpriomap=lo 5"
		"$1" --get net_cls.classid,net_prio.ifpriomap "$2"
		"$1" --delete "$2"
		umount "'"$TMP"'/net"
		# While a group that was removed lives on in the kernel, its hierarchy does too.
		for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
			grep -q net_cls /proc/self/cgroup || break
			mount -t cgroup -o net_cls,net_prio none "'"$TMP"'/net" && umount "'"$TMP"'/net"
			sleep 0.2
		done'
	[ "$status" != 9 ] || skip "cannot be mounted as v1"
	echo "$output"
	[ "$status" = 0 ]
	[[ $output == *net_cls.classid=1048577*"lo 5"* ]]
	run cgset "$G" net_cls.classid=1
	[ "$status" = 1 ]
	[[ $output == *"no control group hierarchy has the controller 'net_cls'"* ]]
}

@test "NAME?=VALUE is left out, and told, where there is no such limit" {
	need memory pids
	if is_v1 memory; then missing=memory-high=32m; else missing=memory-swappiness=10; fi
	run cgset "$G" pids=5 "${missing%%=*}?=${missing#*=}"
	[ "$status" = 0 ]
	[ "${#lines[@]}" = 1 ]
	[[ $output == *"no such limit; left out"* ]]
	[ "$(cgset --get pids "$G")" = 5 ]
	run cgset "$G" 'pids?=6'
	[ "$status" = 0 ]
	[ -z "$output" ]
	[ "$(cgset --get pids "$G")" = 6 ]
	for bad in 'pids?=x' 'nosuch?=1' '?=1' 'io-rbps?=8:0:1m' 'pids.max?=5'; do
		run cgset "$G" "$bad"
		[ "$status" = 2 ]
	done
}

@test "what the kernel rounds is told, what it keeps otherwise is an error" {
	need memory
	run cgset "$G" memory=10000001
	[ "$status" = 0 ]
	[[ $output == "cgset: setting 'memory=10000001': the kernel rounded it to 9998336" ]]
	run cgset "$G" memory=64m memory.nosuch=1
	[ "$status" = 1 ]
	if is_v1 memory; then
		run cgset "$G" memory.limit_in_bytes=8m memory.swappiness=10 memory.move_charge_at_immigrate=0
		[ "$status" = 0 ]
		[ -z "$output" ]
	fi
}

@test "an unknown option, and things that do not go together, are status 2" {
	for args in --nosuch "--get" "--get pids" "--kill pids=5 $G" "--stat --kill $G" "--pid x $G" "--timeout x --kill $G" \
		"--delete -rf $G" "--delete -fr $G" ""; do
		# shellcheck disable=SC2086 # words on purpose
		run cgset $args
		[ "$status" = 2 ]
		[ "${#lines[@]}" = 1 ]
	done
	nothing_made
}
