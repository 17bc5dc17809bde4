#!/bin/bash
# run.sh - times mydocker beside its peers, all in one run and interleaved (timeit.c), and writes bench/results/.
#
#   bench/run.sh [--quick] [--only SECTION] [--results DIR]
#
# This is the frame: the namespaces, the peers' set-ups, how a section is made of commands. What is measured is in
# section/NAME.sh, one function section_NAME each. `sections` is their order.
#
# Everything happens in namespaces of its own (process, mount, network, ipc, host name, an empty /run), with state in a
# temporary directory: nothing is left, and nothing is sent anywhere. State, images and bundles of all of them are in
# memory ($work, a tmpfs), as crun's and runc's state is anyway: what is measured is the programs, and not how fast this
# machine's disk makes and removes files; one row says what it adds, and what moves files is on the disk ($disk). Each command is first shown to do what it claims
# (it prints a file of the image); a peer that cannot is left out, and the table says why.
#
# On a machine with both cgroup versions mounted crun refuses to run. It gets a mount namespace where the v2 hierarchy
# is unmounted; so does podman, which calls it.
set -u
export LC_ALL=C

top=$(cd "$(dirname "$0")/.." && pwd)
bin=${TOOLS_BIN:-$top/build/bin}
rounds=50 pause=20 containers=100 only='' results=$top/bench/results
sections="create network netns exec list shells groups limit unshare enter images parallel scale output footprint"

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
	make -s -C "$top" bench-programs || die "the programs of bench/ do not compile"
	[ -z "$(find /sys/fs/cgroup -maxdepth 2 -name libpod_parent)" ] || touch "$work/libpod-was-there"
	export BENCH_INSIDE=$work
	unshare --fork --pid --mount-proc --mount --net --ipc --uts --kill-child "$0" "$@"
}

clear_away() {
	local instance
	# The parent group of these state directories' containers, in every hierarchy.
	if read -r instance 2>/dev/null <"$work/root/instance" && [ -n "$instance" ]; then
		find /sys/fs/cgroup -maxdepth 2 -type d -name "mydocker$instance" -exec find {} -depth -type d -exec rmdir {} + \; 2>/dev/null
	fi
	rm -rf --one-file-system "$work"
	# podman's parent group, which it never removes.
	[ -e "$work/libpod-was-there" ] || find /sys/fs/cgroup -depth -path '*/libpod_parent*' -type d -exec rmdir {} + 2>/dev/null
}

# --- inside

prepare() {
	disk=$BENCH_INSIDE
	work=$disk/memory
	mount -t tmpfs -o mode=755 tmpfs /run || die "no tmpfs on /run"
	mkdir -p /run/netns /run/lock "$work"
	mount -t tmpfs -o mode=755 tmpfs "$work" || die "no tmpfs on '$work'"
	ip link set lo up
	export MYDOCKER_ROOT=$work/root MYDOCKER_RUN=/run/mydocker MYDOCKER_TOOLS=$bin
	"$top/scripts/mkimage-busybox.sh" "$MYDOCKER_ROOT" || die "no busybox image"
	"$top/scripts/mkimage-busybox.sh" "$disk/root" || die "no busybox image"
	# One name for the groups of both, by which they are cleared away.
	printf -- '-%08x\n' "$((0x$(head -c 4 /dev/urandom | od -An -tx4 | tr -d ' ')))" | tee "$MYDOCKER_ROOT/instance" >"$disk/root/instance"
	read -r layer <"$MYDOCKER_ROOT/images/busybox/layers"
	layer=$MYDOCKER_ROOT/images/busybox/$layer
	# shellcheck disable=SC2034 # for the sections
	mydocker=$top/scripts/mydocker.sh
	v1_only
	make_bundle true /bin/true
	make_bundle check /bin/cat /etc/os-release
	make_bundle sleep /bin/sleep 100000
	podman_in "$work/podman" /run/podman
	describe_machine >"$results/machine.json"
}

# podman_in ROOT RUNROOT: podman's command line.
podman_in() {
	podman_root=$1
	podman=(podman --root "$1" --runroot "$2" --cgroup-manager cgroupfs --events-backend none)
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
		--arg storage "$(stat -f -c %T "$disk")" --arg cgroups "$(cgroup_mode)" --arg shell "$(readlink -f /bin/sh)" \
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
	section=$1 cases=() missing=() undo=
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
		"$top/build/bench/timeit" -n "$rounds" -p "$pause" -j "$work/timed.json" ${undo:+-u "$undo"} "${cases[@]}" || die "$section: a command failed"
		jq --arg title "$title" '. + { title: $title, missing: $ARGS.positional }' --args "${missing[@]}" \
			<"$work/timed.json" >"$results/$section.json"
	fi
	for m in "${missing[@]}"; do
		printf 'not measured: %s\n' "$m"
	done
}

# finish_with ROUNDS: for what takes long.
finish_with() {
	local rounds=$(($1 > 3 ? $1 : 3))
	finish
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

# Whether the command before "true" runs it in another network namespace than ours.
check_other_net() {
	shift
	[ "$("${@:1:$#-1}" readlink /proc/self/ns/net)" != "$(readlink /proc/self/ns/net)" ]
}

# add_note TEXT: below the section's table.
add_note() {
	jq --arg note "$1" '.note = ([.note // empty, $note] | join(" "))' <"$results/$section.json" >"$work/new" &&
		mv "$work/new" "$results/$section.json"
	printf '%s\n' "$1"
}

# count_calls NAME COMMAND...: how often it forks, executes and calls the kernel, the command that it starts included.
count_calls() {
	local name=$1
	shift
	command -v strace >/dev/null && strace -f -qq -e signal=none -o "$work/trace" "$@" >/dev/null 2>&1 || return 0
	add_note "$name: $(awk '/resumed>/ ? /(clone3?|v?fork) resumed>.* = [0-9]+$/ : /(clone3?|v?fork)\(.* = [0-9]+$/ { forks++ }
		/execve(at)?(\(| resumed>).* = 0$/ { execs++ } !/resumed>/ { calls++ }
		END { printf "%d forks, %d execs, %d system calls", forks, execs, calls }' "$work/trace")."
}

# pss NAME...: the proportional share of memory of all processes of these names, in KiB for each container.
pss() {
	local name pid
	for name; do
		for pid in $(pgrep -x "$name"); do
			cat "/proc/$pid/smaps_rollup" 2>/dev/null
		done
	done | awk -v n="$containers" '/^Pss:/ { s += $2 } END { printf "%.0f", s / n }'
}

import_for_podman() {
	[ ! -e "$podman_root" ] || return 0
	tar -C "$layer" -c . | in_v1 "${podman[@]}" import - localhost/busybox >/dev/null 2>&1
}

inside() {
	local s
	prepare
	for s in ${only:-$sections}; do
		# shellcheck source=/dev/null
		. "$top/bench/section/$s.sh"
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
