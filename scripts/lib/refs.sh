# refs.sh - the words of a command: options, and between them the names of what it is about.
#
# Needs: base.sh, list.sh. Leaves: the list ref.
# shellcheck shell=sh

# parse_refs VALUED TAKE WORD...: options may stand between the names, as docker allows: TAKE is called for each with its
# value, and $option is set; VALUED as for option_next. The names are the list ref.
parse_refs() {
	local valued take
	valued=$1
	take=$2
	shift 2
	list_new ref
	while :; do
		while option_next "$valued" "$@"; do
			shift "$option_used"
			[ -z "$option_rest" ] || set -- "$option_rest" "$@"
			"$take" "$option_value"
		done
		shift "$option_used"
		[ $# -gt 0 ] || return 0
		list_add ref "$1"
		shift
	done
}

# need_refs [THING]: at least one container, unless THING says what else.
need_refs() {
	[ "$ref_n" -gt 0 ] || die 1 "needs at least one ${1:-container}; see '$program --help'"
}

# no_refs [STATUS]: for commands that have options only.
no_refs() {
	[ "$ref_n" -eq 0 ] || die "${1:-1}" "unknown argument '$ref_1'; see '$program --help'"
}

# each_ref FUNCTION [THING]: calls it with every name, and exits with 1 when it failed for one.
each_ref() {
	local index status
	need_refs "${2-}"
	need_root 1
	status=0
	index=0
	while [ "$index" -lt "$ref_n" ]; do
		index=$((index + 1))
		list_get ref "$index"
		"$1" "$item" || status=1
	done
	exit "$status"
}
