# labels.sh - labels: entries NAME=VALUE of containers, volumes, networks and images.
#
# Needs: base.sh, list.sh. Leaves: the lists label and its_label.
# shellcheck shell=sh

# take_label NAME[=VALUE]: one more of the list label; $option is what it was given to.
take_label() {
	case $1 in
	=* | '') die 125 "$option: '$1' has no label's name" ;;
	*=*) list_add label "$1" ;;
	*) list_add label "$1=" ;;
	esac
}

# read_labels FILE: the list its_label, empty where there is no such file.
read_labels() {
	list_new its_label
	[ ! -s "$1" ] || read_list "$1" its_label || :
}

# has_label NAME[=VALUE]: whether it is in the list its_label.
has_label() {
	local index
	index=0
	while [ "$index" -lt "$its_label_n" ]; do
		index=$((index + 1))
		list_get its_label "$index"
		[ "$item" != "$1" ] && [ "${item%%=*}" != "$1" ] || return 0
	done
	return 1
}

# label_pairs KEY: the list its_label as pairs of the map KEY of a record, which is there without any, too.
label_pairs() {
	local index
	index=0
	printf '%s\0' "$1{}"
	while [ "$index" -lt "$its_label_n" ]; do
		index=$((index + 1))
		list_get its_label "$index"
		printf '%s\0' "$1{}=$item"
	done
}
