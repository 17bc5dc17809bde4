# publish.sh - the options that say which ports are published: -p, -P and --expose.
#
# Needs: base.sh, list.sh, netoptions.sh. Leaves: the lists publish (words of `netns-veth up`) and expose.
# shellcheck shell=sh

# take_publish PORTS: in either of docker's two forms.
take_publish() {
	case $1 in
	*=*) take_publish_words "$1" ;;
	*) take_ports "$1" ;;
	esac
}

# take_publish_words target=PORT[,published=PORT][,protocol=tcp|udp|sctp]: docker's other way to say it.
take_publish_words() {
	local IFS spec word outside inside protocol
	spec=$1 outside='' inside='' protocol=
	IFS=,
	# shellcheck disable=SC2086 # split at the commas
	set -- $1
	IFS=' 	
'
	for word; do
		case $word in
		target=?*) inside=${word#*=} ;;
		published=?*) outside=${word#*=}: ;;
		protocol=?*) protocol=/${word#*=} ;;
		*) die 125 "$option: '$spec': '$word' is none of target=, published= and protocol=" ;;
		esac
	done
	[ -n "$inside" ] || die 125 "$option: '$spec': there is no target="
	take_ports "$outside$inside$protocol"
}

# take_ports [IP:][HOSTPORT:]PORT[/tcp|/udp|/sctp]; ports may be ranges of the same length, an IPv6 address is in brackets.
take_ports() {
	local ip outside inside rest count
	lower_protocol "$1"
	set -- "$lowered"
	rest=$1
	case $rest in
	*/tcp | */udp | */sctp) rest=${rest%/*} ;;
	*/*) die 125 "$option: '$1': the protocol '${rest##*/}' is not supported; tcp, udp and sctp are" ;;
	esac
	inside=${rest##*:}
	outside=
	ip=
	case $rest in
	*:*:*)
		ip=${rest%:*}
		outside=${ip##*:}
		ip=${ip%:*}
		case $ip in
		\[*\])
			ip=${ip#?}
			ip=${ip%?}
			is_ip6 "$ip"
			;;
		*) is_ip4 "$ip" ;;
		esac || die 125 "$option: '$1': '$ip' is not an IP address"
		;;
	*:*) outside=${rest%:*} ;;
	esac
	check_ports "$1" "$inside" 1
	count=$ports
	if [ -n "$outside" ]; then
		check_ports "$1" "$outside" 0
		[ "$ports" -eq "$count" ] || die 125 "$option: '$1': the ranges have different lengths"
	fi
	list_add publish --publish
	list_add publish "$1"
}

# lower_protocol PORTS: sets $lowered to them with the protocol in small letters.
lower_protocol() {
	case $1 in
	*/[Tt][Cc][Pp]) lowered=${1%/*}/tcp ;;
	*/[Uu][Dd][Pp]) lowered=${1%/*}/udp ;;
	*/[Ss][Cc][Tt][Pp]) lowered=${1%/*}/sctp ;;
	*) lowered=$1 ;;
	esac
}

# take_expose PORT[-PORT][/PROTOCOL]
take_expose() {
	lower_protocol "$1"
	set -- "$lowered"
	case $1 in
	*/tcp | */udp | */sctp) check_ports "$1" "${1%/*}" 1 ;;
	*/*) die 125 "--expose: '$1': the protocol '${1##*/}' is not supported; tcp, udp and sctp are" ;;
	*) check_ports "$1" "$1" 1 ;;
	esac
	list_add expose "$1"
}

# check_ports SPEC PORT[-PORT] LOWEST: sets $ports, how many.
check_ports() {
	local first last port
	first=${2%%-*}
	last=${2#*-}
	for port in "$first" "$last"; do
		case $port in
		'' | *[!0-9]* | ??????*) die 125 "$option: '$1': '$port' is not a port" ;;
		esac
		if [ "$port" -lt "$3" ] || [ "$port" -gt 65535 ]; then
			die 125 "$option: '$1': the port '$port' is not in 1 to 65535"
		fi
	done
	strip_zeros "$first"
	first=$stripped
	strip_zeros "$last"
	ports=$((stripped - first + 1))
	[ "$ports" -ge 1 ] || die 125 "$option: '$1': the range is empty"
}

# -P: every port that --expose or the image names, on a free port of the host.
publish_all() {
	local word
	image_list exposed expose
	list_words expose
	eval "set -- $words"
	for word; do
		list_add publish --publish
		list_add publish "$word"
	done
}
