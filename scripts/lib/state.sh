# state.sh - containers by id, name and prefix: who they are, whether they run, how they end and go.
#
# Needs: base.sh; $root and $run. docs/design.md, "State", says what each file is.
# Leaves: functions only.
# shellcheck shell=sh

# read_stat PID: sets $stat to its /proc/PID/stat from the third field on. Before that is the command's name in brackets, which may
# hold brackets, blanks and newlines: what the last line has behind its last bracket is none of it.
read_stat() {
	local line
	stat=
	{ while IFS= read -r line; do stat=$line; done <"/proc/$1/stat"; } 2>/dev/null || return 1
	stat=${stat##*) }
}

# Sets $identity to "PID STARTTIME BOOT-ID" of this shell (proc.h), be it a subshell, whose number $$ is not; exec keeps all three.
own_identity() {
	local pid boot
	read -r pid _ </proc/self/stat
	read_stat "$pid"
	read -r boot </proc/sys/kernel/random/boot_id
	# shellcheck disable=SC2086 # numbers
	set -- $stat
	identity="$pid ${20} $boot"
}

# Whether the process that the identity file names still runs. A zombie does not.
identity_alive() {
	local pid start boot
	{ [ -f "$1" ] && read -r pid start boot <"$1"; } 2>/dev/null || return 1
	process_alive "$pid" "$start" "$boot"
}

# process_alive PID STARTTIME BOOT-ID
process_alive() {
	local pid start boot now
	pid=$1
	start=$2
	boot=$3
	case $pid in '' | *[!0-9]*) return 1 ;; esac
	read_stat "$pid" || return 1
	read -r now </proc/sys/kernel/random/boot_id
	# shellcheck disable=SC2086 # numbers
	set -- $stat
	[ $# -ge 20 ] && [ "$boot" = "$now" ] && [ "${20}" = "$start" ] && [ "$1" != Z ] && [ "$1" != X ]
}

# Whether the container's command runs.
is_running() {
	[ ! -e "$run/$1/exit" ] && identity_alive "$run/$1/pid"
}

# Whether its pid file says nothing, so that nobody can tell which process is its command.
is_damaged() {
	local pid start boot
	[ -e "$run/$1/pid" ] || return 1
	{ [ -f "$run/$1/pid" ] && read -r pid start boot <"$run/$1/pid"; } 2>/dev/null || return 0
	case $pid:$start:$boot in
	*[!0-9a-f:-]* | :* | *::* | *:) return 0 ;;
	esac
	return 1
}

# Whether one that was not seen running is about to be started again by its supervisor, or by now has been. Waits where the
# supervisor has not yet seen the end, or is starting it: until it has said which. The file restarting is there before the
# exit is, and goes after it; behind that there is no pid until there is a command.
is_restarting() {
	[ -e "$root/containers/$1/restart" ] || return 1
	while ! is_damaged "$1" && identity_alive "$run/$1/supervisor"; do
		[ ! -e "$run/$1/restarting" ] || return 0
		[ -e "$run/$1/pid" ] || [ ! -e "$run/$1/restarts" ] || return 0
		[ ! -e "$run/$1/exit" ] || [ -e "$run/$1/restarting" ] || return 1
		! identity_alive "$run/$1/pid" || return 0
		tool pidctl --quiet --wait-file "$run/$1/exit" --wait 0.1 "$run/$1/supervisor" || :
	done
	return 1
}

# running_now REF: whether $id, which is called so, runs; says how it is where not.
running_now() {
	if is_running "$id"; then
		return 0
	elif ! is_restarting "$id"; then
		warn "container '$1' is not running"
	elif is_running "$id"; then
		return 0
	else
		warn "container '$1' is restarting: wait until it runs"
	fi
	return 1
}

# Whether containers are stopped because somebody wants them stopped; not by `system stop`.
by_hand=true

# forbid_restart ID: its supervisor does not start it again, and has ended where it waited to do so, or was at it. The file comes
# first: a command that is started meanwhile is ended by the supervisor.
forbid_restart() {
	# It may get a policy later (`update`).
	[ -z "$by_hand" ] || { true >"$root/containers/$1/stopped"; } 2>/dev/null || :
	[ -e "$root/containers/$1/restart" ] || return 0
	: >"$run/$1/stopping"
	# One that stands still, in a shell's job that was stopped, would not take it.
	is_running "$1" || tool pidctl --quiet --signal TERM --wait 1 --then CONT --wait 10 "$run/$1/supervisor" || :
}

# find_container REF: sets $id. A name comes first, then an id or an unambiguous beginning of one. Returns 1 when there
# is none; more than one is an error.
find_container() {
	local ref count
	ref=$1
	id=
	if is_name "$ref" && [ -f "$root/names/$ref" ]; then
		read -r id <"$root/names/$ref" || id=
		[ -n "$id" ] && [ -d "$root/containers/$id" ] && return 0
		id=
	fi
	case $ref in
	'' | *[!0-9a-f]*) return 1 ;;
	esac
	[ ${#ref} -le 64 ] || return 1
	set +f
	set -- "$root/containers/$ref"*
	set -f
	count=$#
	[ -d "$1" ] || return 1
	[ "$count" -eq 1 ] || die 1 "'$ref' is ambiguous: $count containers' ids begin with it"
	id=${1##*/}
}

# The same, for commands that need one: no such container is an error with STATUS.
need_container() {
	find_container "$1" || die "$2" "no such container: '$1'"
}

# Sets $name to the container's name.
container_name() {
	name=
	{ [ -f "$root/containers/$1/name" ] && read -r name <"$root/containers/$1/name"; } 2>/dev/null || name=$1
}

# own_hostname: sets $hostname to the host name of $id in $dir. The file is what the container has as /etc/hostname, and may
# hold anything by now; what it was made with is the first of that name in its environment. Needs list.sh.
own_hostname() {
	local index
	{ [ -f "$dir/hostname" ] && IFS= read -r hostname <"$dir/hostname"; } 2>/dev/null || hostname=
	! is_hostname || return 0
	hostname=
	index=0
	list_new own
	read_list "$dir/env" own || :
	while [ -z "$hostname" ] && [ "$index" -lt "$own_n" ]; do
		index=$((index + 1))
		list_get own "$index"
		case $item in HOSTNAME=*) hostname=${item#*=} ;; esac
	done
	is_hostname || hostname=${id%"${id#????????????}"}
}

# Whether $hostname is one.
is_hostname() {
	case $hostname in '' | *[!A-Za-z0-9._-]* | [.-]* | *[.-]) return 1 ;; esac
	[ ${#hostname} -le 63 ]
}

# claim_name NAME [OLD]: the claim is the file, and holds $id. One more link to the claim of the name OLD is whole at once; without
# that it is made with O_EXCL, by noclobber.
claim_name() {
	[ -z "$2" ] || ! ln -T -- "$root/names/$2" "$root/names/$1" 2>/dev/null || return 0
	set -C
	if { printf '%s\n' "$id" >"$root/names/$1"; } 2>/dev/null; then
		set +C
		return 0
	fi
	set +C
	return 1
}

# state_names_lock: held until the command ends: of two renames one after the other, and none while gc looks at what a killed
# one has left. mksh hands a descriptor above 2 to a program only when told so.
state_names_lock() {
	exec 8<"$root/names"
	flock -x 8 8<&8
}

# thaw_container ID: lets a paused one go on, or one whose pause was cut short. Frozen processes of v1 do not even die.
thaw_container() {
	local group
	[ -e "$run/$1/paused" ] && read -r group <"$run/$1/cgroup" || return 0
	tool cgset --thaw "$group" && rm -f -- "$run/$1/paused"
}

# destroy_containers VOLUMES ID...: ends and removes everything of containers, whatever there is of them, half-made ones too,
# and where VOLUMES is not empty those without a name.
destroy_containers() {
	local volumes
	volumes=$1
	shift
	tool ctstate destroy ${volumes:+--volumes} --netns-veth "${tools}netns-veth" "$root" "$run" "$@"
}

# heal_containers [ID]...: what killed processes have left of these, or of all, is brought to its end.
heal_containers() {
	tool ctstate heal --netns-veth "${tools}netns-veth" "$root" "$run" "$@"
}

# heal_lost ID: the same, for one that has just ended or is about to be started, if its supervisor has not done its work.
heal_lost() {
	[ ! -d "$root/containers/$1" ] || [ -e "$run/$1/released" ] || [ -e "$root/containers/$1/unstarted" ] ||
		heal_containers "$1"
}

# end_container ID PIDCTL-OPTION...: signals the command and waits until the supervisor has cleaned up behind it.
end_container() {
	local id status
	id=$1
	shift
	status=0
	forbid_restart "$id"
	thaw_container "$id" || :
	tool pidctl --quiet "$@" --wait-exit-of "$run/$id/supervisor" "$run/$id/pid" || status=$?
	case $status in
	0 | 1) ;; # 1: it had ended by itself
	2 | 3) return 1 ;; # pidctl has said why
	*) warn "'$id' did not end (pidctl: $status)" && return 1 ;;
	esac
	# Without a supervisor nobody has written how it ended.
	heal_lost "$id"
}

# Sets $exit_status to what the exit fact says, as a shell's status. Returns 1 when there is none.
read_exit() {
	local how value
	{ [ -f "$1" ] && read -r how value _ <"$1"; } 2>/dev/null || return 1
	case $how:$value in
	exited:[0-9] | exited:[0-9][0-9] | exited:[0-9][0-9][0-9]) exit_status=$value ;;
	signaled:[0-9] | signaled:[0-9][0-9]) exit_status=$((128 + value)) ;;
	*) return 1 ;;
	esac
}
