# export - the file system of a container as a tar.
# shellcheck shell=sh

export_help='Usage: mydocker export [OPTION]... CONTAINER
Write the file system of CONTAINER, running or not, as a tar to standard output. Volumes
are not in it.

  -o, --output FILE  write to FILE instead
      --help         show this help'

cmd_export() {
	local output
	load list refs state view outfile
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
		work=
		outfile_check "$output"
		write_outfile "$output" view_with "$id" export_tree || exit 1
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
