# pause - let every process of containers stand still.
# shellcheck shell=sh

pause_help='Usage: mydocker pause CONTAINER...
Let every process of each CONTAINER stand still; "unpause" lets them go on.

      --help  show this help'

cmd_pause() {
	load list refs state events
	parse_refs ' ' take_pause_option "$@"
	each_ref pause_one
}

take_pause_option() {
	case $option in
	--help) help_exit "$pause_help" ;;
	*) option_unknown ;;
	esac
}

# The fact comes first: a pause that is cut short is seen, and unpause heals it.
pause_one() {
	local group
	if ! find_container "$1"; then
		warn "no such container: '$1'"
	elif ! running_now "$1"; then
		return 1
	elif [ -e "$run/$id/paused" ]; then
		warn "container '$1' is already paused"
	elif ! read -r group <"$run/$id/cgroup"; then
		warn "container '$1' has no control group"
	else
		: >"$run/$id/paused"
		if ! tool cgset --freeze "$group"; then
			rm -f -- "$run/$id/paused"
		elif is_running "$id"; then
			event container pause "$id"
			printf '%s\n' "$1"
			return
		else
			# What is started again in that group must not be born frozen.
			thaw_container "$id"
			warn "container '$1' has ended just now"
		fi
	fi
	return 1
}
