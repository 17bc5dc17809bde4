#!/bin/sh
# reap.sh - what nsrun's supervisor runs when a container's command has ended, or could not be started.
#
#     reap.sh ROOT RUN ID TOOLS [remove]
#
# It keeps how the command ended where a reboot does not reach, gives back the control group and the network, and with
# "remove" (run --rm), or when the command never ran, removes the container. Every step may be done twice: gc runs this
# too for a container whose supervisor was killed.
#
# Whoever waits for `run --rm` waits for this, so that it reads nothing but this file (and volumes.sh where there are any): what state.sh has for every
# container, whole or half-made (release_container, remove_container), stands here for one that is whole.
# Leaves: $root/containers/ID/exit, or nothing at all.

set -euf
LC_ALL=C
export LC_ALL
root=$1
run=$2
id=$3
tools=$4
remove=${5-}

# fact FILE: sets $fact to its line; fails when there is none.
fact() {
	fact=
	{ IFS= read -r fact <"$1"; } 2>/dev/null
}

# Files of "wait" processes: they get the exit before it is removed.
tell_waiters() {
	local waiter
	set +f
	for waiter in "$run/$id".wait.*; do
		[ ! -f "$waiter" ] || printf '%s\n' "$1" >"$waiter"
	done
	set -f
}

# The group and the network side by side, each only if the fact says that there is one.
release() {
	[ ! -e "$run/$id/released" ] || return 0
	if ! fact "$run/$id/netns"; then
		:
	elif [ -e "$run/$id/networks" ]; then
		release_networks "$fact" &
	else
		"${tools}netns-veth" down "$fact" --network "$root/networks/bridge" &
	fi
	! fact "$run/$id/cgroup" || "${tools}cgset" --kill --delete --recursive --parents --force "$fact" || :
	wait
}

# release_networks NAMESPACE: of a container in networks that somebody made; the namespace goes with the first. One that has
# left its first network has a namespace of nobody's.
release_networks() {
	local network
	while read -r network; do
		[ ! -e "$root/networks/$network/subnet" ] ||
			"${tools}netns-veth" down "$1" --network "$root/networks/$network" || :
	done <"$run/$id/networks"
	[ ! -e "/run/netns/$1" ] || "${tools}netns-veth" netns del "$1" || :
}

# Removes the container. The trees are only moved aside here: nobody waits for the disk.
remove_all() {
	local name volumes
	name=
	! fact "$root/containers/$id/name" || name=$fact
	case $name in */* | .*) name= ;; esac
	volumes=
	! fact "$root/containers/$id/volumes" || volumes=$fact
	[ -n "$name" ] && fact "$root/names/$name" && [ "$fact" = "$id" ] || name=
	"${tools}ctstate" remove --defer --event-log "$run/events" "$root/containers/$id" "$run/$id" \
		"$run/starting/$id" ${name:+"$root/names/$name"}
	[ -z "$volumes" ] || {
		# shellcheck source=/dev/null
		. "${0%/*}/volumes.sh"
		# shellcheck disable=SC2086 # names of volumes
		remove_anonymous $volumes
	}
}

# Whether the start was one of a container that was whole before (recall.sh). Another who cleans up may just have taken the
# marker away: then there is what that start had put aside.
was_whole() {
	if { read -r fact && read -r fact; } 2>/dev/null <"$run/starting/$id" && [ "$fact" = again ]; then
		return 0
	fi
	[ -e "$run/$id/before" ] || [ -e "$root/containers/$id/exit" ]
}

# The command did not run: what the container was before, it is again.
restore() {
	[ ! -e "$root/containers/$id/exit" ] && [ -e "$run/$id/before" ] || return 0
	if fact "$run/$id/before" || [ -n "$fact" ]; then
		printf '%s\n' "$fact" >"$root/containers/$id/exit"
	else
		: >"$root/containers/$id/unstarted"
	fi
}

trap '' HUP INT TERM
umask 077
if [ ! -e "$run/$id/pid" ] && [ ! -e "$run/$id/exit" ] && [ ! -e "$run/$id/released" ]; then
	if was_whole; then
		[ -n "$remove" ] || restore
	else
		remove=remove
	fi
fi
fact "$run/$id/exit" || :
line=$fact
if [ -n "$remove" ]; then
	tell_waiters "$line"
	release
	remove_all
	exit
fi
[ -z "$line" ] || [ ! -d "$root/containers/$id" ] || printf '%s\n' "$line" >"$root/containers/$id/exit"
release
[ ! -d "$run/$id" ] || : >"$run/$id/released"
[ ! -e "$run/starting/$id" ] || "${tools}ctstate" remove "$run/starting/$id"
