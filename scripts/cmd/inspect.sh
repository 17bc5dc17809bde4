# inspect - what is known of containers, images, networks and volumes, as JSON or by a template.
#
# Containers are shown by ctstate. What is none is asked for at the other commands' own inspect, in docker's order; then
# ctstate format puts all of it into one list.
# shellcheck shell=sh

inspect_help='Usage: mydocker inspect [OPTION]... NAME...
Print what is known of each container, image, network or volume as a JSON array.

  -f, --format TEMPLATE  print by a template, such as {{.State.Pid}}
  -s, --size             how much a container takes on the disk
      --type TYPE        only of that type: container, image, network or volume
      --help             show this help'

cmd_inspect() {
	local format size type status mixed object
	load list refs state
	format='' size='' type='' status=0 mixed=
	parse_refs ' -f --format --type ' take_inspect_option "$@"
	need_root 1
	[ "$ref_n" -gt 0 ] || die 1 "needs at least one name; see '$program --help'"
	list_new found
	find_objects
	list_words found
	eval "set -- $words"
	if [ -z "$mixed" ]; then
		[ $# -gt 0 ] || [ -n "$format" ] || printf '%s\n' '[]'
		[ $# -eq 0 ] || tool ctstate inspect ${size:+--size} ${format:+--format "$format"} "$root" "$run" "$@" || status=1
	else
		{
			for object; do
				show_object "$object"
			done
		} | tool ctstate format --array "$format" || status=1
	fi
	exit "$status"
}

take_inspect_option() {
	case $option in
	-f | --format) format=$option_value ;;
	-s | --size) option_switch size ;;
	--type)
		case $option_value in
		container | image | network | volume) type=$option_value ;;
		*) die 1 "--type: '$option_value' is no type: container, image, network or volume" ;;
		esac
		;;
	--help) help_exit "$inspect_help" ;;
	*) option_unknown ;;
	esac
}

# The list found: a container's id, or "TYPE NAME" of what is something else; $mixed when there is such a thing.
find_objects() {
	local index
	index=0
	while [ "$index" -lt "$ref_n" ]; do
		index=$((index + 1))
		list_get ref "$index"
		case $type in
		'' | container)
			if find_container "$item"; then
				list_add found "$id"
				continue
			fi
			;;
		esac
		if [ "$type" != container ] && other_type "$item"; then
			mixed=1
			list_add found "$other $item"
			continue
		fi
		warn "no such ${type:-object}: '$item'"
		status=1
	done
}

# other_type NAME: sets $other to the type of what has that name and is no container.
other_type() {
	for other in ${type:-image network volume}; do
		is_command "$other" || continue
		! (command_run "$other" inspect "$1") >/dev/null 2>&1 || return 0
	done
	return 1
}

# show_object ID | TYPE NAME
show_object() {
	case $1 in
	*' '*) (command_run "${1%% *}" inspect "${1#* }") || : ;;
	*) tool ctstate inspect ${size:+--size} "$root" "$run" "$1" ;;
	esac
}
