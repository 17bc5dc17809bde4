# ps - list containers.
#
# ctstate reads the facts and prints; when it finds some that nobody looks after any more, it becomes `mydocker gc`.
# shellcheck shell=sh

ps_help='Usage: mydocker ps [OPTION]...
List the containers that run.

  -a, --all              those that have ended as well
  -f, --filter KEY=VALUE only those; repeatable: name, id, status, exited, label,
                         ancestor, network, volume, publish, expose, is-task, before,
                         since
      --format TEMPLATE  print by a template, such as {{.ID}}, or json
  -n, --last N           the N newest, ended ones as well
  -l, --latest           the newest, ended or not
      --no-trunc         whole ids and commands
  -q, --quiet            only ids
  -s, --size             how much they take on the disk
      --help             show this help'

cmd_ps() {
	words=
	[ $# -eq 0 ] || ps_words "$@"
	need_root 1
	# The containers that nobody looks after any more are healed afterwards.
	eval "become \"\${tools}ctstate\" ps $words --heal-with \"\$entry\" \"\$root\" \"\$run\""
}

# Sets $words to what ctstate is told, as shell source.
ps_words() {
	load list refs
	list_new argument
	parse_refs ' -f --filter --format -n --last ' take_ps_option "$@"
	no_refs
	list_words argument
}

take_ps_option() {
	case $option in
	-a | --all) ps_switch --all ;;
	-l | --latest) ps_switch --latest ;;
	-q | --quiet) ps_switch --quiet ;;
	--no-trunc) ps_switch --no-trunc ;;
	-s | --size) ps_switch --size ;;
	-f | --filter) ps_value --filter ;;
	--format) ps_value --format ;;
	-n | --last)
		# docker's own word for no such limit.
		[ "$option_value" != -1 ] || return 0
		is_number "$option_value" || die 125 "$option: '$option_value' is not a number of containers"
		ps_value --last
		;;
	--help) help_exit "$ps_help" ;;
	*) option_unknown ;;
	esac
}

ps_switch() {
	local given
	option_switch given
	[ -z "$given" ] || list_add argument "$1"
}

ps_value() {
	list_add argument "$1"
	list_add argument "$option_value"
}
