# diff - what a container has changed in its file system.
#
# Read off the writable layer of its overlay and the image's layers: nothing is mounted or started.
# shellcheck shell=sh

diff_help='Usage: mydocker diff CONTAINER
Print what CONTAINER has added (A), changed (C) and deleted (D) in its file system.

      --help  show this help'

cmd_diff() {
	local storage layers IFS
	load list refs state image create
	parse_refs ' ' take_diff_option "$@"
	[ "$ref_n" -eq 1 ] || die 1 "needs one container; see '$program --help'"
	list_get ref 1
	need_root 1
	need_container "$item" 1
	{ read -r storage <"$root/containers/$id/storage"; } 2>/dev/null || storage=overlay
	[ "$storage" = overlay ] || die 1 "'$item' is a full copy of its image (--storage-driver): what was changed is not known"
	container_layers "$id"
	IFS=:
	# shellcheck disable=SC2086 # split at the colons
	set -- $layers
	IFS=' 	
'
	become "${tools}ctstate" diff "$root/containers/$id/upper" "$@"
}

take_diff_option() {
	case $option in
	--help) help_exit "$diff_help" ;;
	*) option_unknown ;;
	esac
}
