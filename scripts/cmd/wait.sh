# wait - wait for the end of containers and print their exit statuses, one a line.
# shellcheck shell=sh

wait_help='Usage: mydocker wait CONTAINER...
Wait until each CONTAINER has ended and print its exit status.

      --help  show this help'

cmd_wait() {
	load list state
	parse_refs ' ' take_wait_option "$@"
	each_ref wait_one
}

take_wait_option() {
	case $option in
	--help) help_exit "$wait_help" ;;
	*) option_unknown ;;
	esac
}

# A container of --rm takes its exit fact with it; the reaper copies that into the file of whoever waits.
wait_one() {
	local mine
	if ! find_container "$1"; then
		warn "no such container: '$1'"
		return 1
	fi
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
