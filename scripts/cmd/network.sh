# network - networks: make, list, show, remove, and the containers in them.
#
# A network is a directory that netns-veth makes and whose facts it and this read; lib/netnames.sh says what a container's
# facts say of it, lib/netview.sh how networks are shown.
# shellcheck shell=sh

network_help='Usage: mydocker network COMMAND [OPTION]... [NETWORK]...
Networks: containers in one that was made reach each other, by name too.

  create NETWORK   make one; prints its id
  -d, --driver bridge        the only one there is
      --subnet CIDR          its addresses (a free /16 or /20); once more for IPv6
      --gateway ADDRESS      the address of the bridge (the first); likewise
      --ip-range CIDR        give out addresses of this part only
      --ipv6                 IPv6, too
      --internal             no way out and none in
      --disable-dns          no name server: names by /etc/hosts alone
      --label NAME[=VALUE]   attach a label
  -o, --opt NAME=VALUE       mtu=N, name=BRIDGE, isolate=false: let in other networks
                             that say so, icc=false: keep its containers apart
  ls               list them
  -f, --filter KEY=VALUE     only those; repeatable: name, id, driver, scope, type, label,
                             dangling
      --format TEMPLATE      print by a template, such as {{.Name}}, or json
      --no-trunc             ids in full
  -q, --quiet                only ids
  inspect NETWORK...         print what is known of each as JSON
  -f, --format TEMPLATE      print by a template
  rm NETWORK...    remove those without containers that run
  -f, --force                an unknown one is no failure
  prune            remove those that no container uses
  -f, --force                do not ask
      --filter KEY=VALUE     only those; repeatable: label, label!
  connect NETWORK CONTAINER
                   give a container one more network
      --ip, --ip6 ADDRESS    with this address
      --mac-address MAC      with this MAC address
      --alias NAME           with a further name
      --gw-priority N        the default route is that of the network with the highest
  disconnect NETWORK CONTAINER
                   take it away again
  -f, --force                accepted
      --help       show this help'

cmd_network() {
	local verb
	load list refs instance state labels select netnames events
	verb=${1-}
	[ $# -eq 0 ] || shift
	program="mydocker network $verb"
	case $verb in
	create) network_create "$@" ;;
	ls | list) load netview && network_ls "$@" ;;
	inspect) load netview && network_inspect "$@" ;;
	rm | remove) network_rm "$@" ;;
	prune) load netview && network_prune "$@" ;;
	connect) load netplug && network_connect "$@" ;;
	disconnect) load netplug && network_disconnect "$@" ;;
	--help | -h | help | '') help_exit "$network_help" ;;
	*) die 1 "'$verb' is not a subcommand; see 'mydocker network --help'" ;;
	esac
}

network_create() {
	local name said
	list_new word label
	no_names=
	parse_refs ' -d --driver --subnet --gateway --ip-range --label -o --opt --scope --ipam-driver --aux-address --ipam-opt --config-from ' \
		take_create_option "$@"
	[ -n "$no_names" ] || list_add word --resolver
	list_pairs label word --label
	[ "$ref_n" -eq 1 ] || die 1 "needs a name, and only one; see '$program --help'"
	name=$ref_1
	is_network_name "$name" ||
		die 1 "'$name' is not a name: 1 to 63 of letters, digits, '_', '.', '-', beginning with a letter or digit"
	case $name in
	bridge | default | none | host | container) die 1 "the name '$name' is that of a network which is always there" ;;
	esac
	need_root 1
	state_dirs 1
	state_instance
	umask 022
	list_words word
	eval "set -- $words"
	set -- "${tools}netns-veth" network-create --table "mydocker$instance" "$@" "$root/networks/$name"
	trace_words "$@"
	said=$("$@" 2>&1) || {
		case $said in
		*"make the network '"*exists*) die 1 "network with name '$name' already exists" ;;
		esac
		die 1 "the network '$name' cannot be made: ${said#netns-veth: }"
	}
	network_id "$name"
	event network create "$network_id" "name=$name" type=bridge
	printf '%s\n' "$network_id"
}

# One of create's options as words of netns-veth.
take_create_option() {
	case $option in
	-d | --driver) [ "$1" = bridge ] || die 1 "$option: there is none but 'bridge', not '$1'" ;;
	--subnet | --gateway | --ip-range) list_add word "$option" && list_add word "$1" ;;
	--disable-dns) option_switch no_names ;;
	--ipv6 | --internal)
		option_switch switch
		# shellcheck disable=SC2154 # set by option_switch
		[ -z "$switch" ] || list_add word "$option"
		;;
	--label) take_label "$1" ;;
	-o | --opt) take_driver_option "$1" ;;
	--attachable) ;;
	--ipv4)
		option_switch switch
		[ -n "$switch" ] || die 1 "$option: every network has IPv4"
		;;
	--ipam-driver) [ "$1" = default ] || die 1 "$option: there is none but 'default', not '$1'" ;;
	--aux-address | --ipam-opt | --config-from | --config-only | --ingress)
		die 1 "$option is not supported; --ip-range keeps addresses out of what is given out"
		;;
	--scope) [ "$1" = local ] || die 1 "--scope: there is none but 'local', not '$1'" ;;
	--help) help_exit "$network_help" ;;
	*) option_unknown ;;
	esac
}

# take_driver_option NAME=VALUE: podman's short names and docker's long ones.
take_driver_option() {
	local value
	value=${1#*=}
	case $1 in
	mtu=* | com.docker.network.driver.mtu=*) list_add word --mtu && list_add word "$value" ;;
	name=* | com.docker.network.bridge.name=*) list_add word --bridge && list_add word "$value" ;;
	isolate=*) add_yes_no --isolate "$value" ;;
	icc=* | com.docker.network.bridge.enable_icc=*) add_yes_no --icc "$value" ;;
	com.docker.network.bridge.enable_ip_masquerade=true) ;;
	com.docker.network.bridge.gateway_mode_ipv[46]=nat) ;;
	*) die 1 "$option: '$1' is not known; there are mtu, name, isolate and icc" ;;
	esac
}

# add_yes_no OPTION VALUE
add_yes_no() {
	case $2 in
	true | yes | 1) list_add word "$1" && list_add word yes ;;
	false | no | 0) list_add word "$1" && list_add word no ;;
	*) die 1 "$option: true or false, not '$2'" ;;
	esac
}

take_force() {
	case $option in
	-f | --force) option_switch force ;;
	--help) help_exit "$network_help" ;;
	*) option_unknown ;;
	esac
}

network_rm() {
	force=
	parse_refs ' ' take_force "$@"
	[ -z "$force" ] || [ "$ref_n" -gt 0 ] || exit 0
	each_ref remove_network network
}

# remove_network REF
remove_network() {
	local said
	if ! find_network "$1"; then
		warn "no such network: '$1'"
		[ -n "$force" ]
		return
	fi
	case $network in
	bridge | none | host)
		warn "cannot remove '$network': it is a pre-defined network"
		return 1
		;;
	esac
	network_id "$network"
	# What is stale holds nobody up.
	tool netns-veth gc --network "$root/networks/$network" >/dev/null || :
	trace_words "${tools}netns-veth" network-remove "$root/networks/$network"
	said=$("${tools}netns-veth" network-remove "$root/networks/$network" 2>&1) || {
		case $said in
		*'it has leases'*) warn "cannot remove '$1': the network has containers that run; stop or disconnect them first" ;;
		*) warn "cannot remove '$1': ${said#netns-veth: }" ;;
		esac
		return 1
	}
	event network destroy "$network_id" "name=$network" type=bridge
	printf '%s\n' "$1"
}
