# Control groups: cgset beside libcgroup's tools.
# shellcheck shell=bash disable=SC2154 # the frame's variables

# Each command makes a group of its own, named by the shell's pid, so that making is in the time and removing is not.
section_groups() {
	join_case groups "A group with three limits, joined by a command (warm: 1 ms of rest)" 1
	kill_note 1000
	join_case groups-cold "The same 60 ms after anybody last moved a process (cold)" 60
	stat_case
	"$bin/cgset" --kill --delete -r -f mydocker-bench
}

# join_case SECTION TITLE PAUSE
join_case() {
	local kept=$pause
	pause=$3
	begin "$1" "$2"
	# shellcheck disable=SC2016 # the inner shell's
	add "cgset … -- true" check_status -- sh -c 'exec "$0/cgset" "mydocker-bench/a$$" memory=64m pids=20 cpu=0.5 -- true' "$bin"
	# shellcheck disable=SC2016
	add "cgcreate, cgset -r, cgexec true" check_status -- sh -c 'g=mydocker-bench/b$$
		cgcreate -g memory,pids,cpu:$g && /usr/bin/cgset -r "$1" -r pids.max=20 -r "$2" $g && exec cgexec -g memory,pids,cpu:$g true' \
		sh "$(v1_or memory memory.limit_in_bytes=64M memory.max=64M)" "$(v1_or cpu cpu.cfs_quota_us=50000 'cpu.max=50000 100000')"
	# Its child is born into the group on v2, and moves itself without the global lock on v1.
	# shellcheck disable=SC2016
	add "cgset …, nsrun --into-cgroup -- true" check_status -- sh -c 'g=mydocker-bench/c$$
		"$0/cgset" $g memory=64m pids=20 cpu=0.5 && exec "$0/nsrun" --into-cgroup $g -- true' "$bin"
	finish
	"$bin/cgset" --kill --delete -r -f mydocker-bench
	pause=$kept
}

# v1_or CONTROLLER V1 V2
v1_or() {
	if grep -Eq " - cgroup .*[,w]$1(,|$)" /proc/self/mountinfo; then printf '%s' "$2"; else printf '%s' "$3"; fi
}

# How long it takes to end a group of N processes, the slowest of five times.
kill_note() {
	local i t0 t1 holder_of all=()
	for ((i = 0; i < 5; i++)); do
		# shellcheck disable=SC2016
		"$bin/cgset" mydocker-bench/kill -- sh -c 'i=0; while [ $((i += 1)) -lt "$1" ]; do sleep 1000 & done; exec sleep 1000' \
			sh "$1" 2>/dev/null &
		holder_of=$!
		until [ "$("$bin/cgset" --procs mydocker-bench/kill 2>/dev/null | grep -c .)" -ge "$1" ]; do sleep 0.1; done
		t0=$(date +%s%N)
		"$bin/cgset" --kill mydocker-bench/kill
		t1=$(date +%s%N)
		{ wait "$holder_of"; } 2>/dev/null
		all+=($(((t1 - t0) / 1000000)))
	done
	mapfile -t all < <(printf '%s\n' "${all[@]}" | sort -n)
	add_note "cgset --kill of a group with $1 processes, until none is left: ${all[2]} ms (median of five, ${all[0]} to ${all[4]})."
}

stat_case() {
	local i groups=()
	begin groups-stat "What 100 groups use, in one call"
	for ((i = 0; i < 100; i++)); do
		groups+=("mydocker-bench/s$i")
		"$bin/cgset" "mydocker-bench/s$i" memory=64m pids=20
	done
	add "cgset --stat" check_status -- "$bin/cgset" --stat "${groups[@]}"
	add "cgset --stat --json" check_status -- "$bin/cgset" --stat --json "${groups[@]}"
	add "cgget -g memory -g pids" check_status -- cgget -g memory -g pids "${groups[@]}"
	finish
}
