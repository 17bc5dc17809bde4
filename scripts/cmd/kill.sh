# kill - send a signal to containers.
# shellcheck shell=sh

kill_help='Usage: mydocker kill [OPTION]... CONTAINER...
Send KILL to each CONTAINER.

  -s, --signal SIGNAL  send this one instead
      --help           show this help'

cmd_kill() {
	local signal
	load list refs state events
	signal=KILL
	parse_refs ' -s --signal ' take_kill_option "$@"
	each_ref kill_one
}

take_kill_option() {
	case $option in
	-s | --signal) signal=$option_value ;;
	--help) help_exit "$kill_help" ;;
	*) option_unknown ;;
	esac
}

kill_one() {
	if ! find_container "$1"; then
		warn "no such container: '$1'"
	elif ! is_running "$id" && ! is_restarting "$id"; then
		warn "'$1' is not running"
	elif signal_container "$1"; then
		# As in docker: the signal meets it once it goes on.
		thaw_container "$id" || :
		event container kill "$id" "signal=$signal"
		printf '%s\n' "$1"
		return
	fi
	return 1
}

# signal_container REF: one that is killed, or told to stop, is not started again; where it waited for that, it has ended then.
signal_container() {
	local stop
	{ read -r stop <"$root/containers/$id/stop-signal"; } 2>/dev/null || stop=TERM
	case $signal in
	KILL | SIGKILL | 9 | "$stop" | "SIG$stop")
		forbid_restart "$id"
		is_running "$id" || return 0
		;;
	*) running_now "$1" || return 1 ;;
	esac
	tool pidctl --signal "$signal" "$run/$id/pid"
}
