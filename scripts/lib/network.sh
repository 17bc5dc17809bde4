# network.sh - a container's network while it runs: the calls of netns-veth.
#
# Needs: base.sh, list.sh, state.sh; $o_network and the list publish. Leaves: $root/networks/bridge (made on first use),
# $run/ID/netns and net; in a network that somebody made also networks (endpoints.sh).
# shellcheck shell=sh

load instance

# Makes the network of this instance on first use. Of several first runs at once one makes it; the others wait for its
# lock and are told that it is there, which is all they want.
network_make() {
	local bridge said
	[ -f "$root/networks/bridge/subnet" ] && return 0
	state_instance
	bridge=mydocker0
	[ -z "$instance" ] || bridge=md$instance
	set -- "${tools}netns-veth" network-create --bridge "$bridge" --table "mydocker$instance" "$root/networks/bridge"
	trace_words "$@"
	said=$("$@" 2>&1) || [ -f "$root/networks/bridge/subnet" ] ||
		die 125 "the network 'bridge' cannot be made: ${said#netns-veth: }"
}

# network_up: the namespace with its link, address and ports, and further networks; sets $netns and $address.
network_up() {
	netns=mydocker-${id%????????????????????????????????}
	printf '%s\n' "$netns" >"$run/$id/netns"
	if [ -z "$o_network" ]; then
		load endpoints
		namespace_alone
		return
	fi
	list_words publish
	eval "set -- $words"
	if [ "$o_network" != bridge ] || [ -d "$dir/endpoints" ]; then
		load endpoints
		endpoints_up "$@" || return 1
	else
		tool netns-veth up "$netns" --network "$root/networks/bridge" "$@" >"$run/$id/net" || return 1
	fi
	read_address
}

# Sets $address to what netns-veth has given.
read_address() {
	local key value
	while read -r key value; do
		case $key in
		address) address=${value%/*} ;;
		esac
	done <"$run/$id/net"
}
