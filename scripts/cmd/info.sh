# info - what this machine and this instance have.
# shellcheck shell=sh

info_help='Usage: mydocker info
Print what this machine and this instance have, a line each.

      --help  show this help'

cmd_info() {
	local id running stopped images kernel
	load list state limits
	while option_next ' ' "$@"; do
		case $option in
		--help) help_exit "$info_help" ;;
		*) option_unknown ;;
		esac
	done
	shift "$option_used"
	[ $# -eq 0 ] || die 125 "unknown argument '$1'; see '$program --help'"
	running=0
	stopped=0
	set +f
	set -- "$root/containers"/*
	set -f
	for id; do
		[ -d "$id" ] || continue
		if is_running "${id##*/}"; then
			running=$((running + 1))
		else
			stopped=$((stopped + 1))
		fi
	done
	set +f
	set -- "$root/images"/*/layers
	set -f
	images=$#
	[ -f "$1" ] || images=0
	read -r kernel </proc/sys/kernel/osrelease
	count_cpus
	printf '%s\n' "Containers: $((running + stopped))" " Running: $running" " Stopped: $stopped" "Images: $images" \
		"Server Version: $mydocker_version" "Storage Driver: $(info_storage)" "Cgroup Version: $(info_cgroups)" \
		"Kernel Version: $kernel" "CPUs: $cpus" "Root Dir: $root" "Run Dir: $run" "Tools: ${tools:-PATH}"
}

info_storage() {
	if grep -qw overlay /proc/filesystems; then
		printf '%s\n' overlay
	else
		printf '%s\n' copy
	fi
}

# 2, 1, or "1 and 2" where both are mounted (hybrid).
info_cgroups() {
	local versions
	versions=
	! grep -q ' - cgroup ' /proc/self/mountinfo || versions=1
	! grep -q ' - cgroup2 ' /proc/self/mountinfo || versions="${versions:+$versions and }2"
	printf '%s\n' "${versions:-none}"
}
