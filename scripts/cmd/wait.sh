# wait - wait for the end of containers and print their exit statuses, one a line.
# shellcheck shell=sh

wait_help='Usage: mydocker wait CONTAINER...
Wait until each CONTAINER has ended and print its exit status.

      --help  show this help'

cmd_wait() {
	local status
	load list state
	status=0
	list_new ref
	while :; do
		while option_next ' ' "$@"; do
			shift "$option_used"
			case $option in
			--help) help_exit "$wait_help" ;;
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
		if find_container "$item"; then
			wait_one
		else
			warn "no such container: '$item'"
			status=1
		fi
	done
	exit "$status"
}

# A container of --rm takes its exit fact with it; the reaper copies that into the file of whoever waits.
wait_one() {
	local mine
	mine=$run/$id.wait.$$
	trap 'rm -f -- "$mine"' EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
	: >"$mine"
	# One that has just ended has a supervisor that is about to say how.
	if is_running "$id" || identity_alive "$run/$id/supervisor"; then
		tool pidctl --quiet --wait forever --wait-exit-of "$run/$id/supervisor" "$run/$id/pid" || :
	fi
	if read_exit "$root/containers/$id/exit" || read_exit "$run/$id/exit" || read_exit "$mine"; then
		printf '%s\n' "$exit_status"
	else
		printf '%s\n' 255
	fi
	rm -f -- "$mine"
	trap - EXIT HUP INT TERM
}
