#!/usr/bin/env bats
# cgset: groups from their making to their end: who is in them, freezing, killing, waiting, removing, listing, counting.

load helpers
load cgset

@test "the command's bytes and status pass through; the group holds it in every hierarchy" {
	need pids
	run cgset "$G" pids=20 -- sh -c 'printf "[%s]" "$@"; exit 9' sh 'a  b' '' $'c\nd' '*'
	[ "$status" = 9 ]
	[ "$output" = $'[a  b][][c\nd][*]' ]
	run cgset --controllers cpu "$G" -- cat /proc/self/cgroup
	[ "$status" = 0 ]
	if is_v1 pids; then [[ $output == *":pids:/$G"* ]]; fi
	if is_v1 cpu; then [[ $output == *"cpu"*":/$G"* ]]; fi
	if [ -n "$(mount_of --v2)" ]; then [[ $output == *"0::/$G"* ]]; fi
}

@test "--pid moves another process; one that is gone is an error" {
	sleep 300 3>&- &
	pid=$!
	echo "$pid" >"$TMP/pids"
	run cgset --pid "$pid" "$G"
	[ "$status" = 0 ]
	[ "$(cgset --procs "$G")" = "$pid" ]
	grep -q ":/$G\$" "/proc/$pid/cgroup"
	kill -9 "$pid"
	wait "$pid" || true
	run cgset --pid "$pid" "$G"
	[ "$status" = 1 ]
	[[ $output == *"process $pid"* ]]
}

@test "--freeze stands until --thaw" {
	"$BIN/cgset" "$G/below" -- sh -c 'trap "echo x >\"\$1\"; exit 3" USR1; echo >"$2"; while :; do sleep 0.01; done' \
		sh "$TMP/got" "$TMP/ready" 3>&- &
	pid=$!
	echo "$pid" >"$TMP/pids"
	eventually 5 test -e "$TMP/ready"
	run cgset --freeze "$G"
	[ "$status" = 0 ]
	[[ $(cgset --events "$G") == *"frozen 1"* ]]
	kill -USR1 "$pid"
	# Running, it would take it in 10 ms.
	sleep 0.2
	[ ! -e "$TMP/got" ]
	run cgset --thaw "$G"
	[ "$status" = 0 ]
	[[ $(cgset --events "$G") == *"frozen 0"* ]]
	wait "$pid" || [ $? = 3 ]
	[ -e "$TMP/got" ]
}

@test "--kill ends all of them, below and frozen too, and returns when none is left" {
	sleeper "$G"
	first=$pid
	sleeper "$G/below"
	cgset --freeze "$G"
	run cgset --kill "$G"
	[ "$status" = 0 ]
	[ -z "$(cgset --procs -r "$G")" ]
	wait "$first" || [ $? = 137 ]
	wait "$pid" || [ $? = 137 ]
}

@test "--kill reaches a process that is in a v1 group alone" {
	requires cgroup_v1
	need pids
	is_v1 pids || skip "pids is not v1"
	cgset "$G" pids=20
	sleep 300 3>&- &
	pid=$!
	echo "$pid" >"$TMP/pids"
	echo "$pid" >"$(mount_of pids)/$G/cgroup.procs"
	run cgset --kill --delete "$G"
	[ "$status" = 0 ]
	wait "$pid" || [ $? = 137 ]
	nothing_made
}

@test "v1 alone: freeze, kill and wait without any help of v2" {
	requires cgroup_v1 v1_freezer
	mkdir "$(mount_of freezer)/$G" "$(mount_of freezer)/$G/below"
	sleep 300 3>&- &
	pid=$!
	echo "$pid" >"$TMP/pids"
	echo "$pid" >"$(mount_of freezer)/$G/below/cgroup.procs"
	[ "$(cgset --procs -r "$G")" = "$pid" ]
	run cgset --freeze "$G"
	[ "$status" = 0 ]
	[ "$(cat "$(mount_of freezer)/$G/below/freezer.state")" = FROZEN ]
	run cgset --wait-empty --timeout 50ms "$G"
	[ "$status" = 1 ]
	run cgset --kill --wait-empty --delete -r "$G"
	[ "$status" = 0 ]
	wait "$pid" || [ $? = 137 ]
	nothing_made
}

@test "the root, and the group that we are in ourselves, are never frozen, killed or removed" {
	for act in --kill --freeze --delete; do
		for root in / . ///; do
			run cgset $act "$root"
			[ "$status" = 1 ] || [ "$status" = 2 ]
		done
	done
	run cgset "$G" -- "$BIN/cgset" --kill "$G"
	[ "$status" = 1 ]
	[[ $output == *"this very process"* ]]
	run cgset "$G" -- "$BIN/cgset" --freeze "$G"
	[ "$status" = 1 ]
}

@test "--wait-empty returns when the last process has ended" {
	sleeper "$G"
	run cgset --wait-empty --timeout 50ms "$G"
	[ "$status" = 1 ]
	[[ $output == *"$G"* ]]
	"$BIN/cgset" --wait-empty "$G" 3>&- &
	waiter=$!
	kill -9 "$pid"
	wait "$waiter"
	[ -z "$(cgset --procs "$G")" ]
}

@test "--delete --parents: what is empty above goes too, what is in use stays" {
	cgset "$G/a/b" memory=64m
	cgset "$G/a/c"
	run cgset --delete --parents "$G/a/b"
	[ "$status" -eq 0 ]
	run cgset --list "$G"
	[ "$output" = "$G/a"$'\n'"$G/a/c" ]
	# In a group of its own: one that distributes controllers takes no process on v2.
	sleeper "$G/z"
	run cgset --delete --parents "$G/a/c"
	[ "$status" -eq 0 ]
	run cgset --list "$G"
	[ "$output" = "$G/z" ]
	run cgset --procs "$G/z"
	[ "$output" = "$pid" ]
	kill -9 "$pid"
	wait "$pid" || true
	run cgset --delete "$G/z"
	[ "$status" -eq 0 ]
	# Also of one that is gone already.
	run cgset --delete --parents -f "$G/a/c"
	[ "$status" -eq 0 ]
	nothing_made
	run cgset --parents "$G"
	[ "$status" -eq 2 ]
	[[ $output == *"--parents is for --delete"* ]]
}

@test "groups made while others remove their parent as empty: none fails, nothing stays" {
	local i pids=
	for i in 1 2 3 4; do
		sh -c 'for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25; do
			"$0" "$1" memory=64m cpuset-cpus=0 pids=20 && "$0" --delete --parents "$1" || exit 1
		done' "$BIN/cgset" "$G/n$i" 2>>"$TMP/said" &
		pids="$pids $!"
	done
	for i in $pids; do
		wait "$i" || cat "$TMP/said"
	done
	[ ! -s "$TMP/said" ]
	nothing_made
}

@test "--delete: from every hierarchy; busy and unknown ones are named" {
	need pids memory
	cgset "$G/below" pids=5 memory=32m
	run cgset --delete "$G"
	[ "$status" = 1 ]
	[[ $output == *"-r"* ]]
	sleeper "$G/below"
	run cgset --delete -r --timeout 50ms "$G"
	[ "$status" = 1 ]
	[[ $output == *"process $pid"* ]]
	cgset --kill "$G"
	run cgset --delete -r "$G"
	[ "$status" = 0 ]
	nothing_made
	run cgset --delete "$G"
	[ "$status" = 1 ]
	run cgset --delete -f "$G"
	[ "$status" = 0 ]
}

@test "--list and --tree know every group once" {
	need pids memory
	cgset "$G/b" pids=5
	cgset "$G/a/x" memory=32m
	run cgset --list "$G"
	[ "$output" = "$G/a"$'\n'"$G/a/x"$'\n'"$G/b" ]
	run cgset --tree "$G"
	[ "$status" = 0 ]
	[ "${#lines[@]}" = 4 ]
	[[ ${lines[2]} == "    x [0] "* ]]
}

@test "--stat and --events: the same keys on either version, JSON one object a line" {
	need memory pids cpu
	requires tool_python3
	cgset "$G/a" memory=64m pids=20 cpu=1
	cgset "$G/b" memory=32m
	run cgset --stat --json "$G/a" "$G/b"
	[ "$status" = 0 ]
	[ "${#lines[@]}" = 2 ]
	printf '%s\n' "$output" | python3 -c '
import json, sys
a, b = [json.loads(l) for l in sys.stdin]
assert a["group"].endswith("/a") and a["memory_limit"] == 64 << 20 and a["pids_limit"] == 20 and a["cpu_throttled"] == 0, a
assert b["memory_limit"] == 32 << 20 and "memory_usage" in b, b
'
	run cgset --events "$G/a"
	[[ $output == "group $G/a"* ]]
	[[ $output == *"oom_kill 0"* ]]
	[[ $output == *"pids_max 0"* ]]
}

@test "--stat without a controller sums over the processes; -r shows those below; --watch in rounds until all are gone" {
	cgset "$G/b"
	sleeper "$G/a/x"
	run cgset --stat "$G/a"
	[[ $output == *$'\n'"time_usec "[1-9]* ]]
	if ! grep -q '^pids ' <<<"$output"; then
		[[ $output == *$'\n'"processes_threads 1"* ]]
		[[ $output =~ processes_memory\ [1-9] ]] || [[ $output == *memory_usage* ]]
	fi
	run cgset -r --stat "$G"
	[ "$status" = 0 ]
	[ "$(grep -c '^group ' <<<"$output")" = 3 ]
	run cgset -r --events --json "$G/a"
	[ "${#lines[@]}" = 1 ]
	[[ $output == '{"group":"'"$G/a/x"'",'* ]]
	run cgset --stat --watch 10ms --rounds 3 "$G/a" "$G/b"
	[ "$status" = 0 ]
	[ "$(grep -c '^group ' <<<"$output")" = 6 ]
	"$BIN/cgset" --events --watch 10ms "$G/a/x" "$G/b" >"$TMP/out" 3>&- &
	watcher=$!
	eventually 5 grep -q "group $G/b" "$TMP/out"
	cgset --kill --delete "$G/a/x"
	cgset --delete "$G/b"
	wait "$watcher"
	for bad in "--watch 1 $G" "--stat --watch 0 $G" "--stat --watch x $G" "--stat --rounds 2 $G" "--stat --watch 1 --rounds 0 $G"; do
		# shellcheck disable=SC2086 # words on purpose
		run cgset $bad
		[ "$status" = 2 ]
	done
}

@test "--chown gives the directory and the files that move processes, not the limits" {
	need memory
	run cgset --chown 12345 "$G" memory=64m
	[ "$status" = 0 ]
	m=$(mount_of memory)/$G
	[ "$(stat -c %u "$m" "$m/cgroup.procs" | sort -u)" = 12345 ]
	if is_v1 memory; then limit=memory.limit_in_bytes; else limit=memory.max; fi
	[ "$(stat -c %u "$m/$limit")" = 0 ]
	run cgset --chown nosuchuser "$G/x"
	[ "$status" = 2 ]
	[ ! -e "$m/x" ]
}

@test "v2: who sits in a group that should hand out controllers is said" {
	requires cgroup_v2
	root=$(mount_of --v2)
	sleeper "$G"
	for try in memory:memory=64m pids:pids=5 hugetlb:hugetlb-2MB=2m; do
		grep -qw "${try%%:*}" "$root/cgroup.controllers" || continue
		run cgset "$G/child" "${try#*:}"
		[ "$status" = 1 ]
		[[ $output == *"process $pid (sleep)"* ]]
		[ ! -e "$root/$G/child" ]
		tried=yes
	done
	[ "${tried:-}" ] || skip "v2 has none of these controllers"
}

@test "a control group namespace: groups are named from its root where the hierarchies are mounted inside" {
	requires cgroup_v2
	mkdir "$TMP/u"
	# shellcheck disable=SC2016
	run cgset "$G" -- unshare --cgroup --mount --propagation private sh -ec 'mount -t tmpfs none /sys/fs/cgroup
		mount -t cgroup2 none "$3"; "$1" in -- cat /proc/self/cgroup; "$1" --list; "$1" --delete in' sh "$BIN/cgset" "$G" "$TMP/u"
	echo "$output"
	[ "$status" = 0 ]
	[[ $output == *"0::/in"* ]]
	[ "${lines[-1]}" = in ]
}

@test "@ is the group that was given to us: marked by systemd, or our user's" {
	requires cgroup_v2 tool_setfattr tool_setpriv
	cgset "$G/scope/shell"
	setfattr -n user.delegate -v 1 "$(mount_of --v2)/$G/scope" || skip "no attributes of users on this kernel"
	run cgset "$G/scope/shell" -- "$BIN/cgset" @/web -- cat /proc/self/cgroup
	[ "$status" = 0 ]
	[[ $output == *"0::/$G/scope/web"* ]]
	# Where controllers are to be enabled, it goes out of the way of itself first; another process is named.
	for try in pids:pids=9 hugetlb:hugetlb-2MB=2m; do
		grep -qw "${try%%:*}" "$(mount_of --v2)/cgroup.controllers" || continue
		before=$(cat "$(mount_of --v2)/cgroup.subtree_control")
		run cgset "$G/scope" -- "$BIN/cgset" @/limited "${try#*:}" -- cat /proc/self/cgroup
		[ "$status" = 0 ]
		[[ $output == *"0::/$G/scope/limited"* ]]
		cgset --delete -r "$G/scope/limited"
		echo "-${try%%:*}" >"$(mount_of --v2)/$G/scope/cgroup.subtree_control"
		run cgset "$G/scope" -- sh -c '"$0" @/limited "$1" -- true; exit $?' "$BIN/cgset" "${try#*:}"
		[ "$status" = 125 ]
		[[ $output == *"sits in it"* || $output == *"No such process"* || $output == *"Device or resource busy"* ]]
		[ ! -e "$(mount_of --v2)/$G/scope/limited" ]
		[[ " $before " == *" ${try%%:*} "* ]] || {
			echo "-${try%%:*}" >"$(mount_of --v2)/$G/cgroup.subtree_control"
			echo "-${try%%:*}" >"$(mount_of --v2)/cgroup.subtree_control"
		}
		break
	done
	# A user below a group of its own; not beside it.
	cgset --chown 12345 "$G/user"
	as() {
		"$BIN/cgset" "$G/user/shell" -- setpriv --reuid=12345 --regid=12345 --clear-groups "$BIN/cgset" "$@"
	}
	run as @/a/b -- cat /proc/self/cgroup
	[ "$status" = 0 ]
	[[ $output == *"0::/$G/user/a/b"* ]]
	run as "$G/other"
	[ "$status" = 1 ]
	[[ $output == *"--chown"* || $output == *"Delegate=yes"* ]]
	run as --delete @/a/b
	[ "$status" = 0 ]
}

@test "two at once make the same group" {
	need pids memory
	for i in 1 2 3 4 5 6; do cgset "$G/sub/$i" pids=$((i + 1)) memory=32m 3>&- & done
	wait
	for i in 1 2 3 4 5 6; do [ "$(cgset --get pids "$G/sub/$i")" = $((i + 1)) ]; done
}

@test "@ is the nearest group above that is marked as delegated; of a user's manager it is the unit" {
	requires cgroup_v2 tool_setfattr
	local v2 manager=$G/user@7.service unit=$G/user@7.service/app.slice/x.service
	v2=$(mount_of --v2)
	cgset "$unit/sub"
	setfattr -n user.delegate -v 1 "$v2/$G"
	cgset "$unit/sub" -- "$BIN/cgset" @/one
	[ -d "$v2/$G/one" ]
	# A user's manager is marked, but none of its units: what is its own is not the caller's.
	setfattr -n user.delegate -v 1 "$v2/$manager"
	cgset "$unit/sub" -- "$BIN/cgset" @/two
	[ -d "$v2/$unit/two" ]
	[ ! -e "$v2/$manager/two" ]
	cgset "$manager" -- "$BIN/cgset" @/three
	[ -d "$v2/$manager/three" ]
	setfattr -n user.delegate -v 1 "$v2/$unit/sub"
	cgset "$unit/sub" -- "$BIN/cgset" @/four
	[ -d "$v2/$unit/sub/four" ]
}
