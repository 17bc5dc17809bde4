# netnames.sh - networks by name and id, and what a container says of each.
#
# Needs: base.sh, list.sh; $root, $run. Leaves: containers/ID/endpoints/NAME, the words of `netns-veth up`, a line each.
# shellcheck shell=sh

load state

# Whether TEXT may be a network's name: unlike a container's, it may have one character.
is_network_name() {
	case $1 in
	[A-Za-z0-9]) ;;
	*) is_name "$1" ;;
	esac
}

# find_network REF: sets $network to its name. A name comes first, then an id or an unambiguous beginning of one.
find_network() {
	local file found
	network=
	case $1 in
	bridge | default) network=bridge ;;
	none | host) network=$1 ;;
	esac
	[ -z "$network" ] || return 0
	if is_network_name "$1" && [ -f "$root/networks/$1/subnet" ]; then
		network=$1
		return 0
	fi
	case $1 in
	'' | *[!0-9a-f]*) return 1 ;;
	esac
	set +f
	set -- "$1" "$root/networks"/*/id
	set -f
	found=$1
	shift
	for file; do
		{ read -r id_found <"$file"; } 2>/dev/null || continue
		case $id_found in
		"$found"*)
			[ -z "$network" ] || die 1 "'$found' is ambiguous: more than one network's id begins with it"
			file=${file%/id}
			network=${file##*/}
			;;
		esac
	done
	[ -n "$network" ]
}

# Sets $network_id to the id of the network NAME.
network_id() {
	case $1 in
	none) network_id=6e6f6e656e6f6e656e6f6e656e6f6e656e6f6e656e6f6e656e6f6e656e6f6e65 ;;
	host) network_id=686f7374686f7374686f7374686f7374686f7374686f7374686f7374686f7374 ;;
	*) { read -r network_id <"$root/networks/$1/id"; } 2>/dev/null || network_id= ;;
	esac
}

# add_endpoint_option OPTION VALUE: where there is a value, to the list endpoint.
add_endpoint_option() {
	[ -z "$2" ] || {
		list_add endpoint "$1"
		list_add endpoint "$2"
	}
}

# write_endpoint NAME: the list endpoint as the container's fact.
write_endpoint() {
	[ -d "$dir/endpoints" ] || sys mkdir -- "$dir/endpoints" || die 125 "the container's networks cannot be written"
	list_words endpoint
	{ [ -z "$words" ] || eval "printf '%s\\n' $words"; } >"$dir/endpoints/$1"
}

# shared_namespace ID: sets $namespace to the file of the network namespace of a container that runs; nothing where it is the
# host's.
shared_namespace() {
	local mode pid name
	is_running "$1" || die 125 "--network: the container '$1' does not run, so that it has no network to share"
	{ IFS= read -r mode <"$root/containers/$1/network"; } 2>/dev/null || mode=
	{ read -r name <"$run/$1/netns"; } 2>/dev/null || name=
	{ read -r pid _ <"$run/$1/pid"; } 2>/dev/null || pid=
	case $mode:$name in
	host:*) namespace= ;;
	*:?*) namespace=/run/netns/$name ;;
	*) namespace=/proc/$pid/ns/net ;;
	esac
}
