# boot.sh - which containers `system start` starts and `system stop` stops: what docker's daemon does when it comes and goes.
#
# Needs: base.sh, list.sh, state.sh. Leaves: the list ref.
# shellcheck shell=sh

# boot_refs: those that do not run and shall, in the order in which they were made; behind them those that share a namespace
# with another container, which must be there first.
boot_refs() {
	local id
	boot_ids
	list_new ref
	for id in $ids; do
		! wants_boot "$id" || shares_namespace "$id" || boot_ref "$id"
	done
	for id in $ids; do
		! wants_boot "$id" || ! shares_namespace "$id" || boot_ref "$id"
	done
}

# running_refs: all that run or are about to.
running_refs() {
	local id
	boot_ids
	list_new ref
	for id in $ids; do
		if is_running "$id" || is_restarting "$id"; then
			boot_ref "$id"
		fi
	done
}

# By its name, which is what is printed.
boot_ref() {
	container_name "$1"
	list_add ref "$name"
}

# Sets $ids to all containers', the oldest first.
boot_ids() {
	local id list
	list=$("${tools}ctstate" ps -a -q --no-trunc "$root" "$run")
	ids=
	for id in $list; do
		ids="$id $ids"
	done
}

# Whether its policy starts it at a boot. The first start is somebody's business.
wants_boot() {
	local policy
	{ read -r policy <"$root/containers/$1/restart"; } 2>/dev/null || return 1
	[ ! -e "$root/containers/$1/unstarted" ] || return 1
	case $policy in
	always) ;;
	unless-stopped) [ ! -e "$root/containers/$1/stopped" ] || return 1 ;;
	*) return 1 ;;
	esac
	! is_running "$1" && ! is_restarting "$1"
}

# Whether the network, or another namespace, is another container's.
shares_namespace() {
	local fact mode
	for fact in network pid-mode ipc-mode uts-mode; do
		{ read -r mode <"$root/containers/$1/$fact"; } 2>/dev/null || continue
		case $mode in
		container:*) return 0 ;;
		esac
	done
	return 1
}
