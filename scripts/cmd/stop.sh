# stop - end containers: their stop signal, then KILL after a while.
# shellcheck shell=sh

stop_help='Usage: mydocker stop [OPTION]... CONTAINER...
Send the stop signal (TERM, or what run --stop-signal said), then KILL when the container has not ended.

  -s, --signal SIGNAL  send this one instead
  -t, --time SECONDS   how long to wait before KILL (10); -1 waits for ever
      --help           show this help'

cmd_stop() {
	local signal seconds
	load list refs state events stop
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
	-t | --time | --timeout) take_seconds ;;
	--help) help_exit "$stop_help" ;;
	*) option_unknown ;;
	esac
}
