# update - change the limits of containers and when they are started again.
#
# The facts are what a container is started with; where it runs, its control group gets the limits at once, and its
# supervisor, if it was started with a policy, reads the fact restart when the command ends.
# shellcheck shell=sh

update_help='Usage: mydocker update [OPTION]... CONTAINER...
Change the limits of each CONTAINER, at once and for its next starts. 0 leaves one as it is.
A policy holds from the next start on where the container runs without one.

      --blkio-weight N       relative weight of block devices, 10 to 1000
      --cpu-period N         period of the quota in microseconds
      --cpu-quota N          microseconds of CPU time in each period
  -c, --cpu-shares N         relative weight
      --cpus N               number of CPUs, such as 0.5
      --cpuset-cpus LIST     CPUs to run on, such as 0-1,3
      --cpuset-mems LIST     memory nodes to use
  -m, --memory SIZE          limit of memory, such as 64m
      --memory-reservation SIZE
                             what is left under pressure (soft limit)
      --memory-swap SIZE     limit of memory and swap together; -1 is none
      --pids-limit N         limit of processes and threads; -1 is none
      --restart POLICY       start it again when it ends: no, on-failure[:MAX], always or
                             unless-stopped
      --help                 show this help'

cmd_update() {
	local policy
	load list refs limits state events
	list_new change
	policy=
	parse_refs ' --blkio-weight --cpu-period --cpu-quota -c --cpu-shares --cpus --cpuset-cpus --cpuset-mems -m --memory
		--memory-reservation --memory-swap --pids-limit --restart ' take_update_option "$@"
	[ "$change_n" -gt 0 ] || [ -n "$policy" ] || die 1 "needs at least one limit or --restart; see '$program --help'"
	each_ref update_one
}

# What is wrong in itself is refused before any container is touched.
take_update_option() {
	case $option in
	--help) help_exit "$update_help" ;;
	--restart)
		load values
		take_restart "$option_value"
		policy=${o_restart:-no}
		return 0
		;;
	--blkio-weight | --cpu-period | --cpu-quota | -c | --cpu-shares | --cpus | --cpuset-cpus | --cpuset-mems | -m | --memory | \
		--memory-reservation | --memory-swap | --pids-limit) ;;
	*) option_unknown ;;
	esac
	take_limit "$option_value"
	list_add change "$option"
	list_add change "$option_value"
}

update_one() {
	if ! find_container "$1"; then
		warn "no such container: '$1'"
	elif (change_container); then
		event container update "$id"
		printf '%s\n' "$1"
		return
	fi
	return 1
}

# Run by itself, for what does not fit ends it.
change_container() {
	local flags
	dir=$root/containers/$id
	{ IFS= read -r flags <"$dir/flags"; } 2>/dev/null || flags=
	case $policy:" $flags" in
	?*' rm '*) [ "$policy" = no ] || die 1 "--restart: '$id' is removed when it ends: it cannot be started again" ;;
	esac
	umask 077
	[ "$change_n" -eq 0 ] || change_limits
	[ -z "$policy" ] || change_policy
}

# The fact stays where a supervisor lives, for that keeps the policy that it has without one.
change_policy() {
	if [ "$policy" != no ] || { [ -e "$dir/restart" ] && identity_alive "$run/$id/supervisor"; }; then
		write_change restart '%s\n' "$policy"
	else
		rm -f -- "$dir/restart"
	fi
}

change_limits() {
	local group
	read_limits
	take_changes
	check_limits
	if is_running "$id" && read -r group <"$run/$id/cgroup"; then
		limit_settings
		list_words setting
		[ -z "$words" ] || eval "tool cgset \"\$group\" $words" || exit 1
	fi
	write_limits
}

# The options again, over what the container has.
take_changes() {
	local index
	index=0
	while [ "$index" -lt "$change_n" ]; do
		list_get change "$((index + 1))"
		option=$item
		list_get change "$((index += 2))"
		case $option:$item in
		--pids-limit:*) take_limit "$item" ;;
		*:0) ;;
		*) take_limit "$item" ;;
		esac
	done
}

# read_limits: the variables and the list rate out of the facts in $dir.
read_limits() {
	limits_new
	limit_each read_limit
	read_limit oom-score-adj '' o_oom_score
	[ ! -s "$dir/device-rates" ] || read_list "$dir/device-rates" rate
}

# read_limit FACT WORD VARIABLE
read_limit() {
	{ IFS= read -r "$3" <"$dir/$1"; } 2>/dev/null || eval "$3="
}

# The facts instead of those that are there.
write_limits() {
	limit_each write_limit
	write_limit oom-score-adj '' o_oom_score
	limit_settings
	list_words setting
	if [ -n "$words" ]; then
		eval "write_change limits '%s\\n' $words"
	else
		rm -f -- "$dir/limits"
	fi
	list_words rate
	[ -z "$words" ] || eval "write_change device-rates '%s\\0' $words"
}

# write_change FACT FORMAT WORD...: whole at any time, since who starts or supervises it may read it.
write_change() {
	local fact new
	fact=$dir/$1
	new=$dir/.$1.$$
	shift
	# shellcheck disable=SC2059 # a format
	if ! { printf "$@" >"$new"; } 2>/dev/null; then
		rm -f -- "$new"
		die 1 "'$fact' cannot be written: is the disk full?"
	fi
	sys mv -f -- "$new" "$fact" || exit 1
}

# write_limit FACT WORD VARIABLE
write_limit() {
	local value had
	eval "value=\$$3"
	{ IFS= read -r had <"$dir/$1"; } 2>/dev/null || had=
	case $value in
	"$had") ;;
	'' | max) rm -f -- "$dir/$1" ;;
	*) write_change "$1" '%s\n' "$value" ;;
	esac
}
