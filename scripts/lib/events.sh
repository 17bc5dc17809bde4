# events.sh - a line of the event log for what a command does to a container, an image, a network or a volume.
#
# nsrun writes start, oom and die, ctstate writes destroy; the others come from here. It is one write by a builtin,
# with O_APPEND, so that the lines of many stay whole; the time is the one since boot, which costs no fork (lib/common/event.h).
# Needs: base.sh, $run. Leaves: a line of $run/events; a log that cannot be written stops nobody.
# shellcheck shell=sh

# event TYPE ACTION ID [KEY=VALUE]...: event network connect "$id" "container=$container" "name=$network"
event() {
	local line word
	read -r line _ </proc/uptime
	line=+$line
	for word; do
		event_word "$word"
		line="$line $event_word"
	done
	# As in the tools, never by way of a link.
	[ -L "$run/events" ] || { printf '%s' "$line$newline" >>"$run/events"; } 2>/dev/null || :
}

# image_event ACTION HEX [NAME]: of the image with that id, which docker takes for its name where there is none.
image_event() {
	event image "$1" "sha256:$2" "name=${3:-sha256:$2}"
}

# Sets $event_word to TEXT with what divides words and lines, and '%', as %XX; other control characters become '?'.
event_word() {
	local rest first
	event_word=$1
	case $1 in
	*[!!-\$\&-~]*) ;;
	*) return 0 ;;
	esac
	rest=$1
	event_word=
	while [ -n "$rest" ]; do
		first=${rest%"${rest#?}"}
		rest=${rest#?}
		case $first in
		' ') first=%20 ;;
		'	') first=%09 ;;
		"$newline") first=%0A ;;
		%) first=%25 ;;
		[!!-~]) first='?' ;;
		esac
		event_word=$event_word$first
	done
}
