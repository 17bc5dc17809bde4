# limits.sh - the options that limit a container: checked, and as facts and as settings of cgset.
#
# Needs: base.sh, list.sh, facts.sh. Leaves: the variables o_* of the limits, empty where nothing was said, and the list rate;
# facts, among them limits: what cgset is told, a line each.
# shellcheck shell=sh

# No limit.
limits_new() {
	o_memory='' o_memory_swap='' o_memory_reservation='' o_swappiness='' o_oom_kill_disable='' o_oom_score=''
	o_cpus='' o_quota='' o_period='' o_shares='' o_cpuset='' o_mems='' o_pids='' o_blkio_weight=''
	list_new rate
}

limits_new

# limit_each FUNCTION: calls it with each limit's fact, its word of cgset and its variable.
limit_each() {
	"$1" memory memory o_memory
	# A kernel that does not count swap says so, and limits memory alone.
	"$1" memory-swap 'memory-swap?' o_memory_swap
	"$1" memory-reservation memory-reservation o_memory_reservation
	"$1" memory-swappiness 'memory-swappiness?' o_swappiness
	"$1" oom-kill-disable 'oom-kill-disable?' o_oom_kill_disable
	"$1" cpus cpu o_cpus
	"$1" cpu-quota cpu-quota o_quota
	"$1" cpu-period cpu-period o_period
	"$1" cpu-shares cpu-shares o_shares
	"$1" cpuset-cpus cpuset-cpus o_cpuset
	"$1" cpuset-mems cpuset-mems o_mems
	"$1" pids-limit pids o_pids
	"$1" blkio-weight 'blkio-weight?' o_blkio_weight
}

# One option; $option is its name. 0 is docker's word for "not limited".
take_limit() {
	case $option in
	-m | --memory) take_memory o_memory "$1" ;;
	--memory-reservation) take_memory o_memory_reservation "$1" ;;
	--memory-swap)
		[ "$1" = -1 ] || size_bytes "$1"
		o_memory_swap=$1
		[ "$1" != 0 ] || o_memory_swap=
		;;
	--memory-swappiness) take_number o_swappiness "$1" 0 100 -1 ;;
	--oom-kill-disable)
		option_switch o_oom_kill_disable
		o_oom_kill_disable=${o_oom_kill_disable:+1}
		;;
	--oom-score-adj)
		if ! is_number "${1#-}" || [ "$1" -lt -1000 ] || [ "$1" -gt 1000 ]; then
			die 125 "$option: '$1' is not a number from -1000 to 1000"
		fi
		o_oom_score=$1
		;;
	--cpus) take_cpus "$1" ;;
	--cpu-quota) take_number o_quota "$1" 1000 1000000000 -1 ;;
	--cpu-period) take_number o_period "$1" 1000 1000000 0 ;;
	-c | --cpu-shares) take_number o_shares "$1" 2 262144 0 ;;
	--cpuset-cpus) take_cpuset o_cpuset CPUs "$1" ;;
	--cpuset-mems) take_cpuset o_mems nodes "$1" ;;
	--pids-limit)
		case $1 in
		-1 | 0) o_pids=max ;;
		*)
			is_number "$1" || die 125 "$option: '$1' is not a number of processes"
			o_pids=$1
			;;
		esac
		;;
	--blkio-weight) take_number o_blkio_weight "$1" 10 1000 0 ;;
	--device-read-bps) take_rate io-rbps "$1" ;;
	--device-write-bps) take_rate io-wbps "$1" ;;
	--device-read-iops) take_rate io-riops "$1" ;;
	--device-write-iops) take_rate io-wiops "$1" ;;
	*) option_unknown ;;
	esac
}

# take_number VARIABLE TEXT LEAST MOST NONE: NONE, and 0, mean that nothing is set.
take_number() {
	case $2 in
	"$5" | 0) eval "$1=" && return 0 ;;
	esac
	if ! is_number "$2" || [ "$2" -lt "$3" ] || [ "$2" -gt "$4" ]; then
		die 125 "$option: '$2' is not a number from $3 to $4"
	fi
	eval "$1=\$2"
}

# take_memory VARIABLE SIZE
take_memory() {
	eval "$1="
	[ "$2" != 0 ] || return 0
	size_bytes "$2"
	[ -z "$bytes" ] || [ "$bytes" -ge 6291456 ] || die 125 "$option: '$2' is too small: the least is 6m"
	eval "$1=\$2"
}

# take_cpuset VARIABLE WHAT LIST
take_cpuset() {
	case $3 in
	'' | *[!0-9,-]* | [,-]* | *[,-] | *[,-][,-]*) die 125 "$option: '$3' is not a list of $2 such as 0-1,3" ;;
	esac
	eval "$1=\$3"
}

# take_rate WORD DEVICE:RATE
take_rate() {
	local path
	path=${2%:*}
	case $2 in
	*"$newline"* | :*) path= ;;
	/*:?*) ;;
	*) path= ;;
	esac
	[ -n "$path" ] || die 125 "$option: '$2' is not DEVICE:RATE such as /dev/sda:1m"
	[ -b "$path" ] || die 125 "$option: '$path' is no block device"
	case $1 in
	*bps) size_bytes "${2##*:}" ;;
	*) is_number "${2##*:}" || die 125 "$option: '$2': '${2##*:}' is not a number of operations a second" ;;
	esac
	list_add rate "$1=$2"
}

# size_bytes TEXT: sets $bytes; empty for a fraction, and for what is too large for this shell's arithmetic (mksh has 32
# bits): cgset reads these as well.
size_bytes() {
	local digits factor
	bytes=
	case $1 in
	*[bB]) digits=${1%?} ;;
	*) digits=$1 ;;
	esac
	factor=1
	case $digits in
	*[kK]) factor=1024 ;;
	*[mM]) factor=1048576 ;;
	*[gG]) factor=1073741824 ;;
	*[tT]) factor=1099511627776 ;;
	esac
	digits=${digits%[kKmMgGtT]}
	case $digits in
	*[!0-9.]* | '' | . | *.*.*) die 125 "$option: '$1' is not a size such as 64m" ;;
	*.*) return 0 ;;
	???????????*) die 125 "$option: '$1' is too large" ;;
	esac
	strip_zeros "$digits"
	digits=$stripped
	[ "$factor" -lt 1099511627776 ] || [ ${#digits} -le 6 ] || die 125 "$option: '$1' is too large"
	bytes=$((digits * factor))
	[ ${#digits} -le 9 ] || [ $((1 << 31)) -gt 0 ] || bytes=
	[ -z "$bytes" ] || [ $((bytes / factor)) -eq "$digits" ] || bytes=
}

# A number of CPUs: decimal, at most what the machine has; 0 is no limit.
take_cpus() {
	local whole
	case $1 in
	'' | . | *[!0-9.]* | *.*.* | ????????????????*) die 125 "--cpus: '$1' is not a number such as 0.5" ;;
	*[1-9]*) ;;
	*) o_cpus= && return 0 ;;
	esac
	count_cpus
	strip_zeros "0${1%%.*}"
	whole=$stripped
	if [ "$whole" -gt "$cpus" ] || { [ "$whole" -eq "$cpus" ] && has_fraction "$1"; }; then
		die 125 "--cpus: '$1' is more than this machine has ($cpus)"
	fi
	o_cpus=$1
}

# Whether there is a digit other than 0 behind the point.
has_fraction() {
	case $1 in
	*.*[1-9]*) return 0 ;;
	esac
	return 1
}

# Sets $cpus to the number of online CPUs, from a list such as 0-3,5.
count_cpus() {
	local IFS range list
	read -r list </sys/devices/system/cpu/online
	IFS=,
	cpus=0
	for range in $list; do
		cpus=$((cpus + ${range#*-} - ${range%-*} + 1))
	done
}

# What is left to check when all options are there.
check_limits() {
	if [ -n "$o_cpus" ] && [ -n "$o_quota$o_period" ]; then
		die 125 "--cpus: it is a quota already: leave --cpu-quota and --cpu-period out"
	fi
	check_below --memory-reservation "$o_memory_reservation" --memory "$o_memory"
	[ -n "$o_memory_swap" ] || double_memory
	[ -n "$o_memory_swap" ] && [ "$o_memory_swap" != -1 ] || return 0
	[ -n "$o_memory" ] || die 125 "--memory-swap: needs --memory as well"
	check_below --memory "$o_memory" --memory-swap "$o_memory_swap"
}

# Without --memory-swap there is as much swap as memory, as in docker.
double_memory() {
	local digits
	digits=${o_memory%%[!0-9]*}
	case ${o_memory#"$digits"} in .*) return 0 ;; esac
	[ -n "$digits" ] && [ ${#digits} -le 9 ] || return 0
	strip_zeros "$digits"
	o_memory_swap=$((stripped * 2))${o_memory#"$digits"}
}

# check_below OPTION SIZE OPTION SIZE: the first is not above the second, where both are given.
check_below() {
	local low
	[ -n "$2" ] && [ -n "$4" ] || return 0
	option=$1
	size_bytes "$2"
	low=$bytes
	option=$3
	size_bytes "$4"
	[ -z "$low" ] || [ -z "$bytes" ] || [ "$low" -le "$bytes" ] || die 125 "$3: '$4' is less than $1 '$2'"
}

# limit_setting FACT WORD VARIABLE
limit_setting() {
	eval "[ -z \"\$$3\" ] || list_add setting \"\$2=\$$3\""
}

# The list setting: what cgset is told of them.
limit_settings() {
	list_new setting
	limit_each limit_setting
	list_append rate setting
}

# limit_fact FACT WORD VARIABLE
limit_fact() {
	local value
	eval "value=\$$3"
	[ "$value" = max ] || fact "$1" "$value"
}

# The facts, each limit by itself and all that cgset is told.
limit_facts() {
	limit_each limit_fact
	limit_fact oom-score-adj '' o_oom_score
	limit_settings
	join_list setting '' "$newline"
	fact limits "$joined"
	fact_list device-rates rate
}
