# values.sh - the options of run that are given less often, and what they take for their values.
#
# Needs: base.sh, list.sh, options.sh. Leaves: the variables o_* and the lists.
# shellcheck shell=sh

# One option; $option is its name.
take_value_option() {
	case $option in
	--restart) take_restart "$1" ;;
	--log-driver) take_log_driver "$1" ;;
	--log-opt) take_log "$1" ;;
	--init) option_switch o_init ;;
	--read-only) option_switch o_read_only ;;
	--privileged)
		option_switch o_privileged
		profile=${o_privileged:+privileged}
		profile=${profile:-default}
		;;
	-h | --hostname) take_hostname "$1" ;;
	-w | --workdir) take_workdir "$1" ;;
	-u | --user) take_user "$1" ;;
	--env-file) take_env_file "$1" ;;
	-l | --label) load labels && take_label "$1" ;;
	--label-file) take_label_file "$1" ;;
	--entrypoint) o_entrypoint=$1 o_entrypoint_given=1 ;;
	--cap-add | --cap-drop) take_capability "$1" ;;
	--cgroup-parent) load cgparent && take_cgroup_parent "$1" ;;
	--group-add) list_add group_add "$1" ;;
	--cidfile) o_cidfile=$1 ;;
	--stop-signal) take_stop_signal "$1" ;;
	--stop-timeout)
		is_number "${1#-}" || die 125 "--stop-timeout: '$1' is not a number of seconds"
		case $1 in
		-*) o_stop_timeout=-1 ;;
		*) o_stop_timeout=$1 ;;
		esac
		;;
	--storage-driver) take_storage "$1" ;;
	--pull) take_pull "$1" ;;
	-q | --quiet) option_switch o_quiet ;;
	--platform) o_platform=$1 ;;
	--rootfs) absolute o_rootfs --rootfs "$1" ;;
	--help)
		load runhelp
		help_exit "${help_head:-$run_head}$run_options"
		;;
	*) option_unknown ;;
	esac
}

take_restart() {
	case $1 in
	no | '') o_restart= ;;
	on-failure | always | unless-stopped) o_restart=$1 ;;
	on-failure:*)
		is_number "${1#*:}" || die 125 "--restart: '$1': '${1#*:}' is not a number of restarts"
		strip_zeros "${1#*:}"
		[ "$stripped" -le 1000000 ] || die 125 "--restart: '$1': more than 1000000 restarts"
		o_restart=on-failure:$stripped
		;;
	*) die 125 "--restart: '$1' is none of no, on-failure[:MAX], always, unless-stopped" ;;
	esac
}

# The names of docker's file formats stand for it.
take_log_driver() {
	case $1 in
	'' | cri | json-file | local) o_log_driver= ;;
	none | raw) o_log_driver=$1 ;;
	*) die 125 "--log-driver: '$1' is none of cri (json-file and local mean it too), raw, none" ;;
	esac
}

# For inspect.
keep_cidfile() {
	await_directories
	printf '%s\n' "$o_cidfile" >"$dir/cidfile"
}

take_hostname() {
	case $1 in
	*[!A-Za-z0-9._-]* | [.-]* | *[.-]) die 125 "--hostname: '$1' is not a host name" ;;
	esac
	[ ${#1} -le 63 ] || die 125 "--hostname: '$1' is longer than 63 characters"
	o_hostname=$1
}

take_workdir() {
	case $1 in
	/*) ;;
	*) die 125 "--workdir: '$1' is not an absolute path" ;;
	esac
	o_workdir=$1
}

take_user() {
	case $1 in
	:?*) set -- "0$1" ;;
	esac
	case $1 in
	'' | :* | *:*:* | *[!A-Za-z0-9_.:@\$-]*) die 125 "--user: '$1' is not USER[:GROUP]" ;;
	esac
	o_user=$1
}

take_capability() {
	case $1 in
	'' | *[!A-Za-z_]*) die 125 "$option: no such capability: '$1'" ;;
	esac
	case $option in
	--cap-add) list_add cap_add "$1" ;;
	--cap-drop) list_add cap_drop "$1" ;;
	esac
}

# Adds to the list landing the options about capabilities, as in docker whatever the order on the command line: all but
# those dropped where all are added, otherwise those added whatever was dropped.
landing_capabilities() {
	join_list cap_add ' ' ' '
	case "$joined " in
	*' '[Aa][Ll][Ll]' '*)
		list_pairs cap_add landing --cap-add
		list_pairs cap_drop landing --cap-drop
		;;
	*)
		list_pairs cap_drop landing --cap-drop
		list_pairs cap_add landing --cap-add
		;;
	esac
}

take_stop_signal() {
	case $1 in
	'' | *[!A-Za-z0-9+-]*) die 125 "--stop-signal: no such signal: '$1'" ;;
	esac
	# pidctl knows their names; a wrong one is wrong usage, before it looks for a process.
	"${tools}pidctl" --quiet --signal "$1" /dev/null 2>/dev/null || [ "$?" -ne 2 ] ||
		die 125 "--stop-signal: no such signal: '$1'"
	o_stop_signal=$1
}

take_pull() {
	case $1 in
	always | missing | never) o_pull=$1 ;;
	*) die 125 "--pull: '$1' is not always, missing or never" ;;
	esac
}

take_storage() {
	case $1 in
	overlay | overlay2) o_storage=overlay ;;
	copy | vfs) o_storage=copy ;;
	*) die 125 "--storage-driver: '$1' is neither overlay nor copy" ;;
	esac
}

take_log() {
	case $1 in
	max-size=?*)
		load limits
		size_bytes "${1#*=}"
		o_log_size=${1#*=}
		;;
	max-file=[1-9] | max-file=[1-9][0-9]) o_log_files=${1#*=} ;;
	*) die 125 "--log-opt: '$1' is neither max-size=SIZE nor max-file=NUMBER" ;;
	esac
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

# Sets $value to the variable that the caller exported; returns 1 when there is none. The shell's own variables, whose
# names may be the same, do not count: the kernel keeps what this process was started with.
caller_value() {
	local line
	read_entries "/proc/$$/environ" ||
		die 125 "$option: '$1': the caller's environment holds too many kinds of control characters; say $1=VALUE"
	while IFS= read -r line; do
		case $line in
		"$1="*)
			restore_newlines "${line#*=}"
			value=$restored
			return 0
			;;
		esac
	done <<-EOF
		$entries
	EOF
	return 1
}

# A line is NAME=VALUE as it stands (no quotes, no escapes), NAME alone, a comment or empty. What Windows' editors put before
# the first line and at the end of each is no part of it.
take_env_file() {
	env_hidden=1
	take_before env "$1" take_env
}

take_label_file() {
	load labels
	take_before label "$1" take_label
}

# take_before LIST FILE FUNCTION: what the lines of FILE add to LIST stands behind that of other files and before what options
# say, whatever the order on the command line: in docker an option counts.
take_before() {
	local list index count
	list=$1
	eval "count=\$${list}_n index=\${${list}_filed:-0}"
	list_new said
	while [ "$index" -lt "$count" ]; do
		list_get "$list" "$((index += 1))"
		list_add said "$item"
	done
	eval "${list}_n=\${${list}_filed:-0}"
	take_lines "$2" "$3"
	eval "${list}_filed=\$${list}_n"
	list_append said "$list"
}

# take_lines FILE FUNCTION
take_lines() {
	local line mark return
	[ -f "$1" ] && [ -r "$1" ] || [ "$1" = /dev/stdin ] || [ -p "$1" ] || die 125 "$option: '$1' cannot be read"
	return=$(tr abcd '\357\273\277\r' <<-EOF
		abcd
	EOF
	)
	mark=${return%?}
	return=${return#"$mark"}
	while IFS= read -r line || [ -n "$line" ]; do
		line=${line#"$mark"}
		mark=
		line=${line%"$return"}
		line=${line#"${line%%[! 	]*}"}
		case $line in
		'' | '#'*) continue ;;
		esac
		case ${line%%=*} in
		*[\ \	]*) die 125 "$option: '$1': a blank in the name '${line%%=*}'" ;;
		esac
		"$2" "$line"
	done <"$1"
}
