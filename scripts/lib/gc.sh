# gc.sh - heals what a killed shell or supervisor has left: each step may be repeated and may meet others at work.
#
# What a container has of it is `ctstate heal`'s business; here are the rest, names, groups and networks without a container,
# and a look by builtins whether there is anything to do.
# Needs: base.sh, state.sh. Leaves: nothing half-made; "exited 255 TIME lost" for a lost container.
# shellcheck shell=sh

load state instance

# gc_starting: the containers whose maker is dead. Cheap where there are none: one directory, and a stat for each that
# runs in the foreground, whose marker stays as long as it does. An empty marker is being written just now.
gc_starting() {
	local marker ids
	ids=
	set +f
	set -- "$run/starting"/*
	set -f
	for marker; do
		[ ! -s "$marker" ] || [ -e "$run/${marker##*/}/pid" ] || identity_alive "$marker" || ids="$ids ${marker##*/}"
	done
	# shellcheck disable=SC2086 # ids
	[ -z "$ids" ] || heal_containers $ids || :
}

# gc_some ID...: of these containers. After a reboot nothing says which lease was whose.
gc_some() {
	local id
	for id; do
		[ -d "$run/$id" ] || {
			gc_networks >/dev/null
			break
		}
	done
	heal_containers "$@"
}

# remove_old FILE: an empty file whose maker was killed before it could write; only an old one is surely not at work, or one out
# of the future, from before the clock was set back.
remove_old() {
	local old
	# One that is gone by now was somebody's work.
	old=$(find "$1" \( -mmin +1 -o -mmin -0 \) 2>/dev/null) || :
	[ -z "$old" ] || sys rm -f -- "$1"
}

# is_claiming: whether somebody may be about to write into the name that he has claimed: there is a marker, and no container yet.
is_claiming() {
	local marker
	set +f
	set -- "$run/starting"/*
	set -f
	for marker; do
		if [ ! -e "$marker" ] || [ -d "$root/containers/${marker##*/}" ]; then
			continue
		fi
		if [ ! -s "$marker" ] || identity_alive "$marker"; then
			return 0
		fi
	done
	return 1
}

# gc_names: names whose container is not there.
gc_names() {
	local file
	set +f
	for file in "$root/names"/*; do
		set -f
		gc_name "$file"
	done
	set -f
}

# gc_name FILE: one of them. One that is just being claimed has a marker.
gc_name() {
	local holder
	[ -f "$1" ] || return 0
	holder=
	{ read -r holder <"$1"; } 2>/dev/null || :
	if [ -z "$holder" ]; then
		is_claiming || [ -s "$1" ] || sys rm -f -- "$1"
	elif [ ! -d "$root/containers/$holder" ]; then
		[ -e "$run/starting/$holder" ] || sys rm -f -- "$1"
	elif is_second_claim "$1" "$holder"; then
		(free_second_claim "$1" "$holder")
	fi
}

# is_second_claim FILE ID: whether ID, by whom that name is claimed, is called otherwise and has that name as well.
is_second_claim() {
	local name id
	container_name "$2"
	{ is_name "$name" && [ "$name" != "${1##*/}" ] && read -r id <"$root/names/$name" && [ "$id" = "$2" ]; } 2>/dev/null
}

# free_second_claim FILE ID: the one that a killed rename has left. In a process of its own, which holds the lock: no rename is
# under way.
free_second_claim() {
	local holder
	state_names_lock
	if { read -r holder <"$1" && [ "$holder" = "$2" ]; } 2>/dev/null && is_second_claim "$@"; then
		sys rm -f -- "$1"
	fi
}

# gc_runs: what lies in $run of a container that is no more.
gc_runs() {
	local entry name ids
	ids=
	set +f
	for entry in "$run"/*; do
		name=${entry##*/}
		case $name in
		????????????????????????????????????????????????????????????????)
			[ -d "$root/containers/$name" ] || [ -e "$run/starting/$name" ] || ids="$ids $name"
			;;
		esac
	done
	for entry in "$run/waiting"/*; do
		[ ! -e "$entry" ] || [ -d "/proc/${entry##*.}" ] || sys rm -f -- "$entry"
	done
	for entry in "$run/starting"/*; do
		[ -s "$entry" ] || [ ! -e "$entry" ] || remove_old "$entry"
	done
	set -f
	# shellcheck disable=SC2086 # ids
	[ -z "$ids" ] || destroy_containers '' $ids
}

# gc_removals: trees that were set aside to be removed in the background by a process that was killed.
gc_removals() {
	set +f
	set -- "$root/containers"/.removed.* "$root/volumes"/.removed.* "$run"/.removed.*
	set -f
	tool ctstate remove "$@"
}

# gc_all: everything. 1 where something is in the way.
gc_all() {
	local status
	status=0
	heal_containers || status=1
	gc_names
	gc_removals
	gc_runs || status=1
	gc_groups
	gc_networks
	gc_firewall || status=1
	return "$status"
}

# gc_networks: leases of containers that are gone, and directories that are not yet or no longer networks.
gc_networks() {
	local network
	set +f
	for network in "$root/networks"/*; do
		set -f
		[ ! -d "$network" ] || tool netns-veth gc --network "$network"
	done
	set -f
}

# gc_firewall: rules, published ports and bridges that somebody flushed or removed while containers run. They are one table,
# which is made anew for all networks at once.
gc_firewall() {
	local network
	set +f
	for network in "$root/networks"/*/subnet; do
		set -f
		network=${network%/subnet}
		{ [ ! -d "$network" ] || tool netns-veth check --network "$network" >/dev/null 2>&1; } || {
			tool netns-veth reload --network "$network"
			return
		}
	done
	set -f
}

# gc_groups: groups of this instance that no container owns; the fact is there before the group is.
gc_groups() {
	local group list
	state_instance
	list=$("${tools}cgset" --list "mydocker$instance" 2>/dev/null) || return 0
	set --
	for group in $list; do
		case ${group##*/} in
		????????????????????????????????????????????????????????????????)
			[ -e "$run/${group##*/}/cgroup" ] || set -- "$@" "$group"
			;;
		esac
	done
	[ $# -eq 0 ] || tool cgset --kill --delete --recursive --parents --force "$@" || :
	# The instance's own, which somebody may have kept from being removed with the last one by making another.
	tool cgset --delete --force "mydocker$instance" 2>/dev/null || :
}
