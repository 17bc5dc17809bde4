# chain.sh - the chain of tools that becomes the container.
#
#     logwrite … -- [ptyrun … --] nsrun … -- rootfs-pivot … -- COMMAND
#
# Built from its end: the command's words first, then what stands before them.
# Needs: base.sh, list.sh, state.sh, create.sh, resources.sh and what they have chosen. Leaves: nothing but the running
# container.
# shellcheck shell=sh

# Without overlay: the layers one over the other, the topmost last.
copy_layers() {
	local IFS layer reversed
	IFS=:
	reversed=
	for layer in $layers; do
		reversed=$layer${reversed:+:}$reversed
	done
	for layer in $reversed; do
		sys cp -a -- "$layer/." "$dir/merged/" || die 125 "copy: '$layer' to '$dir/merged': see above"
	done
}

# Builds rootfs-pivot's command line, from its end.
start_container() {
	list_words command
	eval "set -- $words"
	set -- "$dir/merged" -- "$@"
	list_words mount
	eval "set -- $words \"\$@\""
	set -- --proc --dev --sys --cgroups --bind "$dir/hostname:/etc/hostname" --bind "$dir/hosts:/etc/hosts" \
		--bind "$dir/resolv.conf:/etc/resolv.conf" "$@"
	case $storage in
	overlay) set -- --overlay "$layers,$dir/upper,$dir/work" "$@" ;;
	copy) copy_layers ;;
	esac
	[ -z "$o_read_only" ] || set -- --ro "$@"
	list_new landing
	landing_options
	list_words landing
	eval "set -- $words \"\$@\""
	[ -z "$o_user" ] || set -- --user "$o_user" "$@"
	[ -z "$o_workdir" ] || set -- --cwd "$o_workdir" --cwd-make "$@"
	[ -z "$o_init" ] || set -- --init "${tools}ctinit" "$@"
	[ -z "$o_no_new_privs" ] || set -- "--no-new-privs=$o_no_new_privs" "$@"
	[ -z "$o_seccomp" ] || set -- --seccomp "$o_seccomp" "$@"
	[ -z "$o_tty" ] || set -- --console-fd 4 "$@"
	supervise "${tools}rootfs-pivot" --profile "$profile" --clear-env --env-file "$dir/env" --exec-fd 3 "$@"
}

# The list landing: options of rootfs-pivot about privileges. Capabilities as in docker, whatever the order on the command
# line: all but those dropped where all are added, otherwise those added whatever was dropped.
landing_options() {
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
	list_pairs group_add landing --group-add
	! is_loaded security || security_pivot_options
}

# supervise COMMAND...: puts nsrun in front, and what serves its standard input and output.
supervise() {
	set -- --pid-file "$run/$id/pid" --supervisor-file "$run/$id/supervisor" --exit-file "$run/$id/exit" \
		--event-log "$run/events" --event-id "$id" \
		--on-exit /bin/sh --on-exit-arg "$scripts/lib/reap.sh" --on-exit-arg "$root" --on-exit-arg "$run" \
		--on-exit-arg "$id" --on-exit-arg "$tools" --on-exit-arg "${o_remove:+remove}" \
		--into-cgroup "$group" --exec-fd 3 -- "$@"
	! is_loaded security || {
		security_nsrun_options
		list_words nsrun_option
		eval "set -- $words \"\$@\""
	}
	[ -z "$o_oom_score" ] || set -- --oom-score-adj "$o_oom_score" "$@"
	case $o_network in
	bridge) set -- --net=join:"/run/netns/$netns" "$@" ;;
	none)
		# What netns-veth sets for the others: ping and ports below 1024 need no capability.
		set -- --net --loopback-up --sysctl 'net.ipv4.ping_group_range=0 2147483647' \
			--sysctl net.ipv4.ip_unprivileged_port_start=0 "$@"
		;;
	esac
	if [ "$o_network" != host ] || [ -n "$o_hostname" ]; then
		set -- --uts --hostname "$hostname" "$@"
	fi
	[ -n "$o_tty" ] || set -- --stdout-fd 5 --stderr-fd 6 --drain-fd 7 "$@"
	[ -z "$o_tty" ] || set -- --keep-fd 4 "$@"
	[ -z "$o_detach" ] || set -- --detach "$@"
	set -- "${tools}nsrun" --mount --ipc --pid --cgroup "$@"
	[ -z "$o_tty" ] || set -- "${tools}ptyrun" ${o_detach:+--detach} --console-fd 4 --log-fd 5 --drain-fd 7 -- "$@"
	set -- --out-fd 5 --done-fd 7 -- "$@"
	[ -n "$o_tty" ] || set -- --err-fd 6 "$@"
	[ -n "$o_tty$o_detach" ] || set -- --tee "$@"
	set -- "${tools}logwrite" --file "$dir/log" --max-size "$o_log_size" --max-file "$o_log_files" "$@"
	launch "$@"
}

# launch CHAIN...: becomes it, or waits for its answer and prints the id. Detached with -i the command's standard input is
# a pipe that stays open and has nothing yet, as in docker.
launch() {
	local status input
	if [ -z "$o_detach" ]; then
		# The traps stay until exec takes them away: a signal that comes before is not lost, and a failed exec is undone.
		[ -n "$o_stdin" ] || exec </dev/null
		become "$@"
	fi
	status=0
	input=/dev/null
	if [ -n "$o_stdin" ] && [ -z "$o_tty" ]; then
		input=$run/$id/stdin
		sys mkfifo -- "$input" || exit 125
	fi
	sys "$@" <>"$input" >/dev/null || status=$?
	[ "$status" -eq 0 ] || exit "$status"
	state_keep
	tool ctstate remove "$run/starting/$id"
	printf '%s\n' "$id"
}
