# stop - end containers: their stop signal, then KILL after a while.
# shellcheck shell=sh

stop_help='Usage: mydocker stop [OPTION]... CONTAINER...
Send the stop signal (TERM, or what run --stop-signal said), then KILL when the container has not ended.

  -s, --signal SIGNAL  send this one instead
  -t, --time SECONDS   how long to wait before KILL (10); -1 waits for ever
      --help           show this help'

cmd_stop() {
	local signal seconds
	load list state events
	signal=
	seconds=
	parse_refs ' -s --signal -t --time --timeout ' take_stop_option "$@"
	need_refs
	need_root 1
	if [ "$ref_n" -eq 1 ]; then
		list_get ref 1
		stop_one "$item" "$signal" "$seconds" || exit 1
		printf '%s\n' "$item"
	else
		stop_all "$signal" "$seconds"
	fi
}

take_stop_option() {
	case $option in
	-s | --signal) signal=$option_value ;;
	-t | --time | --timeout)
		[ "$option_value" = -1 ] || is_number "$option_value" ||
			die 125 "$option: '$option_value' is not a number of seconds"
		seconds=$option_value
		;;
	--help) help_exit "$stop_help" ;;
	*) option_unknown ;;
	esac
}

# stop_all SIGNAL SECONDS: side by side, so that together they take as long as the slowest.
stop_all() {
	local index status
	status=0
	list_new job
	index=0
	while [ "$index" -lt "$ref_n" ]; do
		index=$((index + 1))
		list_get ref "$index"
		stop_one "$item" "$1" "$2" &
		list_add job "$!"
	done
	index=0
	while [ "$index" -lt "$ref_n" ]; do
		index=$((index + 1))
		list_get job "$index"
		if wait "$item"; then
			list_get ref "$index"
			printf '%s\n' "$item"
		else
			status=1
		fi
	done
	exit "$status"
}

# stop_one REF SIGNAL SECONDS
stop_one() {
	local signal seconds
	signal=$2
	seconds=$3
	if ! find_container "$1"; then
		warn "no such container: '$1'"
		return 1
	fi
	is_running "$id" || return 0
	[ -n "$signal" ] || { read -r signal <"$root/containers/$id/stop-signal"; } 2>/dev/null || signal=TERM
	[ -n "$seconds" ] || { read -r seconds <"$root/containers/$id/stop-timeout"; } 2>/dev/null || seconds=10
	if [ "$seconds" = -1 ]; then
		set -- --wait forever
	else
		set -- --wait "$seconds" --then KILL
	fi
	end_container "$id" --signal "$signal" "$@" || return 1
	event container stop "$id"
}
