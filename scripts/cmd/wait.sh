# wait - wait for the end of containers and print their exit statuses, one a line.
# shellcheck shell=sh

wait_help='Usage: mydocker wait [OPTION]... CONTAINER...
Wait until each CONTAINER has ended and print its exit status; 0 for one that was never started.

      --condition WHAT  not-running (the usual one); next-exit, the next time that it ends, be it
                        that it does not run yet or is started again; or removed
      --help            show this help'

cmd_wait() {
	local condition since
	load list refs state await
	condition=not-running
	parse_refs ' --condition ' take_wait_option "$@"
	need_refs
	need_root 1
	since=
	[ "$condition" = not-running ] || since=$("${tools}ctstate" now)
	each_ref wait_one
}

take_wait_option() {
	case $option in
	--condition)
		case $option_value in
		not-running | next-exit | removed) condition=$option_value ;;
		*) die 125 "$option: '$option_value' is none of not-running, next-exit, removed" ;;
		esac
		;;
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
	case $condition in
	next-exit) wait_next "$1" || return 1 ;;
	removed) wait_removed || return 1 ;;
	*)
		if [ ! -e "$root/containers/$id/unstarted" ]; then
			await_begin
			await_end
		fi
		;;
	esac
	printf '%s\n' "$exit_status"
}

# wait_next REF: until the event log tells of its end; one that is removed without one never ends.
wait_next() {
	read_event --count 1 -f event=die -f event=destroy
	case $exit_status in
	'')
		warn "'$1' was removed before it ended"
		return 1
		;;
	esac
}

# Until it is removed; the status is that of its last end.
wait_removed() {
	local before
	read_exit "$root/containers/$id/exit" || read_exit "$run/$id/exit" || exit_status=0
	before=$exit_status
	read_event --count 1 -f event=destroy
	read_event --until "$("${tools}ctstate" now)" -f event=die
	exit_status=${exit_status:-$before}
}

# read_event OPTION...: sets $exit_status to that of the last of the container's events that ctstate then tells of.
read_event() {
	exit_status=$("${tools}ctstate" events --since "$since" -f "container=$id" "$@" \
		--format '{{index .Actor.Attributes "exitCode"}}' "$root" "$run")
	exit_status=${exit_status##*"$newline"}
	case $exit_status in
	*[!0-9]*) exit_status= ;;
	esac
}
