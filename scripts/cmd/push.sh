# push - an image of the store to its registry, byte for byte as it is in the store.
# shellcheck shell=sh

push_help='Usage: mydocker push [OPTION]... NAME[:TAG]
Send an image to the registry that its name says.

  -a, --all-tags           every tag that NAME has here
      --authfile FILE      passwords, as skopeo login writes them
      --cert-dir DIR       the certificates of the registry (*.crt, *.cert, *.key)
      --creds USER:PASS    user and password
  -q, --quiet              print only the name
      --tls-verify[=BOOL]  whether a certificate is needed (default true; false for this machine itself)
      --help               show this help'

cmd_push() {
	load list refs reference state store transport image create events
	all_tags=
	parse_refs "$transport_valued" take_push_option "$@"
	list_words ref
	eval "set -- $words"
	[ $# -eq 1 ] || die 1 "one image is expected; see '$program --help'"
	need_root 1
	need skopeo skopeo
	tag_reference "$1" || die 1 "'$1': $ref_error"
	[ -z "$all_tags" ] || push_all "$1"
	local_image "$1" || die 1 "an image does not exist locally with the tag: '$ref_repo:$ref_tag'"
	store_begin
	push_image
}

take_push_option() {
	! take_transport_option || return 0
	case $option in
	-a | --all-tags) option_switch all_tags ;;
	--help) help_exit "$push_help" ;;
	*) option_unknown ;;
	esac
}

# push_all NAME: each in a shell of its own. The status is that of the worst.
push_all() {
	local key status any
	case ${1##*/} in
	*:*) die 1 "'$1': a tag does not go together with --all-tags" ;;
	esac
	tag_key "$ref_repo:"
	set +f
	set -- "$root/tags/$ref_key"*
	set -f
	status=0 any=
	for key; do
		[ -e "$key" ] || continue
		key_name "${key##*/}"
		any=1
		(push_tag "$tag_name") || status=1
	done
	[ -n "$any" ] || die 1 "an image does not exist locally with the name: '$ref_repo'"
	exit "$status"
}

push_tag() {
	tag_reference "$1" && local_image "$1" || exit 1
	store_begin
	push_image
}

push_image() {
	local key
	registry_tls
	key=$ref_key
	store_lock s
	image=$ref_repo
	adopt_image
	[ -n "${o_quiet-}" ] || printf '%s\n' "The push refers to repository [$ref_domain/$ref_path]"
	image_as_dir "$work/dir"
	set --
	{ [ -z "${o_quiet-}" ] && [ -t 2 ]; } || set -- --quiet
	skopeo_run dest copy "$@" --digestfile="$work/digest" "dir:$work/dir" "docker://$ref_domain/$ref_path:$ref_tag" >&2 || {
		skopeo_reason
		die 1 "push '$ref_repo:$ref_tag': $reason"
	}
	IFS= read -r digest <"$work/digest" || [ -n "$digest" ]
	set_tag "$key" "$id" "$digest"
	event image push "$ref_repo:$ref_tag" "name=$ref_repo"
	[ -n "${o_quiet-}" ] || printf '%s\n' "$ref_tag: digest: $digest size: $(stat -c %s -- "$image_dir/manifest.json")"
	[ -z "${o_quiet-}" ] || printf '%s\n' "$ref_domain/$ref_path:$ref_tag"
}
