# files.sh - /etc/hostname, /etc/hosts and /etc/resolv.conf of one container.
#
# They lie in the container's directory and are bind-mounted over what the image has; everybody inside may read them.
# Needs: base.sh, list.sh; $dir, $o_network, $hostname, $address. Leaves: $dir/hostname, hosts, resolv.conf.
# shellcheck shell=sh

write_files() {
	umask 022
	printf '%s\n' "$hostname" >"$dir/hostname"
	[ -n "${hosts_written-}" ] || write_hosts
	write_resolv_conf
	umask 077
}

# The same as facts of a container that is about to be made, where no network has anything to add to them.
file_facts() {
	local lines
	list_add fact "hostname+$hostname$newline"
	hosts_lines
	list_add fact "hosts+$lines"
	resolv_conf_lines
	list_add fact "resolv.conf+$lines"
}

write_hosts() {
	local lines
	hosts_lines
	printf '%s' "$lines" >"$dir/hosts"
}

write_resolv_conf() {
	local lines
	resolv_conf_lines
	printf '%s' "$lines" >"$dir/resolv.conf"
}

# Sets $lines to those of /etc/hosts.
# A container in the host's network has the host's names as well.
hosts_lines() {
	local line
	lines=
	if [ "$o_network" = host ] && [ -r /etc/hosts ]; then
		while IFS= read -r line || [ -n "$line" ]; do
			lines=$lines$line$newline
		done </etc/hosts
	else
		lines="127.0.0.1	localhost${newline}::1	localhost ip6-localhost ip6-loopback$newline"
		lines="${lines}fe00::	ip6-localnet${newline}ff02::1	ip6-allnodes${newline}ff02::2	ip6-allrouters$newline"
	fi
	[ -z "${address-}" ] || {
		own_names
		lines="$lines$address	$names$newline"
	}
	join_list host '' "$newline"
	case $joined in *host-gateway*) host_gateway ;; esac
	[ -z "$joined" ] || lines=$lines$joined$newline
}

# Sets $names to the container's own name, with its domain first, where it has one.
own_names() {
	local domain
	names=$hostname
	{ IFS= read -r domain <"$dir/domainname"; } 2>/dev/null || domain=
	case $domain:$hostname in
	?*:*) names="$hostname.$domain $hostname" ;;
	:*.*) names="$hostname ${hostname%%.*}" ;;
	esac
}

# Puts the address by which the host is reached from the container's network into $joined.
host_gateway() {
	local gateway
	gateway=127.0.0.1
	{ read -r gateway <"$root/networks/$o_network/gateway"; } 2>/dev/null || :
	while :; do
		case $joined in
		*host-gateway'	'*) joined=${joined%%host-gateway'	'*}$gateway'	'${joined#*host-gateway'	'} ;;
		*) break ;;
		esac
	done
}

# Sets $resolvers to the addresses of the name servers of its networks, one after each blank.
find_resolvers() {
	local key value file
	resolvers=
	[ -e "$run/$id/networks" ] || return 0
	set +f
	set -- "$run/$id"/net "$run/$id"/net.*
	set -f
	for file; do
		[ -e "$file" ] || continue
		while read -r key value; do
			[ "$key" != resolver ] || resolvers="$resolvers $value"
		done <"$file"
	done
}

# Sets $lines to those of /etc/resolv.conf.
# The host's file without the servers that only the host's own loopback reaches; servers, domains and options that were given
# stand for its own. The servers of networks that have names to tell stand for the host's, which those ask; what has no point
# in it is asked as it is, since no container is called that way in a domain of the host's.
resolv_conf_lines() {
	local line key value file resolvers
	lines=
	resolvers=
	[ "$dns_n" -gt 0 ] || find_resolvers
	for value in $resolvers; do
		lines="${lines}nameserver $value$newline"
	done
	[ -z "$resolvers" ] || [ "$dns_option_n" -gt 0 ] || lines="${lines}options ndots:0$newline"
	join_list search 'search ' ' '
	[ -z "$joined" ] || lines=$joined$newline
	join_list dns 'nameserver ' "${newline}nameserver "
	[ -z "$joined" ] || lines=$lines$joined$newline
	join_list dns_option 'options ' ' '
	[ -z "$joined" ] || lines=$lines$joined$newline
	file=/etc/resolv.conf
	# systemd-resolved listens on the loopback; it keeps what it asks in a file of its own.
	[ "$o_network" = host ] || [ ! -r /run/systemd/resolve/resolv.conf ] || file=/run/systemd/resolve/resolv.conf
	if [ "$o_network" != none ] && [ -r "$file" ]; then
		while IFS= read -r line || [ -n "$line" ]; do
			key=${line%%[ 	]*}
			value=${line#"$key"}
			case $key in
			nameserver)
				[ "$dns_n$resolvers" = 0 ] || continue
				case $value in
				*[\ \	]127.* | *[\ \	]::1*) [ "$o_network" = host ] || continue ;;
				esac
				;;
			search | domain) [ "$search_n" -eq 0 ] || continue ;;
			options) [ "$dns_option_n$resolvers" = 0 ] || continue ;;
			*) continue ;;
			esac
			lines=$lines$line$newline
		done <"$file"
	fi
}
