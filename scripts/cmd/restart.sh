# restart - stop containers and start them again.
# shellcheck shell=sh

restart_help='Usage: mydocker restart [OPTION]... CONTAINER...
Stop each CONTAINER that runs, as stop does, then start it.

  -s, --signal SIGNAL  send this one instead of the stop signal
  -t, --time SECONDS   how long to wait before KILL (10); -1 waits for ever
      --help           show this help'

cmd_restart() {
	local signal seconds
	load list refs state events stop recall resources files chain start
	signal=
	detach_keys=
	seconds=
	parse_refs ' -s --signal -t --time --timeout ' take_restart_option "$@"
	need_refs
	need_root 1
	start_each stop_first
}

stop_first() {
	stop_one "$1" "$signal" "$seconds"
}

take_restart_option() {
	case $option in
	-s | --signal) signal=$option_value ;;
	-t | --time | --timeout) take_seconds ;;
	--help) help_exit "$restart_help" ;;
	*) option_unknown ;;
	esac
}
