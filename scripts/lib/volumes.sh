# volumes.sh - volumes: directories that outlive containers, by name or without one.
#
# $root/volumes/NAME/_data is what containers see. Beside it are facts of the volume: created, labels (a list), and the
# mark "anonymous" of one that a container made for itself, which `rm -v` and `run --rm` take along. A container's fact
# "volumes" names those that it uses, a line of words; it is written before the volume is made, so that whoever removes
# one can know.
# Needs: $root, $run and $tools; base.sh, list.sh and mounts.sh for what run calls.
# shellcheck shell=sh

load instance

# Gives volumes without a name one of 64 digits, and each its source.
name_volumes() {
	local index id
	index=0
	volume_names=
	volumes_new=' '
	while [ "$index" -lt "$mounts_n" ]; do
		list_get mounts "$((index + 1))"
		if [ "$item" = volume ]; then
			list_get mounts "$((index + 2))"
			if [ -z "$item" ]; then
				random_id
				item=$id
				volumes_new="$volumes_new$id "
				eval "mounts_$((index + 2))=\$item"
			fi
			volume_names="$volume_names$item "
			eval "mounts_$((index + 3))=\$root/volumes/\$item/_data"
		fi
		index=$((index + 5))
	done
}

# Makes those of $volume_names that are not there.
make_volumes() {
	local volume
	for volume in $volume_names; do
		[ -d "$root/volumes/$volume/_data" ] || make_volume "$volume"
		case $volumes_new in
		*" $volume "*) : >"$root/volumes/$volume/anonymous" ;;
		esac
	done
}

# make_volume NAME
make_volume() {
	local now
	sys mkdir -p -- "$root/volumes/$1" || die 125 "the volume '$1' cannot be made"
	now=$("${tools}ctstate" now)
	printf '%s\n' "$now" >"$root/volumes/$1/created"
	umask 022
	sys mkdir -p -- "$root/volumes/$1/_data" || die 125 "the volume '$1' cannot be made"
	umask 077
	load events
	event volume create "$1" driver=local
}

# volume_users NAME: sets $users to the ids of the containers that use it.
volume_users() {
	local file names
	users=
	set +f
	for file in "$root/containers"/*/volumes; do
		{ IFS=' ' read -r names <"$file"; } 2>/dev/null || continue
		file=${file%/volumes}
		case " $names " in
		*" $1 "*) users="$users${file##*/} " ;;
		esac
	done
	set -f
}

# Whether DIR is a mount point or there are mounts below it: somebody's data, which no removal may begin to touch.
has_mounts() {
	local path at
	# As mountinfo writes it.
	path=$1
	while :; do
		case $path in
		*' '*) path=${path%%' '*}'\040'${path#*' '} ;;
		*) break ;;
		esac
	done
	while read -r _ _ _ _ at _; do
		case $at in
		"$path" | "$path"/*) return 0 ;;
		esac
	done </proc/self/mountinfo
	return 1
}
