# limits.sh - the options that limit a container, checked, and as settings of cgset.
#
# Needs: base.sh, list.sh. Leaves: o_memory, o_memory_swap, o_cpus, o_shares, o_cpuset, o_pids; the list setting.
# shellcheck shell=sh

take_limit() {
	case $option in
	-m | --memory)
		size_bytes "$1"
		[ -z "$bytes" ] || [ "$bytes" -ge 6291456 ] || die 125 "$option: '$1' is too small: the least is 6m"
		o_memory=$1
		;;
	--memory-swap)
		[ "$1" = -1 ] || size_bytes "$1"
		o_memory_swap=$1
		;;
	--cpus) take_cpus "$1" ;;
	-c | --cpu-shares)
		if ! is_number "$1" || [ "$1" -lt 2 ] || [ "$1" -gt 262144 ]; then
			die 125 "$option: '$1' is not a number from 2 to 262144"
		fi
		o_shares=$1
		;;
	--cpuset-cpus)
		case $1 in
		'' | *[!0-9,-]* | [,-]* | *[,-] | *[,-][,-]*) die 125 "$option: '$1' is not a list of CPUs such as 0-1,3" ;;
		esac
		o_cpuset=$1
		;;
	--pids-limit)
		case $1 in
		-1 | 0) o_pids= ;;
		*)
			is_number "$1" || die 125 "$option: '$1' is not a number of processes"
			o_pids=$1
			;;
		esac
		;;
	esac
}

# size_bytes TEXT: sets $bytes; empty for a fraction, which cgset reads.
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
}

# A number of CPUs: decimal, above 0, at most what the machine has.
take_cpus() {
	local whole
	case $1 in
	'' | . | *[!0-9.]* | *.*.* | ????????????????*) die 125 "--cpus: '$1' is not a number such as 0.5" ;;
	*[1-9]*) ;;
	*) die 125 "--cpus: '$1' must be more than 0" ;;
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
	local memory
	[ -n "$o_memory_swap" ] && [ "$o_memory_swap" != -1 ] || return 0
	[ -n "$o_memory" ] || die 125 "--memory-swap: needs --memory as well"
	option=--memory
	size_bytes "$o_memory"
	memory=$bytes
	option=--memory-swap
	size_bytes "$o_memory_swap"
	[ -z "$memory" ] || [ -z "$bytes" ] || [ "$bytes" -ge "$memory" ] ||
		die 125 "--memory-swap: '$o_memory_swap' is less than --memory '$o_memory'"
}
