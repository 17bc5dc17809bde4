# netplug.sh - giving a container a further network and taking one away, while it runs or not.
#
# The fact endpoints/NAME comes first and goes last: from it the network is made again at each start. Of a container that
# runs the name is in $run/ID/networks before the interface is made, so that whoever cleans up behind it knows.
# Needs: base.sh, list.sh, state.sh, netnames.sh, events.sh. Leaves: these files, and the interface.
# shellcheck shell=sh

take_connect_option() {
	load netoptions
	case $option in
	--ip | --ip6 | --mac-address) take_network_option "$1" ;;
	--alias) take_alias "$1" && list_add alias "$1" ;;
	--link) take_network_option "$1" ;;
	--gw-priority) check_priority "$1" && o_priority=$1 ;;
	--driver-opt | --link-local-ip) refuse_endpoint "$option" ;;
	--help) help_exit "$network_help" ;;
	*) option_unknown ;;
	esac
}

# Sets $network, $id and $dir to what the operands name.
take_plug() {
	[ "$ref_n" -eq 2 ] || die 1 "needs a network and a container; see '$program --help'"
	need_root 1
	need_container "$ref_2" 1
	dir=$root/containers/$id
	find_network "$ref_1" || die 1 "no such network: '$ref_1'"
	case $network in
	none | host) die 1 "containers cannot be connected to '$network', nor disconnected; say --network when they are made" ;;
	esac
	{ IFS= read -r mode <"$dir/network"; } 2>/dev/null || mode=
	case $mode in
	none | host | container:*) die 1 "'$ref_2' was made with --network ${mode%%:*}: it has no networks of its own" ;;
	esac
}

# Whether the container $id is in the network.
is_plugged() {
	[ "$mode" = "$network" ] || [ -e "$dir/endpoints/$network" ]
}

network_connect() {
	local o_priority
	o_priority=
	load netoptions
	parse_refs ' --ip --ip6 --mac-address --alias --link --link-local-ip --driver-opt --gw-priority ' take_connect_option "$@"
	take_plug
	! is_plugged || die 1 "'$ref_2' is in the network '$network' already"
	[ "$network" != bridge ] || [ "$alias_n" -eq 0 ] || die 1 "--alias: only in networks made by 'mydocker network create'"
	umask 077
	list_new endpoint
	add_endpoint_option --ip "$o_ip"
	add_endpoint_option --ip6 "$o_ip6"
	add_endpoint_option --mac "$o_mac"
	add_endpoint_option --gw-priority "$o_priority"
	list_pairs alias endpoint --alias
	write_endpoint "$network"
	[ -n "$mode" ] || printf '%s\n' "$network" >"$dir/network"
	! is_running "$id" || plug_in || {
		unplug_facts
		exit 1
	}
	network_id "$network"
	event network connect "$network_id" "container=$id" "name=$network" type=bridge
}

# One more interface of a container that runs. That it ended meanwhile is no failure: its next start will have it.
plug_in() {
	local netns o_network before resolvers
	load endpoints files
	find_resolvers
	before=$resolvers
	{ read -r netns <"$run/$id/netns"; } 2>/dev/null || {
		warn "'$ref_2' has no namespace that a network could be added to; start it again"
		return 1
	}
	o_network=$mode
	own_hostname
	[ -e "$run/$id/networks" ] || printf '%s\n' "$mode" >"$run/$id/networks"
	join_network "$network" "$netns" || {
		sys rm -f -- "$run/$id/net.$network"
		! is_running "$id"
		return
	}
	renew_servers "$before"
	is_running "$id" || tool netns-veth down "$netns" --network "$root/networks/$network" || :
}

# renew_servers BEFORE: the container's resolv.conf, when the name servers of its networks are others than BEFORE. Its own
# changes to that file are lost then, as in docker.
renew_servers() {
	local resolvers o_network
	find_resolvers
	[ "$resolvers" != "$1" ] || return 0
	load recall
	o_network=$mode
	list_new search dns dns_option
	recall_list dns dns
	recall_list search dns-search
	recall_list dns_option dns-option
	umask 022
	write_resolv_conf
	umask 077
}

# Takes what the container says of the network away. Its first network is then another one, or none.
unplug_facts() {
	local file next
	sys rm -f -- "$dir/endpoints/$network"
	[ "$mode" = "$network" ] || return 0
	next=
	set +f
	for file in "$dir/endpoints"/*; do
		[ ! -f "$file" ] || next=${next:-${file##*/}}
	done
	set -f
	printf '%s\n' "$next" >"$dir/network"
}

network_disconnect() {
	local netns resolvers before
	parse_refs ' ' take_force "$@"
	take_plug
	is_plugged || die 1 "'$ref_2' is not in the network '$network'"
	if is_running "$id" && { read -r netns <"$run/$id/netns"; } 2>/dev/null; then
		[ -e "$run/$id/networks" ] || printf '%s\n' "$mode" >"$run/$id/networks"
		load files
		find_resolvers
		before=$resolvers
		tool netns-veth down "$netns" --keep-netns --network "$root/networks/$network" || exit 1
		sys rm -f -- "$run/$id/net.$network"
		[ "$mode" != "$network" ] || sys rm -f -- "$run/$id/net"
		renew_servers "$before"
	fi
	unplug_facts
	network_id "$network"
	event network disconnect "$network_id" "container=$id" "name=$network" type=bridge
}
