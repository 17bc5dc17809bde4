# stats - what containers use, once or again and again.
#
# One call of cgset measures all of them; ctstate makes shares and a table of it.
# shellcheck shell=sh

stats_help='Usage: mydocker stats [OPTION]... [CONTAINER]...
Show what the containers that run use, or those that are named, until interrupted.

  -a, --all              those that do not run as well
      --format TEMPLATE  print by a template, such as {{.Name}} {{.CPUPerc}}, or json
      --no-stream        once
      --no-trunc         whole ids
      --help             show this help'

cmd_stats() {
	load list refs instance state
	list_new argument
	every=1
	parse_refs ' --format ' take_stats_option "$@"
	need_root 1
	list_words argument
	if [ "$ref_n" -eq 0 ]; then
		state_instance
		eval "set -- $words \"\$root\" \"\$run\""
		list_new group
		list_add group --recursive
		list_add group "mydocker$instance"
		add_other_groups
		show_stats "$@"
	else
		stats_named
	fi
}

take_stats_option() {
	case $option in
	-a | --all) list_add argument --all ;;
	--format)
		list_add argument --format
		list_add argument "$option_value"
		;;
	--no-stream)
		list_add argument --no-stream
		every=0.5
		;;
	--no-trunc) list_add argument --no-trunc ;;
	--help) help_exit "$stats_help" ;;
	*) option_unknown ;;
	esac
}

# Where containers are that do not have their group below the instance's, each place once.
add_other_groups() {
	local fact id place places
	places=
	set +f
	for fact in "$root"/containers/*/cgroup-parent; do
		set -f
		id=${fact%/*}
		id=${id##*/}
		{ read -r place <"$run/$id/cgroup"; } 2>/dev/null || continue
		case $places in *"|${place%/*}|"*) continue ;; esac
		places="$places|${place%/*}|"
		list_add group "${place%/*}"
	done
	set -f
}

stats_named() {
	local index group
	eval "set -- $words \"\$root\" \"\$run\""
	list_new group
	index=0
	while [ "$index" -lt "$ref_n" ]; do
		list_get ref "$((index += 1))"
		need_container "$item" 1
		set -- "$@" "$id=$item"
		! is_running "$id" || ! read -r group <"$run/$id/cgroup" || list_add group "$group"
	done
	show_stats "$@"
}

# show_stats ARGUMENT...: this shell becomes what prints, so that whoever ends it ends all: what measures the groups of
# the list group then has nobody to write to.
show_stats() {
	local fifo
	list_words group
	if [ -z "$words" ] || [ ! -d "$run" ]; then
		printf '%s\n' '' | tool ctstate stats --no-stream "$@"
		return
	fi
	fifo=$run/stats.$$
	sys mkfifo -m 600 -- "$fifo" || exit 1
	eval "measure $words" >"$fifo" &
	exec <"$fifo"
	rm -f -- "$fifo"
	become "${tools}ctstate" stats "$@"
}

# measure OPTION... GROUP...: two rounds are enough for one line.
measure() {
	[ "$every" = 1 ] || set -- --rounds 2 "$@"
	become "${tools}cgset" --stat --watch "$every" "$@"
}
