# health.sh - whether a container is well: its options, its facts, and the start of ctprobe, which asks it.
#
# Needs: base.sh, list.sh, image.sh, state.sh. Leaves: the facts health-test (a list as in an image: CMD and words, or CMD-SHELL and a
# line) and health-options (interval, timeout, start period, retries, start interval); ctprobe, which ends with the container.
# shellcheck shell=sh

o_health_cmd='' o_health_none='' o_health_interval='' o_health_timeout='' o_health_start_period='' o_health_start_interval='' o_health_retries=''

# take_health VALUE: of $option.
take_health() {
	case $option in
	--no-healthcheck) option_switch o_health_none ;;
	--health-cmd) o_health_cmd=$1 ;;
	--health-retries)
		is_number "$1" || die 125 "--health-retries: '$1' is not a number"
		o_health_retries=$1
		;;
	*)
		check_time "$1"
		case $option in
		--health-interval) o_health_interval=$1 ;;
		--health-timeout) o_health_timeout=$1 ;;
		--health-start-period) o_health_start_period=$1 ;;
		--health-start-interval) o_health_start_interval=$1 ;;
		*) option_unknown ;;
		esac
		;;
	esac
}

# check_time VALUE: digits and units as Go has them.
check_time() {
	case $1 in
	*[!0-9.hmsun]* | '' | [!0-9]* | *[0-9.]) [ "$1" = 0 ] || die 125 "$option: '$1' is not a time such as 30s or 1m30s" ;;
	esac
}

# health_facts: the facts, out of the options and what the image says.
health_facts() {
	local interval timeout period retries rest
	[ -z "$o_health_none" ] || {
		[ -z "$o_health_cmd$o_health_interval$o_health_timeout$o_health_start_period$o_health_start_interval$o_health_retries" ] ||
			die 125 "--no-healthcheck and --health-*: it is asked, or not"
		return 0
	}
	list_new health_test
	if [ -n "$o_health_cmd" ]; then
		list_add health_test CMD-SHELL
		list_add health_test "$o_health_cmd"
	else
		image_list health-test health_test
	fi
	[ "$health_test_n" -gt 1 ] || return 0
	IFS=' ' read -r interval timeout period retries rest 2>/dev/null <"$image_dir/health-options" || :
	fact_list health-test health_test
	fact health-options "${o_health_interval:-${interval:-0}} ${o_health_timeout:-${timeout:-0}} \
${o_health_start_period:-${period:-0}} ${o_health_retries:-${retries:-0}} \
${o_health_start_interval:-${rest:-0}}"
}

# start_probe: asks the container $id as exec would, as soon as it runs and as long as it does.
start_probe() {
	local interval timeout period retries rest
	list_new health_test
	read_list "$dir/health-test" health_test || return 0
	IFS=' ' read -r interval timeout period retries rest <"$dir/health-options" || return 0
	list_words health_test
	eval "set -- $words"
	case $1 in
	CMD) shift ;;
	CMD-SHELL) shift && set -- /bin/sh -c "$@" ;;
	*) return 0 ;;
	esac
	set -- "${tools}nsenter-lite" --target-file "$run/$id/pid" --all --join-cgroup --like-target -- "$@"
	[ ! -e "$dir/seccomp" ] || {
		shift
		set -- "${tools}nsenter-lite" --seccomp "$dir/seccomp" "$@"
	}
	tool ctprobe --detach --interval "$interval" --timeout "$timeout" --start-period "$period" --retries "$retries" \
		--start-interval "${rest:-0}" \
		--state "$run/$id/health" --supervisor-file "$run/$id/supervisor" --unless "$run/$id/paused" --event-log "$run/events" --event-id "$id" \
		"$run/$id/pid" -- "$@" || warn "the container's health is not looked after"
}
