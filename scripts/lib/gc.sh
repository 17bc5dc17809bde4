# gc.sh - heals what a killed shell or supervisor has left: each step may be repeated and may meet others at work.
#
# A container is half-made when $run/starting/ID names a process that is gone and there is no pid; it is lost when its
# command and its supervisor are both gone and nobody wrote how it ended.
# Needs: base.sh, state.sh. Leaves: nothing half-made; "exited 255 TIME lost" for a lost container.
# shellcheck shell=sh

load state

# gc_starting: the containers whose maker is dead. Cheap where there are none: one directory, and a stat for each that
# runs in the foreground, whose marker stays as long as it does. An empty marker is being written just now.
gc_starting() {
	local marker
	set +f
	set -- "$run/starting"/*
	set -f
	for marker; do
		! is_abandoned "$marker" || undo_start "$marker"
	done
}

half_made() {
	[ -s "$1" ] && [ ! -e "$run/${1##*/}/pid" ]
}

# Whether a start has been given up by its maker's death. Between the first two looks it may have been finished, before the
# last another may have begun.
is_abandoned() {
	half_made "$1" && ! identity_alive "$1" && half_made "$1" && ! identity_alive "$1"
}

# undo_start MARKER: a container that was whole before the start stays. The marker is read once: its supervisor may be cleaning
# up as well and take it away, and then there is nothing to do.
undo_start() {
	local maker word
	{ read -r maker && { read -r word || word=; }; } 2>/dev/null <"$1" || return 0
	if [ "$word" = again ]; then
		reap "${1##*/}"
	else
		remove_container "${1##*/}" volumes || :
	fi
}

# gc_lost ID: a container that was started and that nobody cleaned up behind: its supervisor or its reaper was killed, or
# the machine was. How it ended may be known or not.
gc_lost() {
	[ -d "$root/containers/$1" ] || return 0
	if [ -e "$root/containers/$1/exit" ]; then
		[ -d "$run/$1" ] && [ ! -e "$run/$1/released" ] || return 0
	fi
	[ ! -e "$root/containers/$1/unstarted" ] || return 0
	# One with a marker, be it empty yet, is being started.
	[ ! -e "$run/starting/$1" ] || [ -e "$run/$1/pid" ] || return 0
	if identity_alive "$run/$1/pid" || identity_alive "$run/$1/supervisor"; then
		return 0
	fi
	# The supervisor may just have finished its work.
	[ -d "$root/containers/$1" ] && [ ! -e "$run/$1/released" ] || return 0
	if [ ! -e "$run/$1/exit" ] && [ ! -e "$root/containers/$1/exit" ]; then
		now=$("${tools}ctstate" now)
		[ -d "$run/$1" ] || {
			# After a reboot nothing says which lease was its own.
			sys mkdir -p -m 700 -- "$run/$1"
			gc_networks >/dev/null
		}
		printf '%s\n' "exited 255 $now lost" >"$run/$1/exit"
	fi
	reap "$1"
}

# gc_one ID: whatever of the two it is; a marker that outlived the start of its container goes as well.
gc_one() {
	if half_made "$run/starting/$1"; then
		! is_abandoned "$run/starting/$1" || undo_start "$run/starting/$1"
		return 0
	fi
	if [ -s "$run/starting/$1" ] && ! identity_alive "$run/starting/$1"; then
		sys rm -f -- "$run/starting/$1"
	fi
	gc_lost "$1"
}

# remove_old FILE: an empty file whose maker was killed before it could write; only an old one is surely not at work.
remove_old() {
	local old
	old=$(find "$1" -mmin +1)
	[ -z "$old" ] || sys rm -f -- "$1"
}

# gc_names: names whose container is not there. One that is just being claimed has a marker.
gc_names() {
	local file holder
	set +f
	for file in "$root/names"/*; do
		set -f
		[ -f "$file" ] || continue
		holder=
		{ read -r holder <"$file"; } 2>/dev/null || :
		if [ -z "$holder" ]; then
			remove_old "$file"
		elif [ ! -d "$root/containers/$holder" ] && [ ! -e "$run/starting/$holder" ]; then
			sys rm -f -- "$file"
		fi
	done
	set -f
}

# gc_runs: what lies in $run of a container that is no more.
gc_runs() {
	local entry name
	set +f
	for entry in "$run"/*; do
		set -f
		name=${entry##*/}
		case $name in
		????????????????????????????????????????????????????????????????)
			[ -d "$root/containers/$name" ] || [ -e "$run/starting/$name" ] || remove_container "$name"
			;;
		esac
	done
	set +f
	for entry in "$run/waiting"/*; do
		[ ! -e "$entry" ] || [ -d "/proc/${entry##*.}" ] || sys rm -f -- "$entry"
	done
	for entry in "$run/starting"/*; do
		set -f
		[ -s "$entry" ] || [ ! -e "$entry" ] || remove_old "$entry"
	done
	set -f
}

# gc_removals: trees that were set aside to be removed in the background by a process that was killed.
gc_removals() {
	set +f
	set -- "$root/containers"/.removed.* "$run"/.removed.*
	set -f
	tool ctstate remove "$@"
}

# gc_all: everything.
gc_all() {
	local entry
	gc_starting
	set +f
	for entry in "$root/containers"/*; do
		set -f
		gc_one "${entry##*/}"
		set +f
	done
	set -f
	gc_names
	gc_removals
	gc_runs
	gc_groups
	gc_networks
}

gc_networks() {
	local network
	set +f
	for network in "$root/networks"/*/subnet; do
		set -f
		[ ! -f "$network" ] || tool netns-veth gc --network "${network%/subnet}"
	done
	set -f
}

# gc_groups: groups of this instance that no container owns; the fact is there before the group is.
gc_groups() {
	local group list
	state_instance
	list=$("${tools}cgset" --list "mydocker$instance" 2>/dev/null) || return 0
	for group in $list; do
		case ${group##*/} in
		????????????????????????????????????????????????????????????????)
			[ -e "$run/${group##*/}/cgroup" ] || release_group "$group"
			;;
		esac
	done
	# The instance's own, which somebody may have kept from being removed with the last one by making another.
	tool cgset --delete --force "mydocker$instance" 2>/dev/null || :
}

# reap ID: what the supervisor would have done.
reap() {
	tool ctstate reap --netns-veth "${tools}netns-veth" "$root" "$run" "$1"
}
