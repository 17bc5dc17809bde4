# events - what happens to containers, images, networks and volumes.
#
# ctstate reads the event log, which those write who do it (lib/events.sh, lib/common/event.h).
# shellcheck shell=sh

events_help='Usage: mydocker events [OPTION]...
Print what happens, a line each, until it is interrupted.

  -f, --filter KEY=VALUE  only those; repeatable: container, event, image, label,
                          network, type, volume
      --format TEMPLATE   print by a template, such as {{.Action}}, or json
      --since TIME        begin with what happened from TIME on (RFC 3339, seconds
                          since 1970, or 10m for the last ten minutes)
      --until TIME        end at TIME
      --help              show this help'

cmd_events() {
	load list refs instance state
	list_new argument
	parse_refs ' -f --filter --format --since --until ' take_events_option "$@"
	no_refs
	need_root 1
	state_dirs
	list_words argument
	eval "become \"\${tools}ctstate\" events $words \"\$root\" \"\$run\""
}

take_events_option() {
	case $option in
	-f | --filter) events_value --filter ;;
	--format | --since | --until) events_value "$option" ;;
	--help) help_exit "$events_help" ;;
	*) option_unknown ;;
	esac
}

events_value() {
	list_add argument "$1"
	list_add argument "$option_value"
}
