# chain.sh - the chain of tools that becomes the container.
#
#     logwrite … -- [ptyrun … --] nsrun … -- rootfs-pivot … -- COMMAND
#
# Built from its end: the command's words first, then what stands before them.
# Needs: base.sh, list.sh, state.sh, create.sh, resources.sh and what they have chosen. Leaves: nothing but the running
# container.
# shellcheck shell=sh

# with_chain FUNCTION: calls it with the words that are the same at each start: options of nsrun, then rootfs-pivot's command
# line. There are few `set`s, since each copies all the words.
with_chain() {
	local function files session overlay landings mounts
	function=$1
	# Who shares another one's network has its name and names, too.
	files=$dir
	case $o_network in container:*) files=$root/containers/${o_network#*:} ;; esac
	# Without a terminal of its own it must not have ours: what it types there our shell would run.
	session=--new-session
	[ -z "$o_tty" ] || session=--console-fd=4
	overlay=
	[ "$storage" != overlay ] || overlay=$layers,$dir/upper,$dir/work
	landing_options
	list_words landing
	landings=$words
	list_words mount
	mounts=$words
	list_words command
	eval "set -- $mounts \"\$dir/merged\" -- $words"
	[ -z "$landings" ] || eval "set -- $landings \"\$@\""
	set -- -- "${tools}rootfs-pivot" --profile "$profile" --clear-env --env-file "$dir/env" --exec-fd 3 "$session" \
		${o_apparmor:+--apparmor-profile "$o_apparmor"} ${o_seccomp:+--seccomp "$o_seccomp"} \
		${o_no_new_privs:+"--no-new-privs=$o_no_new_privs"} ${o_init:+--init "${tools}ctinit"} \
		${o_workdir:+--cwd "$o_workdir" --cwd-make} ${o_user:+--user "$o_user"} \
		${o_read_only:+--ro} ${overlay:+--overlay "$overlay"} --proc --dev --sys --cgroups \
		--bind "$files/hostname:/etc/hostname" --bind "$files/hosts:/etc/hosts" \
		--bind "$files/resolv.conf:/etc/resolv.conf" "$@"
	! is_loaded security || {
		security_nsrun_options
		list_words nsrun_option
		eval "set -- $words \"\$@\""
	}
	# What a bind follows of the host's later mounts comes by way of the namespace's own.
	[ -z "$o_oom_score$mount_follow" ] ||
		set -- ${mount_follow:+--propagation slave} ${o_oom_score:+--oom-score-adj "$o_oom_score"} "$@"
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
	[ -n "$o_remove" ] || {
		await_directories
		keep_chain "$@"
	}
	supervise "$@"
}

# supervise WORD...: puts nsrun in front, and what serves its standard input and output. In the foreground the shell
# becomes all that, detached it comes back once the command runs.
supervise() {
	local network piped tee log raw
	network_words
	space_words
	eval "set -- $network $words \"\$@\""
	piped=
	[ -n "$o_tty" ] || piped=true
	set -- "${tools}nsrun" --mount --cgroup \
		${o_restart:+--restart "$o_restart" --restart-count "$run/$id/restarts" --restart-wait "$run/$id/restarting"} \
		${o_restart:+--restart-unless "$run/$id/stopping" --restart-policy-file "$dir/restart"} \
		${o_detach:+--detach} ${o_tty:+--keep-fd 4} \
		${piped:+--guard-stdio --stdout-fd 5 --stderr-fd 6 --drain-fd 7} \
		--pid-file "$run/$id/pid" --supervisor-file "$run/$id/supervisor" --exit-file "$run/$id/exit" \
		--event-log "$run/events" --event-id "$id" \
		--on-exit "${tools}ctstate" --on-exit-arg reap --on-exit-arg --netns-veth --on-exit-arg "${tools}netns-veth" \
		--on-exit-arg --exit-status --on-exit-status --on-exit-arg "$root" --on-exit-arg "$run" --on-exit-arg "$id" \
		--into-cgroup "$group" --exec-fd 3 "$@"
	[ -z "$o_tty" ] || set -- "${tools}ptyrun" ${o_detach:+--detach} ${o_restart:+--more} --socket "$run/$id/attach" \
		--detach-keys "$detach_keys" --console-fd 4 --log-fd 5 --drain-fd 7 -- "$@"
	tee=
	[ -n "$o_tty$o_detach" ] || tee=true
	log=$dir/log
	raw=
	case $o_log_driver in
	# A little is kept, as long as it runs, for those who are at it (`attach`).
	none) log=$run/$id/log o_log_size=64k o_log_files=2 ;;
	raw) raw=true ;;
	esac
	launch "${tools}logwrite" ${raw:+--format raw} --file "$log" --max-size "${o_log_size:-10m}" \
		--max-file "${o_log_files:-3}" ${tee:+--tee} ${piped:+--err-fd 6} --out-fd 5 --done-fd 7 -- "$@"
}

# Sets $network to shell source: nsrun's options for the network's namespace.
# shellcheck disable=SC2016 # eval expands it
network_words() {
	case $o_network in
	host) network= ;;
	none)
		# What netns-veth sets for the others: ping and ports below 1024 need no capability.
		network='--net --loopback-up --sysctl "net.ipv4.ping_group_range=0 2147483647"'
		network="$network --sysctl net.ipv4.ip_unprivileged_port_start=0"
		;;
	container:*)
		load netnames
		shared_namespace "${o_network#*:}"
		network=${namespace:+'"--net=join:$namespace"'}
		;;
	*) network='"--net=join:/run/netns/$netns"' ;;
	esac
}

# Sets $words in the same way to those for its other namespaces.
space_words() {
	words='--ipc --pid'
	[ -z "$o_space_pid$o_space_ipc$o_space_uts" ] || {
		load spaces
		space_options
		list_words space
	}
	if [ -z "$o_space_uts" ] && { [ "$o_network" != host ] || [ -n "$o_hostname" ]; }; then
		words="$words --uts --hostname \"\$hostname\""
	fi
}

# launch CHAIN...: becomes it, or waits for its answer.
launch() {
	local status
	await_directories
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
