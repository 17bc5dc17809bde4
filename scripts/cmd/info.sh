# info - what this machine and this instance have.
# shellcheck shell=sh

info_help='Usage: mydocker info [OPTION]...
Print what this machine and this instance have, a line each.

  -f, --format TEMPLATE  print by a template, such as {{.ServerVersion}}, or json
      --help             show this help'

cmd_info() {
	local format
	load list refs limits
	format=
	parse_refs ' -f --format ' take_info_option "$@"
	need_root 1
	no_refs 125
	info_containers
	info_machine
	if [ -n "$format" ]; then
		info_record | tool ctstate format "$format"
	else
		printf '%s\n' "Containers: $((running + paused + stopped))" " Running: $running" " Paused: $paused" \
			" Stopped: $stopped" "Images: $images" "Server Version: $mydocker_version" "Storage Driver: $storage" \
			"Logging Driver: cri" "Cgroup Driver: cgroupfs" "Cgroup Version: $cgroups" "Kernel Version: $kernel" \
			"Operating System: $os" "OSType: linux" "Architecture: $machine" "CPUs: $cpus" \
			"Total Memory: $((memory / 1024))MiB" "Name: $host" "Root Dir: $root" "Run Dir: $run" "Tools: ${tools:-PATH}"
	fi
}

take_info_option() {
	case $option in
	-f | --format) format=$option_value ;;
	--help) help_exit "$info_help" ;;
	*) option_unknown ;;
	esac
}

# Sets $running, $paused, $stopped and $images.
info_containers() {
	local state states
	running=0 paused=0 stopped=0
	states=$("${tools}ctstate" ps -a --format '{{.State}}' "$root" "$run") || exit 1
	for state in $states; do
		case $state in
		running) running=$((running + 1)) ;;
		paused) paused=$((paused + 1)) ;;
		*) stopped=$((stopped + 1)) ;;
		esac
	done
	set +f
	set -- "$root/images"/*/layers
	set -f
	images=$#
	[ -f "$1" ] || images=0
}

# Sets $kernel, $cpus, $memory (in kB), $host, $os, $machine, $storage, $cgroups.
info_machine() {
	local key value line
	read -r kernel </proc/sys/kernel/osrelease
	read -r host </proc/sys/kernel/hostname
	machine=$(uname -m)
	count_cpus
	memory=0
	while read -r key value _; do
		[ "$key" != MemTotal: ] || memory=$value
	done </proc/meminfo
	os=Linux
	while IFS= read -r line; do
		case $line in
		PRETTY_NAME=*)
			os=${line#*=}
			os=${os#\"}
			os=${os%\"}
			;;
		esac
	done 2>/dev/null </etc/os-release || :
	storage=copy
	while read -r key value; do
		[ "$key $value" != 'nodev overlay' ] || storage=overlay
	done </proc/filesystems
	info_cgroups
}

# 2, 1, or "1 and 2" where both are mounted (hybrid).
info_cgroups() {
	local line v1 v2
	v1='' v2=''
	while IFS= read -r line; do
		case $line in
		*' - cgroup '*) v1=1 ;;
		*' - cgroup2 '*) v2=2 ;;
		esac
	done </proc/self/mountinfo
	cgroups="$v1${v1:+${v2:+ and }}$v2"
	cgroups=${cgroups:-none}
}

# bytes_of_kilobytes N: sets $bytes, by thousands: mksh counts in 32 bits.
bytes_of_kilobytes() {
	local low
	low=$(($1 % 1000 * 1024))
	# shellcheck disable=SC2017 # the product would be too large
	bytes=$(($1 / 1000 * 1024 + low / 1000))
	low=00$((low % 1000))
	bytes=$bytes${low#"${low%???}"}
	strip_zeros "$bytes"
	bytes=$stripped
}

# The names are docker's as far as there is such a thing here.
info_record() {
	local id bytes
	bytes_of_kilobytes "$memory"
	{ read -r id <"$root/instance"; } 2>/dev/null || id=
	printf '%s\0' "ID=mydocker$id" "Containers:=$((running + paused + stopped))" "ContainersRunning:=$running" \
		"ContainersPaused:=$paused" "ContainersStopped:=$stopped" "Images:=$images" "Driver=$storage" MemoryLimit:=true \
		SwapLimit:=true CpuCfsPeriod:=true CpuCfsQuota:=true CPUShares:=true CPUSet:=true PidsLimit:=true \
		IPv4Forwarding:=true OomKillDisable:=false LoggingDriver=cri CgroupDriver=cgroupfs "CgroupVersion=$cgroups" \
		"KernelVersion=$kernel" "OperatingSystem=$os" OSType=linux "Architecture=$machine" "NCPU:=$cpus" \
		"MemTotal:=$bytes" "DockerRootDir=$root" "RunDir=$run" "Tools=${tools:-PATH}" "Name=$host" 'Labels[]' \
		ExperimentalBuild:=false "ServerVersion=$mydocker_version" DefaultRuntime=mydocker \
		'SecurityOptions[]=name=seccomp,profile=builtin' 'SecurityOptions[]=name=cgroupns' \
		'Plugins:={"Volume":["local"],"Network":["bridge","host","none"],"Log":["cri"]}' 'Warnings[]' ''
}
