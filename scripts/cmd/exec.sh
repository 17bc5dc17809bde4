# exec - run a further command in a running container.
#
# The command lands as the container's own has: its namespaces, root, group, user, capabilities and environment, unless
# an option says otherwise. With -t it gets a terminal of the container's own; ours never goes in.
# shellcheck shell=sh

exec_help='Usage: mydocker exec [OPTION]... CONTAINER COMMAND [ARGUMENT]...
Run COMMAND in a running container.

  -d, --detach             run in the background
      --detach-keys KEYS   leave it by these (ctrl-p,ctrl-q), at a terminal
  -e, --env NAME[=VALUE]   set a variable; without VALUE the caller'"'"'s
      --env-file FILE      set the variables that FILE lists
  -i, --interactive        keep standard input
      --privileged         with every capability
  -t, --tty                a terminal of its own
  -u, --user USER[:GROUP]  names or numbers
  -w, --workdir PATH       directory to run in
      --help               show this help'

cmd_exec() {
	local ref
	load list state events
	o_detach='' o_stdin='' o_tty='' o_privileged='' o_user='' o_workdir=''
	env_hidden=''
	detach_keys=ctrl-p,ctrl-q
	list_new env
	while option_next ' --detach-keys -e --env --env-file -u --user -w --workdir ' "$@"; do
		shift "$option_used"
		[ -z "$option_rest" ] || set -- "$option_rest" "$@"
		case $option in
		-d | --detach | --detach-keys | -e | --env | --env-file | -i | --interactive | --privileged | -t | --tty | -u | --user | \
			-w | --workdir)
			load options
			take_run_option "$option_value"
			;;
		--help) help_exit "$exec_help" ;;
		*) option_unknown ;;
		esac
	done
	shift "$option_used"
	[ $# -ge 2 ] || die 1 "needs a container and a command; see '$program --help'"
	ref=$1
	shift
	if [ -n "$o_tty" ] && [ -n "$o_stdin" ] && [ -z "$o_detach" ] && [ ! -t 0 ]; then
		die 1 "the input device is not a TTY: -t with -i needs a terminal on standard input; leave out -t for a pipe"
	fi
	need_root 1
	need_container "$ref" 1
	seems_running || running_now "$ref" || exit 1
	[ ! -e "$run/$id/paused" ] || die 1 "container '$ref' is paused: unpause it first"
	tell_exec "$1"
	exec_chain "$@"
}

# Whether there is such a process; whether it is the container's, nsenter-lite finds out.
seems_running() {
	local pid
	[ ! -e "$run/$id/exit" ] && [ -f "$run/$id/pid" ] && { read -r pid _ <"$run/$id/pid"; } 2>/dev/null && [ -d "/proc/$pid" ]
}

# The command's name alone: arguments may be secrets, and of any length.
tell_exec() {
	local word
	word=$1
	[ ${#word} -le 200 ] || word=
	event container "exec_create: $word" "$id"
	event container "exec_start: $word" "$id"
}

# exec_chain COMMAND...: in front of it what makes it land inside.
exec_chain() {
	local n
	set -- -- "$@"
	if [ -n "$o_tty" ]; then
		set -- --console-fd 4 "$@"
	else
		set -- --new-session --guard-stdio "$@"
	fi
	[ -z "$o_user" ] || set -- --run-as "$o_user" "$@"
	[ -z "$o_workdir" ] || set -- --cwd "$o_workdir" "$@"
	[ -z "$o_privileged" ] || set -- --privileged "$@"
	if [ -n "$env_hidden" ]; then
		hide_environment
		set -- --env-file /proc/self/fd/8 "$@"
	else
		n=$env_n
		while [ "$n" -gt 0 ]; do
			list_get env "$n"
			set -- --setenv "$item" "$@"
			n=$((n - 1))
		done
	fi
	[ ! -e "$root/containers/$id/seccomp" ] || set -- --seccomp "$root/containers/$id/seccomp" "$@"
	set -- "${tools}nsenter-lite" --target-file "$run/$id/pid" --all --join-cgroup --like-target \
		${o_detach:+--detach} "$@"
	[ -z "$o_tty" ] || set -- "${tools}ptyrun" ${o_detach:+--detach} --detach-keys "$detach_keys" --console-fd 4 -- "$@"
	[ -n "$o_stdin" ] || exec </dev/null
	if [ -n "$env_hidden" ]; then
		# In mksh a descriptor above 2 is not handed on unless the command itself names it.
		set -- inherit_8 "$@"
	fi
	[ -z "$o_detach" ] || detach_exec "$@"
	[ -z "$env_hidden" ] || "$@"
	become "$@"
}

# Values that are in no argv yet travel in a file that has no name any more.
hide_environment() {
	local file
	file=$run/$id/exec-env.$$
	umask 077
	list_words env
	: >"$file" || exit 1
	[ -z "$words" ] || eval "printf '%s\\0' $words" >"$file"
	exec 8<"$file"
	rm -f -- "$file"
}

# inherit_8 PROGRAM ARGUMENT...: becomes it with descriptor 8 open.
inherit_8() {
	trace_words "$@"
	exec "$@" 8<&8
}

# detach_exec CHAIN...: returns when the command has been executed. It keeps nothing of ours open, so what the chain would
# have said is told from its status.
detach_exec() {
	local status
	status=0
	("$@") >/dev/null 2>&1 || status=$?
	case $status in
	0) ;;
	126) die 126 "the command cannot be executed in the container" ;;
	127) die 127 "there is no such command in the container" ;;
	*) die "$status" "the command was not started; without -d the reason is shown" ;;
	esac
	exit 0
}
