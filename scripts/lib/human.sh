# human.sh - times and sizes as docker words them, without a fork.
#
# Needs: base.sh. Leaves: functions only.
# shellcheck shell=sh

# now_seconds: sets $now to the seconds since 1970: when the machine was started and for how long it runs.
now_seconds() {
	local key value up
	now=0
	while read -r key value; do
		[ "$key" != btime ] || now=$value
	done </proc/stat
	read -r up _ </proc/uptime
	now=$((now + ${up%%.*}))
}

# seconds_of TIME: sets $seconds of an RFC 3339 time (1970 where it is none). The calendar: days since 0000-03-01, so
# that the leap day comes last.
seconds_of() {
	local year month day hour minute second rest zone
	seconds=0
	case $1 in
	[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]*) ;;
	*) return 0 ;;
	esac
	year=${1%%-*} rest=${1#*-}
	month=${rest%%-*} rest=${rest#*-}
	day=${rest%%T*} rest=${rest#*T}
	hour=${rest%%:*} rest=${rest#*:}
	minute=${rest%%:*} rest=${rest#*:}
	second=${rest%"${rest#??}"} rest=${rest#??}
	# Years whose seconds mksh cannot count, such as that of Go's zero time.
	case $year in 19[1-9]? | 20[0-3]?) ;; *) [ $((1 << 31)) -gt 0 ] || return 0 ;; esac
	# Leading zeros would make octal numbers.
	month=${month#0} day=${day#0} hour=${hour#0} minute=${minute#0} second=${second#0}
	[ "$month" -gt 2 ] || year=$((year - 1))
	seconds=$(((year * 365 + year / 4 - year / 100 + year / 400 + (153 * ((month + 9) % 12) + 2) / 5 + day - 1 - 719468) * 86400))
	seconds=$((seconds + ${hour:-0} * 3600 + ${minute:-0} * 60 + ${second:-0}))
	case $rest in
	*[+-][0-9][0-9]:[0-9][0-9])
		zone=${rest#"${rest%??????}"}
		hour=${zone%%:*} minute=${zone#*:}
		rest=${hour%??}
		hour=${hour#?} minute=${minute#0}
		hour=${hour#0}
		seconds=$((seconds - ${rest}1 * (${hour:-0} * 3600 + ${minute:-0} * 60)))
		;;
	esac
}

# is_moment TEXT: ends the command unless it is a time that a filter may have.
is_moment() {
	local now
	now=0
	moment_of "$1" || die 1 "invalid filter 'until=$1': neither a time, nor seconds since 1970, nor a duration such as 24h or 1h30m"
}

# moment_of TEXT: sets $moment to the seconds since 1970 of a time, of these seconds themselves, or of that long before $now.
moment_of() {
	local seconds
	case $1 in
	[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]) seconds_of "$1T00:00:00Z" ;;
	????-??-??T*) seconds_of "$1" ;;
	'' | *[!0-9hms]* | *[hms][hms]* | [!0-9]*) return 1 ;;
	*[!0-9])
		duration_of "$1" || return 1
		seconds=$((now - duration))
		;;
	???????????*) return 1 ;;
	*) seconds=$1 ;;
	esac
	moment=$seconds
	[ "$moment" -ne 0 ]
}

# duration_of TEXT: sets $duration to the seconds of hours, minutes and seconds, such as 1h30m.
duration_of() {
	local rest part unit
	rest=$1 duration=0
	while [ -n "$rest" ]; do
		part=${rest%%[hms]*}
		rest=${rest#"$part"}
		case $part:$rest in
		'':* | ???????*:* | *:) return 1 ;;
		*:h*) unit=3600 ;;
		*:m*) unit=60 ;;
		*) unit=1 ;;
		esac
		rest=${rest#?}
		strip_zeros "$part"
		duration=$((duration + stripped * unit))
	done
}

# ago SECONDS: sets $words to how long ago that was, $now being now.
ago() {
	local past
	past=$((now - $1))
	if [ "$past" -lt 1 ]; then
		words='Less than a second ago'
	elif [ "$past" -lt 2 ]; then
		words='1 second ago'
	elif [ "$past" -lt 60 ]; then
		words="$past seconds ago"
	elif [ "$past" -lt 120 ]; then
		words='About a minute ago'
	elif [ "$past" -lt 3600 ]; then
		words="$((past / 60)) minutes ago"
	elif [ "$past" -lt 7200 ]; then
		words='About an hour ago'
	elif [ "$past" -lt 172800 ]; then
		words="$((past / 3600)) hours ago"
	elif [ "$past" -lt 1209600 ]; then
		words="$((past / 86400)) days ago"
	elif [ "$past" -lt 5184000 ]; then
		words="$((past / 604800)) weeks ago"
	elif [ "$past" -lt 63072000 ]; then
		words="$((past / 2592000)) months ago"
	else
		words="$((past / 31536000)) years ago"
	fi
}

# size_words BYTES: sets $words: three digits, rounded, and a decimal unit. A thousand is three digits less: mksh counts to
# 2^31 only.
size_words() {
	local whole unit part step
	whole=$1 part=0 step=1
	for unit in B kB MB GB TB; do
		[ ${#whole} -gt 3 ] || break
		part=${whole#"${whole%???}"}
		whole=${whole%???}
		step=$((${#whole} > 2 ? 1000 : ${#whole} > 1 ? 100 : 10))
	done
	strip_zeros "$part"
	part=$(((whole * 1000 + stripped + step / 2) / step * step))
	whole=$((part / 1000)) part=$((part % 1000 + 1000))
	part=${part#1}
	while :; do
		case $part in
		*0) part=${part%0} ;;
		*) break ;;
		esac
	done
	words=$whole${part:+.$part}$unit
}
