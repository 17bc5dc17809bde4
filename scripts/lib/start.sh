# start.sh - the start of containers that are there, for `start` and `restart`.
#
# Needs: base.sh, list.sh, state.sh, recall.sh, resources.sh, files.sh, chain.sh. Leaves: them running, their names printed.
# shellcheck shell=sh

# start_each [BEFORE]: the list ref, one after the other, each behind the function BEFORE; exits with 1 when one could not be started. Each in a process of its own:
# what goes wrong with one ends that, and undoes the start. Not behind || or if, where no failure would end anything.
start_each() {
	local index status failed
	failed=0
	index=0
	while [ "$index" -lt "$ref_n" ]; do
		index=$((index + 1))
		list_get ref "$index"
		set +e
		(
			set -e
			[ $# -eq 0 ] || "$1" "$item"
			start_one "$item"
		)
		status=$?
		set -e
		[ "$status" -eq 0 ] || failed=1
	done
	exit "$failed"
}

start_one() {
	begin_start "$1"
	if [ -z "$running" ]; then
		o_detach=true
		o_stdin=
		supervise --args "$dir/chain"
	fi
	printf '%s\n' "$1"
}

# begin_start REF: everything before the chain. $running says that there is nothing to do.
begin_start() {
	need_container "$1" 1
	dir=$root/containers/$id
	[ ! -e "$run/$id/paused" ] || ! is_running "$id" || die 1 "cannot start '$1': it is paused; unpause it instead"
	claim_start
	[ -z "$running" ] || return 0
	recall_container
	begin_again
	choose_group
	printf '%s\n' "$group" >"$run/$id/cgroup"
	recall_settings
	make_resources
	write_files
}
