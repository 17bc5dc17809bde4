# resources.sh - what a container has while it runs: its control group and its network.
#
# Needs: base.sh, list.sh, state.sh; the facts of limits.sh and security.sh; the o_* variables of network. Leaves: both,
# with the facts that name them in $run/ID; $group below $parent, $netns, $address.
# shellcheck shell=sh

# Control group and network side by side: neither needs the other, and each waits for the kernel.
make_resources() {
	local status waited
	state_instance
	parent=mydocker$instance
	[ -z "$o_cgroup_parent" ] || { load cgparent && choose_parent; }
	group=$parent/$id
	printf '%s\n' "$group" >"$run/$id/cgroup"
	list_new setting
	add_settings limits
	# A privileged container may use every device.
	[ -n "$o_privileged" ] || list_add setting devices=default
	add_settings device-rules
	list_words setting
	eval "set -- \"\$group\" $words"
	address=
	hosts_written=
	case $o_network in
	none | host | container:*)
		tool cgset "$@" || exit 125
		return 0
		;;
	esac
	load network
	[ "$o_network" != bridge ] || network_make
	tool cgset "$@" &
	waited=$!
	status=0
	network_up || status=125
	wait "$waited" || status=125
	[ "$status" -eq 0 ] || exit "$status"
}

# add_settings FACT: appends its lines to the list setting.
add_settings() {
	local line
	[ -e "$dir/$1" ] || return 0
	while IFS= read -r line; do
		list_add setting "$line"
	done <"$dir/$1"
}
