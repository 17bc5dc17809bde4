# netoptions.sh - the options that say which networks a container has, and its names and servers.
#
# Needs: base.sh, list.sh; publish.sh for ports; state.sh and netnames.sh for what is held against the machine. Leaves: $o_network, the lists
# publish, dns, search, dns_option, host, and the facts endpoints/NAME: the words of `netns-veth up` for each network,
# from which it is made at each start (endpoints.sh).
# shellcheck shell=sh

o_ip='' o_ip6='' o_mac='' o_publish_all=''
list_new alias networks expose

take_network_option() {
	case $option in
	--net | --network) take_network "$1" ;;
	--ip) check_ip4 "$1" && o_ip=$1 ;;
	--ip6) check_ip6 "$1" && o_ip6=$1 ;;
	--mac-address) check_mac "$1" && o_mac=$1 ;;
	--network-alias | --net-alias) take_alias "$1" && list_add alias "$1" ;;
	--link) die 125 "--link: containers are not linked; give both the same --network NAME, where they find each other by name" ;;
	-p | --publish) load publish && take_publish "$1" ;;
	-P | --publish-all) load publish && option_switch o_publish_all ;;
	--expose) load publish && take_expose "$1" ;;
	--dns)
		is_address "$1" || die 125 "--dns: '$1' is not an IP address"
		list_add dns "$1"
		;;
	--dns-search)
		case $1 in
		'' | *[!A-Za-z0-9._-]*) die 125 "--dns-search: '$1' is not a domain" ;;
		esac
		list_add search "$1"
		;;
	--dns-option | --dns-opt)
		case $1 in
		'' | *[!A-Za-z0-9:._-]*) die 125 "$option: '$1' is not an option of resolv.conf" ;;
		esac
		list_add dns_option "$1"
		;;
	--add-host) take_host "$1" ;;
	*) option_unknown ;;
	esac
}

# take_network NAME, or name=NAME[,alias=NAME]...: the list networks, and what was said of the Nth one as net_words_N, words of
# netns-veth a line each. The first is the one that the other options are about.
take_network() {
	local name net_words
	name=$1 net_words=
	case $1:$networks_n:${first_mode-} in
	none:0: | host:0: | bridge:0:)
		o_network=$1 first_mode=$1
		return 0
		;;
	*=*) take_network_words "$1" ;;
	esac
	[ -z "${first_mode-}" ] || add_network "$first_mode" ''
	first_mode=
	add_network "$name" "$net_words"
}

# add_network NAME WORDS
add_network() {
	list_add networks "$1"
	eval "net_words_$networks_n=\$2"
}

# take_network_words name=NAME[,KEY=VALUE]...: sets $name and $net_words.
take_network_words() {
	local IFS word value
	name=
	IFS=,
	# shellcheck disable=SC2086 # split at the commas
	set -- $1
	IFS=' 	
'
	for word; do
		value=${word#*=}
		case $word in
		name=?*) name=$value ;;
		alias=*) take_alias "$value" && add_net_word --alias "$value" ;;
		ip=*) check_ip4 "$value" && add_net_word --ip "$value" ;;
		ip6=*) check_ip6 "$value" && add_net_word --ip6 "$value" ;;
		mac-address=*) check_mac "$value" && add_net_word --mac "$value" ;;
		gw-priority=*) check_priority "$value" && add_net_word --gw-priority "$value" ;;
		driver-opt=* | link-local-ip=*) refuse_endpoint "$option: ${word%%=*}" ;;
		*) die 125 "$option: '$word' is not known; there are name, alias, ip, ip6, mac-address and gw-priority" ;;
		esac
	done
	[ -n "$name" ] || die 125 "$option: there is no name="
}

# add_net_word OPTION VALUE
add_net_word() {
	net_words=$net_words$1$newline$2$newline
}

check_ip4() {
	is_ip4 "$1" || die 125 "$option: '$1' is not an IPv4 address"
}

check_ip6() {
	is_ip6 "$1" || die 125 "$option: '$1' is not an IPv6 address"
}

# A number of at most seven digits.
check_priority() {
	case ${1#-} in
	'' | *[!0-9]* | ????????*) die 125 "$option: '$1' is not a priority of -9999999 to 9999999" ;;
	esac
}

# What docker has for drivers that we do not.
refuse_endpoint() {
	case $1 in
	*link-local-ip) die 125 "$1: further addresses of an interface are not supported; --ip and --ip6 choose its own" ;;
	*) die 125 "$1: the driver 'bridge' has no options for one container" ;;
	esac
}

check_mac() {
	case $1 in
	??:??:??:??:??:??) ;;
	*) die 125 "$option: '$1' is not a MAC address" ;;
	esac
	case $1 in
	*[!0-9A-Fa-f:]* | ?[13579BDFbdf]:* | 00:00:00:00:00:00) die 125 "$option: '$1' is not the MAC address of one interface" ;;
	esac
}

take_alias() {
	case $1 in
	'' | *[!A-Za-z0-9_.-]* | [!A-Za-z0-9]*) die 125 "$option: '$1' is not a host name" ;;
	esac
	[ ${#1} -le 63 ] || die 125 "$option: '$1' is longer than 63 characters"
}

# Whether TEXT looks like an address: good enough to keep anything else out of a file of ours. netns-veth is strict.
is_address() {
	is_ip4 "$1" || is_ip6 "$1"
}

is_ip6() {
	case $1 in
	*[!0-9a-fA-F:.%]* | *:::*) return 1 ;;
	*:*:*) ;;
	*) return 1 ;;
	esac
}

is_ip4() {
	local IFS part
	case $1 in
	*[!0-9.]* | '' | .* | *. | *..*) return 1 ;;
	esac
	IFS=.
	# shellcheck disable=SC2086 # split at the points
	set -- $1
	[ $# -eq 4 ] || return 1
	for part; do
		case $part in ????*) return 1 ;; esac
		[ "$part" -le 255 ] || return 1
	done
}

# take_host NAME:IP (or NAME=IP); IP may be host-gateway.
take_host() {
	local name address
	case $1 in
	*=*) name=${1%%=*} address=${1#*=} ;;
	*:*) name=${1%%:*} address=${1#*:} ;;
	*) die 125 "--add-host: '$1' is not NAME:IP" ;;
	esac
	case $name in
	'' | *[!A-Za-z0-9._-]*) die 125 "--add-host: '$name' is not a host name" ;;
	esac
	address=${address#\[}
	address=${address%\]}
	[ "$address" = host-gateway ] || is_address "$address" || die 125 "--add-host: '$address' is not an IP address"
	list_add host "$address	$name"
}

# When all options are there, and the machine may be looked at: $o_network, and what does not go with it.
check_network() {
	local index
	[ "$networks_n" -eq 0 ] || choose_network "$networks_1"
	index=0
	while [ "$index" -lt "$networks_n" ]; do
		index=$((index + 1))
		list_get networks "$index"
		[ "$index" -eq 1 ] || {
			network_of_option "$item"
			eval "networks_$index=\$network"
		}
		check_net_words "$item"
	done
	case $o_network in
	none | host | container:*)
		{ [ -z "$o_ip$o_ip6$o_mac" ] && [ "$alias_n" -eq 0 ] && [ "$networks_n" -le 1 ]; } ||
			die 125 "--network $o_network: addresses, aliases and further networks need a network of its own"
		;;
	esac
	case $o_network in
	container:*)
		{ [ "$publish_n" -eq 0 ] && [ -z "$o_publish_all" ]; } ||
			die 125 "--publish: the ports are those of the container whose network it has"
		{ [ -z "$o_hostname" ] && [ "$((dns_n + search_n + dns_option_n + host_n))" -eq 0 ]; } ||
			die 125 "--hostname, --dns, --add-host: names and servers are those of the container whose network it has"
		;;
	bridge)
		[ "$alias_n" -eq 0 ] || die 125 "--network-alias: only in networks made by 'mydocker network create'"
		;;
	esac
	# Ports mean something in a network of the container's own only.
	[ "$publish_n" -eq 0 ] || network_has_own ||
		warn "published ports are discarded in the network mode '$o_network'"
	! { [ -n "$o_publish_all" ] && network_has_own; } || publish_all
}

# check_net_words REF: that what was said of network $index goes with it.
check_net_words() {
	eval "net_words=\$net_words_$index"
	[ -n "$net_words" ] || return 0
	case $1:$net_words in
	none:* | host:* | container:*) die 125 "--network $1: it has no addresses and aliases of its own" ;;
	bridge:*--alias* | default:*--alias*) die 125 "--network: alias=: only in networks made by 'mydocker network create'" ;;
	esac
}

# choose_network REF: sets $o_network.
choose_network() {
	case $1 in
	bridge | default) o_network=bridge ;;
	none | host) o_network=$1 ;;
	container:?*)
		load state
		need_container "${1#*:}" 125
		o_network=container:$id
		;;
	*)
		network_of_option "$1"
		o_network=$network
		;;
	esac
}

network_of_option() {
	load netnames
	find_network "$1" || die 125 "--network: no such network: '$1'; 'mydocker network create $1' makes it"
	case $network in
	none | host) die 125 "--network: '$network' does not go together with another one" ;;
	esac
}

network_has_own() {
	case $o_network in
	none | host | container:*) return 1 ;;
	esac
}

# add_net_words INDEX: what was said of that network, to the list endpoint.
add_net_words() {
	local word
	eval "set -- \"\$net_words_$1\""
	while IFS= read -r word; do
		[ -z "$word" ] || list_add endpoint "$word"
	done <<-EOF
		$1
	EOF
}

network_facts() {
	local index
	list_new published
	index=0
	while [ "$index" -lt "$publish_n" ]; do
		list_get publish "$((index += 2))"
		list_add published "$item"
	done
	fact_list publish published
	fact_list extra-hosts host
	fact_list dns dns
	fact_list dns-search search
	fact_list dns-option dns_option
	fact_list exposed-ports expose
	fact publish-all "$o_publish_all"
}

# The facts endpoints/NAME, when the container has its directory. The network 'bridge' without anything special has none.
write_endpoints() {
	local index
	network_has_own || return 0
	[ "$o_network:$networks_n:$alias_n:$o_ip$o_ip6$o_mac" != bridge:0:0: ] || return 0
	load netnames
	list_new endpoint
	add_endpoint_option --ip "$o_ip"
	add_endpoint_option --ip6 "$o_ip6"
	add_endpoint_option --mac "$o_mac"
	list_pairs alias endpoint --alias
	[ "$networks_n" -eq 0 ] || add_net_words 1
	if [ "$o_network" != bridge ] || [ "$endpoint_n" -gt 0 ] || [ "$networks_n" -gt 1 ]; then
		write_endpoint "$o_network"
	fi
	index=1
	while [ "$index" -lt "$networks_n" ]; do
		index=$((index + 1))
		list_get networks "$index"
		list_new endpoint
		add_net_words "$index"
		[ "$item" = "$o_network" ] || write_endpoint "$item"
	done
}
