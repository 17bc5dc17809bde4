# endpoints.sh - networks that somebody made: a container's interface in each, its names, and what stays of them.
#
# netns-veth keeps the names of a network's containers in each one's hosts file, whenever one comes or goes.
# Needs: base.sh, list.sh, netnames.sh, files.sh; $id, $dir, $hostname, $name. Leaves: $run/ID/networks (names, the first
# one's namespace it is), net and net.NAME (the records of netns-veth).
# shellcheck shell=sh

load netnames

# endpoints_up WORD...: the first network with the WORDs (--publish …), then the others.
endpoints_up() {
	local file other
	[ "$o_network" = bridge ] || [ -f "$root/networks/$o_network/subnet" ] || {
		warn "the network '$o_network' is not there any more; 'mydocker network create $o_network' makes one"
		return 1
	}
	hosts_before
	printf '%s\n' "$o_network" >"$run/$id/networks"
	endpoint_words "$o_network"
	eval "set -- \"\$@\" $words"
	tool netns-veth up "$netns" --network "$root/networks/$o_network" "$@" >"$run/$id/net" || return 1
	read_address
	[ "$o_network" != bridge ] || hosts_now
	set +f
	for file in "$dir/endpoints"/*; do
		set -f
		other=${file##*/}
		{ [ -f "$file" ] && [ "$other" != "$o_network" ]; } || continue
		join_network "$other" "$netns" || return 1
	done
	set -f
}

# A container that was disconnected from its last network has a namespace into which it can be connected again.
namespace_alone() {
	: >"$run/$id/networks"
	tool netns-veth netns add "$netns"
}

# join_network NAME NAMESPACE: one more interface. That it is to be given back is written first.
join_network() {
	local network namespace
	network=$1
	namespace=$2
	note_network "$network"
	endpoint_words "$network"
	eval "set -- $words"
	tool netns-veth up "$namespace" --join --network "$root/networks/$network" "$@" >"$run/$id/net.$network"
}

# note_network NAME: it is in $run/ID/networks, once.
note_network() {
	local network
	while read -r network; do
		[ "$network" != "$1" ] || return 0
	done <"$run/$id/networks"
	printf '%s\n' "$1" >>"$run/$id/networks"
}

# endpoint_words NAME: sets $words to the words that the container has for that network, as shell source. In one that
# somebody made it has its names and keeps those of the others.
endpoint_words() {
	local line
	list_new endpoint
	if [ -e "$dir/endpoints/$1" ]; then
		while IFS= read -r line; do
			list_add endpoint "$line"
		done <"$dir/endpoints/$1"
	fi
	if [ "$1" != bridge ]; then
		container_name "$id"
		add_endpoint_option --alias "$name"
		add_endpoint_option --alias "${id%"${id#????????????}"}"
		add_endpoint_option --hostname "$hostname"
		add_endpoint_option --hosts "$dir/hosts"
	fi
	list_words endpoint
}

# names_again: after a rename, its names in each network.
names_again() {
	local network namespace
	{ read -r namespace <"$run/$id/netns"; } 2>/dev/null || return 0
	[ -e "$run/$id/networks" ] || return 0
	while read -r network; do
		case $network in bridge | '') continue ;; esac
		# One that it has left, or did not get into, is still in the list.
		[ -e "$root/networks/$network/names/$namespace" ] || continue
		alias_words "$network"
		eval "set -- $words"
		tool netns-veth names "$namespace" --network "$root/networks/$network" "$@" || :
	done <"$run/$id/networks"
}

# alias_words NAME: sets $words to the container's names in that network, as shell source.
alias_words() {
	local line option
	list_new endpoint
	option=
	if [ -e "$dir/endpoints/$1" ]; then
		while IFS= read -r line; do
			[ "$option" != --alias ] || add_endpoint_option --alias "$line"
			option=$line
		done <"$dir/endpoints/$1"
	fi
	container_name "$id"
	add_endpoint_option --alias "$name"
	add_endpoint_option --alias "${id%"${id#????????????}"}"
	list_words endpoint
}

# The hosts file has to be there before netns-veth writes its part into it. In the network 'bridge' it has the address,
# in others netns-veth writes that too.
hosts_before() {
	address=
	[ "$o_network" = bridge ] || hosts_now
}

hosts_now() {
	umask 022
	write_hosts
	umask 077
	hosts_written=1
}
