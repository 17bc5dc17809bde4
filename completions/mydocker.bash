# Completion for mydocker and its tools, by bash (also read by zsh's bashcompinit).
#
# Nothing is listed here twice: the words come from the --help of the very program that is being typed, so that
# they cannot drift from it. Names of containers and images are read from the state directory.
# shellcheck shell=bash

# The options that a --help text on standard input lists.
_mydocker_options() {
	sed -n -E 's/^ *(-., )?(--[a-z0-9-]+).*/\2/p'
}

# _mydocker_reply WORDS: those that begin with what is being typed.
_mydocker_reply() {
	mapfile -t COMPREPLY < <(compgen -W "$1" -- "${COMP_WORDS[COMP_CWORD]}")
}

# The names of a directory of the state, one a line.
_mydocker_names() {
	local root=${MYDOCKER_ROOT:-/var/lib/mydocker} f

	for f in "$root/$1"/*; do
		[ ! -e "$f" ] || printf '%s\n' "${f##*/}"
	done
}

# The names of images: tags (a slash is % in a file's name), and those that have none.
_mydocker_images() {
	local name

	_mydocker_names tags | tr % /
	for name in $(_mydocker_names images); do
		[ ${#name} -ge 64 ] || printf '%s\n' "$name"
	done
}

# The subcommands of `mydocker --help`.
_mydocker_commands() {
	"$1" --help 2>/dev/null | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'
}

# The commands of `mydocker network --help` and its like.
_mydocker_subcommands() {
	"$1" "$command" --help 2>/dev/null | sed -n -E 's/^  ([a-z]+( [a-z]+)*)(  .*| [A-Z[].*)?$/\1/p'
}

# Sets $command to the subcommand on the line, and $at to its place; "" when there is none yet.
_mydocker_command() {
	command=
	for ((at = 1; at < COMP_CWORD; at++)); do
		case ${COMP_WORDS[at]} in
		--root | --run) at=$((at + 1)) ;;
		-*) ;;
		*)
			command=${COMP_WORDS[at]}
			return
			;;
		esac
	done
}

# An operand: images, or containers, where files are meant as well the names of those (complete -o default).
_mydocker_operand() {
	case $command in
	run | create | rmi | push | save | tag | history) _mydocker_reply "$(_mydocker_images)" ;;
	exec | port | logs | stop | start | restart | kill | rm | wait | inspect | attach | cp | diff | export | rename | pause | unpause | top | stats | update)
		_mydocker_reply "$(_mydocker_names names)"
		;;
	container | image | network | system | volume) _mydocker_group "$1" ;;
	help) _mydocker_reply "$(_mydocker_commands "$1")" ;;
	esac
}

# An operand of a command that has commands of its own.
_mydocker_group() {
	case $command:$((COMP_CWORD - at)) in
	*:1) _mydocker_reply "$(_mydocker_subcommands "$1")" ;;
	container:*)
		command=${COMP_WORDS[at + 1]}
		_mydocker_operand "$1"
		;;
	image:*) _mydocker_reply "$(_mydocker_images)" ;;
	network:*) _mydocker_reply "$(_mydocker_names networks) $(_mydocker_names names)" ;;
	volume:*) _mydocker_reply "$(_mydocker_names volumes)" ;;
	esac
}

# The options of the command, or of the one below it that is on the line.
_mydocker_command_options() {
	local sub=
	case $command in
	container | image | network | system | volume) [ "$COMP_CWORD" -le $((at + 1)) ] || sub=${COMP_WORDS[at + 1]} ;;
	esac
	"$1" "$command" ${sub:+"$sub"} --help 2>/dev/null | _mydocker_options
}

_mydocker() {
	local command at word=${COMP_WORDS[COMP_CWORD]}

	COMPREPLY=()
	_mydocker_command
	case $command:$word in
	:-*) _mydocker_reply "$("$1" --help 2>/dev/null | _mydocker_options)" ;;
	:*) _mydocker_reply "$(_mydocker_commands "$1")" ;;
	*:-*) _mydocker_reply "$(_mydocker_command_options "$1")" ;;
	*) _mydocker_operand "$1" ;;
	esac
}

# The tools: their own options, then files and commands as bash does it.
_mydocker_tool() {
	COMPREPLY=()
	case ${COMP_WORDS[COMP_CWORD]} in
	-*) _mydocker_reply "$("$1" --help 2>/dev/null | _mydocker_options)" ;;
	esac
}

complete -o bashdefault -o default -F _mydocker mydocker mydocker.sh
complete -o bashdefault -o default -F _mydocker_tool nsrun rootfs-pivot rootfs-pivot-fstab cgset netns-veth \
	nsenter-lite ptyrun logwrite pidctl ctinit ctstate layertar ctcp ctprobe seccompile
