# rm - remove containers that have ended, or with -f any.
#
# What is removed is the container's own directory, never across a mount: a volume is not in it.
# shellcheck shell=sh

rm_help='Usage: mydocker rm [OPTION]... CONTAINER...
Remove each CONTAINER.

  -f, --force    kill a running one first; an unknown one is no failure
  -v, --volumes  with its volumes that have no name and no other user
      --help     show this help'

cmd_rm() {
	local force volumes
	load list refs state
	force=
	volumes=
	parse_refs ' ' take_rm_option "$@"
	[ -n "$force" ] && [ "$ref_n" -eq 0 ] && exit 0
	need_refs
	need_root 1
	remove_all
}

take_rm_option() {
	case $option in
	-f | --force) option_switch force ;;
	-v | --volumes) option_switch volumes ;;
	--help) help_exit "$rm_help" ;;
	*) option_unknown ;;
	esac
}

# All that may be removed at once: one process does it.
remove_all() {
	local index status ids
	status=0
	index=0
	ids=
	list_new gone
	while [ "$index" -lt "$ref_n" ]; do
		index=$((index + 1))
		list_get ref "$index"
		check_removal "$item" || {
			[ -n "$force" ] && [ -z "$id" ] || status=1
			continue
		}
		ids="$ids $id"
		list_add gone "$item"
		list_add gone "$id"
	done
	# shellcheck disable=SC2086 # ids
	[ -z "$ids" ] || destroy_containers "$volumes" $ids || status=1
	print_gone
	exit "$status"
}

# The names of those that are no more, as they were given.
print_gone() {
	local index ref
	index=0
	while [ "$index" -lt "$gone_n" ]; do
		list_get gone "$((index + 1))"
		ref=$item
		index=$((index + 2))
		list_get gone "$index"
		[ -d "$root/containers/$item" ] || printf '%s\n' "$ref"
	done
}

# check_removal REF: sets $id, to nothing where there is no such container; says what is in the way of removing it.
check_removal() {
	find_container "$1" || id=
	case "$ids " in *" $id "*) id= ;; esac
	if [ -z "$id" ]; then
		warn "no such container: '$1'"
	elif [ -n "$force" ]; then
		return 0
	elif is_running "$id"; then
		warn "cannot remove '$1': it is running; stop it first or use -f"
	elif is_restarting "$id"; then
		warn "cannot remove '$1': it is about to be started again; stop it first or use -f"
	elif ! identity_alive "$run/$id/supervisor" && identity_alive "$run/starting/$id"; then
		warn "cannot remove '$1': it is being made; use -f if that hangs"
	else
		return 0
	fi
	return 1
}
