# mounts.sh - volumes and tmpfs: from docker's notation to arguments of rootfs-pivot.
#
# A path is passed on as it was typed; what it means inside the container is found out by rootfs-pivot, inside the root,
# so that no symbolic link of an image leads out of it.
# Needs: base.sh, list.sh. Leaves: the list mount: pairs of an option of rootfs-pivot and its argument; the sources that
# did not exist, made by make_sources.
# shellcheck shell=sh

# take_volume SOURCE:PATH[:OPTIONS]
take_volume() {
	local source target options
	case $1 in
	*"$newline"*) die 125 "$option: '$1': a newline in the path" ;;
	*:*) ;;
	*) die 125 "$option: '$1' is not SOURCE:PATH[:OPTIONS]" ;;
	esac
	source=${1%%:*}
	target=${1#*:}
	options=
	case $target in
	*:*)
		options=${target#*:}
		target=${target%%:*}
		check_volume_options "$1" "$options"
		;;
	esac
	[ -n "$source" ] || die 125 "$option: '$1': the source is empty"
	[ -n "$target" ] || die 125 "$option: '$1': the path inside is empty"
	check_target "$target"
	case $source in
	/*) ;;
	*/* | . | ..) die 125 "$option: '$1': the source '$source' is not an absolute path" ;;
	*)
		is_name "$source" || die 125 "$option: '$1': '$source' is neither an absolute path nor the name of a volume"
		source=$root/volumes/$source/_data
		;;
	esac
	list_add mount --bind
	list_add mount "$source:$target${options:+:$options}"
}

# The path inside: absolute and not the root itself.
check_target() {
	case $1 in
	/*) ;;
	*) die 125 "$option: the path inside '$1' is not absolute" ;;
	esac
	case ${1#"${1%%[!/]*}"} in
	'') die 125 "$option: the path inside must not be '/'" ;;
	esac
}

# Each word behind the second colon must be one that docker knows.
check_volume_options() {
	local IFS word ro rw
	IFS=,
	ro=
	rw=
	case $2 in '' | *:*) die 125 "$option: '$1' is not SOURCE:PATH[:OPTIONS]" ;; esac
	# shellcheck disable=SC2086 # split at the commas
	set -- "$1" $2
	shift
	for word; do
		case $word in
		ro) ro=1 ;;
		rw) rw=1 ;;
		z | Z | nocopy | cached | delegated | consistent) ;;
		private | rprivate | slave | rslave | shared | rshared) ;;
		*) die 125 "$option: unknown option of a volume: '$word'" ;;
		esac
	done
	[ -z "$ro$rw" ] || [ -z "$ro" ] || [ -z "$rw" ] || die 125 "$option: 'ro' and 'rw' at once"
}

# take_tmpfs PATH[:OPTIONS]
take_tmpfs() {
	case $1 in
	*"$newline"*) die 125 "$option: '$1': a newline in the path" ;;
	esac
	check_target "${1%%:*}"
	list_add mount --tmpfs
	list_add mount "$1"
}

# Makes the directories of those sources that are not there, as docker does.
make_sources() {
	local source
	list_words mount
	eval "set -- $words"
	while [ $# -gt 0 ]; do
		source=${2%%:*}
		if [ "$1" = --bind ] && [ ! -e "$source" ]; then
			umask 022
			sys mkdir -p -- "$source" || die 125 "volume: '$source' cannot be made"
			umask 077
		fi
		shift 2
	done
}
