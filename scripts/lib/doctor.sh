# doctor.sh - the checks of doctor. Each calls report or judge.
#
# Needs: base.sh, state.sh, cmd/doctor.sh. Leaves: nothing on the machine.
# shellcheck shell=sh

# sysctl_value NAME OTHERWISE: sets $value. Not by read: it takes a byte at a time, and these files give numbers in one piece.
sysctl_value() {
	value=$(cat "/proc/sys/$1" 2>/dev/null) || value=$2
}

check_root() {
	# shellcheck disable=SC3067 # all four shells have -O
	if [ -O /proc/1 ]; then
		report root ok 'run as root'
	else
		report root missing 'not root' "run it by sudo"
	fi
}

# mount_setattr(2) and clone3(2) into a group are from 5.12 at the latest.
check_kernel() {
	local release major minor
	read -r release </proc/sys/kernel/osrelease
	major=${release%%.*}
	minor=${release#*.}
	minor=${minor%%[!0-9]*}
	if [ "$major" -gt 5 ] || { [ "$major" -eq 5 ] && [ "${minor:-0}" -ge 12 ]; }; then
		report kernel ok "$release"
	else
		report kernel missing "$release" 'Linux 5.12 or newer is needed'
	fi
}

check_tools() {
	local name absent
	absent=
	for name in nsrun rootfs-pivot cgset netns-veth nsenter-lite ptyrun logwrite pidctl ctstate ctcp ctinit; do
		command -v "$tools$name" >/dev/null || absent="$absent $name"
	done
	if [ -z "$absent" ]; then
		report tools ok "${tools:-in PATH}"
	else
		report tools missing "not there:$absent" "'make' builds them, MYDOCKER_TOOLS says where they are"
	fi
}

# Sets $probe to a directory for a check below the nearest part of $root that is there.
check_place() {
	probe=$root
	while [ ! -d "$probe" ]; do
		probe=${probe%/*}
		probe=${probe:-/}
	done
	probe=$probe/.doctor.$$
}

check_state() {
	local free type
	check_place
	if ! mkdir -m 700 -- "$probe" 2>/dev/null; then
		report state missing "'$root' cannot be written to" '--root or MYDOCKER_ROOT names another place'
		return
	fi
	free=$(df -Pm -- "$probe" | sed -n '2s/^.* \([0-9][0-9]*\)  *[0-9]*%.*/\1/p')
	type=$(stat -f -c %T -- "$probe")
	rmdir -- "$probe"
	case $type in
	nfs* | vfat | msdos | exfat | fuse*) report state advice "'$root' is on $type" 'overlay needs a local file system such as ext4, xfs or btrfs' ;;
	*)
		if [ "${free:-0}" -lt 100 ]; then
			report state advice "'$root' has only ${free:-0} MB left" 'remove images or containers: mydocker system prune'
		else
			report state ok "'$root' on $type, $free MB free"
		fi
		;;
	esac
}

check_overlay() {
	check_place
	mkdir -p -- "$probe/lower" "$probe/upper" "$probe/work" "$probe/root" 2>/dev/null || return 0
	judge overlay advice 'a kernel with CONFIG_OVERLAY_FS (modprobe overlay); without it --storage-driver copy works, slowly' \
		"${tools}rootfs-pivot" --unshare --outside --profile none --overlay "$probe/lower,$probe/upper,$probe/work" "$probe/root" -- true
	rm -rf -- "$probe"
}

check_namespaces() {
	local kind
	for kind in mount uts ipc pid net cgroup; do
		judge "namespace $kind" missing 'a kernel with that kind of namespace, and /proc/sys/user/max_*_namespaces above 0' \
			"${tools}nsrun" "--$kind" -- true
	done
	judge 'namespace time' advice 'CONFIG_TIME_NS; only for nsrun --time' "${tools}nsrun" --time -- true
}

check_user_namespaces() {
	local value
	judge 'namespace user' advice 'CONFIG_USER_NS and user.max_user_namespaces above 0; for containers without root' \
		"${tools}nsrun" --user --map-root-user -- true
	sysctl_value kernel/unprivileged_userns_clone 1
	[ "$value" != 0 ] || report 'users without root' advice 'kernel.unprivileged_userns_clone is 0' 'sysctl -w kernel.unprivileged_userns_clone=1'
	sysctl_value kernel/apparmor_restrict_unprivileged_userns 0
	[ "$value" != 1 ] || report 'users without root' advice 'AppArmor restricts user namespaces' \
		'sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or a profile for nsrun'
}

# A group of its own with each limit that run has.
check_cgroups() {
	local group setting instance
	{ read -r instance <"$root/instance"; } 2>/dev/null || instance=
	group=mydocker$instance/doctor$$
	if ! "${tools}cgset" "$group" >/dev/null 2>&1; then
		judge 'control groups' missing 'mount them: mount -t cgroup2 none /sys/fs/cgroup' "${tools}cgset" "$group"
		return
	fi
	report 'control groups' ok works
	for setting in memory=64m memory-swap=64m cpu=0.5 cpu-shares=512 cpuset-cpus=0 pids=64; do
		case $setting in memory-swap=*) set -- memory=64m "$setting" ;; *) set -- "$setting" ;; esac
		judge "limit ${setting%%=*}" advice "$(cgroup_remedy "${setting%%=*}")" "${tools}cgset" "$group" "$@"
	done
	"${tools}cgset" --delete --parents --force "$group" 2>/dev/null || :
}

cgroup_remedy() {
	case $1 in
	memory) printf '%s\n' 'boot with cgroup_enable=memory, or enable the controller in cgroup.subtree_control' ;;
	memory-swap) printf '%s\n' 'boot with swapaccount=1, and have swap' ;;
	*) printf '%s\n' 'a kernel with that controller, enabled in cgroup.subtree_control of the groups above' ;;
	esac
}

# nft in a network namespace of its own: the rules that a network needs.
check_nft() {
	local program
	if ! command -v nft >/dev/null; then
		report nft missing 'nft is not installed' 'install nftables; without it only --network none and host work'
		return
	fi
	program='add table ip doctor; add chain ip doctor c { type nat hook postrouting priority 100; }; add rule ip doctor c masquerade'
	judge nft missing 'modprobe nf_tables nft_nat nft_masq; without them only --network none and host work' \
		"${tools}nsrun" --net -- nft "$program"
}

check_links() {
	if ! command -v ip >/dev/null; then
		report 'bridge and veth' ok "not looked at: there is no 'ip'"
		return
	fi
	judge 'bridge and veth' missing 'modprobe bridge veth; without them only --network none and host work' \
		"${tools}nsrun" --net -- sh -c 'ip link add doctor0 type bridge && ip link add doctor1 type veth peer name doctor2 && ip link set doctor1 master doctor0'
}

check_forwarding() {
	local value
	sysctl_value net/ipv4/ip_forward 0
	if [ "$value" = 1 ]; then
		report forwarding ok 'net.ipv4.ip_forward is 1'
	else
		report forwarding advice 'net.ipv4.ip_forward is 0' 'the first network sets it; to keep it over a reboot: net.ipv4.ip_forward=1 in /etc/sysctl.d'
	fi
	sysctl_value net/bridge/bridge-nf-call-iptables 0
	[ "$value" = 0 ] || report 'bridged packets' advice 'go through iptables (net.bridge.bridge-nf-call-iptables is 1)' \
		'a policy of DROP there would drop them: iptables -I FORWARD -i mydocker0 -j ACCEPT'
	check_legacy
	check_firewalld
}

# A firewall of iptables-legacy is out of the sight of nftables; asked only where it is in use, since asking sets it up.
check_legacy() {
	local table
	while read -r table; do
		[ "$table" = filter ] || continue
		case $(iptables-legacy -S FORWARD 2>/dev/null) in
		'-P FORWARD DROP'*)
			report 'iptables-legacy' advice 'drops what is forwarded by its policy, which netns-veth cannot overrule' \
				'iptables-legacy -A FORWARD -i mydocker0 -j ACCEPT; the same with -o; for each bridge'
			;;
		esac
	done 2>/dev/null </proc/net/ip_tables_names || :
}

# firewalld rejects by a rule what comes from an interface that is in none of its zones.
check_firewalld() {
	case $(nft list table inet firewalld 2>/dev/null) in
	'' | *'"mydocker0"'*) ;;
	*)
		report firewalld advice 'rejects what containers send to the world and to the host' \
			'firewall-cmd --permanent --zone=trusted --add-interface=mydocker0 && firewall-cmd --reload; for each bridge'
		;;
	esac
}

check_seccomp() {
	local key value
	value=
	while read -r key value; do
		[ "$key" != Seccomp: ] || break
	done </proc/self/status
	if [ "$key" = Seccomp: ]; then
		report seccomp ok 'filters of system calls'
	else
		report seccomp missing 'no filters of system calls' 'a kernel with CONFIG_SECCOMP_FILTER, or --security-opt seccomp=unconfined'
	fi
}

# Limits of the machine that many containers meet.
check_limits() {
	local value
	limit_is kernel/pid_max 32768 'processes and threads'
	limit_is fs/inotify/max_user_instances 128 'watches: one for each events and logs -f'
	limit_is kernel/keys/root_maxkeys 200 'keyrings: one a container'
	limit_is user/max_net_namespaces 64 'network namespaces'
	limit_is net/ipv4/neigh/default/gc_thresh3 1024 'neighbours: one or two a container'
	# shellcheck disable=SC3045 # all four shells have -n
	value=$(ulimit -n)
	case $value in
	unlimited) ;;
	*) [ "$value" -ge 1024 ] || report 'open files' advice "$value" 'ulimit -n 1024' ;;
	esac
}

# limit_is SYSCTL LEAST WHAT
limit_is() {
	local value name
	sysctl_value "$1" ''
	[ -n "$value" ] || return 0
	name=${1##*/}
	if [ "$value" -ge "$2" ]; then
		report "limit $name" ok "$value"
	else
		report "limit $name" advice "$value" "$3; sysctl -w $name=$2 (below /proc/sys/${1%/*})"
	fi
}

# Programs that only some commands need.
check_helpers() {
	local pair
	for pair in 'jq images:jq' 'dnsmasq names-for-nslookup:dnsmasq-base' 'newuidmap containers-without-root:uidmap' 'busybox the-image-busybox:busybox-static'; do
		set -- "${pair%% *}" "${pair#* }"
		if command -v "$1" >/dev/null; then
			report "program $1" ok "$(command -v "$1")"
		else
			report "program $1" advice "not installed; for ${2%%:*}" "install the package ${2#*:}"
		fi
	done
}
