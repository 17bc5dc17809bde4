# resources.sh - what a container has while it runs: its control group and its network.
#
# Needs: base.sh, list.sh, state.sh; the o_* variables of limits and network. Leaves: both, with the facts that name them
# in $run/ID; $group, $netns, $address.
# shellcheck shell=sh

# Control group and network side by side: neither needs the other, and each waits for the kernel.
make_resources() {
	local status waited
	state_instance
	group=mydocker$instance/$id
	printf '%s\n' "$group" >"$run/$id/cgroup"
	set -- "$group"
	[ -z "$o_memory" ] || set -- "$@" "memory=$o_memory"
	[ -z "$o_memory_swap" ] || set -- "$@" "memory-swap=$o_memory_swap"
	[ -z "$o_cpus" ] || set -- "$@" "cpu=$o_cpus"
	[ -z "$o_shares" ] || set -- "$@" "cpu-shares=$o_shares"
	[ -z "$o_cpuset" ] || set -- "$@" "cpuset-cpus=$o_cpuset"
	[ -z "$o_pids" ] || set -- "$@" "pids=$o_pids"
	address=
	if [ "$o_network" != bridge ]; then
		tool cgset "$@" || exit 125
		return 0
	fi
	load network
	network_make
	tool cgset "$@" &
	waited=$!
	status=0
	network_up || status=125
	wait "$waited" || status=125
	[ "$status" -eq 0 ] || exit "$status"
}
