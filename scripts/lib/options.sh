# options.sh - the options of run and create: read, checked, and kept in variables and lists.
#
# Everything that can be known to be wrong without touching the machine is refused here, before the first effect.
# Needs: base.sh, list.sh; values.sh, mounts.sh, security.sh, netoptions.sh, limits.sh … when one of their options comes. Leaves:
# the variables o_* and the lists.
# shellcheck shell=sh

# One word list, a blank before and after each.
run_valued="\
 -e --env --env-file -v --volume -w --workdir -u --user -h --hostname -m --memory --memory-swap\
 --memory-reservation --memory-swappiness --oom-score-adj --cpus -c --cpu-shares --cpu-quota --cpu-period\
 --cpuset-cpus --cpuset-mems --pids-limit --blkio-weight --device-read-bps --device-write-bps\
 --device-read-iops --device-write-iops --net --network --network-alias --net-alias --ip --ip6 --mac-address\
 --link -p --publish --expose --dns-option --dns-opt --name --entrypoint -l --label --label-file --tmpfs\
 --cap-add --cap-drop --cidfile --stop-signal --stop-timeout --security-opt --dns --dns-search --add-host\
 --storage-driver --group-add --log-opt --pull --rootfs --detach-keys --restart --health-cmd --health-interval\
 --health-timeout --health-start-period --health-start-interval --health-retries --pid --ipc --uts\
 --log-driver --cgroup-parent --platform --mount --volumes-from --device --device-cgroup-rule --ulimit\
 --sysctl --shm-size --userns --cgroupns -a --attach --domainname "

# parse_run ARGUMENT...: sets the o_* variables and lists, and $parsed, the number of arguments that were options.
parse_run() {
	local before
	before=$#
	o_detach='' o_stdin='' o_pull='' o_quiet='' o_platform='' o_rootfs='' o_tty='' o_remove='' o_init='' o_read_only='' o_privileged=''
	o_name='' o_hostname='' o_restart='' o_space_pid='' o_space_ipc='' o_space_uts='' o_log_driver=''
	o_workdir='' o_user='' o_oom_score='' o_network=bridge first_mode=''
	o_entrypoint='' o_entrypoint_given='' o_cidfile='' o_stop_signal='' o_stop_timeout='' o_no_new_privs='' o_seccomp='' o_apparmor='' o_cgroup_parent='' mount_follow=''
	o_storage='' profile=default env_hidden='' o_log_size='' o_log_files='' detach_keys=ctrl-p,ctrl-q
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

# One option; $option is its name. What is seldom given is read when it is.
take_run_option() {
	case $1$option in
	# What a script has nothing to say of.
	--name | --net | --network | --ip | --ip6 | --mac-address | --cpuset-???s | --cgroup-parent | --userns | --cgroupns) return 0 ;;
	-u | --user | -w | --workdir | -h | --hostname | --domainname | --pull | --stop-signal) return 0 ;;
	esac
	case $option in
	-d | --detach) option_switch o_detach ;;
	-i | --interactive) option_switch o_stdin ;;
	-t | --tty) option_switch o_tty ;;
	--rm) option_switch o_remove ;;
	--name) take_name "$1" ;;
	-e | --env) take_env "$1" ;;
	--net | --network) take_mode "$1" ;;
	-v | --volume) load mounts && take_volume "$1" ;;
	--tmpfs) load mounts && take_tmpfs "$1" ;;
	--mount) load mounts mountspec && take_mount "$1" ;;
	--volumes-from) load mounts && take_volumes_from "$1" ;;
	--device | --device-cgroup-rule | --ulimit | --sysctl | --shm-size | --security-opt | --userns | --cgroupns | --domainname)
		load security && take_security_option "$1"
		;;
	-m | --memory* | --oom-* | -c | --cpu* | --pids-limit | --blkio-weight | --device-*-*ps) load limits && take_limit "$1" ;;
	--network-alias | --net-alias | --ip | --ip6 | --mac-address | --link | -p | --publish* | -P | --expose | --dns | --dns-* | --add-host)
		load netoptions && take_network_option "$1"
		;;
	--health-* | --no-healthcheck) load health && take_health "$1" ;;
	-a | --attach | --sig-proxy) load streams && take_stream "$1" ;;
	--pid | --ipc | --uts) load spaces && take_space "$1" ;;
	--detach-keys) load attach && take_keys ;;
	*) load values && take_value_option "$1" ;;
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

# take_env NAME=VALUE | NAME: the second form takes the caller's variable, or nothing when the caller has none.
# $env_hidden says that there are values which are in nobody's argv yet and must stay so.
take_env() {
	case $1 in
	=* | '') die 125 "$option: '$1' has no variable's name" ;;
	*=*) list_add env "$1" ;;
	*)
		load values
		caller_value "$1" || return 0
		list_add env "$1=$value"
		env_hidden=1
		;;
	esac
}
