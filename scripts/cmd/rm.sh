# rm - remove containers that have ended, or with -f any.
#
# What is removed is the container's own directory, never across a mount: a volume is not in it.
# shellcheck shell=sh

rm_help='Usage: mydocker rm [OPTION]... CONTAINER...
Remove each CONTAINER.

  -f, --force    kill a running one first; an unknown one is no failure
  -v, --volumes  accepted: a container has no anonymous volumes
      --help     show this help'

cmd_rm() {
	local force status
	load list state
	force=
	status=0
	list_new ref
	while :; do
		while option_next ' ' "$@"; do
			shift "$option_used"
			[ -z "$option_rest" ] || set -- "$option_rest" "$@"
			case $option in
			-f | --force) option_switch force ;;
			-v | --volumes) option_switch volumes ;;
			--help) help_exit "$rm_help" ;;
			*) option_unknown ;;
			esac
		done
		shift "$option_used"
		[ $# -gt 0 ] || break
		list_add ref "$1"
		shift
	done
	[ -n "$force" ] && [ "$ref_n" -eq 0 ] && exit 0
	need_refs
	need_root 1
	index=0
	while [ "$index" -lt "$ref_n" ]; do
		index=$((index + 1))
		list_get ref "$index"
		remove_one "$item" || status=1
	done
	exit "$status"
}

remove_one() {
	if ! find_container "$1"; then
		warn "no such container: '$1'"
		[ -n "$force" ]
		return
	fi
	if is_running "$id"; then
		if [ -z "$force" ]; then
			warn "cannot remove '$1': it is running; stop it first or use -f"
			return 1
		fi
		end_container "$id" --signal KILL --wait 10 || return 1
	elif identity_alive "$run/$id/supervisor"; then
		# It has ended and is being cleaned up, or is just about to start.
		end_container "$id" --wait 10 || return 1
	elif identity_alive "$run/starting/$id" && [ -z "$force" ]; then
		warn "cannot remove '$1': it is being made; use -f if that hangs"
		return 1
	fi
	remove_container "$id" || return 1
	printf '%s\n' "$1"
}
