# getimage.sh - images by reference, digest or id; pulled or (busybox) made where they are missing.
#
# Needs: base.sh, reference.sh, $root; store.sh and transport.sh to pull. Leaves: $image_dir.
# shellcheck shell=sh

# tagged_image NAME: the image that has the tag or the digest, or else whose id begins so. Sets $image_dir, or returns 1.
tagged_image() {
	load reference
	if reference "$1"; then
		if [ -n "$ref_digest" ]; then
			image_by_digest && return 0
		elif { IFS= read -r image_dir <"$root/tags/$ref_key"; } 2>/dev/null; then
			image_dir=$root/images/$image_dir
			[ ! -f "$image_dir/layers" ] || return 0
		fi
	fi
	image_dir=
	image_by_id "${1#sha256:}"
}

# The image that has the reference's repository and digest, whatever its tag.
image_by_digest() {
	local key id digest
	tag_key "$ref_repo"
	set +f
	set -- "$root/tags/$ref_key":* "$root/tags/$ref_key"@*
	set -f
	for key; do
		{ IFS= read -r id && IFS= read -r digest; } 2>/dev/null <"$key" || continue
		[ "$digest" = "$ref_digest" ] || continue
		image_dir=$root/images/$id
		return 0
	done
	return 1
}

# image_by_id PART: the image whose id begins so; the directories of what our scripts made are not called by their ids.
image_by_id() {
	local part found count its
	part=$1
	case $part in
	*[!0-9a-f]* | '' | ?) return 1 ;;
	esac
	count=0
	set +f
	set -- "$root/images/$part"* "$root/images"/[!0-9a-f]*/id "$root/images"/?[!0-9a-f]*/id
	set -f
	for found; do
		case $found in
		*/id)
			{ [ -f "$found" ] && IFS= read -r its <"$found" && [ "${its#"sha256:$part"}" != "$its" ]; } || continue
			found=${found%/id}
			;;
		*) { [ -f "$found/layers" ] && is_digest "sha256:${found##*/}"; } || continue ;;
		esac
		[ "$found" = "$image_dir" ] || count=$((count + 1))
		image_dir=$found
	done
	[ "$count" -le 1 ] || die 1 "'$part' is ambiguous: $count images' ids begin with it"
	[ "$count" -eq 1 ]
}

# Makes or pulls what is missing; an image that was asked for by its digest or with --pull always comes from its registry.
get_image() {
	local name
	name=${1#docker.io/}
	name=${name#library/}
	if [ "${name%:latest}" = busybox ] && [ "${o_pull:-missing}" != never ]; then
		make_busybox
		return
	fi
	load reference
	reference "$1" || die 125 "Unable to find image '$1': $ref_error"
	[ "${o_pull:-missing}" != never ] || die 125 "Unable to find image '$1' locally, and --pull is never"
	[ "${o_pull:-missing}" = always ] || [ -n "${o_quiet-}" ] || [ ! -t 2 ] ||
		warn "Unable to find image '$ref_repo${ref_tag:+:$ref_tag}${ref_digest:+@$ref_digest}' locally"
	load state store transport
	fail=125
	# Standard output is the container's.
	(pull_reference "${o_pull:-missing}") >&2 || exit 125
	local_image "$1" || die 125 "the image '$1' was removed again meanwhile"
}

# The embedded image, out of this machine's static busybox.
make_busybox() {
	image_dir=$root/images/busybox
	[ ! -f "$image_dir/layers" ] || return 0
	[ -n "${o_quiet-}" ] || warn "making the image 'busybox' from this machine's static busybox"
	image_maker
	sys "$maker" "$root" >&2 || die 125 "the image 'busybox' cannot be made"
}

# Sets $maker to the program that makes the busybox image.
image_maker() {
	for maker in "$scripts/mkimage-busybox.sh" "${tools}mkimage-busybox.sh"; do
		[ ! -x "$maker" ] || return 0
	done
	maker=mkimage-busybox.sh
}
