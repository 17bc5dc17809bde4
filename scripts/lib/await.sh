# await.sh - the end of a container and its exit status, which one of --rm takes away with it.
#
# Needs: base.sh, state.sh. Leaves: $run/waiting/ID.PID while it waits: the reaper writes the exit there before it removes the
# container; gc removes those of processes that are gone.
# shellcheck shell=sh

# await_begin: from now on the end of $id is not missed.
await_begin() {
	awaited=$run/waiting/$id.$$
	[ -d "$run/waiting" ] || sys mkdir -p -m 700 -- "$run/waiting"
	trap 'await_undo "$?"' EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
	: >"$awaited"
}

# await_end: waits for it and sets $exit_status; 255 where nobody knows.
await_end() {
	# One that has just ended has a supervisor that is about to say how.
	if is_running "$id" || identity_alive "$run/$id/supervisor"; then
		tool pidctl --quiet --wait forever --wait-exit-of "$run/$id/supervisor" "$run/$id/pid" || :
	fi
	read_exit "$root/containers/$id/exit" || read_exit "$run/$id/exit" || read_exit "$awaited" || exit_status=255
	rm -f -- "$awaited"
	trap - EXIT HUP INT TERM
}

# await_undo STATUS: the EXIT trap; mksh would take the status of its last command.
await_undo() {
	trap - EXIT
	rm -f -- "$awaited"
	exit "$1"
}
