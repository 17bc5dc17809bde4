# cgset.bash - what the tests of cgset share: a group of the test's own, ended by teardown, and where the hierarchies are.
#
# shellcheck shell=bash

setup() {
	common_setup
	requires root
	G=mydocker-test-$UNIQ
}

teardown() {
	[ ! -s "$TMP/pids" ] || xargs kill -9 <"$TMP/pids" 2>/dev/null || true
	"$BIN/cgset" --thaw "$G" 2>/dev/null || true
	"$BIN/cgset" --kill --delete -r -f "$G"
	common_teardown
}

cgset() { "$BIN/cgset" "$@"; }

# The mount point of a controller's hierarchy, v1 or v2; with --v2 of v2.
mount_of() {
	local v1

	if [ "$1" = --v2 ]; then
		awk '/ - cgroup2 / { print $5; exit }' /proc/self/mountinfo
		return
	fi
	v1=$(awk -v c="$1" '/ - cgroup / { n = split($NF, o, ","); for (i = 1; i <= n; i++) if (o[i] == c) { print $5; exit } }' /proc/self/mountinfo)
	if [ -n "$v1" ]; then echo "$v1"; else mount_of --v2; fi
}

# Whether the controller is a v1 one here.
is_v1() { [ "$(mount_of "$1")" != "$(mount_of --v2)" ]; }

# A limit or counter by its file in v1 or v2: file memory memory.limit_in_bytes memory.max
file() {
	if is_v1 "$1"; then cat "$(mount_of "$1")/$G/$2"; else cat "$(mount_of "$1")/$G/$3"; fi
}

has() { is_v1 "$1" || grep -qw "$1" "$(mount_of --v2)/cgroup.controllers"; }
need() {
	local c
	for c; do has "$c" || skip "no controller $c"; done
}

# A process that sleeps in the group; its pid in $pid.
sleeper() {
	"$BIN/cgset" "$1" -- sleep 300 3>&- &
	pid=$!
	echo "$pid" >>"$TMP/pids"
	eventually 5 sh -c "grep -qx sleep /proc/$pid/comm"
}

nothing_made() {
	[ -z "$(find /sys/fs/cgroup -maxdepth 4 -type d -name "*$UNIQ*")" ]
}
