# tag - another name for an image.
# shellcheck shell=sh

tag_help='Usage: mydocker tag IMAGE NAME[:TAG]
Give an image a further name.

      --help  show this help'

cmd_tag() {
	load list refs reference state store image create events
	parse_refs ' ' take_tag_option "$@"
	list_words ref
	eval "set -- $words"
	[ $# -eq 2 ] || die 1 "an image and a name are expected; see '$program --help'"
	need_root 1
	tag_reference "$2" || die 1 "'$2': $ref_error"
	local_image "$1" || die 1 "no such image: '$1'"
	image=$1
	store_begin
	store_lock s
	adopt_image
	reference "$2"
	set_tag "$ref_key" "$id"
	image_event tag "$id" "$ref_repo:$ref_tag"
}

take_tag_option() {
	case $option in
	--help) help_exit "$tag_help" ;;
	*) option_unknown ;;
	esac
}
