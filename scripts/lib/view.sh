# view.sh - the root of a container as a directory to look at, running or not.
#
# Of one that runs it is /proc/PID/root, which ctcp opens by the identity file. Of another it is put together as for a start,
# but by rootfs-pivot --outside, in a mount namespace that ends with the command that looks.
# Needs: base.sh, list.sh, state.sh, $root, $run. Leaves: nothing.
# shellcheck shell=sh

# view_with ID FUNCTION ARGUMENT...: calls FUNCTION with the ARGUMENTs; there $view_root is what ctcp takes as the container's
# root, and in_view runs a command that can.
view_with() {
	local function
	view_id=$1
	function=$2
	shift 2
	if is_running "$view_id"; then
		view_root=pid:$run/$view_id/pid
	else
		view_root=.
		view_mounts
	fi
	"$function" "$@"
}

# in_view COMMAND ARGUMENT...
in_view() {
	if [ "$view_root" = . ]; then
		list_words view
		eval "set -- $words \"\$@\""
	fi
	sys "$@"
}

# The list view: what stands before a command that looks at a container that does not run.
view_mounts() {
	local storage layers dir
	dir=$root/containers/$view_id
	{ read -r storage <"$dir/storage"; } 2>/dev/null || storage=overlay
	list_new view
	list_add view "${tools}rootfs-pivot"
	list_add view --unshare
	list_add view --outside
	list_add view --profile
	list_add view none
	if [ "$storage" = overlay ]; then
		load create
		container_layers "$view_id"
		list_add view --overlay
		list_add view "$layers,$dir/upper,$dir/work"
	fi
	! view_flag read-only || list_add view --ro
	view_volumes
	list_add view "$dir/merged"
	list_add view --
}

# Whether the container was made with that word among its flags.
view_flag() {
	local flags
	{ read -r flags <"$root/containers/$view_id/flags"; } 2>/dev/null || return 1
	case " $flags " in
	*" $1 "*) ;;
	*) return 1 ;;
	esac
}

# Volumes and binds, which are a part of what the container sees.
view_volumes() {
	[ -s "$root/containers/$view_id/mounts" ] || return 0
	load mounts
	list_new mounts
	read_list "$root/containers/$view_id/mounts" mounts || die 1 "the list of the mounts of '$view_id' cannot be read"
	mount_arguments
	list_words mount
	eval "view_existing $words"
}

# view_existing (OPTION ARGUMENT)...: what is mounted from the host, as far as it is still there.
view_existing() {
	while [ $# -gt 0 ]; do
		case $1 in
		--bind)
			[ ! -e "${2%%:*}" ] || {
				list_add view "$1"
				list_add view "$2"
			}
			;;
		esac
		shift 2
	done
}
