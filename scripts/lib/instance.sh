# instance.sh - the state directories of this instance; the id of a new container, and the rollback of a half-made one.
#
# Needs: base.sh; $root and $run. Leaves: the directories; from state_begin (or recall.sh's claim_start) to state_keep an exit
# removes what was made.
# shellcheck shell=sh

# Makes the directories of an instance on first use.
state_dirs() {
	[ -d "$run/starting" ] && [ -d "$root/names" ] && [ -d "$root/containers" ] && return 0
	umask 077
	sys mkdir -p -- "$root/names" "$root/containers" "$root/images" "$root/networks" "$root/volumes" "$run/starting" ||
		die "${1:-1}" "the state directories '$root' and '$run' cannot be made"
}

# Sets $instance: nothing for the default $root, otherwise "-" and 8 hex digits of its own, kept in $root/instance, so
# that two instances on a machine share no bridge, table or group.
state_instance() {
	local digits
	instance=
	[ "$root" != /var/lib/mydocker ] || return 0
	if ! { read -r instance <"$root/instance"; } 2>/dev/null; then
		read -r digits </proc/sys/kernel/random/uuid
		set -C
		# Of two that come first at the same time one writes; both read.
		{ printf '%s\n' "-${digits%%-*}" >"$root/instance"; } 2>/dev/null || :
		set +C
		# The one that came first may be between making the file and writing it.
		digits=0
		until read -r instance <"$root/instance"; do
			[ "$((digits += 1))" -lt 100000 ] || die 125 "'$root/instance' is empty"
		done
	fi
	case $instance in
	-????????) ;;
	*) die 125 "'$root/instance' is damaged" ;;
	esac
}

# Sets $id to 64 hex digits out of two random UUIDs.
random_id() {
	local IFS one two
	read -r one </proc/sys/kernel/random/uuid
	read -r two </proc/sys/kernel/random/uuid
	IFS=-
	# shellcheck disable=SC2086 # split at the dashes
	set -- $one $two
	IFS=
	id="$*"
}

# state_begin: chooses the id. From here on an exit undoes what is made under it, and gc does when this shell is killed. Sets
# $id, $dir.
state_begin() {
	random_id
	dir=$root/containers/$id
	armed=remove
	arm_rollback
	umask 077
}

# Until here what make_directories has begun may still be under way.
await_directories() {
	[ -z "${making-}" ] || wait "$making" || exit 125
	making=
}

# What $armed says is done by any exit.
arm_rollback() {
	trap 'state_rollback "$?"' EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
}

# From here on the container is the supervisor's. Who follows it has traps for that (streams.sh).
state_keep() {
	armed=
	[ -n "${following-}" ] || trap - EXIT HUP INT TERM
}

# state_rollback STATUS: the EXIT trap. Undoes what came after state_begin or claim_start, and exits with
# STATUS.
state_rollback() {
	trap - EXIT
	trap '' HUP INT TERM
	# A signal may have come before the pid of what has just been begun was known.
	wait
	load state
	case $armed in
	remove) destroy_containers volumes "$id" || : ;;
	# What the supervisor would have done.
	again) tool ctstate reap --netns-veth "${tools}netns-veth" "$root" "$run" "$id" || : ;;
	esac
	exit "$1"
}
