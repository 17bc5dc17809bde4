#!/bin/sh
# mydocker - containers as a shell pipeline: docker's command line over small tools that each do one thing.
#
# This file is the way in: where things are, the options before the subcommand, and the table of subcommands.
# lib/*.sh are subjects that several commands share, cmd/NAME.sh is one subcommand each, read only when it is called.
#
# The language is POSIX sh as dash, busybox ash, bash --posix and mksh all have it, plus `local` without a value (which
# all four have; an assignment beside it splits words in dash). There are no arrays: a list is numbered variables
# (lib/list.sh). On the way of `run` and `exec` nothing forks that a builtin can do: results come back in variables,
# files are read with `read` and written with `printf`.
#
# Needs: Linux, the toolkit's tools (beside the checkout in ../build/bin, in ../libexec/mydocker, or in PATH).
# Leaves: the state directories $MYDOCKER_ROOT and $MYDOCKER_RUN; docs/design.md says what is in them.
#
# To have the functions without running anything (tests do): MYDOCKER_LIB=DIRECTORY-OF-THIS-FILE . scripts/mydocker.sh

set -euf
LC_ALL=C
export LC_ALL
IFS=' 	
'

mydocker_version=0.1.0

# Sets $entry (this file), $scripts (where lib/ and cmd/ are) and $tools (the prefix of every tool's name; empty is PATH).
find_parts() {
	local self here
	if [ -n "${MYDOCKER_LIB-}" ]; then
		here=$MYDOCKER_LIB
		self=mydocker.sh
	else
		self=$0
		# Only an installed symbolic link costs a fork here.
		[ ! -L "$self" ] || self=$(readlink -f -- "$self")
		case $self in
		*/*) here=${self%/*} ;;
		*) here=. ;;
		esac
	fi
	case $here in
	/*) ;;
	.) here=$PWD ;;
	*) here=$PWD/$here ;;
	esac
	entry=$here/${self##*/}
	if [ -f "$here/lib/base.sh" ]; then
		scripts=$here
	else
		scripts=$here/../share/mydocker
	fi
	tools=${MYDOCKER_TOOLS-}
	if [ -n "$tools" ]; then
		tools=${tools%/}/
	elif [ -x "$here/../build/bin/nsrun" ]; then
		tools=${here%/*}/build/bin/
	elif [ -x "$here/../libexec/mydocker/nsrun" ]; then
		tools=$here/../libexec/mydocker/
	elif [ -x "$here/nsrun" ]; then
		tools=$here/
	fi
}

# Reads lib/NAME.sh once for each NAME.
load() {
	local part
	for part; do
		is_loaded "$part" || {
			loaded="$loaded$part "
			# shellcheck source=/dev/null
			. "$scripts/lib/$part.sh"
		}
	done
}

is_loaded() {
	case $loaded in
	*" $1 "*) ;;
	*) return 1 ;;
	esac
}

# Reads cmd/NAME.sh and runs its function with the rest of the arguments.
command_run() {
	local name
	name=$1
	shift
	program="mydocker $name"
	# shellcheck source=/dev/null
	. "$scripts/cmd/$name.sh"
	"cmd_$name" "$@"
}

# The options before the subcommand, then the subcommand.
main() {
	local valued
	root=${MYDOCKER_ROOT:-/var/lib/mydocker}
	run=${MYDOCKER_RUN:-/run/mydocker}
	valued=' --root --run '
	while option_next "$valued" "$@"; do
		shift "$option_used"
		[ -z "$option_rest" ] || set -- "$option_rest" "$@"
		case $option in
		--root) root=$option_value ;;
		--run) run=$option_value ;;
		-x | --trace) trace=$option_value ;;
		-h | --help) set -- help && option_used=0 && break ;;
		-v | --version) set -- --version && option_used=0 && break ;;
		*) option_unknown ;;
		esac
	done
	shift "$option_used"
	[ "$trace" != false ] || trace=
	absolute root --root "$root"
	absolute run --run "$run"
	[ $# -gt 0 ] || set -- help
	case $1 in
	--version)
		printf '%s\n' "mydocker version $mydocker_version"
		;;
	*)
		is_command "$1" || die 1 "'$1' is not a mydocker command; see 'mydocker --help'"
		command_run "$@"
		;;
	esac
}

# Whether cmd/NAME.sh is there.
is_command() {
	case $1 in
	'' | *[!a-z]*) return 1 ;;
	esac
	[ -f "$scripts/cmd/$1.sh" ]
}

program=mydocker
loaded=' '
trace=
find_parts
load base
[ -n "${MYDOCKER_LIB-}" ] || main "$@"
