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
	local follow stamps tail since until ref details driver
	load list refs state
	follow='' stamps='' tail='' since='' until=''
	parse_refs ' -n --tail --since --until ' take_logs_option "$@"
	need_root 1
	[ "$ref_n" -eq 1 ] || die 1 "needs a container, and only one; see '$program --help'"
	ref=$ref_1
	need_container "$ref" 1
	check_driver
	check_times
	# One that was never started has written nothing.
	[ -e "$root/containers/$id/log" ] || [ -n "$follow" ] || exit 0
	set -- --read "$root/containers/$id/log" ${driver:+--format "$driver"}
	[ -z "$stamps" ] || set -- "$@" --timestamps
	[ -z "$tail" ] || set -- "$@" --tail "$tail"
	[ -z "$since" ] || set -- "$@" --since "$since"
	[ -z "$until" ] || set -- "$@" --until "$until"
	# Of one that has just ended the last lines may still be on their way.
	if [ -n "$follow" ] && { is_running "$id" || is_restarting "$id"; }; then
		set -- "$@" --follow --until-file "$run/$id/exit"
	elif [ -e "$run/$id/exit" ]; then
		set -- "$@" --until-file "$run/$id/exit"
	fi
	become "${tools}logwrite" "$@"
}

take_logs_option() {
	case $option in
	-f | --follow) option_switch follow ;;
	-t | --timestamps) option_switch stamps ;;
	--details) option_switch details ;;
	-n | --tail) take_tail "$1" ;;
	--since) since=$1 ;;
	--until) until=$1 ;;
	--help) help_exit "$logs_help" ;;
	*) option_unknown ;;
	esac
}

take_tail() {
	case $1 in
	all | -1) tail= ;;
	*)
		is_number "$1" || die 125 "$option: '$1' is not a number of lines"
		tail=$1
		;;
	esac
}

# Sets $driver to what is not the usual one, and refuses what its log cannot say.
check_driver() {
	{ read -r driver <"$root/containers/$id/log-driver"; } 2>/dev/null || driver=
	case $driver:$stamps$since$until in
	none:*) die 1 "'$ref' keeps no log: it was made with --log-driver none" ;;
	raw:?*) die 1 "'$ref' keeps a log without times (--log-driver raw): leave --timestamps, --since and --until out" ;;
	esac
}

# A time that is none is an error of the command, not of its usage, as in docker.
check_times() {
	[ -n "$since$until" ] && [ -e "$root/containers/$id/log" ] || return 0
	"${tools}logwrite" --read "$root/containers/$id/log" --tail 0 ${since:+--since "$since"} ${until:+--until "$until"} || exit 1
}
