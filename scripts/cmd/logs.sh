# logs - what a container has written: its stdout on stdout, its stderr on stderr.
# shellcheck shell=sh

logs_help='Usage: mydocker logs [OPTION]... CONTAINER
Print what CONTAINER has written.

  -f, --follow        go on until the container ends
  -n, --tail N        only the last N lines
      --details       accepted: there are no further attributes
      --since TIME    only from TIME on (RFC 3339, or 10m for the last ten minutes)
      --until TIME    only before TIME
  -t, --timestamps    the time in front of each line
      --help          show this help'

cmd_logs() {
	local follow stamps tail since until ref details
	load state
	follow='' stamps='' tail='' since='' until='' ref=''
	while :; do
		while option_next ' -n --tail --since --until ' "$@"; do
			shift "$option_used"
			[ -z "$option_rest" ] || set -- "$option_rest" "$@"
			case $option in
			-f | --follow) option_switch follow ;;
			-t | --timestamps) option_switch stamps ;;
			--details) option_switch details ;;
			-n | --tail)
				tail=$option_value
				case $tail in
				all | -1) tail= ;;
				*) is_number "$tail" || die 125 "$option: '$tail' is not a number of lines" ;;
				esac
				;;
			--since) since=$option_value ;;
			--until) until=$option_value ;;
			--help) help_exit "$logs_help" ;;
			*) option_unknown ;;
			esac
		done
		shift "$option_used"
		[ $# -gt 0 ] || break
		[ -z "$ref" ] || die 1 "needs one container only; see '$program --help'"
		ref=$1
		shift
	done
	[ -n "$ref" ] || die 1 "needs a container; see '$program --help'"
	need_container "$ref" 1
	[ ! -e "$root/containers/$id/log-driver" ] || die 1 "'$ref' keeps no log: it was made with --log-driver none"
	check_times
	# One that was never started has written nothing.
	[ -e "$root/containers/$id/log" ] || [ -n "$follow" ] || exit 0
	set -- --read "$root/containers/$id/log"
	[ -z "$stamps" ] || set -- "$@" --timestamps
	[ -z "$tail" ] || set -- "$@" --tail "$tail"
	[ -z "$since" ] || set -- "$@" --since "$since"
	[ -z "$until" ] || set -- "$@" --until "$until"
	if [ -n "$follow" ] && { is_running "$id" || is_restarting "$id"; }; then
		set -- "$@" --follow --until-file "$run/$id/exit"
	fi
	become "${tools}logwrite" "$@"
}

# A time that is none is an error of the command, not of its usage, as in docker.
check_times() {
	[ -n "$since$until" ] && [ -e "$root/containers/$id/log" ] || return 0
	"${tools}logwrite" --read "$root/containers/$id/log" --tail 0 ${since:+--since "$since"} ${until:+--until "$until"} || exit 1
}
