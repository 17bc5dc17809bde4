# resources.sh - what a container has while it runs: its control group and its network.
#
# Needs: base.sh, list.sh, instance.sh; limits.sh and security.sh or their facts; the o_* variables of network. Leaves: both;
# $group below $parent, $netns, $address.
# shellcheck shell=sh

# choose_group: sets $group and $parent.
choose_group() {
	state_instance
	parent=mydocker$instance
	[ -z "$o_cgroup_parent" ] || { load cgparent && choose_parent; }
	group=$parent/$id
}

# The list setting of a new container: what cgset is told.
new_settings() {
	list_new setting
	! is_loaded limits || limit_settings
	# A privileged container may use every device.
	[ -z "$o_privileged" ] || return 0
	list_add setting devices=default
	! is_loaded security || list_append device_rule setting device-allow=
}

# The same of one that is there, out of its facts.
recall_settings() {
	list_new setting
	add_settings limits
	[ -n "$o_privileged" ] || list_add setting devices=default
	add_settings device-rules
}

# add_settings FACT: appends its lines to the list setting.
add_settings() {
	local line
	[ -e "$dir/$1" ] || return 0
	while IFS= read -r line; do
		list_add setting "$line"
	done <"$dir/$1"
}

# Whether netns-veth makes the network.
is_networked() {
	case $o_network in
	none | host | container:*) return 1 ;;
	esac
}

# Control group and network side by side: neither needs the other, and each waits for the kernel.
make_resources() {
	local status waited
	list_words setting
	eval "set -- \"\${tools}cgset\" \"\$group\" $words"
	address=
	hosts_written=
	is_networked || {
		sys "$@" || exit 125
		return 0
	}
	load network
	[ "$o_network" != bridge ] || network_make
	trace_words "$@"
	"$@" &
	waited=$!
	status=0
	network_up || status=125
	wait "$waited" || status=125
	[ "$status" -eq 0 ] || exit "$status"
}
