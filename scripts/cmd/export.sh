# export - the file system of a container as a tar.
# shellcheck shell=sh

export_help='Usage: mydocker export [OPTION]... CONTAINER
Write the file system of CONTAINER, running or not, as a tar to standard output. Volumes
are not in it.

  -o, --output FILE  write to FILE instead
      --help         show this help'

cmd_export() {
	local output
	load list refs state view
	output=
	parse_refs ' -o --output ' take_export_option "$@"
	[ "$ref_n" -eq 1 ] || die 1 "needs one container; see '$program --help'"
	[ -n "$output" ] || [ ! -t 1 ] || die 1 "the archive is not for a terminal; use -o or redirect standard output"
	list_get ref 1
	need_root 1
	need_container "$item" 1
	if [ -z "$output" ]; then
		view_with "$id" export_tree
	else
		[ ! -d "$output" ] || die 1 "--output: '$output' is a directory"
		umask 077
		{ : >"$output"; } 2>/dev/null || die 1 "--output: '$output' cannot be written"
		view_with "$id" export_tree >"$output" || {
			# A device or a pipe is not ours.
			[ ! -f "$output" ] || [ -L "$output" ] || sys rm -f -- "$output"
			exit 1
		}
	fi
}

take_export_option() {
	case $option in
	-o | --output) output=$option_value ;;
	--help) help_exit "$export_help" ;;
	*) option_unknown ;;
	esac
}

export_tree() {
	in_view "${tools}ctcp" get --members --one-file-system "$view_root" /
}
