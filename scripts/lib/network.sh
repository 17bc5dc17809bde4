# network.sh - the options that say which network a container has, and the calls of netns-veth.
#
# Needs: base.sh, list.sh, state.sh. Leaves: $root/networks/bridge (made on first use), $run/ID/netns and net.
# shellcheck shell=sh

take_network_option() {
	case $option in
	--net | --network)
		case $1 in
		bridge | default) o_network=bridge ;;
		none | host) o_network=$1 ;;
		*) die 125 "$option: no such network: '$1'; bridge, none and host are there" ;;
		esac
		;;
	-p | --publish) take_publish "$1" ;;
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
	--add-host) take_host "$1" ;;
	esac
}

# Whether TEXT looks like an IPv4 or IPv6 address: good enough to keep anything else out of a file of ours.
is_address() {
	local IFS part
	case $1 in
	*:*)
		case $1 in
		*[!0-9a-fA-F:.%]* | *:::*) return 1 ;;
		esac
		return 0
		;;
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

# take_host NAME:IP (or NAME=IP)
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
	is_address "$address" || die 125 "--add-host: '$address' is not an IP address"
	list_add host "$address	$name"
}

# take_publish [IP:][HOSTPORT:]PORT[/tcp|/udp]; ports may be ranges of the same length.
take_publish() {
	local ip outside inside rest count
	rest=$1
	case $rest in
	*/tcp | */udp) rest=${rest%/*} ;;
	*/*) die 125 "$option: '$1': the protocol '${rest##*/}' is not supported; tcp and udp are" ;;
	esac
	inside=${rest##*:}
	outside=
	ip=
	case $rest in
	*:*:*)
		ip=${rest%:*}
		outside=${ip##*:}
		ip=${ip%:*}
		is_address "$ip" || die 125 "$option: '$1': '$ip' is not an IP address"
		;;
	*:*) outside=${rest%:*} ;;
	esac
	check_ports "$1" "$inside"
	count=$ports
	if [ -n "$outside" ]; then
		check_ports "$1" "$outside"
		[ "$ports" -eq "$count" ] || die 125 "$option: '$1': the ranges have different lengths"
	fi
	list_add publish --publish
	list_add publish "$1"
}

# check_ports SPEC PORT[-PORT]: sets $ports, how many.
check_ports() {
	local first last port
	first=${2%%-*}
	last=${2#*-}
	for port in "$first" "$last"; do
		case $port in
		'' | *[!0-9]* | ??????*) die 125 "$option: '$1': '$port' is not a port" ;;
		esac
		if [ "$port" -lt 1 ] || [ "$port" -gt 65535 ]; then
			die 125 "$option: '$1': the port '$port' is not in 1 to 65535"
		fi
	done
	strip_zeros "$first"
	first=$stripped
	strip_zeros "$last"
	ports=$((stripped - first + 1))
	[ "$ports" -ge 1 ] || die 125 "$option: '$1': the range is empty"
}

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

# network_up: the namespace with its link, address and ports; sets $netns and $address.
network_up() {
	local key value
	netns=mydocker-${id%????????????????????????????????}
	printf '%s\n' "$netns" >"$run/$id/netns"
	list_words publish
	eval "set -- $words"
	tool netns-veth up "$netns" --network "$root/networks/bridge" "$@" >"$run/$id/net" || return 1
	while read -r key value; do
		case $key in
		address) address=${value%/*} ;;
		esac
	done <"$run/$id/net"
}
