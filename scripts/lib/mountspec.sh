# mountspec.sh - docker's --mount: KEY=VALUE words with commas between them, as one mount.
#
# Needs: base.sh, list.sh, mounts.sh. Leaves: one more mount in the list mounts.
# shellcheck shell=sh

# take_mount KEY=VALUE[,KEY=VALUE]...
take_mount() {
	m_type='' m_source='' m_target='' m_options='' m_read_only='' m_propagation='' m_recursive='' m_nocopy=''
	m_size='' m_mode='' m_foreign=''
	case $1 in
	'') die 125 "$option: 'type=bind|volume|tmpfs,source=…,target=…' is expected" ;;
	*"$newline"*) die 125 "$option: '$1': a newline in it" ;;
	esac
	split_fields "$1"
	case ${m_type:=volume} in
	bind | volume | tmpfs) ;;
	*) die 125 "$option: '$m_type' is no type of mount: bind, volume or tmpfs" ;;
	esac
	[ -n "$m_target" ] || die 125 "$option: '$1': a target is needed"
	check_target "$m_target"
	check_colon "$m_target"
	check_colon "$m_source"
	check_foreign
	"mount_$m_type" "$1"
}

# split_fields TEXT: takes each field; one that begins with a double quote goes on to the next that stands alone, and two
# stand for one.
split_fields() {
	local rest field
	rest=$1,
	while [ -n "$rest" ]; do
		case $rest in
		\"*)
			rest=${rest#?}
			field=
			while :; do
				case $rest in
				*\"*) ;;
				*) die 125 "$option: '$1': a quotation mark without its second" ;;
				esac
				field=$field${rest%%\"*}
				rest=${rest#*\"}
				case $rest in
				\"*)
					field=$field\"
					rest=${rest#?}
					;;
				,*) break ;;
				*) die 125 "$option: '$1': a quotation mark inside of a word" ;;
				esac
			done
			;;
		*) field=${rest%%,*} ;;
		esac
		rest=${rest#*,}
		take_field "$field"
	done
}

# One KEY=VALUE; some keys are switches and may stand alone.
take_field() {
	local key value
	key=${1%%=*}
	case $1 in
	*=*) value=${1#*=} ;;
	readonly | ro | volume-nocopy | bind-nonrecursive) value=true ;;
	*) die 125 "$option: '$1' is not KEY=VALUE" ;;
	esac
	case $key in
	type) m_type=$value ;;
	source | src) m_source=$value ;;
	target | dst | destination) m_target=$value ;;
	readonly | ro) field_switch m_read_only "$key" "$value" ;;
	consistency) ;;
	bind-propagation) m_propagation=$value ;;
	bind-nonrecursive)
		field_switch m_recursive "$key" "$value"
		[ -z "$m_recursive" ] || m_recursive=disabled
		;;
	bind-recursive) m_recursive=$value ;;
	volume-nocopy) field_switch m_nocopy "$key" "$value" ;;
	tmpfs-size) m_size=$value ;;
	tmpfs-mode) m_mode=$value ;;
	volume-driver) [ "$value" = local ] || die 125 "$option: volume-driver: there is none but 'local'" ;;
	volume-label) die 125 "$option: '$key' is not supported; make the volume before (mydocker volume create --label)" ;;
	volume-opt | volume-subpath) die 125 "$option: '$key' is not supported; bind the directory instead (type=bind)" ;;
	*) die 125 "$option: unknown key '$key'" ;;
	esac
	case $key in
	bind-* | volume-* | tmpfs-*) m_foreign="$m_foreign$key " ;;
	esac
}

# field_switch VARIABLE KEY VALUE
field_switch() {
	case $3 in
	true | 1) eval "$1=true" ;;
	false | 0) eval "$1=" ;;
	*) die 125 "$option: '$2' is a switch: true or false, not '$3'" ;;
	esac
}

# rootfs-pivot divides its arguments at colons.
check_colon() {
	case $1 in
	*:*) die 125 "$option: '$1': a ':' in a path cannot be told" ;;
	esac
}

# No option of one type with another type.
check_foreign() {
	local word
	for word in $m_foreign; do
		case $word in
		"$m_type"-*) ;;
		*) die 125 "$option: '$word' is not for the type '$m_type'" ;;
		esac
	done
}

# mount_word WORD
mount_word() {
	m_options=$m_options${m_options:+,}$1
}

mount_bind() {
	case $m_source in
	'') die 125 "$option: '$1': a source is needed" ;;
	/*) ;;
	*) die 125 "$option: the source '$m_source' is not an absolute path" ;;
	esac
	[ -e "$m_source" ] || die 125 "$option: the source does not exist: '$m_source'"
	[ -z "$m_read_only" ] || mount_word ro
	case $m_propagation in
	'') ;;
	private | rprivate | slave | rslave | shared | rshared) mount_word "$m_propagation" ;;
	*) die 125 "$option: bind-propagation: '$m_propagation' is none of rprivate, rslave, rshared, private, slave, shared" ;;
	esac
	case $m_recursive in
	'' | enabled) ;;
	disabled) mount_word bind ;;
	readonly)
		[ "$m_read_only:$m_propagation" = true:rprivate ] ||
			die 125 "$option: bind-recursive=readonly needs readonly and bind-propagation=rprivate"
		;;
	writable) die 125 "$option: bind-recursive=writable is not supported: what is read-only is so with all below it" ;;
	*) die 125 "$option: bind-recursive: '$m_recursive' is none of enabled, disabled, readonly" ;;
	esac
	add_mount bind '' "$m_source" "$m_target" "$m_options"
}

mount_volume() {
	[ -z "$m_source" ] || is_volume_name "$m_source" || die 125 "$option: '$m_source' is not the name of a volume"
	[ -z "$m_read_only" ] || mount_word ro
	[ -z "$m_nocopy" ] || mount_word nocopy
	add_mount volume "$m_source" '' "$m_target" "$m_options"
}

mount_tmpfs() {
	[ -z "$m_source" ] || die 125 "$option: a tmpfs has no source"
	[ -z "$m_read_only" ] || mount_word ro
	if [ -n "$m_size" ]; then
		load limits
		size_bytes "$m_size"
		mount_word "size=${bytes:-$m_size}"
	fi
	case $m_mode in
	'') ;;
	*[!0-7]* | ??????*) die 125 "$option: tmpfs-mode: '$m_mode' is not an octal mode" ;;
	*) mount_word "mode=$m_mode" ;;
	esac
	add_mount tmpfs '' '' "$m_target" "$m_options"
}
