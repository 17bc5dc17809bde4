# mounts.sh - volumes, binds and tmpfs: from docker's three notations to arguments of rootfs-pivot.
#
# A path is passed on as it was typed; what it means inside the container is found out by rootfs-pivot, inside the root,
# so that no symbolic link of an image leads out of it. Volumes themselves are volumes.sh's.
# Needs: base.sh, list.sh. Leaves: the list mounts, five values a mount: bind, volume or tmpfs; the volume's name; the
# source; the path inside; the options. mount_arguments makes options of rootfs-pivot of it.
# shellcheck shell=sh

load values

list_new mounts bind volumes_from

# take_volume SOURCE:PATH[:OPTIONS] | PATH
take_volume() {
	local source target options
	case $1 in
	*"$newline"*) die 125 "$option: '$1': a newline in the path" ;;
	*:*) ;;
	/*)
		check_target "$1"
		add_mount volume '' '' "$1" ''
		return 0
		;;
	*) die 125 "$option: '$1' is not SOURCE:PATH[:OPTIONS], nor an absolute path for a volume without a name" ;;
	esac
	source=${1%%:*}
	target=${1#*:}
	options=
	case $target in
	*:*)
		options=${target#*:}
		target=${target%%:*}
		;;
	esac
	[ -n "$source" ] || die 125 "$option: '$1': the source is empty"
	[ -n "$target" ] || die 125 "$option: '$1': the path inside is empty"
	check_target "$target"
	case $source in
	/*) add_mount bind '' "$source" "$target" "$options" ;;
	*/* | . | ..) die 125 "$option: '$1': the source '$source' is not an absolute path" ;;
	*)
		is_volume_name "$source" || die 125 "$option: '$1': '$source' is neither an absolute path nor the name of a volume"
		add_mount volume "$source" '' "$target" "$options"
		;;
	esac
	[ "$target" = "${1#*:}" ] || check_volume_options "$1"
	list_add bind "$1"
}

# check_volume_options TEXT: each word of the mount just added must be one that docker knows, once of its kind.
check_volume_options() {
	local IFS word kind kinds type
	list_get mounts "$mounts_n"
	case $item in '' | *:*) die 125 "$option: '$1' is not SOURCE:PATH[:OPTIONS]" ;; esac
	list_get mounts "$((mounts_n - 4))"
	type=$item
	list_get mounts "$mounts_n"
	kinds=' '
	IFS=,
	for word in $item; do
		case $word in
		ro | rw) kind=mode ;;
		z | Z) kind=label ;;
		nocopy) kind=copy ;;
		cached | delegated | consistent) kind=consistency ;;
		private | rprivate | slave | rslave | shared | rshared)
			kind=propagation
			[ "$type" = bind ] || die 125 "$option: '$word' is for a path of the host, not for a volume"
			;;
		*) die 125 "$option: unknown option of a volume: '$word'" ;;
		esac
		case $kinds in
		*" $kind "*)
			[ "$kind" = mode ] || die 125 "$option: '$1': two options of one kind: '$word' is the second"
			die 125 "$option: 'ro' and 'rw' at once"
			;;
		esac
		kinds="$kinds$kind "
	done
}

# take_tmpfs PATH[:OPTIONS]
take_tmpfs() {
	local options
	case $1 in
	*"$newline"*) die 125 "$option: '$1': a newline in the path" ;;
	esac
	check_target "${1%%:*}"
	options=
	case $1 in *:*) options=${1#*:} ;; esac
	add_mount tmpfs '' '' "${1%%:*}" "$options"
}

# take_volumes_from CONTAINER[:ro|rw]
take_volumes_from() {
	case $1 in
	'' | :*) die 125 "$option: '$1' is not CONTAINER[:ro|rw]" ;;
	*:ro | *:rw) ;;
	*:*) die 125 "$option: '$1': the mode is neither ro nor rw" ;;
	esac
	list_add volumes_from "$1"
}

# add_mount TYPE NAME SOURCE PATH OPTIONS
add_mount() {
	local value
	for value; do
		list_add mounts "$value"
	done
}

# Sets $tidy to PATH without doubled slashes, '.' and a slash at the end.
tidy_path() {
	tidy=$1/
	while :; do
		case $tidy in
		*//*) tidy=${tidy%%//*}/${tidy#*//} ;;
		*/./*) tidy=${tidy%%/./*}/${tidy#*/./} ;;
		*) break ;;
		esac
	done
	tidy=${tidy%/}
}

# Whether something is mounted on PATH already.
has_mount() {
	local index path
	tidy_path "$1"
	path=$tidy
	index=4
	while [ "$index" -le "$mounts_n" ]; do
		list_get mounts "$index"
		tidy_path "$item"
		[ "$tidy" != "$path" ] || return 0
		index=$((index + 5))
	done
	return 1
}

# When all options are there: no path twice; then what other containers and the image bring, where nothing is yet.
settle_mounts() {
	local asked index path
	asked=$mounts_n
	mounts_n=0
	while [ "$mounts_n" -lt "$asked" ]; do
		index=$((mounts_n + 4))
		list_get mounts "$index"
		path=$item
		! has_mount "$path" || die 125 "duplicate mount point: '$path'"
		mounts_n=$((mounts_n + 5))
	done
	index=$volumes_from_n
	while [ "$index" -gt 0 ]; do
		list_get volumes_from "$index"
		mounts_of "$item"
		index=$((index - 1))
	done
}

# mounts_of CONTAINER[:ro|rw]: adds its volumes and binds. With the mode rw each keeps its own.
mounts_of() {
	local id index count mode
	mode=
	case $1 in
	*:ro) mode=ro ;;
	esac
	id=
	load state
	find_container "${1%:r[ow]}" || die 125 "--volumes-from: no such container: '${1%:r[ow]}'"
	[ -s "$root/containers/$id/mounts" ] || return 0
	list_new other
	read_list "$root/containers/$id/mounts" other ||
		die 125 "--volumes-from: the facts of '$1' hold too many kinds of control characters"
	index=0
	count=$other_n
	while [ $((index + 5)) -le "$count" ]; do
		eval "set -- \"\$other_$((index + 1))\" \"\$other_$((index + 2))\" \"\$other_$((index + 3))\" \
			\"\$other_$((index + 4))\" \"\$other_$((index + 5))\""
		index=$((index + 5))
		[ "$1" != tmpfs ] || continue
		has_mount "$4" || add_mount "$1" "$2" "$3" "$4" "$5${mode:+${5:+,}ro}"
	done
}

# Volumes that the image wants for itself, one without a name each.
image_volumes() {
	local index path
	list_new image_volume
	image_list volumes image_volume
	index=0
	while [ "$index" -lt "$image_volume_n" ]; do
		index=$((index + 1))
		list_get image_volume "$index"
		path=$item
		option='the image'
		check_target "$path"
		has_mount "$path" || add_mount volume '' '' "$path" ''
	done
}

# Makes the list mount, the options of rootfs-pivot, of the list mounts. A path comes before those below it, whatever the
# order of the options.
mount_arguments() {
	local depth index left
	list_new mount
	depth=1
	left=$mounts_n
	while [ "$left" -gt 0 ]; do
		index=0
		while [ "$index" -lt "$mounts_n" ]; do
			list_get mounts "$((index + 4))"
			path_depth "$item"
			index=$((index + 5))
			[ "$path_depth" -eq "$depth" ] || continue
			left=$((left - 5))
			eval "mount_argument \"\$mounts_$((index - 4))\" \"\$mounts_$((index - 2))\" \"\$mounts_$((index - 1))\" \
				\"\$mounts_$index\""
		done
		depth=$((depth + 1))
	done
}

# Sets $path_depth to the number of components.
path_depth() {
	local IFS
	tidy_path "$1"
	IFS=/
	# shellcheck disable=SC2086 # split at the slashes
	set -- ${tidy#/}
	path_depth=$#
}

# mount_argument TYPE SOURCE PATH OPTIONS
mount_argument() {
	local options
	options=$4
	case $1 in
	tmpfs)
		list_add mount --tmpfs
		list_add mount "$3${options:+:$options}"
		return
		;;
	volume)
		# What the image has at that place fills the volume the first time.
		case ,$options, in
		*,nocopy,*) ;;
		*) options=copy${options:+,$options} ;;
		esac
		;;
	esac
	case $options in *slave | *slave,* | *shared | *shared,*) mount_follow=true ;; esac
	list_add mount --bind
	list_add mount "$2:$3${options:+:$options}"
}

# Before the first effect: everything about mounts that can be refused.
plan_mounts() {
	load volumes
	settle_mounts
	image_volumes
	name_volumes
	mount_arguments
}

mount_facts() {
	fact_list mounts mounts
	fact_list binds bind
	fact_list volumes-from volumes_from
	fact volumes "${volume_names% }"
}

# Makes the volumes, and the directories of those sources that are not there, as docker does. What --mount names exists.
make_sources() {
	local index source
	make_volumes
	index=0
	while [ "$index" -lt "$mounts_n" ]; do
		list_get mounts "$((index + 3))"
		source=$item
		list_get mounts "$((index + 1))"
		index=$((index + 5))
		[ "$item" = bind ] || continue
		[ ! -e "$source" ] || continue
		umask 022
		sys mkdir -p -- "$source" || die 125 "volume: '$source' cannot be made"
		umask 077
	done
}
