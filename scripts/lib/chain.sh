# chain.sh - the chain of tools that becomes the container.
#
#     logwrite … -- [ptyrun … --] nsrun … -- rootfs-pivot … -- COMMAND
#
# Built from its end: the command's words first, then what stands before them.
# Needs: base.sh, list.sh, state.sh, create.sh, resources.sh and what they have chosen. Leaves: nothing but the running
# container.
# shellcheck shell=sh

# with_chain FUNCTION: calls it with the words that are the same at each start: options of nsrun, then rootfs-pivot's command
# line.
with_chain() {
	local function files
	function=$1
	list_words command
	eval "set -- $words"
	set -- "$dir/merged" -- "$@"
	list_words mount
	eval "set -- $words \"\$@\""
	# Who shares another one's network has its name and names, too.
	files=$dir
	case $o_network in container:*) files=$root/containers/${o_network#*:} ;; esac
	set -- --proc --dev --sys --cgroups --bind "$files/hostname:/etc/hostname" --bind "$files/hosts:/etc/hosts" \
		--bind "$files/resolv.conf:/etc/resolv.conf" "$@"
	[ "$storage" != overlay ] || set -- --overlay "$layers,$dir/upper,$dir/work" "$@"
	[ -z "$o_read_only" ] || set -- --ro "$@"
	landing_options
	list_words landing
	eval "set -- $words \"\$@\""
	[ -z "$o_user" ] || set -- --user "$o_user" "$@"
	[ -z "$o_workdir" ] || set -- --cwd "$o_workdir" --cwd-make "$@"
	[ -z "$o_init" ] || set -- --init "${tools}ctinit" "$@"
	[ -z "$o_no_new_privs" ] || set -- "--no-new-privs=$o_no_new_privs" "$@"
	[ -z "$o_seccomp" ] || set -- --seccomp "$o_seccomp" "$@"
	[ -z "$o_apparmor" ] || set -- --apparmor-profile "$o_apparmor" "$@"
	# Without a terminal of its own it must not have ours: what it types there our shell would run.
	if [ -n "$o_tty" ]; then
		set -- --console-fd 4 "$@"
	else
		set -- --new-session "$@"
	fi
	set -- -- "${tools}rootfs-pivot" --profile "$profile" --clear-env --env-file "$dir/env" --exec-fd 3 "$@"
	! is_loaded security || {
		security_nsrun_options
		list_words nsrun_option
		eval "set -- $words \"\$@\""
	}
	[ -z "$o_oom_score" ] || set -- --oom-score-adj "$o_oom_score" "$@"
	# What a bind follows of the host's later mounts comes by way of the namespace's own.
	[ -z "$mount_follow" ] || set -- --propagation slave "$@"
	"$function" "$@"
}

# The list landing: options of rootfs-pivot about privileges.
landing_options() {
	list_new landing
	[ "$((cap_add_n + cap_drop_n))" -eq 0 ] || landing_capabilities
	list_pairs group_add landing --group-add
	! is_loaded security || security_pivot_options
}

# keep_chain WORD...: for `start`, which needs no more than these (nsrun --args).
keep_chain() {
	printf '%s\0' "$@" >"$dir/chain"
}

# The first start, by `run`. What is removed when it ends is never started again.
start_new() {
	[ -n "$o_remove" ] || keep_chain "$@"
	supervise "$@"
}

# supervise WORD...: puts nsrun in front, and what serves its standard input and output. In the foreground the shell
# becomes all that, detached it comes back once the command runs.
supervise() {
	set -- --pid-file "$run/$id/pid" --supervisor-file "$run/$id/supervisor" --exit-file "$run/$id/exit" \
		--event-log "$run/events" --event-id "$id" \
		--on-exit "${tools}ctstate" --on-exit-arg reap --on-exit-arg --netns-veth --on-exit-arg "${tools}netns-veth" \
		--on-exit-arg --exit-status --on-exit-status --on-exit-arg "$root" --on-exit-arg "$run" --on-exit-arg "$id" \
		--into-cgroup "$group" --exec-fd 3 "$@"
	case $o_network in
	host) ;;
	none)
		# What netns-veth sets for the others: ping and ports below 1024 need no capability.
		set -- --net --loopback-up --sysctl 'net.ipv4.ping_group_range=0 2147483647' \
			--sysctl net.ipv4.ip_unprivileged_port_start=0 "$@"
		;;
	container:*)
		load netnames
		shared_namespace "${o_network#*:}"
		[ -z "$namespace" ] || set -- --net=join:"$namespace" "$@"
		;;
	*) set -- --net=join:"/run/netns/$netns" "$@" ;;
	esac
	if [ -z "$o_space_uts" ] && { [ "$o_network" != host ] || [ -n "$o_hostname" ]; }; then
		set -- --uts --hostname "$hostname" "$@"
	fi
	if [ -z "$o_space_pid$o_space_ipc$o_space_uts" ]; then
		set -- --ipc --pid "$@"
	else
		load spaces
		space_options
		list_words space
		eval "set -- $words \"\$@\""
	fi
	[ -n "$o_tty" ] || set -- --guard-stdio --stdout-fd 5 --stderr-fd 6 --drain-fd 7 "$@"
	[ -z "$o_tty" ] || set -- --keep-fd 4 "$@"
	[ -z "$o_detach" ] || set -- --detach "$@"
	[ -z "$o_restart" ] || set -- --restart "$o_restart" --restart-count "$run/$id/restarts" \
		--restart-wait "$run/$id/restarting" --restart-unless "$run/$id/stopping" --restart-policy-file "$dir/restart" "$@"
	set -- "${tools}nsrun" --mount --cgroup "$@"
	[ -z "$o_tty" ] || set -- "${tools}ptyrun" ${o_detach:+--detach} ${o_restart:+--more} --socket "$run/$id/attach" \
		--detach-keys "$detach_keys" --console-fd 4 --log-fd 5 --drain-fd 7 -- "$@"
	set -- --out-fd 5 --done-fd 7 -- "$@"
	[ -n "$o_tty" ] || set -- --err-fd 6 "$@"
	[ -n "$o_tty$o_detach" ] || set -- --tee "$@"
	if [ "$o_log_driver" = none ]; then
		# A little is kept, as long as it runs, for those who are at it (`attach`).
		set -- --file "$run/$id/log" --max-size 64k --max-file 2 "$@"
	else
		set -- --file "$dir/log" --max-size "${o_log_size:-10m}" --max-file "${o_log_files:-3}" "$@"
	fi
	[ "$o_log_driver" != raw ] || set -- --format raw "$@"
	set -- "${tools}logwrite" "$@"
	launch "$@"
}

# launch CHAIN...: becomes it, or waits for its answer.
launch() {
	local status
	if [ -z "$o_detach" ]; then
		probe_health
		# The traps stay until exec takes them away: a signal that comes before is not lost, and a failed exec is undone.
		choose_input
		[ -z "$input" ] || exec <>"$input"
		become "$@"
	fi
	status=0
	choose_input
	sys "$@" <>"${input:-/dev/null}" >/dev/null || status=$?
	[ "$status" -eq 0 ] || exit "$status"
	state_keep
	probe_health
	tool ctstate remove "$run/starting/$id"
}

# Where it has something to be asked by.
probe_health() {
	[ -e "$dir/health-test" ] || return 0
	load health
	start_probe
}

# Sets $input to what the command's standard input is opened on, or to nothing where that is the caller's. With -i and
# nobody to type it is a pipe that stays open and has nothing yet, as in docker; `attach` writes there.
choose_input() {
	input=/dev/null
	if [ -n "$o_stdin" ] && [ -z "$o_detach" ]; then
		input=
	elif [ -n "$o_open_stdin" ] && [ -z "$o_tty" ]; then
		input=$run/$id/stdin
		sys mkfifo -- "$input" || exit 125
	fi
}
