# inspect - what is known of containers, as JSON or by a template.
# shellcheck shell=sh

inspect_help='Usage: mydocker inspect [OPTION]... CONTAINER...
Print what is known of each CONTAINER as a JSON array.

  -f, --format TEMPLATE  print by a template, such as {{.State.Pid}}
      --type container   accepted
      --help             show this help'

cmd_inspect() {
	local format format_given ref status
	load list state
	format=
	format_given=
	status=0
	parse_refs ' -f --format --type ' take_inspect_option "$@"
	need_refs
	set --
	while [ "$ref_n" -gt 0 ]; do
		list_get ref "$ref_n"
		ref_n=$((ref_n - 1))
		if find_container "$item"; then
			set -- "$id" "$@"
		else
			warn "no such container: '$item'"
			status=1
		fi
	done
	[ $# -gt 0 ] || {
		[ -n "$format_given" ] || printf '%s\n' '[]'
		exit 1
	}
	set -- "$root" "$run" "$@"
	[ -z "$format_given" ] || set -- --format "$format" "$@"
	tool ctstate inspect "$@" || status=$?
	exit "$status"
}

take_inspect_option() {
	case $option in
	-f | --format) format=$option_value format_given=1 ;;
	--type) [ "$option_value" = container ] || die 1 "--type: '$option_value': only containers are known" ;;
	--help) help_exit "$inspect_help" ;;
	*) option_unknown ;;
	esac
}
