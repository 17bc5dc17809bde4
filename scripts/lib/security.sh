# security.sh - what a container may do beyond the capabilities: filter of system calls, devices, limits of resources,
# parameters of the kernel, the size of /dev/shm, the domain.
#
# Needs: base.sh, list.sh. Leaves: o_no_new_privs, o_seccomp, o_apparmor, o_open_paths, o_shm_size; the lists
# security_opt, device, device_rule, ulimit and sysctl, as they were typed but checked.
# shellcheck shell=sh

load values

list_new security_opt device device_rule ulimit sysctl
o_shm_size='' o_open_paths='' o_domainname='' seccomp_profile=''

# One of the options; $option is its name.
take_security_option() {
	case $option in
	--device) take_device "$1" ;;
	--device-cgroup-rule) take_device_rule "$1" ;;
	--ulimit) take_ulimit "$1" ;;
	--sysctl) take_sysctl "$1" ;;
	--shm-size) take_shm_size "$1" ;;
	--domainname) take_domainname "$1" ;;
	--security-opt) take_security "$1" ;;
	--cgroupns)
		[ "$1" = private ] ||
			die 125 "--cgroupns: '$1': a container has its own namespace of control groups; 'private' is what there is"
		;;
	--userns)
		[ "$1" = host ] ||
			die 125 "--userns: '$1': a container has no user namespace of its own; 'host' is what there is"
		;;
	esac
}

take_security() {
	case $1 in
	no-new-privileges | no-new-privileges[=:]true) o_no_new_privs=true ;;
	no-new-privileges[=:]false) o_no_new_privs=false ;;
	seccomp[=:]unconfined) o_seccomp=none seccomp_profile='' ;;
	seccomp[=:]builtin) o_seccomp='' seccomp_profile='' ;;
	seccomp[=:]?*) take_seccomp_file "${1#seccomp?}" ;;
	label[=:]disable) ;;
	label[=:]?*)
		[ ! -e /sys/fs/selinux/enforce ] ||
			die 125 "--security-opt: '$1': labels of SELinux are not applied here; label=disable says so"
		;;
	apparmor[=:]?*) o_apparmor=${1#apparmor?} ;;
	# Not among the others in inspect, which tells the paths themselves.
	systempaths[=:]unconfined) o_open_paths=true && return 0 ;;
	*) die 125 "--security-opt: '$1' is not known" ;;
	esac
	list_add security_opt "$1"
}

# A profile in the form of docker and OCI. It is compiled when the container has its directory.
take_seccomp_file() {
	if [ ! -f "$1" ] || [ ! -r "$1" ]; then
		die 125 "--security-opt: the profile '$1' cannot be read"
	fi
	case $1 in
	/*) seccomp_profile=$1 ;;
	*) seccomp_profile=$PWD/$1 ;;
	esac
}

# take_device HOST[:PATH[:rwm]] | HOST[:rwm]: as HOST:PATH:ACCESS in the list.
take_device() {
	local host path access
	host=${1%%:*}
	path=$host
	access=rwm
	case $1 in
	*"$newline"* | *:*:*:*) die 125 "--device: '$1' is not HOST[:PATH[:rwm]]" ;;
	*:*:*)
		access=${1##*:}
		path=${1#*:}
		path=${path%:*}
		;;
	*:/*) path=${1#*:} ;;
	*:*) access=${1#*:} ;;
	esac
	case $host in
	/*) ;;
	*) die 125 "--device: '$1': '$host' is not an absolute path" ;;
	esac
	case $access in
	'' | *[!rwm]* | *r*r* | *w*w* | *m*m*) die 125 "--device: '$1': '$access' is not made of r, w and m" ;;
	esac
	check_target "$path"
	[ -e "$host" ] || die 125 "--device: '$host' does not exist"
	add_devices "$host" "$path" "$access"
}

# add_devices HOST PATH ACCESS: a device, or every one of a directory.
add_devices() {
	local host path access entry found
	host=$1
	path=$2
	access=$3
	found=
	set +f
	set -- "$host"
	[ ! -d "$host" ] || set -- "$host"/*
	set -f
	for entry; do
		[ -b "$entry" ] || [ -c "$entry" ] || continue
		[ "$entry" = "$host" ] || [ ! -L "$entry" ] || continue
		case $path${entry#"$host"} in
		/dev/ptmx | /dev/console | /dev/tty)
			# The container has its own.
			found=1
			continue
			;;
		esac
		found=1
		list_add device "$entry:$path${entry#"$host"}:$access"
		list_add device_rule "$entry:$access"
	done
	[ -n "$found" ] || die 125 "--device: '$host' is not a device"
}

# take_device_rule 'TYPE MAJOR:MINOR ACCESS'
take_device_rule() {
	case $1 in
	[abc]' '[0-9*]*:[0-9*]*' '[rwm]*) ;;
	*) die 125 "--device-cgroup-rule: '$1' is not TYPE MAJOR:MINOR ACCESS such as 'c 42:* rmw'" ;;
	esac
	case ${1##* } in
	*[!rwm]* | *r*r* | *w*w* | *m*m*) die 125 "--device-cgroup-rule: '$1': '${1##* }' is not made of r, w and m" ;;
	esac
	case $1 in
	a*)
		list_add device_rule "b${1#a}"
		list_add device_rule "c${1#a}"
		;;
	*) list_add device_rule "$1" ;;
	esac
}

# take_ulimit NAME=SOFT[:HARD]: the names are docker's; rootfs-pivot reads the numbers.
take_ulimit() {
	local name soft hard
	name=${1%%=*}
	case $name in
	core | cpu | data | fsize | locks | memlock | msgqueue | nice | nofile | nproc | rss | rtprio | rttime | sigpending | stack) ;;
	*) die 125 "--ulimit: '$1': no such limit: '$name'" ;;
	esac
	soft=${1#*=}
	hard=${soft#*:}
	soft=${soft%%:*}
	case $1 in
	*=*:*:*) die 125 "--ulimit: '$1' is not NAME=SOFT[:HARD]" ;;
	*=*) ;;
	*) die 125 "--ulimit: '$1' is not NAME=SOFT[:HARD]" ;;
	esac
	if ! is_limit "$soft" || ! is_limit "$hard"; then
		die 125 "--ulimit: '$1': a limit is a number, or -1 for none"
	fi
	if [ "$hard" != -1 ] && { [ "$soft" = -1 ] || [ "$soft" -gt "$hard" ]; }; then
		die 125 "--ulimit: '$1': the soft limit is above the hard one"
	fi
	list_add ulimit "$name=$soft:$hard"
}

is_limit() {
	[ "$1" = -1 ] || is_number "$1"
}

# take_sysctl NAME=VALUE: those of the network's, the IPC's namespace; the machine's own are nobody's to change.
take_sysctl() {
	local name
	case $1 in
	*"$newline"* | =* | *[!\ -~]*) die 125 "--sysctl: '$1' is not NAME=VALUE" ;;
	*=*) ;;
	*) die 125 "--sysctl: '$1' is not NAME=VALUE" ;;
	esac
	name=${1%%=*}
	case $name in
	*[!A-Za-z0-9_./-]* | *..* | *//* | */.* | [./]* | *[./]) die 125 "--sysctl: '$1' is not NAME=VALUE" ;;
	net[./]* | fs[./]mqueue[./]*) ;;
	kernel[./]msgmax | kernel[./]msgmnb | kernel[./]msgmni | kernel[./]sem) ;;
	kernel[./]shmall | kernel[./]shmmax | kernel[./]shmmni | kernel[./]shm_rmid_forced) ;;
	*) die 125 "--sysctl: '$name' is the whole machine's: net.*, fs.mqueue.* and those of kernel.msg*, sem, shm* can be set" ;;
	esac
	list_add sysctl "$1"
}

take_shm_size() {
	load limits
	size_bytes "$1"
	o_shm_size=$1
	# What docker takes for nothing said.
	[ "${bytes:-1}" -gt 0 ] || o_shm_size=
}

# The domain of NIS: a parameter of the kernel, too, but of the namespace of the host name.
take_domainname() {
	case $1 in
	*[!A-Za-z0-9._-]* | [.-]* | *[.-]) die 125 "--domainname: '$1' is not a domain" ;;
	esac
	[ ${#1} -le 64 ] || die 125 "--domainname: '$1' is longer than 64 characters"
	o_domainname=$1
}

# When all options are there.
check_security() {
	local index
	[ -z "$o_domainname" ] || [ -z "$o_space_uts" ] || die 125 "--domainname: it belongs to the namespace that --uts shares"
	index=0
	while [ "$index" -lt "$sysctl_n" ]; do
		index=$((index + 1))
		list_get sysctl "$index"
		case $o_network:$item in
		host:net[./]*) die 125 "--sysctl: '${item%%=*}' is the host's with --network host" ;;
		esac
	done
}

# The profile that was given becomes $dir/seccomp, for exec too: what happens to its file later is no matter. Rules may
# depend on the capabilities.
compile_seccomp() {
	list_new landing
	landing_capabilities
	list_words landing
	eval "set -- $words"
	[ -z "$o_privileged" ] || set -- --cap-add ALL "$@"
	tool seccompile --cache "$root/seccomp" --output "$dir/seccomp" "$@" "$seccomp_profile" || exit 125
	o_seccomp=$dir/seccomp
}

security_facts() {
	fact_list security-opt security_opt
	fact_list devices device
	join_list device_rule device-allow= "${newline}device-allow="
	# Where every device may be used there is nothing to tell.
	[ -n "$o_privileged" ] || fact device-rules "$joined"
	fact_list ulimits ulimit
	fact_list sysctls sysctl
	fact shm-size "$o_shm_size"
	fact open-paths "$o_open_paths"
	fact domainname "$o_domainname"
}

# Adds to the list landing what rootfs-pivot is told of all this.
security_pivot_options() {
	[ -z "$o_shm_size" ] || { list_add landing --shm-size && list_add landing "$o_shm_size"; }
	[ -z "$o_open_paths" ] || list_add landing --open-paths
	list_pairs device landing --device
	list_pairs ulimit landing --rlimit
}

# The list nsrun_option: what nsrun is told.
security_nsrun_options() {
	list_new nsrun_option
	list_pairs sysctl nsrun_option --sysctl
	[ -z "$o_domainname" ] || {
		list_add nsrun_option --sysctl
		list_add nsrun_option "kernel.domainname=$o_domainname"
	}
}
