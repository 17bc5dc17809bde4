# build - an image out of a Dockerfile: buildah reads and runs it, the store takes what comes out.
# shellcheck shell=sh

build_help='Usage: mydocker build [OPTION]... DIRECTORY
Make an image of a Dockerfile, by buildah.

  -t, --tag NAME[:TAG]  its name
      --help            show this help

Every other option is handed to buildah bud as --OPTION=VALUE (see buildah-build(1)): --file=, --build-arg=, --target=,
--no-cache, ... FROM means an image of a registry or of buildah, which gets one of ours by:
mydocker save -o FILE IMAGE && buildah pull docker-archive:FILE'

cmd_build() {
	local tag
	load list refs reference state store transport events
	tag=
	list_new build
	parse_refs ' -t --tag -f --file --build-arg --target --platform ' take_build_option "$@"
	list_words ref
	eval "set -- $words"
	[ $# -eq 1 ] || die 1 "one directory is expected; see '$program --help'"
	need_root 1
	need buildah buildah
	[ -z "$tag" ] || tag_reference "$tag" || die 1 "'$tag': $ref_error"
	store_begin
	build_image "$1"
}

take_build_option() {
	case $option in
	-t | --tag) tag=$option_value ;;
	-f) list_add build "--file=$option_value" ;;
	--help) help_exit "$build_help" ;;
	--*) list_add build "$option=$option_value" ;;
	*) option_unknown ;;
	esac
}

# buildah hands over a directory of blobs, in docker's format, since OCI's has no health check. Its own store keeps what it
# may use again.
build_image() {
	list_words build
	eval "set -- \"\$1\" $words"
	directory=$1
	shift
	sys buildah bud --format=docker --isolation=chroot "$@" --tag="mydocker-build:$$" --iidfile="$work/iid" -- "$directory" >&2 || die 1 "buildah failed"
	IFS= read -r built <"$work/iid" || [ -n "$built" ]
	sys buildah push --quiet "$built" "dir:$work/copy" >&2 || die 1 "buildah cannot hand over what it built"
	sys buildah rmi "mydocker-build:$$" >/dev/null || :
	store_lock s
	take_dir "$work/copy"
	set -- "$(jq -r '.config.digest' <"$work/manifest.json")"
	cp -- "$root/blobs/sha256/${1#sha256:}" "$work/config.json"
	add_image "$work/manifest.json" "$work/config.json"
	[ -z "$tag" ] || {
		set_tag "$ref_key" "$id"
		image_event tag "$id" "$ref_repo:$ref_tag"
	}
	printf '%s\n' "sha256:$id"
}
