# image.sh - the image of a container, and what it says of commands. What needs a longer look is in getimage.sh.
#
# An image is a directory with one fact a file, $root/images/ID, and any number of tags, $root/tags/NAME:TAG, each a line with
# the ID and a line with the digest by which a registry knows it. An image that was made here by a script of ours is
# $root/images/NAME without a tag. docs/state.md describes both.
# Needs: base.sh, $root. Leaves: $image_dir.
# shellcheck shell=sh

# find_image NAME: sets $image_dir, or gets the image as $o_pull says.
find_image() {
	[ "${o_pull:-missing}" = always ] || ! local_image "$1" || return 0
	load getimage
	get_image "$1"
}

# local_image NAME: a reference, an id or an unambiguous beginning of one. Sets $image_dir, or returns 1.
local_image() {
	local plain
	image_dir=
	# The plain name of what a script of ours made needs no reading of references.
	plain=${1#docker.io/}
	plain=${plain#library/}
	plain=${plain%:latest}
	case $plain in
	*[!A-Za-z0-9_.-]* | '') ;;
	*)
		if [ ! -e "$root/tags/$plain:latest" ] && [ -f "$root/images/$plain/layers" ] && [ ${#plain} -lt 64 ]; then
			image_dir=$root/images/$plain
			return 0
		fi
		;;
	esac
	load getimage
	tagged_image "$1"
}

# image_list FACT LIST: appends the NUL-ended entries of a fact of the image to the list.
image_list() {
	[ -s "$image_dir/$1" ] || return 0
	read_list "$image_dir/$1" "$2" ||
		die 125 "the image '$image' is damaged: '$1' holds too many kinds of control characters"
}
