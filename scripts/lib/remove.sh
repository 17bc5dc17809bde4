# remove.sh - how images go: names, images without a name, layers and blobs that nobody has any more.
#
# Needs: base.sh, state.sh, reference.sh, image.sh, events.sh, store.sh with its exclusive lock; $force. Leaves: what is still used; in $work/freed the bytes of what is not.
# shellcheck shell=sh

# remove_reference NAME: one argument of rmi. Prints what goes as docker does.
remove_reference() {
	local by_name told
	told=0
	if ! local_image "$1"; then
		warn "no such image: '$1'"
		[ -n "$force" ]
		return
	fi
	by_name=
	! reference "$1" || [ ! -e "$root/tags/$ref_key" ] || by_name=$ref_key
	names_of "$image_dir"
	if [ -z "$by_name" ] && [ "$names_n" -gt 1 ] && [ -z "$force" ]; then
		warn "cannot remove '$1': it has $names_n names; remove them by name or use -f"
		return 1
	fi
	if [ -z "$by_name" ] || [ "$names_n" -le 1 ]; then
		may_remove "$1" || return 1
	fi
	untag "$by_name" || told=1
	names_of "$image_dir"
	[ "$names_n" -eq 0 ] || return "$told"
	remove_image && return "$told"
}

# names_of IMAGE-DIRECTORY: the list names with the keys of its tags.
names_of() {
	local key its
	list_new names
	set +f
	set -- "${1##*/}" "$root/tags"/*
	set -f
	image_key=$1
	shift
	for key; do
		{ IFS= read -r its <"$key"; } 2>/dev/null || continue
		[ "$its" != "$image_key" ] || list_add names "${key##*/}"
	done
}

# untag KEY, or all names where it is empty.
untag() {
	local n
	n=0
	while [ "$n" -lt "$names_n" ]; do
		n=$((n + 1))
		list_get names "$n"
		[ -z "$1" ] || [ "$1" = "$item" ] || continue
		rm -f -- "$root/tags/$item"
		key_name "$item"
		image_event untag "$image_key" "$tag_name"
		printf '%s\n' "Untagged: $tag_name"
	done
}

# Whether no container is in the way. Sets $holder to one that has ended, which keeps the image but not its name.
may_remove() {
	local held
	{ IFS= read -r held <"$image_dir/id"; } 2>/dev/null || held=
	holder=
	set +f
	set -- "$1" "$held" "$root/containers"/*
	set -f
	image=$1
	shift 2
	for container; do
		{ { IFS= read -r its <"$container/image-id"; } 2>/dev/null && [ "$its" = "$held" ]; } || continue
		id=${container##*/}
		holder=$id
		! is_running "$id" || {
			warn "cannot remove '$image': the running container ${id%"${id#????????????}"} uses it"
			return 1
		}
	done
	[ -n "$holder" ] && [ -z "$force" ] || return 0
	warn "cannot remove '$image': the container ${holder%"${holder#????????????}"}, which has ended, uses it; -f takes its names away"
	return 1
}

# The image $image_dir, which has no name any more, unless a container holds it.
remove_image() {
	[ -z "${holder-}" ] || return 0
	{ IFS= read -r its <"$image_dir/id"; } 2>/dev/null || its=
	mv -T -- "$image_dir" "$work/gone" || return 1
	"${tools}ctstate" remove "$work/gone"
	image_event delete "${its#sha256:}"
	printf '%s\n' "Deleted: $its"
}

# Layers and blobs that no image has. What is still used becomes a file of that name first, so that each look is one stat.
sweep() {
	local path name
	mkdir -- "$work/used"
	: >"$work/freed"
	: >"$work/list"
	set +f
	set -- "$root/images"/*/manifest.json "$root/images"/*/config.json
	[ ! -e "$1" ] || jq -r '.config.digest?, .layers[]?.digest, .rootfs.diff_ids[]? | strings' "$@" >"$work/list" ||
		die 1 "an image is damaged: nothing is cleared away"
	while IFS= read -r name; do
		is_digest "$name" && : >"$work/used/${name#sha256:}"
	done <"$work/list"
	for path in "$root/layers"/* "$root/blobs/sha256"/*; do
		name=${path##*/}
		{ is_digest "sha256:$name" && [ ! -e "$work/used/$name" ]; } || continue
		note_size "$path" >>"$work/freed"
		mv -T -- "$path" "$work/gone" || continue
		"${tools}ctstate" remove "$work/gone"
		case $path in "$root/layers"/*) printf '%s\n' "Deleted: sha256:$name" ;; esac
	done
	set -f
}

# note_size PATH: the bytes of a layer or a blob.
note_size() {
	case $1 in
	"$root/layers"/*) cat -- "$1/size" ;;
	*) stat -c %s -- "$1" ;;
	esac
}
