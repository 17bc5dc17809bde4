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
	each_ref remove_one
}

take_rm_option() {
	case $option in
	-f | --force) option_switch force ;;
	-v | --volumes) option_switch volumes ;;
	--help) help_exit "$rm_help" ;;
	*) option_unknown ;;
	esac
}

remove_one() {
	if ! find_container "$1"; then
		warn "no such container: '$1'"
		[ -n "$force" ]
		return
	fi
	if [ -n "$force" ] && is_damaged "$id"; then
		# Which processes they are cannot be told any more, but the group can.
		release_container "$id"
		! identity_alive "$run/$id/supervisor" || tool pidctl --quiet --wait 10 "$run/$id/supervisor" || :
	elif is_running "$id"; then
		if [ -z "$force" ]; then
			warn "cannot remove '$1': it is running; stop it first or use -f"
			return 1
		fi
		end_container "$id" --signal KILL --wait 10 || return 1
	elif is_restarting "$id" && [ -z "$force" ]; then
		warn "cannot remove '$1': it is about to be started again; stop it first or use -f"
		return 1
	elif identity_alive "$run/$id/supervisor"; then
		# It has ended and is being cleaned up, or is just about to start.
		end_container "$id" --wait 10 || return 1
	elif identity_alive "$run/starting/$id" && [ -z "$force" ]; then
		warn "cannot remove '$1': it is being made; use -f if that hangs"
		return 1
	fi
	remove_container "$id" "${volumes:+volumes}" || return 1
	printf '%s\n' "$1"
}

# Whether one of the two identities is there and none, or a supervisor lives that has no command to show.
is_damaged() {
	local file
	for file in "$run/$1/pid" "$run/$1/supervisor"; do
		[ ! -e "$file" ] || is_identity "$file" || return 0
	done
	[ ! -e "$run/$1/pid" ] && identity_alive "$run/$1/supervisor"
}
