# container - the commands on containers by docker's long names, and prune.
# shellcheck shell=sh

container_help='Usage: mydocker container COMMAND
The commands on containers by their long names:

  attach cp create diff exec export inspect kill logs ls pause port prune rename
  restart rm run start stats stop top unpause update wait

  prune              remove those that do not run
  -f, --force            do not ask
      --filter KEY=VALUE only those; repeatable: until, label, label!
      --help         show this help'

cmd_container() {
	case ${1-} in
	'' | --help | -h | help) help_exit "$container_help" ;;
	ls | list | ps) shift && command_run ps "$@" ;;
	prune) shift && program='mydocker container prune' && container_prune "$@" ;;
	attach | commit | cp | create | diff | exec | export | inspect | kill | logs | pause | port | rename | restart | rm | run | start | \
		stats | stop | top | unpause | update | wait)
		is_command "$1" || die 1 "container: '$1' is not a subcommand; see 'mydocker container --help'"
		[ "$1" != inspect ] || { shift && set -- inspect --type container "$@"; }
		command_run "$@"
		;;
	*) die 1 "container: '$1' is not a subcommand; see 'mydocker container --help'" ;;
	esac
}

container_prune() {
	local force
	load list refs state select prune
	force=
	list_new argument
	parse_refs ' --filter ' take_container_prune_option "$@"
	no_refs
	need_root 1
	[ -n "$force" ] || confirm 'This will remove all stopped containers.'
	prune_containers
	prune_total
}

take_container_prune_option() {
	case $option in
	-f | --force) option_switch force ;;
	--filter) prune_filter "$option_value" ;;
	--help) help_exit "$container_help" ;;
	*) option_unknown ;;
	esac
}
