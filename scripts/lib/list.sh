# list.sh - lists of strings that may hold any byte, without arrays.
#
# A list NAME is the variables NAME_1, NAME_2 … and their count NAME_n. eval only ever sees the name and numbers of our
# own: a value is expanded by what eval runs and never read as source.
#
#     list_new env; list_add env "$1"; list_words env; eval "set -- $words"
#
# Needs: nothing; read_list base.sh. Leaves: the variables.
# shellcheck shell=sh

# list_new NAME...: makes each an empty list.
list_new() {
	local list zeros
	zeros=
	for list; do
		zeros="$zeros ${list}_n=0"
	done
	eval "$zeros"
}

# list_add NAME VALUE
list_add() {
	eval "${1}_n=\$((${1}_n + 1)); eval \"${1}_\$${1}_n=\\\$2\""
}

# list_get NAME INDEX: sets $item.
list_get() {
	eval "item=\$${1}_$2"
}

# list_words NAME: sets $words to shell source that expands to the values, each one word.
list_words() {
	local index count
	index=0
	words=
	eval "count=\$${1}_n"
	while [ "$index" -lt "$count" ]; do
		index=$((index + 1))
		words="$words \"\$${1}_$index\""
	done
}

# list_append FROM TO [BEFORE]: appends the values of the list FROM, with BEFORE in front of each, to the list TO.
list_append() {
	local index count
	index=0
	eval "count=\$${1}_n"
	while [ "$index" -lt "$count" ]; do
		index=$((index + 1))
		eval "list_add \"\$2\" \"\${3-}\$${1}_$index\""
	done
}

# list_pairs FROM TO OPTION: appends OPTION and a value for each value of the list FROM to the list TO.
list_pairs() {
	local index count
	index=0
	eval "count=\$${1}_n"
	while [ "$index" -lt "$count" ]; do
		index=$((index + 1))
		list_add "$2" "$3"
		eval "list_add \"\$2\" \"\$${1}_$index\""
	done
}

# read_list FILE NAME: appends the NUL-ended entries of a file to the list. Returns 1 where they cannot be told apart.
read_list() {
	local line
	read_entries "$1" || return 1
	while IFS= read -r line; do
		restore_newlines "$line"
		list_add "$2" "$restored"
	done <<-EOF
		$entries
	EOF
}

# join_list NAME BEFORE BETWEEN: sets $joined to the values with BETWEEN between them and BEFORE in front; empty for none.
join_list() {
	local before between word
	joined=
	list_words "$1"
	[ -n "$words" ] || return 0
	before=$2
	between=$3
	eval "set -- $words"
	for word; do
		joined=$joined$before$word
		before=$between
	done
}
