# top - the processes of a container, as ps(1) of the host shows them.
#
# ps lists all of the host's; those whose pid is in the container's control group are printed. The pids are the host's.
# shellcheck shell=sh

top_help='Usage: mydocker top CONTAINER [PS-OPTION]...
Show the processes of a CONTAINER, by "ps -ef" or "ps PS-OPTION...", in which a column PID must be.

      --help  show this help'

cmd_top() {
	local ref group pids
	load list state
	case ${1-} in
	--help) help_exit "$top_help" ;;
	--) shift ;;
	-*) die 125 "unknown option '$1'; see '$program --help'" ;;
	esac
	[ $# -gt 0 ] || die 1 "needs a container; see '$program --help'"
	ref=$1
	shift
	need_root 1
	need_container "$ref" 1
	is_running "$id" || die 1 "container '$ref' is not running"
	read -r group <"$run/$id/cgroup" || die 1 "container '$ref' has no control group"
	pids=$(tool cgset --procs --recursive "$group") || exit 1
	[ $# -gt 0 ] || set -- -ef
	find_ps
	lines=$(sys "$ps" "$@") || die 1 "ps: see above"
	top_table "$pids" <<-EOF
		$lines
	EOF
}

# Sets $ps to the program: busybox ash would take its own, which knows neither -e nor -o pid,comm.
find_ps() {
	local IFS dir
	IFS=:
	for dir in $PATH; do
		ps=$dir/ps
		[ ! -x "$ps" ] || return 0
	done
	die 1 "no ps in PATH: it comes with procps"
}

# top_table PIDS: takes what ps printed from standard input and prints the lines of these pids, in columns as wide as
# docker's: 20 or more, 3 blanks between them.
top_table() {
	local IFS pids line word
	IFS=$newline
	# shellcheck disable=SC2086 # a line each
	set -- $1
	IFS=' 	'
	pids=" $* "
	list_new cell width
	at=0
	while IFS= read -r line; do
		# shellcheck disable=SC2086 # the words of the line
		set -- $line
		if [ "$width_n" -eq 0 ]; then
			top_columns "$@"
		else
			eval "word=\${$at-}"
			case $pids in *" $word "*) ;; *) continue ;; esac
		fi
		top_row "$@"
	done
	top_print
}

# top_columns TITLE...: sets $at to the place of PID, and the list width to a width for each.
top_columns() {
	local word
	for word; do
		list_add width 20
		[ "$word" != PID ] || at=$width_n
	done
	[ "$at" -gt 0 ] || die 1 "no column PID in what ps printed"
}

# top_row WORD...: a word for each column, and what is left for the last one, in the list cell.
top_row() {
	local word column
	column=0
	while [ "$((column += 1))" -lt "$width_n" ]; do
		word=${1-}
		[ $# -eq 0 ] || shift
		list_add cell "$word"
		list_get width "$column"
		[ "$((${#word} + 3))" -le "$item" ] || eval "width_$column=$((${#word} + 3))"
	done
	list_add cell "$*"
}

top_print() {
	local index column row
	index=0
	while [ "$index" -lt "$cell_n" ]; do
		row=
		column=0
		while [ "$((column += 1))" -lt "$width_n" ]; do
			list_get width "$column"
			width=$item
			list_get cell "$((index += 1))"
			while [ ${#item} -lt "$width" ]; do
				item="$item "
			done
			row=$row$item
		done
		list_get cell "$((index += 1))"
		printf '%s\n' "$row$item"
	done
}
