# kill - send a signal to containers.
# shellcheck shell=sh

kill_help='Usage: mydocker kill [OPTION]... CONTAINER...
Send KILL to each CONTAINER.

  -s, --signal SIGNAL  send this one instead
      --help           show this help'

cmd_kill() {
	local signal status
	load list state
	signal=KILL
	status=0
	list_new ref
	while :; do
		while option_next ' -s --signal ' "$@"; do
			shift "$option_used"
			[ -z "$option_rest" ] || set -- "$option_rest" "$@"
			case $option in
			-s | --signal) signal=$option_value ;;
			--help) help_exit "$kill_help" ;;
			*) option_unknown ;;
			esac
		done
		shift "$option_used"
		[ $# -gt 0 ] || break
		list_add ref "$1"
		shift
	done
	need_refs
	need_root 1
	index=0
	while [ "$index" -lt "$ref_n" ]; do
		index=$((index + 1))
		list_get ref "$index"
		if ! find_container "$item"; then
			warn "no such container: '$item'"
			status=1
		elif ! is_running "$id"; then
			warn "'$item' is not running"
			status=1
		elif tool pidctl --signal "$signal" "$run/$id/pid"; then
			printf '%s\n' "$item"
		else
			status=1
		fi
	done
	exit "$status"
}
