# options.sh - the options of run: read, checked, and kept in variables and lists.
#
# Everything that can be known to be wrong without touching the machine is refused here, before the first effect.
# Needs: base.sh, list.sh; mounts.sh, security.sh, network.sh and limits.sh are read when one of their options comes. Leaves: the variables o_* and the lists.
# shellcheck shell=sh

run_help='Usage: mydocker run [OPTION]... IMAGE [COMMAND] [ARGUMENT]...
Make a container from IMAGE and run COMMAND in it. With a terminal on both sides and none of -d, -i, -t: as -it.

      --add-host NAME:IP     add a line to /etc/hosts
      --blkio-weight N       relative weight of block devices, 10 to 1000
      --cap-add CAP          give a capability (ALL: every one)
      --cap-drop CAP         take a capability away (ALL: every one)
      --cgroup-parent PATH   make its control group below PATH; @ is what systemd delegated
      --cidfile FILE         write the id to FILE, which must not exist
      --cpu-period N         period of the quota in microseconds (100000)
      --cpu-quota N          microseconds of CPU time in each period
  -c, --cpu-shares N         relative weight (1024 is the usual one)
      --cpus N               number of CPUs, such as 0.5
      --cpuset-cpus LIST     CPUs to run on, such as 0-1,3
      --cpuset-mems LIST     memory nodes to use
  -d, --detach               run in the background and print the id
      --detach-keys KEYS     leave it by these (ctrl-p,ctrl-q), at a terminal
      --device HOST[:PATH[:rwm]]
                             give a device of the host, or a directory of them
      --device-cgroup-rule RULE
                             devices that may be used, such as c 42:* rmw
      --device-read-bps, --device-write-bps DEVICE:RATE
                             limit of bytes a second, such as /dev/sda:1m
      --device-read-iops, --device-write-iops DEVICE:N
                             limit of operations a second
      --dns IP               use this name server
      --dns-option OPTION    an option of resolv.conf
      --dns-search DOMAIN    search names in this domain
      --entrypoint COMMAND   put COMMAND in front instead of what the image has
  -e, --env NAME[=VALUE]     set a variable; without VALUE the caller'"'"'s
      --env-file FILE        set the variables that FILE lists
      --expose PORT          a port that -P publishes
      --group-add GROUP      a further group of the command
      --health-cmd COMMAND   ask it by this from time to time whether it is well
      --health-interval TIME --health-timeout TIME --health-start-period TIME
                             rest between two (30s), how long one may take (30s), how
                             long failures do not count (0s)
      --health-retries N     so many failures in a row mean unhealthy (3)
      --no-healthcheck       not even what the image says
  -h, --hostname NAME        host name (the first 12 digits of the id)
      --init                 a small init as PID 1 reaps and forwards signals
  -i, --interactive          keep standard input
      --ipc, --pid, --uts MODE
                             share this namespace with the host, or with container:NAME
      --ip, --ip6 ADDRESS    this address in the network
  -l, --label NAME[=VALUE]   attach a label
      --label-file FILE      attach the labels that FILE lists
      --log-driver KIND      cri (json-file and local mean it too), raw (the bytes as they
                             come) or none
      --log-opt NAME=VALUE   max-size=SIZE (10m), max-file=NUMBER (3) of the log
      --mac-address MAC      this MAC address of the interface
  -m, --memory SIZE          limit of memory, such as 64m
      --memory-reservation SIZE
                             what is left under pressure (soft limit)
      --memory-swap SIZE     limit of memory and swap together; -1 is none
      --memory-swappiness N  0 to 100 (control groups v1)
      --mount KEY=VALUE,...  type=bind, volume or tmpfs, source=, target=, readonly, ...
      --name NAME            name (two words are chosen)
      --network NETWORK      bridge, none, host, container:NAME, or one made by network
                             create; repeatable (--net likewise)
      --network-alias NAME   a further name in that network
      --oom-kill-disable     wait instead of being killed for memory (v1)
      --oom-score-adj N      -1000 to 1000: how early to be killed for memory
      --pids-limit N         limit of processes and threads; -1 is none
      --privileged           every capability, no seccomp filter, nothing masked
  -p, --publish [IP:][HOSTPORT:]PORT[/tcp|/udp|/sctp]
                             make a port of the container reachable
  -P, --publish-all          publish what --expose and the image name, on free ports
      --platform OS/ARCH     the platform to pull an image for
      --pull WHEN            always, missing (default) or never
      --read-only            the root file system is read-only
      --restart POLICY       start it again when it ends: no, on-failure[:MAX], always or
                             unless-stopped
      --rm                   remove the container when it ends
      --rootfs DIRECTORY     run on a plain directory in place of an image
      --security-opt OPTION  no-new-privileges[=true|false], seccomp=unconfined|FILE,
                             apparmor=..., label=...
      --shm-size SIZE        size of /dev/shm (64m)
      --stop-signal SIGNAL   what stop sends (TERM)
      --stop-timeout SECONDS how long stop waits before it kills (10)
      --storage-driver KIND  overlay, or copy: a full copy for kernels without overlay
      --sysctl NAME=VALUE    a kernel parameter of the container'"'"'s namespaces
      --tmpfs PATH[:OPTIONS] mount a tmpfs there
  -t, --tty                  a terminal of the container'"'"'s own
      --ulimit NAME=SOFT[:HARD]
                             resource limit, such as nofile=1024:2048; -1 is none
  -u, --user USER[:GROUP]    names or numbers
      --userns host          the only user namespace there is
  -v, --volume [SOURCE:]PATH[:OPTIONS]
                             bind a path of the host (absolute) or a volume by name; a
                             new volume without SOURCE
      --volumes-from CONTAINER[:ro]
                             the volumes of another container
  -w, --workdir PATH         directory to run in, made when missing
      --help                 show this help'

run_valued=' -e --env --env-file -v --volume -w --workdir -u --user -h --hostname -m --memory --memory-swap'
run_valued="$run_valued --memory-reservation --memory-swappiness --oom-score-adj --cpus -c --cpu-shares --cpu-quota"
run_valued="$run_valued --cpu-period --cpuset-cpus --cpuset-mems --pids-limit --blkio-weight"
run_valued="$run_valued --device-read-bps --device-write-bps --device-read-iops --device-write-iops"
run_valued="$run_valued --net --network --network-alias --net-alias --ip --ip6 --mac-address --link -p --publish --expose"
run_valued="$run_valued --dns-option --dns-opt --name --entrypoint"
run_valued="$run_valued -l --label --label-file --tmpfs --cap-add --cap-drop --cidfile --stop-signal --stop-timeout"
run_valued="$run_valued --security-opt --dns --dns-search --add-host --storage-driver --group-add --log-opt --pull --rootfs --detach-keys --restart --health-cmd --health-interval --health-timeout --health-start-period --health-retries --pid --ipc --uts --log-driver --cgroup-parent"
run_valued="$run_valued --platform --mount --volumes-from --device --device-cgroup-rule --ulimit --sysctl --shm-size --userns "

# parse_run ARGUMENT...: sets the o_* variables and lists, and $parsed, the number of arguments that were options.
parse_run() {
	local before
	before=$#
	o_detach='' o_stdin='' o_pull='' o_platform='' o_rootfs='' o_tty='' o_remove='' o_init='' o_read_only='' o_privileged=''
	o_name='' o_hostname='' o_restart='' o_space_pid='' o_space_ipc='' o_space_uts='' o_log_driver=''
	o_workdir='' o_user='' o_oom_score='' o_network=bridge first_mode=''
	o_entrypoint='' o_entrypoint_given='' o_cidfile='' o_stop_signal='' o_stop_timeout='' o_no_new_privs='' o_seccomp='' o_apparmor='' o_cgroup_parent=''
	o_storage='' profile=default env_hidden='' o_log_size=10m o_log_files=3 detach_keys=ctrl-p,ctrl-q
	list_new env label mount publish cap_add cap_drop dns search dns_option host group_add
	while option_next "$run_valued" "$@"; do
		shift "$option_used"
		[ -z "$option_rest" ] || set -- "$option_rest" "$@"
		take_run_option "$option_value"
	done
	shift "$option_used"
	! is_loaded security || check_security
	[ -z "$o_restart" ] || [ -z "$o_remove" ] || die 125 "--restart and --rm: one that is removed cannot be started again"
	parsed=$((before - $#))
}

# One option; $option is its name.
take_run_option() {
	case $option in
	-d | --detach) option_switch o_detach ;;
	-i | --interactive) option_switch o_stdin ;;
	-t | --tty) option_switch o_tty ;;
	--rm) option_switch o_remove ;;
	--restart) take_restart "$1" ;;
	--health-* | --no-healthcheck) load health && take_health "$1" ;;
	--pid | --ipc | --uts) load spaces && take_space "$1" ;;
	--log-driver) take_log_driver "$1" ;;
	--init) option_switch o_init ;;
	--read-only) option_switch o_read_only ;;
	--privileged)
		option_switch o_privileged
		profile=${o_privileged:+privileged}
		profile=${profile:-default}
		;;
	--name) take_name "$1" ;;
	-h | --hostname) take_hostname "$1" ;;
	-w | --workdir) take_workdir "$1" ;;
	-u | --user) take_user "$1" ;;
	-e | --env) take_env "$1" ;;
	--env-file) take_env_file "$1" ;;
	-l | --label) load labels && take_label "$1" ;;
	--label-file) take_label_file "$1" ;;
	-v | --volume) load mounts && take_volume "$1" ;;
	--tmpfs) load mounts && take_tmpfs "$1" ;;
	--mount) load mounts mountspec && take_mount "$1" ;;
	--volumes-from) load mounts && take_volumes_from "$1" ;;
	--device | --device-cgroup-rule | --ulimit | --sysctl | --shm-size | --security-opt | --userns)
		load security && take_security_option "$1"
		;;
	-m | --memory* | --oom-* | -c | --cpu* | --pids-limit | --blkio-weight | --device-*-*ps) load limits && take_limit "$1" ;;
	--net | --network) take_mode "$1" ;;
	--network-alias | --net-alias | --ip | --ip6 | --mac-address | --link | -p | --publish* | -P | --expose | --dns | --dns-* | --add-host)
		load netoptions
		take_network_option "$1"
		;;
	--entrypoint) o_entrypoint=$1 o_entrypoint_given=1 ;;
	--cap-add | --cap-drop) take_capability "$1" ;;
	--cgroup-parent) load cgparent && take_cgroup_parent "$1" ;;
	--group-add) list_add group_add "$1" ;;
	--cidfile) o_cidfile=$1 ;;
	--detach-keys) load attach && take_keys ;;
	--sig-proxy)
		option_switch sig_proxy
		[ -n "$sig_proxy" ] || die 125 "--sig-proxy=false: use 'run -d', then 'attach --sig-proxy=false'"
		;;
	--stop-signal) take_stop_signal "$1" ;;
	--stop-timeout) is_number "$1" || die 125 "--stop-timeout: '$1' is not a number of seconds"; o_stop_timeout=$1 ;;
	--storage-driver) take_storage "$1" ;;
	--log-opt) take_log "$1" ;;
	--pull) take_pull "$1" ;;
	--platform) o_platform=$1 ;;
	--rootfs) absolute o_rootfs --rootfs "$1" ;;
	--help) help_exit "$run_help" ;;
	*) option_unknown ;;
	esac
}

# The usual networks need nothing more to be read.
take_mode() {
	case $1 in
	none | host | bridge)
		if [ -z "$first_mode" ] && ! is_loaded netoptions; then
			o_network=$1 first_mode=$1
			return 0
		fi
		;;
	esac
	load netoptions
	take_network_option "$1"
}

take_name() {
	is_name "$1" || die 125 "--name: '$1' is not a name: 2 to 63 of letters, digits, '_', '.', '-', beginning with a letter or digit"
	o_name=$1
}

# One format is written: the names of docker's file formats stand for it.
take_log_driver() {
	case $1 in
	'' | cri | json-file | local) o_log_driver= ;;
	none | raw) o_log_driver=$1 ;;
	*) die 125 "--log-driver: '$1' is none of cri (json-file and local mean it too), raw, none" ;;
	esac
}

take_restart() {
	case $1 in
	no | '') o_restart= ;;
	on-failure | always | unless-stopped) o_restart=$1 ;;
	on-failure:*)
		is_number "${1#*:}" || die 125 "--restart: '$1': '${1#*:}' is not a number of restarts"
		strip_zeros "${1#*:}"
		[ "$stripped" -le 1000000 ] || die 125 "--restart: '$1': more than 1000000 restarts"
		o_restart=on-failure:$stripped
		;;
	*) die 125 "--restart: '$1' is none of no, on-failure[:MAX], always, unless-stopped" ;;
	esac
}

take_hostname() {
	case $1 in
	'' | *[!A-Za-z0-9.-]* | [.-]* | *[.-]) die 125 "--hostname: '$1' is not a host name" ;;
	esac
	[ ${#1} -le 63 ] || die 125 "--hostname: '$1' is longer than 63 characters"
	o_hostname=$1
}

take_workdir() {
	case $1 in
	/*) ;;
	*) die 125 "--workdir: '$1' is not an absolute path" ;;
	esac
	o_workdir=$1
}

take_user() {
	case $1 in
	'' | :* | *:*:* | *[!A-Za-z0-9_.:@\$-]*) die 125 "--user: '$1' is not USER[:GROUP]" ;;
	esac
	o_user=$1
}

# Adds to the list landing the options about capabilities, as in docker whatever the order on the command line: all but
# those dropped where all are added, otherwise those added whatever was dropped.
landing_capabilities() {
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
}

take_stop_signal() {
	case $1 in
	'' | *[!A-Za-z0-9+-]*) die 125 "--stop-signal: no such signal: '$1'" ;;
	esac
	# pidctl knows their names; a wrong one is wrong usage, before it looks for a process.
	"${tools}pidctl" --quiet --signal "$1" /dev/null 2>/dev/null || [ "$?" -ne 2 ] ||
		die 125 "--stop-signal: no such signal: '$1'"
	o_stop_signal=$1
}

take_pull() {
	case $1 in
	always | missing | never) o_pull=$1 ;;
	*) die 125 "--pull: '$1' is not always, missing or never" ;;
	esac
}

take_storage() {
	case $1 in
	overlay | overlay2) o_storage=overlay ;;
	copy | vfs) o_storage=copy ;;
	*) die 125 "--storage-driver: '$1' is neither overlay nor copy" ;;
	esac
}

take_log() {
	case $1 in
	max-size=?*)
		load limits
		size_bytes "${1#*=}"
		o_log_size=${1#*=}
		;;
	max-file=[1-9] | max-file=[1-9][0-9]) o_log_files=${1#*=} ;;
	*) die 125 "--log-opt: '$1' is neither max-size=SIZE nor max-file=NUMBER" ;;
	esac
}

# The path inside: absolute and not the root itself.
check_target() {
	case $1 in
	/*) ;;
	*) die 125 "$option: the path inside '$1' is not absolute" ;;
	esac
	case ${1#"${1%%[!/]*}"} in
	'') die 125 "$option: the path inside must not be '/'" ;;
	esac
}

take_capability() {
	case $1 in
	'' | *[!A-Za-z_]*) die 125 "$option: no such capability: '$1'" ;;
	esac
	case $option in
	--cap-add) list_add cap_add "$1" ;;
	--cap-drop) list_add cap_drop "$1" ;;
	esac
}

# take_env NAME=VALUE | NAME: the second form takes the caller's variable, or nothing when the caller has none.
# $env_hidden says that there are values which are in nobody's argv yet and must stay so.
take_env() {
	case $1 in
	=* | '') die 125 "$option: '$1' has no variable's name" ;;
	*=*) list_add env "$1" ;;
	*)
		caller_value "$1" || return 0
		list_add env "$1=$value"
		env_hidden=1
		;;
	esac
}

# Sets $value to the variable that the caller exported; returns 1 when there is none. The shell's own variables, whose
# names may be the same, do not count: the kernel keeps what this process was started with.
caller_value() {
	local line
	case $1 in
	*[!A-Za-z0-9_]*) die 125 "$option: '$1' is not a variable's name" ;;
	esac
	read_entries "/proc/$$/environ" ||
		die 125 "$option: '$1': the caller's environment holds too many kinds of control characters; say $1=VALUE"
	while IFS= read -r line; do
		case $line in
		"$1="*)
			restore_newlines "${line#*=}"
			value=$restored
			return 0
			;;
		esac
	done <<-EOF
		$entries
	EOF
	return 1
}

# A line is NAME=VALUE as it stands (no quotes, no escapes), NAME alone, a comment or empty.
take_env_file() {
	env_hidden=1
	take_lines "$1" take_env
}

take_label_file() {
	load labels
	take_lines "$1" take_label
}

# take_lines FILE FUNCTION
take_lines() {
	local line
	[ -f "$1" ] && [ -r "$1" ] || [ "$1" = /dev/stdin ] || [ -p "$1" ] || die 125 "$option: '$1' cannot be read"
	while IFS= read -r line || [ -n "$line" ]; do
		line=${line#"${line%%[! 	]*}"}
		case $line in
		'' | '#'*) ;;
		*) "$2" "$line" ;;
		esac
	done <"$1"
}
