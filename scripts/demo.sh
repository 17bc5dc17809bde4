#!/bin/sh
# demo.sh: a first container (make demo)
#
# With a terminal: a few lines that say what to try, then a shell in a container. Without one: a guided tour that runs
# the same and more, shows each command as it would be typed, and checks what comes out. The tour ends with status 1 at
# the first thing that is not as it says. Either way only what the demo made itself is removed: its containers, its
# files in /data, /data and the network if they were not there before.
#
# State is where MYDOCKER_ROOT and MYDOCKER_RUN say, as for mydocker.sh itself. DEMO_DATA names another directory than
# /data for the volume.

set -euf
LC_ALL=C PATH=$PATH:/usr/sbin:/sbin
export LC_ALL PATH

case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
here=$(cd "$here" && pwd)
root=${MYDOCKER_ROOT:-/var/lib/mydocker}
data=${DEMO_DATA:-/data}
bridge=$root/networks/bridge
word=$$
web=web-$word
shown=

die() {
	printf 'demo: %s\n' "$*" >&2
	exit 1
}

# Finds mydocker.sh, the image maker and the tools: in the checkout, or where make install has put them.
find_parts() {
	maker=$here/mkimage-busybox.sh
	mydocker=$here/mydocker.sh
	tools=${MYDOCKER_TOOLS:-$here/../build/bin}
	[ -x "$mydocker" ] || die "'$mydocker': not there"
	[ -x "$tools/nsrun" ] || die "'$tools/nsrun': not built; run make first"
	[ "$(id -u)" = 0 ] || die "needs root: a container is made of mounts and control groups; try 'sudo make demo'"
}

mydocker() {
	"$mydocker" "$@"
}

# --- what is made is removed

remember_what_is_there() {
	had_data=1 had_bridge=1
	[ -e "$data" ] || had_data=0
	[ -e "$bridge/subnet" ] || had_bridge=0
}

remove_ours() {
	[ -z "${out-}" ] || rm -f -- "$out"
	[ "${web_runs-0}" = 0 ] || mydocker rm -f "$web" >/dev/null 2>&1 || :
	rm -f -- "$data/from-host-$word" "$data/from-container-$word"
	[ "$had_data" = 1 ] || rmdir -- "$data" 2>/dev/null || :
	[ "$had_bridge" = 1 ] || [ ! -e "$bridge/subnet" ] || "$tools/netns-veth" network-remove "$bridge" >/dev/null 2>&1 || :
	remove_parent_group
}

# The group above those of all containers: away while there is none.
remove_parent_group() {
	if [ -z "$(mydocker ps -q 2>/dev/null)" ] && read -r instance 2>/dev/null <"$root/instance"; then
		"$tools/cgset" --delete --force "mydocker$instance" >/dev/null 2>&1 || :
	fi
}

arm() {
	trap remove_ours EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
}

# --- how a step looks

section() {
	printf '\n== %s\n' "$1"
}

say() {
	printf '\n   %s\n' "$1"
}

# Sets $typed to the words as one would type them: quoted only where a shell needs it.
type_words() {
	typed=
	for arg; do
		case $arg in
		'' | *[!A-Za-z0-9_./:=@%,+-]*)
			quoted=
			while :; do
				case $arg in
				*"'"*) quoted="$quoted${arg%%"'"*}'\\''" arg=${arg#*"'"} ;;
				*) break ;;
				esac
			done
			arg="'$quoted$arg'"
			;;
		esac
		typed="$typed${typed:+ }$arg"
	done
}

# step STATUS COMMAND...: shows the command and all its output, which stays in $shown; fails on another status.
step() {
	expected=$1
	shift
	case $1 in
	mydocker)
		shift
		type_words mydocker.sh "$@"
		set -- mydocker "$@"
		;;
	*) type_words "$@" ;;
	esac
	printf '\n$ %s\n' "$typed"
	status=0
	"$@" >"$out" 2>&1 </dev/null || status=$?
	shown=$(cat -- "$out")
	[ -z "$shown" ] || printf '%s\n' "$shown"
	[ "$status" = "$expected" ] || die "status $status, not $expected: $typed"
	[ "$status" = 0 ] || printf '(exit status %s)\n' "$status"
}

# shows PATTERN WHAT: what the last step printed must match the shell pattern.
shows() {
	# shellcheck disable=SC2254 # a pattern
	case $shown in
	$1) ;;
	*) die "$2: not so in the output above" ;;
	esac
}

equal() {
	[ "$1" = "$2" ] || die "$3: '$1', not '$2'"
}

# --- the tour

tour_first() {
	section "A container: its own host name, its command is process 1, its own process list and mount table"
	host_name=$(uname -n)
	# shellcheck disable=SC2016 # the container's shell expands it
	step 0 mydocker run --rm --hostname box -v "$data:/tmp" busybox sh -c 'hostname; echo "I am process $$"; ps; mount'
	shows "box
I am process 1
*" "host name box, process 1"
	shows "*PID*sh -c *" "ps lists the shell"
	case $shown in *kthreadd* | *"$mydocker"*) die "ps lists the host's processes" ;; esac
	shows "*overlay on / type overlay*" "an overlay for root"
	shows "*proc on /proc type proc*" "a /proc of its own"
	shows "* on /tmp type *" "the volume on /tmp"
	step 0 uname -n
	equal "$shown" "$host_name" "the host's own name"
}

tour_volume() {
	section "A volume: $data on the host is /tmp in the container"
	printf 'written by the host\n' >"$data/from-host-$word"
	step 0 mydocker run --rm -v "$data:/tmp" busybox sh -c \
		"cat /tmp/from-host-$word; echo written by the container >/tmp/from-container-$word"
	equal "$shown" "written by the host" "the host's file in the container"
	step 0 cat "$data/from-container-$word"
	equal "$shown" "written by the container" "the container's file on the host"
	step 1 mydocker run --rm -v "$data:/tmp:ro" busybox touch "/tmp/refused-$word"
	shows "*Read-only file system*" "a volume with :ro"
}

tour_image() {
	section "The image is shared and never changed: what a container writes is its own"
	step 0 mydocker run --rm busybox sh -c 'echo changed >/etc/hostname; rm /bin/vi; ls /bin/vi /etc/hostname 2>&1 || :'
	shows "*vi: No such file*" "the file is gone in this container"
	step 0 mydocker run --rm busybox ls /bin/vi
	equal "$shown" /bin/vi "the next container has it"
}

# Sets $port to a TCP port that nobody listens on.
free_port() {
	for port in 8080 8081 8082 8083 8084 8085 8086 8087 8088 8089; do
		hex=$(printf ':%04X ' "$port")
		grep -q -s -i -- "${hex}[0-9A-F]*:0000 0A" /proc/net/tcp /proc/net/tcp6 || return 0
	done
	die "no free port between 8080 and 8089"
}

tour_background() {
	section "In the background: a web server with limits and a published port"
	free_port
	web_runs=1
	step 0 mydocker run -d --name "$web" -m 64m --cpus 0.5 --pids-limit 20 -e A=b -p "$port:80" -v "$data:/tmp" \
		busybox httpd -f -vv -h /www
	equal "${#shown}" 64 "the length of the id"
	step 0 mydocker ps
	shows "*CONTAINER ID*$web*" "ps lists it"
	shows "*Up *:$port->80/tcp*" "it is up, with its port"
}

# group_file CONTROLLER V1FILE V2FILE: sets $file to a file of the container's control group, on v1, v2 or both.
group_file() {
	group=$(sed -n "s/^[1-9][0-9]*:\(.*,\)\{0,1\}$1\(,[^:]*\)\{0,1\}:\(.*\)/\3/p" "/proc/$pid/cgroup")
	if [ -n "$group" ]; then
		mount=$(sed -n "s/^[^ ]* [^ ]* [^ ]* [^ ]* \([^ ]*\) .* - cgroup [^ ]* \(.*,\)\{0,1\}$1\(,.*\)\{0,1\}$/\1/p" \
			/proc/self/mountinfo | sed -n 1p)
		file=$mount$group/$2
	else
		group=$(sed -n 's/^0:://p' "/proc/$pid/cgroup")
		mount=$(sed -n 's/^[^ ]* [^ ]* [^ ]* [^ ]* \([^ ]*\) .* - cgroup2 .*/\1/p' /proc/self/mountinfo | sed -n 1p)
		file=$mount$group/$3
	fi
}

tour_limits() {
	section "Limits: written in the control group, and enforced"
	step 0 mydocker inspect -f '{{.State.Pid}}' "$web"
	pid=$shown
	group_file memory memory.limit_in_bytes memory.max
	step 0 cat "$file"
	equal "$shown" 67108864 "64m"
	group_file pids pids.max pids.max
	step 0 cat "$file"
	equal "$shown" 20 "the limit of processes"
	group_file cpu cpu.cfs_quota_us cpu.max
	step 0 cat "$file"
	case $shown in 50000 | "50000 100000") ;; *) die "half a processor: '$shown'" ;; esac
	say "A command that needs 64 MB, in a container that may have 16:"
	step 137 mydocker run --rm -m 16m busybox dd if=/dev/zero of=/dev/null bs=64M count=1
	say "Forty processes where ten may be:"
	# shellcheck disable=SC2016
	step 2 mydocker run --rm --pids-limit 10 busybox sh -c \
		'n=0; while [ $n -lt 40 ]; do sleep 9 & n=$((n + 1)); done; echo all of them'
	shows "*can't fork*" "no more than ten"
}

tour_network() {
	section "Network: an address of its own, reached from another container, and a published port on this host"
	step 0 mydocker inspect -f '{{.NetworkSettings.IPAddress}}' "$web"
	address=$shown
	step 0 mydocker exec "$web" ip -4 addr show eth0
	shows "*inet $address/*" "the address on eth0"
	step 0 mydocker run --rm busybox wget -q -O - "http://$address/"
	shows "*It works*" "the page, from another container"
	step 0 mydocker run --rm busybox ping -c 1 -W 5 "$address"
	shows "*1 packets transmitted, 1 *received*" "ping"
	step 0 busybox wget -q -O - "http://127.0.0.1:$port/"
	shows "*It works*" "the page, from the host's 127.0.0.1"
	step 0 mydocker run --rm --net none busybox ip -o link
	case $shown in *eth0*) die "--net none has an eth0" ;; esac
	shows "*lo*" "--net none has a loopback"
}

tour_exec() {
	section "Another command in a running container"
	# shellcheck disable=SC2016
	step 0 mydocker exec -e C=d -w /tmp "$web" sh -c 'echo "$A $C $PWD"; ps'
	shows "b d /tmp
*PID*httpd*" "the container's environment, and its processes"
	step 3 mydocker exec "$web" sh -c 'exit 3'
	step 127 mydocker exec "$web" no-such-command
}

tour_end() {
	section "Its output, and its end"
	step 0 mydocker logs "$web"
	shows "*response:200*" "the requests in the log"
	step 0 mydocker stop -t 1 "$web"
	equal "$shown" "$web" "what stop prints"
	step 0 mydocker ps -a
	shows "*$web*" "ps -a lists it"
	shows "*Exited (1*" "it has exited"
	step 0 mydocker rm "$web"
	step 1 mydocker inspect "$web"
	web_runs=0
}

tour() {
	out=$(mktemp "${TMPDIR:-/tmp}/mydocker-demo.XXXXXX")
	say "No terminal here, so a guided tour. In a terminal, make demo starts a shell in a container."
	tour_first
	tour_volume
	tour_image
	tour_background
	tour_limits
	tour_network
	tour_exec
	tour_end
	printf '\nThat was all; nothing of it is left. Next: man/mydocker.1, README.md, or make demo in a terminal.\n'
}

# --- the shell

shell() {
	cat <<-END
		You are about to be in a container. Things to try:
		    hostname; echo \$\$; ps; mount      its own name, process 1, its own processes and mounts
		    echo hello >/tmp/hello             is $data/hello on the host: a volume
		    ip addr; ping -c 1 \$(hostname)     an interface of its own
		    rm -rf /bin                        the image is not changed; the next container has it again
		    exit                               ends it and removes it
		In another terminal: $mydocker ps, exec, stop.

	END
	type_words "$mydocker" run --rm -it -v "$data:/tmp" busybox sh
	printf '$ %s\n' "$typed"
	status=0
	mydocker run --rm -it -v "$data:/tmp" busybox sh || status=$?
	case $status in
	125 | 126 | 127) exit "$status" ;;
	esac
}

find_parts
"$maker" "$root"
remember_what_is_there
arm
if [ -t 0 ] && [ -t 1 ]; then
	shell
else
	tour
fi
