# select.sh - which things a command is about: those that filters choose, those that were named, those that a person agrees to.
#
# Needs: base.sh, list.sh, refs.sh; the list filter. Leaves: nothing.
# shellcheck shell=sh

# check_filters KEYS: each is KEY=VALUE of one of these.
check_filters() {
	local index
	index=0
	while [ "$index" -lt "$filter_n" ]; do
		index=$((index + 1))
		list_get filter "$index"
		case $item:" $1 " in
		*=*:*" ${item%%=*} "*) ;;
		*) die 1 "--filter: '$item' is not known; there are: $1" ;;
		esac
		case $item in
		dangling=true | dangling=false | dangling=1 | dangling=0 | type=custom | type=builtin) ;;
		dangling=*) die 1 "--filter: '$item': true or false" ;;
		type=*) die 1 "--filter: '$item': custom or builtin" ;;
		esac
	done
}

# passes HOLDS ARGUMENT...: whether the filters let a thing through: of the values of one key one must hold, of labels
# each. HOLDS ARGUMENT... KEY VALUE says it of one.
passes() {
	local index key keys held
	index=0 keys='' held=' '
	while [ "$index" -lt "$filter_n" ]; do
		index=$((index + 1))
		list_get filter "$index"
		key=${item%%=*}
		keys="$keys $key"
		if "$@" "$key" "${item#*=}"; then
			held="$held$key "
		else
			case $key in label* | dangling) return 1 ;; esac
		fi
	done
	for key in $keys; do
		case $held in *" $key "*) ;; *) return 1 ;; esac
	done
}

# inspect_refs THING FIND RECORD: prints a record of each thing that was named, by $format or as JSON, and ends the
# command. FIND sets $found to a thing's own name.
inspect_refs() {
	local thing find record index selected status
	thing=$1 find=$2 record=$3
	need_refs "$thing"
	selected='' status=0 index=0
	while [ "$index" -lt "$ref_n" ]; do
		index=$((index + 1))
		list_get ref "$index"
		if "$find" "$item"; then
			selected="$selected$found "
		else
			warn "no such $thing: '$item'"
			status=1
		fi
	done
	[ -n "$selected$format" ] || printf '%s\n' '[]'
	[ -n "$selected" ] || exit 1
	if [ -n "$format" ]; then
		set -- "$format"
	else
		set -- --array
	fi
	for found in $selected; do
		"$record" "$found"
	done | tool ctstate format "$@" || status=$?
	exit "$status"
}

# confirm TEXT: ends the command unless the person says yes.
confirm() {
	local answer
	printf '%s\n' "WARNING! $1"
	printf '%s' 'Are you sure you want to continue? [y/N] '
	read -r answer || answer=
	case $answer in
	[yY] | [yY][eE][sS]) ;;
	*) exit 0 ;;
	esac
}
