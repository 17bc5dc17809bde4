# rmi - names of images taken away; an image without a name goes, with the layers and blobs that no other one has.
# shellcheck shell=sh

rmi_help='Usage: mydocker rmi [OPTION]... IMAGE...
Remove each name; with its last name an image goes.

  -f, --force    an image with several names too; its names go even when a container that has ended is made of it
      --no-prune  accepted
      --help     show this help'

cmd_rmi() {
	local failed
	force=
	load list refs reference state store image remove events
	parse_refs ' ' take_rmi_option "$@"
	list_words ref
	eval "set -- $words"
	[ $# -gt 0 ] || die 1 "needs an image; see '$program --help'"
	need_root 1
	store_begin
	store_lock x
	failed=0
	for image; do
		remove_reference "$image" || failed=1
	done
	sweep
	exit "$failed"
}

take_rmi_option() {
	case $option in
	-f | --force) option_switch force ;;
	--no-prune) ;;
	--help) help_exit "$rmi_help" ;;
	*) option_unknown ;;
	esac
}
