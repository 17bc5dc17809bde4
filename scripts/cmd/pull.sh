# pull - an image from a registry into the store.
# shellcheck shell=sh

pull_help='Usage: mydocker pull [OPTION]... NAME[:TAG|@DIGEST]
Fetch an image from its registry.

  -a, --all-tags           every tag of NAME
      --authfile FILE      passwords, as skopeo login writes them
      --cert-dir DIR       the certificates of the registry (*.crt, *.cert, *.key)
      --creds USER:PASS    user and password
      --max-size SIZE      refuse a layer that is larger when uncompressed (64g)
      --platform OS/ARCH   another platform than this machine'"'"'s
  -q, --quiet              print only the name
      --tls-verify[=BOOL]  whether a certificate is needed (default true; false for this machine itself)
      --help               show this help'

cmd_pull() {
	load list refs reference state store transport image
	all_tags=
	parse_refs "$transport_valued" take_pull_option "$@"
	list_words ref
	eval "set -- $words"
	[ $# -eq 1 ] || die 1 "one image is expected; see '$program --help'"
	need_root 1
	reference "$1" || die 1 "'$1': $ref_error"
	[ -z "$all_tags" ] || pull_all "$1"
	[ -n "${o_quiet-}" ] || pull_greeting "$1"
	(pull_reference always) || exit 1
	printf '%s\n' "$ref_domain/$ref_path${ref_tag:+:$ref_tag}${ref_digest:+@$ref_digest}"
}

take_pull_option() {
	! take_transport_option || return 0
	case $option in
	-a | --all-tags) option_switch all_tags ;;
	--help) help_exit "$pull_help" ;;
	*) option_unknown ;;
	esac
}

# pull_all NAME: each tag that the registry has of it. The status is that of the worst.
pull_all() {
	local tag status tags
	case ${1##*/} in
	*:* | *@*) die 1 "'$1': a tag or a digest does not go together with --all-tags" ;;
	esac
	need skopeo skopeo
	tags=$(list_tags) || exit 1
	status=0
	for tag in $tags; do
		reference "$ref_repo:$tag" || continue
		[ -n "${o_quiet-}" ] || printf '%s\n' "$tag: Pulling from $ref_path"
		(pull_reference always) || status=1
	done
	printf '%s\n' "$ref_domain/$ref_path"
	exit "$status"
}

# Prints the tags that the registry has, a line each. In a shell of its own.
list_tags() {
	store_begin
	registry_tls
	skopeo_run '' list-tags "docker://$ref_domain/$ref_path" >"$work/tags" || {
		skopeo_reason
		die 1 "pull '$ref_repo': $reason"
	}
	jq -r '.Tags[]' <"$work/tags"
}

pull_greeting() {
	case $1 in
	*:"$ref_tag" | *@*) ;;
	*) printf '%s\n' "Using default tag: latest" ;;
	esac
	printf '%s\n' "${ref_tag:-$ref_digest}: Pulling from $ref_path"
}
