# stop.sh - the end of a container: its stop signal, then KILL after a while.
#
# Needs: base.sh, list.sh, state.sh, events.sh. Leaves: nothing that runs.
# shellcheck shell=sh

# The value of --time; sets $seconds.
take_seconds() {
	[ "$option_value" = -1 ] || is_number "$option_value" || die 125 "$option: '$option_value' is not a number of seconds"
	seconds=$option_value
}

# stop_one REF SIGNAL SECONDS
stop_one() {
	local signal seconds
	signal=$2
	seconds=$3
	if ! find_container "$1"; then
		warn "no such container: '$1'"
		return 1
	fi
	if ! is_running "$id" && ! is_restarting "$id"; then
		is_damaged "$id" || return 0
		warn "'$1' cannot be stopped: '$run/$id/pid' is damaged; 'mydocker rm -f' ends it"
		return 1
	fi
	[ -n "$signal" ] || { read -r signal <"$root/containers/$id/stop-signal"; } 2>/dev/null || signal=TERM
	[ -n "$seconds" ] || { read -r seconds <"$root/containers/$id/stop-timeout"; } 2>/dev/null || seconds=10
	if [ "$seconds" = -1 ]; then
		set -- --wait forever
	else
		set -- --wait "$seconds" --then KILL
	fi
	end_container "$id" --signal "$signal" "$@" || return 1
	event container stop "$id"
}

# stop_all SIGNAL SECONDS: the list ref, side by side, so that together they take as long as the slowest.
stop_all() {
	local index status
	status=0
	list_new job
	index=0
	while [ "$index" -lt "$ref_n" ]; do
		index=$((index + 1))
		list_get ref "$index"
		stop_one "$item" "$1" "$2" &
		list_add job "$!"
	done
	index=0
	while [ "$index" -lt "$ref_n" ]; do
		index=$((index + 1))
		list_get job "$index"
		if wait "$item"; then
			list_get ref "$index"
			printf '%s\n' "$item"
		else
			status=1
		fi
	done
	exit "$status"
}
