# image.sh - the image of a container: found, or made where it is busybox, and what it says about commands.
#
# Needs: base.sh, $root. Leaves: $image_dir; $root/images/busybox on first use.
# shellcheck shell=sh

# find_image NAME: sets $image_dir. NAME may carry ":latest", and docker's full name is the same image.
find_image() {
	local name
	name=${1#docker.io/}
	name=${name#library/}
	name=${name%:latest}
	name=${name%@*}
	is_name "$name" || die 125 "Unable to find image '$1': not the name of a local image; see 'mydocker images'"
	image_dir=$root/images/$name
	[ ! -f "$image_dir/layers" ] || return 0
	[ "$name" = busybox ] || die 125 "Unable to find image '$1' in '$root/images'; 'mydocker images' lists what is there"
	warn "making the image 'busybox' from this machine's static busybox"
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

# image_list FACT LIST: appends the NUL-ended entries of a fact of the image to the list.
image_list() {
	[ -s "$image_dir/$1" ] || return 0
	read_list "$image_dir/$1" "$2" ||
		die 125 "the image '$image' is damaged: '$1' holds too many kinds of control characters"
}
