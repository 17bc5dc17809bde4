# system - the whole instance: df, events, info, prune.
# shellcheck shell=sh

system_help='Usage: mydocker system COMMAND
The whole instance.

  df                 what images, containers and volumes take on the disk
      --format TEMPLATE  print by a template, such as {{.Size}}, or json
  -v, --verbose          each of them
  events             what happens: mydocker events
  info               what this machine and instance have: mydocker info
  start              start what shall run after a boot: containers made with --restart
                     always, and with unless-stopped where nobody had stopped them
  stop               stop what runs, as at the end of a day: start starts it again
  -t, --time SECONDS     how long to wait before KILL (what each was made with)
  prune              remove what nobody uses: containers that do not run, networks,
                     images without a name
  -a, --all              images without a container as well
  -f, --force            do not ask
      --filter KEY=VALUE only those containers; repeatable: until, label, label!
      --volumes          volumes without a name as well
      --help         show this help'

cmd_system() {
	case ${1-} in
	'' | --help | -h | help) help_exit "$system_help" ;;
	df) shift && program='mydocker system df' && system_df "$@" ;;
	events | info) command_run "$@" ;;
	start) shift && program='mydocker system start' && system_start "$@" ;;
	stop) shift && program='mydocker system stop' && system_stop "$@" ;;
	prune) shift && program='mydocker system prune' && system_prune "$@" ;;
	*) die 1 "system: '$1' is not a subcommand; see 'mydocker system --help'" ;;
	esac
}

system_df() {
	local format verbose
	load list refs
	format='' verbose=
	parse_refs ' --format ' take_df_option "$@"
	need_root 1
	no_refs
	if [ -z "$verbose" ]; then
		become "${tools}ctstate" df ${format:+--format "$format"} "$root" "$run"
	fi
	[ -z "$format" ] || die 1 "--format and --verbose do not go together"
	printf '%s\n' 'Images space usage:' ''
	(command_run images)
	printf '%s\n' '' 'Containers space usage:' ''
	tool ctstate ps -a -s --format \
		'table {{.ID}}\t{{.Image}}\t{{.Command}}\t{{.LocalVolumes}}\t{{.Size}}\t{{.RunningFor}}\t{{.Status}}\t{{.Names}}' "$root" "$run"
	printf '%s\n' '' 'Local Volumes space usage:' ''
	tool ctstate df --volumes "$root" "$run"
}

take_df_option() {
	case $option in
	--format) format=$option_value ;;
	-v | --verbose) option_switch verbose ;;
	--help) help_exit "$system_help" ;;
	*) option_unknown ;;
	esac
}

system_start() {
	load list refs state attach recall resources files chain start boot
	parse_refs ' ' take_no_option "$@"
	no_refs
	need_root 1
	detach_keys=ctrl-p,ctrl-q
	boot_refs
	start_each
}

system_stop() {
	local seconds
	load list refs state events stop boot
	seconds=
	parse_refs ' -t --time --timeout ' take_stop_time "$@"
	no_refs
	need_root 1
	by_hand=
	running_refs
	stop_all '' "$seconds"
}

take_no_option() {
	case $option in
	--help) help_exit "$system_help" ;;
	*) option_unknown ;;
	esac
}

take_stop_time() {
	case $option in
	-t | --time | --timeout) take_seconds ;;
	*) take_no_option ;;
	esac
}

system_prune() {
	local all force volumes images
	load list refs state select prune
	all='' force='' volumes=
	list_new argument
	parse_refs ' --filter ' take_system_prune_option "$@"
	no_refs
	need_root 1
	images='dangling images'
	[ -z "$all" ] || images='images without at least one container associated to them'
	[ -n "$force" ] || confirm "This will remove:
  - all stopped containers
  - all networks not used by at least one container${volumes:+
  - all anonymous volumes not used by at least one container}
  - all $images"
	prune_containers
	# The others say for themselves what they have removed; the sum is said once.
	! is_command network || prune_others network prune --force
	[ -z "$volumes" ] || ! is_command volume || prune_others volume prune --force
	! is_command image || prune_others image prune --force ${all:+--all}
	prune_total
}

take_system_prune_option() {
	case $option in
	-a | --all) option_switch all ;;
	-f | --force) option_switch force ;;
	--filter) prune_filter "$option_value" ;;
	--volumes) option_switch volumes ;;
	--help) help_exit "$system_help" ;;
	*) option_unknown ;;
	esac
}

# prune_others COMMAND ARGUMENT...
prune_others() {
	local line said last
	said=$(command_run "$@") || return 0
	[ -n "$said" ] || return 0
	last=
	while IFS= read -r line; do
		case $line in
		'Total reclaimed space:'*) ;;
		*) printf '%s\n' "$line" && last=$line ;;
		esac
	done <<-EOF
		$said
	EOF
	[ -z "$last" ] || printf '%s\n' ''
}
