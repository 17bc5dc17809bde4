# wait - wait for the end of containers and print their exit statuses, one a line.
# shellcheck shell=sh

wait_help='Usage: mydocker wait CONTAINER...
Wait until each CONTAINER has ended and print its exit status; 0 for one that was never started.

      --help  show this help'

cmd_wait() {
	load list refs state await
	parse_refs ' ' take_wait_option "$@"
	each_ref wait_one
}

take_wait_option() {
	case $option in
	--help) help_exit "$wait_help" ;;
	*) option_unknown ;;
	esac
}

wait_one() {
	if ! find_container "$1"; then
		warn "no such container: '$1'"
		return 1
	fi
	exit_status=0
	if [ ! -e "$root/containers/$id/unstarted" ]; then
		await_begin
		await_end
	fi
	printf '%s\n' "$exit_status"
}
