#!/bin/bash
# run.sh - times mydocker beside its peers, all in one run and interleaved (timeit.c), and writes bench/results/.
#
#   bench/run.sh [--quick] [--only create|network|exec|list|shells] [--results DIR]
#
# Everything happens in namespaces of its own (process, mount, network, ipc, host name, an empty /run), with state in a
# temporary directory: nothing is left, and nothing is sent anywhere. Each command is first shown to do what it claims
# (it prints a file of the image); a peer that cannot is left out, and the table says why.
#
# On a machine with both cgroup versions mounted crun refuses to run. It gets a mount namespace where the v2 hierarchy
# is unmounted; so does podman, which calls it.
set -u
export LC_ALL=C

top=$(cd "$(dirname "$0")/.." && pwd)
bin=${TOOLS_BIN:-$top/build/bin}
rounds=50 pause=20 containers=100 only='' results=$top/bench/results
sections="create network exec list shells"

die() {
	printf 'bench: %s\n' "$*" >&2
	exit 1
}

parse() {
	while [ $# -gt 0 ]; do
		case $1 in
		--quick) rounds=15 pause=5 ;;
		--only) only=${2:?} && shift ;;
		--results) results=${2:?} && shift ;;
		*)
			printf 'Usage: bench/run.sh [--quick] [--only %s] [--results DIR]\n' "${sections// /|}" >&2
			exit 2
			;;
		esac
		shift
	done
	[ -z "$only" ] || [[ " $sections " == *" $only "* ]] || die "no such section: '$only' ($sections)"
}

# Starts this script again inside the namespaces, and clears away what they do not take with them.
outside() {
	[ "$(id -u)" = 0 ] || die "needs root"
	[ -x "$bin/nsrun" ] || die "'$bin/nsrun' is not built; run make first"
	work=$(mktemp -d "${TMPDIR:-/var/tmp}/mydocker-bench.XXXXXX") || exit 1
	trap 'clear_away' EXIT
	trap 'exit 130' INT TERM HUP
	mkdir -p "$results" || exit 1
	"${CC:-cc}" -std=gnu11 -D_GNU_SOURCE -O2 -o "$work/timeit" "$top/bench/timeit.c" || die "timeit.c does not compile"
	[ -z "$(find /sys/fs/cgroup -maxdepth 2 -name libpod_parent)" ] || touch "$work/libpod-was-there"
	export BENCH_INSIDE=$work
	unshare --fork --pid --mount-proc --mount --net --ipc --uts --kill-child "$0" "$@"
}

clear_away() {
	local instance
	# The parent group of this state directory's containers, in every hierarchy.
	if read -r instance 2>/dev/null <"$work/root/instance" && [ -n "$instance" ]; then
		find /sys/fs/cgroup -maxdepth 2 -type d -name "mydocker$instance" -exec find {} -depth -type d -exec rmdir {} + \; 2>/dev/null
	fi
	rm -rf --one-file-system "$work"
	# podman's parent group, which it never removes.
	[ -e "$work/libpod-was-there" ] || find /sys/fs/cgroup -depth -path '*/libpod_parent*' -type d -exec rmdir {} + 2>/dev/null
}

# --- inside

prepare() {
	work=$BENCH_INSIDE
	mount -t tmpfs -o mode=755 tmpfs /run || die "no tmpfs on /run"
	mkdir -p /run/netns /run/lock
	ip link set lo up
	export MYDOCKER_ROOT=$work/root MYDOCKER_RUN=/run/mydocker MYDOCKER_TOOLS=$bin
	"$top/scripts/mkimage-busybox.sh" "$MYDOCKER_ROOT" || die "no busybox image"
	read -r layer <"$MYDOCKER_ROOT/images/busybox/layers"
	layer=$MYDOCKER_ROOT/images/busybox/$layer
	mydocker=$top/scripts/mydocker.sh
	v1_only
	make_bundle true /bin/true
	make_bundle check /bin/cat /etc/os-release
	make_bundle sleep /bin/sleep 100000
	podman=(podman --root "$work/podman" --runroot /run/podman --cgroup-manager cgroupfs --events-backend none)
	describe_machine >"$results/machine.json"
}

# Sets $at: the suffix that has timeit run a command where no v2 hierarchy is beside v1; and in_v1 to do it here.
v1_only() {
	at=
	grep -q ' - cgroup ' /proc/self/mountinfo && grep -q ' - cgroup2 ' /proc/self/mountinfo || return 0
	v2=$(awk '/ - cgroup2 / { print $5; exit }' /proc/self/mountinfo)
	mkfifo "$work/ready"
	# shellcheck disable=SC2016 # the inner shell's arguments
	unshare --mount sh -c 'umount "$1" && echo >"$2" && exec sleep 100000' sh "$v2" "$work/ready" &
	holder=$!
	read -r _ <"$work/ready"
	at=@/proc/$holder/ns/mnt
}

in_v1() {
	if [ -n "$at" ]; then nsenter --mount="${at#@}" "$@"; else "$@"; fi
}

# make_bundle NAME COMMAND...: a bundle for runc and crun whose root is the image's layer.
make_bundle() {
	local name=$1
	shift
	mkdir -p "$work/bundle/$name"
	(cd "$work/bundle/$name" && runc spec) 2>/dev/null || return 0
	jq --arg root "$layer" '.process.args = $ARGS.positional | .process.terminal = false | .root.path = $root' \
		--args "$@" <"$work/bundle/$name/config.json" >"$work/new" && mv "$work/new" "$work/bundle/$name/config.json"
}

version_of() {
	command -v "$1" >/dev/null && "$@" 2>&1 | sed -n '1s/^[^0-9]*\([0-9][0-9.]*\).*/\1/p'
}

describe_machine() {
	jq -n --arg date "$(date -u +%Y-%m-%d)" --arg kernel "$(uname -r)" \
		--arg distribution "$(sed -n 's/^PRETTY_NAME="*\([^"]*\)"*$/\1/p' /etc/os-release)" \
		--arg cpu "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | sed -n 1p)" --arg cpus "$(nproc)" \
		--arg memory "$(awk '/^MemTotal/ { printf "%d MiB", $2 / 1024 }' /proc/meminfo)" \
		--arg virtual "$(grep -q '^flags.* hypervisor' /proc/cpuinfo && echo yes || echo no)" \
		--arg storage "$(stat -f -c %T "$work")" --arg cgroups "$(cgroup_mode)" --arg shell "$(readlink -f /bin/sh)" \
		--arg runc "$(version_of runc --version)" --arg crun "$(version_of crun --version)" \
		--arg podman "$(version_of podman --version)" --arg bwrap "$(version_of bwrap --version)" \
		--arg unshare "$(version_of unshare --version)" \
		--arg commit "$(git -C "$top" describe --always --dirty 2>/dev/null)" '$ARGS.named'
}

cgroup_mode() {
	if [ -n "$at" ]; then
		echo hybrid
	elif grep -q ' - cgroup2 ' /proc/self/mountinfo; then
		echo v2
	else
		echo v1
	fi
}

# --- one section: commands that have shown that they work, then all of them against each other

begin() {
	section=$1 cases=() missing=()
	printf '\n== %s\n' "$2"
	title=$2
}

# add NAME CHECK -- COMMAND...: CHECK is a function that must succeed (its output says why it does not).
add() {
	local name=$1 check=$2 why
	shift 3
	if ! why=$($check "$name" "$@" 2>&1); then
		[[ $name != mydocker* ]] || die "$name does not work: $why"
		missing+=("${name%@*}: $(tail -n 1 <<<"$why" | cut -c 1-200)")
		return 0
	fi
	[ ${#cases[@]} -eq 0 ] || cases+=(";;")
	cases+=("$name" "$@")
}

finish() {
	local m
	if [ ${#cases[@]} -gt 0 ]; then
		"$work/timeit" -n "$rounds" -p "$pause" -j "$work/timed.json" "${cases[@]}" || die "$section: a command failed"
		jq --arg title "$title" '. + { title: $title, missing: $ARGS.positional }' --args "${missing[@]}" \
			<"$work/timed.json" >"$results/$section.json"
	fi
	for m in "${missing[@]}"; do
		printf 'not measured: %s\n' "$m"
	done
}

# Whether what is on standard input is the image's os-release: so the command really ran in the image.
from_image() {
	local got
	got=$(cat)
	[[ $got == *'NAME="BusyBox"'* ]] || {
		printf '%s\n' "${got:-no output}"
		return 1
	}
}

# check_run NAME COMMAND... true: the same command with "cat /etc/os-release" for "true".
check_run() {
	shift
	"${@:1:$#-1}" cat /etc/os-release 2>&1 | from_image
}

check_run_v1() {
	shift
	in_v1 "${@:1:$#-1}" cat /etc/os-release 2>&1 | from_image
}

# The bundle "check" in place of the bundle "true".
check_bundle() {
	shift
	in_v1 "${@/#$work\/bundle\/true/$work/bundle/check}" 2>&1 | from_image
}

check_status() {
	shift
	"$@"
}

check_status_v1() {
	shift
	in_v1 "$@"
}

# check_lines NAME COMMAND...: a list must have at least a line for each container.
check_lines() {
	local n
	shift
	n=$(in_v1 "$@" | wc -l)
	[ "$n" -ge "$containers" ] || {
		echo "lists $n lines, not $containers"
		return 1
	}
}

section_create() {
	begin create "Run true in a new container without a network, in the foreground, and remove it"
	add "mydocker run --rm --net none" check_run -- "$mydocker" run --rm --net none busybox true
	mkdir -p "$work/alone/upper" "$work/alone/work" "$work/alone/root"
	add "nsrun, rootfs-pivot (no group, no state)" check_run -- "$bin/nsrun" --mount --uts --ipc --pid --cgroup --net -- \
		"$bin/rootfs-pivot" --profile default --overlay "$layer,$work/alone/upper,$work/alone/work" --proc --dev --sys \
		"$work/alone/root" -- true
	add "crun run$at" check_bundle -- crun --root /run/crun run -b "$work/bundle/true" bench
	add "runc run" check_bundle -- runc --root /run/runc run -b "$work/bundle/true" bench
	add "bwrap (no groups, no overlay)" check_run -- bwrap --unshare-all --ro-bind "$layer" / --proc /proc --dev /dev true
	add "unshare (no groups, no pivot)" check_run -- unshare --fork --pid --mount --uts --ipc --net --cgroup \
		--root="$layer" --mount-proc true
	import_for_podman
	add "podman run --network none$at" check_run_v1 -- "${podman[@]}" run --rm --network none localhost/busybox true
	finish
}

import_for_podman() {
	[ ! -e "$work/podman" ] || return 0
	tar -C "$layer" -c . | in_v1 "${podman[@]}" import - localhost/busybox >/dev/null 2>&1
}

section_network() {
	begin network "The same with the default network: an interface, an address, a bridge, NAT"
	add "mydocker run --rm" check_run -- "$mydocker" run --rm busybox true
	import_for_podman
	add "podman run --rm$at" check_run_v1 -- "${podman[@]}" run --rm localhost/busybox true
	finish
}

section_exec() {
	begin exec "Run true in a running container"
	"$mydocker" run -d --name bench --net none busybox sleep 100000 >/dev/null
	in_v1 crun --root /run/crun run -d -b "$work/bundle/sleep" bench </dev/null >/dev/null 2>&1
	runc --root /run/runc run -d -b "$work/bundle/sleep" bench </dev/null >/dev/null 2>&1
	import_for_podman
	in_v1 "${podman[@]}" run -d --name bench --network none localhost/busybox sleep 100000 >/dev/null 2>&1
	add "mydocker exec" check_run -- "$mydocker" exec bench true
	add "crun exec$at" check_run_v1 -- crun --root /run/crun exec bench true
	add "runc exec" check_run -- runc --root /run/runc exec bench true
	add "nsenter (no groups, privileges kept)" check_run -- nsenter --target \
		"$(runc --root /run/runc state bench 2>/dev/null | jq .pid)" --all true
	add "podman exec$at" check_run_v1 -- "${podman[@]}" exec bench true
	finish
	"$mydocker" rm -f bench >/dev/null
	in_v1 crun --root /run/crun delete -f bench 2>/dev/null
	runc --root /run/runc delete -f bench 2>/dev/null
	in_v1 "${podman[@]}" rm -f -t 0 bench >/dev/null 2>&1
}

section_list() {
	local i
	begin list "List $containers running containers (podman: created ones)"
	printf 'starting %s containers of each\n' "$containers"
	import_for_podman
	for ((i = 0; i < containers; i++)); do
		"$mydocker" run -d --name "bench$i" --net none busybox sleep 100000 >/dev/null || die "run -d failed"
		in_v1 crun --root /run/crun run -d -b "$work/bundle/sleep" "bench$i" </dev/null >/dev/null 2>&1
		runc --root /run/runc run -d -b "$work/bundle/sleep" "bench$i" </dev/null >/dev/null 2>&1
		in_v1 "${podman[@]}" create --name "bench$i" --network none localhost/busybox sleep 100000 >/dev/null 2>&1
	done
	add "mydocker ps" check_lines -- "$mydocker" ps
	add "mydocker ps -q" check_lines -- "$mydocker" ps -q
	add "crun list$at" check_lines -- crun --root /run/crun list
	add "runc list" check_lines -- runc --root /run/runc list
	add "podman ps -a$at" check_lines -- "${podman[@]}" ps -a
	finish
	supervisors
	for ((i = 0; i < containers; i++)); do
		set -- "$@" "bench$i"
	done
	"$mydocker" rm -f "$@" >/dev/null
	for i; do
		in_v1 crun --root /run/crun delete -f "$i" 2>/dev/null
		runc --root /run/runc delete -f "$i" 2>/dev/null
	done
}

# What a running container costs beside its command: the supervisors' share of memory.
supervisors() {
	local kb
	kb=$(for p in $(pgrep -x nsrun) $(pgrep -x logwrite); do
		cat "/proc/$p/smaps_rollup" 2>/dev/null
	done | awk -v n="$containers" '/^Pss:/ { s += $2 } END { printf "%.0f", s / n }')
	printf 'memory beside the command: %s KiB a container (supervisor and log writer, proportional share)\n' "$kb"
	jq --arg kb "$kb" '. + { note: "Memory beside the command: \($kb) KiB a container (supervisor and log writer, proportional share)." }' \
		<"$results/list.json" >"$work/new" && mv "$work/new" "$results/list.json"
}

section_shells() {
	local sh
	begin shells "mydocker run --rm --net none busybox true, under each shell"
	for sh in dash "busybox ash" mksh "bash --posix"; do
		command -v "${sh%% *}" >/dev/null || continue
		# shellcheck disable=SC2086 # two words on purpose
		add "$sh" check_run -- $sh "$mydocker" run --rm --net none busybox true
	done
	finish
}

inside() {
	local s
	prepare
	for s in ${only:-$sections}; do
		"section_$s"
	done
	printf '\nResults: %s (bench/report.sh makes tables of them)\n' "$results"
}

parse "$@"
if [ -n "${BENCH_INSIDE-}" ]; then
	inside
else
	outside "$@"
fi
