# unpause - let paused containers go on.
# shellcheck shell=sh

unpause_help='Usage: mydocker unpause CONTAINER...
Let the processes of each CONTAINER go on.

      --help  show this help'

cmd_unpause() {
	load list refs state events
	parse_refs ' ' take_unpause_option "$@"
	each_ref unpause_one
}

take_unpause_option() {
	case $option in
	--help) help_exit "$unpause_help" ;;
	*) option_unknown ;;
	esac
}

unpause_one() {
	if ! find_container "$1"; then
		warn "no such container: '$1'"
	elif ! is_running "$id" || [ ! -e "$run/$id/paused" ]; then
		warn "container '$1' is not paused"
	elif thaw_container "$id"; then
		event container unpause "$id"
		printf '%s\n' "$1"
		return
	fi
	return 1
}
