# netview.sh - networks as docker lists and shows them, and which of them a filter chooses.
#
# Needs: base.sh, list.sh, refs.sh, state.sh, labels.sh, select.sh, netnames.sh. Leaves: nothing; ls and inspect make the
# network 'bridge' when it is not there yet, as it always is.
# shellcheck shell=sh

take_view_option() {
	case $option:$view in
	-f:ls | --filter:ls | --filter:prune) list_add filter "$1" ;;
	--format:ls | --format:inspect | -f:inspect) format=$1 ;;
	-q:ls | --quiet:ls) option_switch quiet ;;
	--no-trunc:ls) option_switch full ;;
	-f:prune | --force:prune) option_switch force ;;
	-v:inspect | --verbose:inspect) ;;
	--help:*) help_exit "$network_help" ;;
	*) option_unknown ;;
	esac
}

network_ls() {
	local each
	view=ls format='' quiet='' full=''
	list_new filter
	parse_refs ' -f --filter --format ' take_view_option "$@"
	no_refs
	make_default
	select_networks 'name id driver scope type label dangling'
	if [ -n "$quiet" ]; then
		for each in $selected; do
			short_id "$each"
			printf '%s\n' "$network_id"
		done
		exit 0
	fi
	for each in $selected; do
		list_record "$each"
	done | tool ctstate format --default 'table {{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.Scope}}' \
		--heading 'ID=NETWORK ID' -- ${format:+"$format"}
	exit
}

# The network 'bridge' is always there.
make_default() {
	need_root 1
	state_dirs 1
	load network
	network_make
}

# Sets $network_id, to twelve digits of it unless all were asked for.
short_id() {
	network_id "$1"
	[ -n "$full" ] || network_id=${network_id%"${network_id#????????????}"}
}

# Sets $driver to the driver of the network NAME.
network_driver() {
	case $1 in
	none) driver=null ;;
	host) driver=host ;;
	*) driver=bridge ;;
	esac
}

# truth FACT: sets $truth to whether the network has that fact.
network_truth() {
	truth=false
	[ ! -e "$root/networks/$1/$2" ] || truth=true
}

# network_fact NAME FACT: sets $fact to its line, or to nothing.
network_fact() {
	{ IFS= read -r fact <"$root/networks/$1/$2"; } 2>/dev/null || fact=
}

# One of the list, as a record for ctstate.
list_record() {
	local internal six
	short_id "$1"
	network_driver "$1"
	network_truth "$1" internal
	internal=$truth
	network_truth "$1" subnet6
	six=$truth
	network_fact "$1" created
	read_labels "$root/networks/$1/labels"
	join_list its_label '' ,
	printf '%s\0' "CreatedAt=$fact" "Driver=$driver" "ID=$network_id" "IPv4=true" "IPv6=$six" "Internal=$internal" \
		"Labels=$joined" "Name=$1" Scope=local
	label_pairs Label
	printf '%s\0' ''
}

network_inspect() {
	view=inspect format=''
	parse_refs ' --format -f ' take_view_option "$@"
	need_refs network
	make_default
	inspect_refs network find_named inspect_record
}

# find_named REF: sets $found to the network's name.
find_named() {
	find_network "$1" && found=$network
}

# One as inspect shows it.
inspect_record() {
	local six
	network_id "$1"
	network_driver "$1"
	network_fact "$1" created
	network_truth "$1" subnet6
	six=$truth
	network_truth "$1" internal
	printf '%s\0' "Name=$1" "Id=$network_id" "Created=$fact" Scope=local "Driver=$driver" EnableIPv4:=true \
		"EnableIPv6:=$six" IPAM.Driver=default IPAM.Options:=null
	inspect_config "$1"
	printf '%s\0' "Internal:=$truth" Attachable:=false Ingress:=false ConfigFrom.Network= ConfigOnly:=false
	endpoints=
	each_endpoint "$1" inspect_endpoint
	printf '%s\0' "Containers:={${endpoints#,}}"
	inspect_options "$1"
	read_labels "$root/networks/$1/labels"
	label_pairs Labels
	printf '%s\0' ''
}

# Its subnets, which have nothing in them that JSON would want quoted.
inspect_config() {
	local config range
	network_fact "$1" subnet
	[ -n "$fact" ] || {
		printf '%s\0' 'IPAM.Config:=[]'
		return 0
	}
	config="{\"Subnet\":\"$fact\""
	network_fact "$1" range
	range=${fact:+",\"IPRange\":\"$fact\""}
	network_fact "$1" gateway
	config="$config$range,\"Gateway\":\"$fact\"}"
	network_fact "$1" subnet6
	if [ -n "$fact" ]; then
		config="$config,{\"Subnet\":\"$fact\""
		network_fact "$1" gateway6
		config="$config,\"Gateway\":\"$fact\"}"
	fi
	printf '%s\0' "IPAM.Config:=[$config]"
}

inspect_options() {
	printf '%s\0' 'Options{}'
	network_fact "$1" bridge
	[ -z "$fact" ] || printf '%s\0' "Options{}=com.docker.network.bridge.name=$fact"
	network_fact "$1" mtu
	[ -z "$fact" ] || printf '%s\0' "Options{}=com.docker.network.driver.mtu=$fact"
	network_fact "$1" icc
	[ -z "$fact" ] || printf '%s\0' "Options{}=com.docker.network.bridge.enable_icc=false"
	network_fact "$1" isolate
	[ -z "$fact" ] || printf '%s\0' "Options{}=isolate=false"
}

# each_endpoint NAME FUNCTION: calls it with the id of each container that is in the network, and the file of records.
each_endpoint() {
	local network function lease digits found records
	network=$1
	function=$2
	set +f
	for lease in "$root/networks/$network/names"/mydocker-*; do
		digits=${lease##*/mydocker-}
		for found in "$root/containers/$digits"*; do
			set -f
			[ -d "$found" ] || continue
			found=${found##*/}
			records=$run/$found/net.$network
			[ -e "$records" ] || records=$run/$found/net
			[ ! -e "$records" ] || "$function" "$found" "$records"
		done
		set +f
	done
	set -f
}

# inspect_endpoint ID RECORDS: appends to $endpoints, as JSON. Nothing in it has to be quoted.
inspect_endpoint() {
	local key value four six mac
	container_name "$1"
	four='' six='' mac=''
	while read -r key value; do
		case $key in
		address) four=$value ;;
		address6) six=$value ;;
		mac) mac=$value ;;
		esac
	done <"$2"
	endpoints="$endpoints,\"$1\":{\"Name\":\"$name\",\"EndpointID\":\"$1\",\"MacAddress\":\"$mac\","
	endpoints="$endpoints\"IPv4Address\":\"$four\",\"IPv6Address\":\"$six\"}"
}

network_prune() {
	local deleted name
	view=prune force=
	list_new filter
	parse_refs ' --filter ' take_view_option "$@"
	no_refs
	need_root 1
	[ -n "$force" ] || confirm 'This will remove all custom networks not used by at least one container.'
	list_add filter dangling=true
	select_networks 'label label! dangling'
	deleted=
	for name in $selected; do
		remove_network "$name" >/dev/null || continue
		deleted=$deleted$name$newline
	done
	[ -z "$deleted" ] || printf '%s\n' 'Deleted Networks:' "$deleted"
}

# select_networks KEYS: sets $selected to the names, in their order, of those for which every filter holds.
select_networks() {
	local name
	check_filters "$1"
	network_users
	selected=
	for name in $(all_networks); do
		network_id "$name"
		network_driver "$name"
		! passes filter_holds "$name" || selected="$selected$name "
	done
}

# The names of all networks, in their order.
all_networks() {
	local file
	set +f
	set -- "$root/networks"/*/subnet
	set -f
	{
		printf '%s\n' host none
		for file; do
			file=${file%/subnet}
			[ ! -e "$file/subnet" ] || printf '%s\n' "${file##*/}"
		done
	} | sort
}

# Sets $users to the names of the networks that containers have, with blanks around each.
network_users() {
	local file network
	users=' '
	set +f
	for file in "$root/containers"/*/network "$root/containers"/*/endpoints/*; do
		case $file in
		*/endpoints/*) users="$users${file##*/} " ;;
		*)
			{ IFS= read -r network <"$file"; } 2>/dev/null || continue
			users="$users$network "
			;;
		esac
	done
	set -f
}

is_used() {
	case $users in
	*" $1 "*) ;;
	*) return 1 ;;
	esac
}

# filter_holds NAME KEY VALUE
filter_holds() {
	case $2 in
	name) case $1 in *"$3"*) ;; *) return 1 ;; esac ;;
	id) case $network_id in "$3"*) ;; *) return 1 ;; esac ;;
	driver) [ "$driver" = "$3" ] ;;
	scope) [ "$3" = local ] ;;
	type)
		if is_builtin "$1"; then
			[ "$3" = builtin ]
		else
			[ "$3" = custom ]
		fi
		;;
	label) read_labels "$root/networks/$1/labels" && has_label "$3" ;;
	label!) read_labels "$root/networks/$1/labels" && ! has_label "$3" ;;
	dangling)
		case $3 in
		true | 1) ! is_builtin "$1" && ! is_used "$1" ;;
		*) is_builtin "$1" || is_used "$1" ;;
		esac
		;;
	esac
}

is_builtin() {
	case $1 in
	bridge | host | none) ;;
	*) return 1 ;;
	esac
}
