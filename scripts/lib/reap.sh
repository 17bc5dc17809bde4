#!/bin/sh
# reap.sh - what nsrun's supervisor runs when a container's command has ended, or could not be started.
#
#     reap.sh ROOT RUN ID TOOLS SCRIPTS [remove]
#
# It keeps how the command ended where a reboot does not reach, gives back the control group and the network, and with
# "remove" (run --rm), or when the command never ran, removes the container. Every step may be done twice: gc runs this
# too for a container whose supervisor was killed.
# Needs: base.sh and state.sh beside it. Leaves: $root/containers/ID/exit, or nothing at all.

set -euf
LC_ALL=C
export LC_ALL
IFS=' 	
'
program=mydocker
trace=
root=$1
run=$2
id=$3
tools=$4
scripts=$5
remove=${6-}

# Files of "wait" processes: they get the exit before it is removed.
tell_waiters() {
	local waiter
	set +f
	for waiter in "$run/$id".wait.*; do
		[ ! -f "$waiter" ] || printf '%s\n' "$1" >"$waiter"
	done
	set -f
}

# shellcheck source=/dev/null
. "$scripts/lib/base.sh"
# shellcheck source=/dev/null
. "$scripts/lib/state.sh"

trap '' HUP INT TERM
umask 077
if [ ! -e "$run/$id/pid" ] && [ ! -e "$run/$id/exit" ]; then
	remove_container "$id"
	exit
fi
line=
{ IFS= read -r line <"$run/$id/exit"; } 2>/dev/null || :
if [ -n "$remove" ]; then
	tell_waiters "$line"
	remove_container "$id"
	exit
fi
[ -z "$line" ] || [ ! -d "$root/containers/$id" ] || printf '%s\n' "$line" >"$root/containers/$id/exit"
release_container "$id"
[ ! -e "$run/starting/$id" ] || rm -f -- "$run/starting/$id"
