# helpers.bash - what every bats file loads.
#
# tests/run.sh runs each file in namespaces of its own (pid, mount, net, ipc, uts, a fresh /run), so that whatever a
# test leaves behind is seen exactly, and two files at once never meet. A file may also be run by hand with
# `bats tests/X.bats`; then the checks of the whole machine's state are left out.
#
# A file that needs more than these two has its own:
#
#   setup()    { common_setup; }
#   teardown() { common_teardown; }
#
# This gives: $TOP the checkout; $BIN the tools; $TMP a directory of the test's own; $UNIQ a short unique word;
# $MYDOCKER_ROOT and $MYDOCKER_RUN, empty state directories; mydocker, the script under $MYDOCKER_SH.

bats_require_minimum_version 1.5.0

TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BIN=${TOOLS_BIN:-$TOP/build/bin}
MYDOCKER_SH=${MYDOCKER_SH:-dash}
PATIENCE=${MYDOCKER_TEST_PATIENCE:-1}
export TOP BIN MYDOCKER_SH

setup() { common_setup; }
teardown() { common_teardown; }

common_setup() {
	UNIQ=$(od -An -N4 -tx4 /dev/urandom | tr -d ' ')
	TMP=$(mktemp -d "${TMPDIR:-/tmp}/mdt.$UNIQ.XXXX")
	export UNIQ TMP
	export MYDOCKER_ROOT=$TMP/root MYDOCKER_RUN=$TMP/run MYDOCKER_TOOLS=$BIN
	# The image is made once a run and shared: it is read only.
	mkdir -p "$MYDOCKER_ROOT/images"
	if [ -d "${MYDOCKER_TEST_IMAGES:-/nonexistent}/busybox" ]; then
		ln -s "$MYDOCKER_TEST_IMAGES/busybox" "$MYDOCKER_ROOT/images/busybox"
	fi
	snapshot >"$TMP.before"
}

common_teardown() {
	local left

	if [ -z "${BATS_TEST_COMPLETED:-}" ]; then
		printf 'last run: status %s\n--- output\n%s\n' "${status:-none}" "${output:-}"
		[ -z "${stderr:-}" ] || printf -- '--- stderr\n%s\n' "$stderr"
	fi
	[ -n "${BATS_TEST_COMPLETED:-}" ] || continue_stopped
	[ ! -S "$TMP/tmux" ] || tmux -S "$TMP/tmux" kill-server 2>/dev/null || true
	remove_networks
	left=$(left_behind)
	rm -rf --one-file-system "$TMP" "$TMP.before"
	[ -z "$left" ] || {
		printf 'left behind:\n%s\n' "$left"
		return 1
	}
}

# What a test that failed has left standing still goes on: others, whom bats waits for, may be waiting for it. All processes that
# there are in the namespace of this file; else those that name the test's directory.
continue_stopped() {
	local d line

	for d in /proc/[0-9]*; do
		{ read -r -d '' line <"$d/stat" || [ -n "$line" ]; } 2>/dev/null || continue
		case ${line##*) } in T*) ;; *) continue ;; esac
		[ -n "${MYDOCKER_TEST_ISOLATED:-}" ] || grep -qsF "$TMP" "$d/cmdline" || continue
		kill -CONT "${d#/proc/}" 2>/dev/null || true
	done
}

# The machine's state, one thing a line: what a test must leave as it found it.
snapshot() {
	[ -n "${MYDOCKER_TEST_ISOLATED:-}" ] || return 0
	# /run/netns becomes a mount of its own with the first namespace, as ip-netns(8) has it, and stays.
	cut -d' ' -f5 /proc/self/mountinfo | grep -vx /run/netns | sed 's/^/mount /'
	ip -o link | sed 's/^[0-9]*: \([^:@]*\).*/link \1/'
	find /run/netns -mindepth 1 2>/dev/null | sed 's/^/netns /'
	nft list tables 2>/dev/null | sed 's/^/nft /'
	ip route show table all 2>/dev/null | sed 's/ *$//; s/^/route /'
	live_processes
}

# Every process that a test could leave: those whose parent is init (the supervisors) or this test's shell, but not
# the shell's own subshells. Their children end with them.
live_processes() {
	local d pid rest own

	own=$(tr '\0' ' ' <"/proc/$$/cmdline")
	for d in /proc/[0-9]*; do
		pid=${d#/proc/}
		# It may end between open and read; a command's name may hold a newline.
		rest=
		{ IFS= read -r -d '' rest <"$d/stat" || [ -n "$rest" ]; } 2>/dev/null || continue
		rest=${rest##*) }
		case $rest in
		Z*) continue ;;
		"${rest%% *} 1 "* | "${rest%% *} $$ "*) ;;
		*) continue ;;
		esac
		rest=$(tr '\0' ' ' <"$d/cmdline" 2>/dev/null | cut -c1-200)
		[ -z "$rest" ] || [ "$rest" = "$(printf %s "$own" | cut -c1-200)" ] || printf 'process %s %s\n' "$pid" "$rest"
	done
}

# What is there now and was not before, waiting for what ends by itself; not where the test has failed, since nobody ended it then.
left_behind() {
	local end=$((SECONDS + 120 * PATIENCE)) new

	[ -n "${BATS_TEST_COMPLETED:-}" ] || end=$SECONDS
	while :; do
		new=$(comm -13 <(sort "$TMP.before") <(snapshot | sort))
		new=$new$(state_left)$(groups_left)
		[ -n "$new" ] || return 0
		[ "$SECONDS" -lt "$end" ] || break
		sleep 0.05
	done
	printf '%s\n' "$new"
}

# State files of containers that the test did not remove.
state_left() {
	find "$MYDOCKER_ROOT/containers" "$MYDOCKER_ROOT/names" -mindepth 1 -maxdepth 1 2>/dev/null | sed 's/^/ state /'
	find "$MYDOCKER_RUN" -mindepth 1 -maxdepth 1 ! -name starting ! -name waiting ! -name lock ! -name "events*" 2>/dev/null | sed 's/^/ run /'
	find "$MYDOCKER_RUN/starting" -mindepth 1 2>/dev/null | sed 's/^/ starting /'
	find "$MYDOCKER_ROOT/networks" \( -path '*/leases/*' -o -path '*ports/*' \) ! -name lock 2>/dev/null | sed 's/^/ lease /'
}

# Control groups of this test: those named by $UNIQ or by the instance of its state directory.
groups_left() {
	local instance=

	[ ! -r "$MYDOCKER_ROOT/instance" ] || read -r instance <"$MYDOCKER_ROOT/instance"
	find /sys/fs/cgroup -maxdepth 4 -type d \( -name "*$UNIQ*" ${instance:+-o -name "*$instance*"} \) 2>/dev/null |
		sed 's/^/ group /'
}

# Networks outlive containers by design; the test removes them so that links and tables can be compared.
remove_networks() {
	local d

	for d in "$MYDOCKER_ROOT"/networks/*/; do
		[ ! -e "$d/subnet" ] || "$BIN/netns-veth" network-remove "${d%/}" || true
	done
}

# The script under test.
mydocker() {
	# shellcheck disable=SC2086 # "busybox ash" is two words on purpose
	$MYDOCKER_SH "$TOP/scripts/mydocker.sh" "$@"
}

# Runs a command until it succeeds: eventually 5 test -e FILE. The number is the seconds that it may take where nothing
# else runs; a machine may be slow and busy, so ten times as much is waited for, and MYDOCKER_TEST_PATIENCE times that where
# processors are emulated. Only a test that fails takes that long.
eventually() {
	local end=$((SECONDS + (10 * $1 + 10) * PATIENCE))

	shift
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$end" ] || {
			printf 'never became true: %s\n' "$*"
			return 1
		}
		sleep 0.05
	done
}

# The identity of a process, as proc.h has it: "PID STARTTIME BOOT-ID".
identity() {
	local stat

	stat=$(<"/proc/$1/stat")
	# shellcheck disable=SC2086 # split on purpose
	set -- "$1" ${stat##*) }
	printf '%s %s %s\n' "$1" "${21}" "$(</proc/sys/kernel/random/boot_id)"
}

# Ends the processes in $STARTED, which this test started and reaps here, so that their numbers cannot be others' by now.
end_started() {
	local p

	for p in ${STARTED:-}; do
		kill -9 "$p" 2>/dev/null || true
		wait "$p" 2>/dev/null || true
	done
}

# requires WORD...: skips a test where the machine cannot run it. Where CI is set a missing thing is a failure, because there the
# machine is known to have it. A word that is not known always fails.
requires() {
	local word why

	for word; do
		why=
		case $word in
		root) [ "$(id -u)" = 0 ] || why="not root" ;;
		isolated) [ -n "${MYDOCKER_TEST_ISOLATED:-}" ] || why="not started by tests/run.sh" ;;
		overlay) grep -qw overlay /proc/filesystems || why="no overlay" ;;
		userns) unshare -U true 2>/dev/null || why="no user namespaces" ;;
		ipv6) [ -e /proc/sys/net/ipv6 ] || why="no IPv6" ;;
		timens) [ -e /proc/self/ns/time ] || why="no time namespaces" ;;
		nft) nft list tables >/dev/null 2>&1 || why="no nftables" ;;
		cgroup_v1) grep -q ' - cgroup ' /proc/self/mountinfo || why="no v1 hierarchy" ;;
		cgroup_v2) grep -q ' - cgroup2 ' /proc/self/mountinfo || why="no v2 hierarchy" ;;
		v1_*) grep -Eq " - cgroup [^ ]+ [^ ]*\\b${word#v1_}\\b" /proc/self/mountinfo || why="no v1 ${word#v1_}" ;;
		v2_*) v2_has "${word#v2_}" || why="no v2 ${word#v2_}" ;;
		cpus_*) [ "$(nproc)" -ge "${word#cpus_}" ] || why="fewer than ${word#cpus_} processors" ;;
		tool_*) command -v "${word#tool_}" >/dev/null || why="no ${word#tool_}" ;;
		*)
			printf 'requires: unknown word: %s\n' "$word"
			return 1
			;;
		esac
		[ -n "$why" ] || continue
		case $word in
		# What depends on the kind of machine, not on how it was set up.
		cgroup_v1 | cgroup_v2 | v1_* | v2_* | ipv6) skip "$why" ;;
		esac
		if [ -n "${CI:-}" ]; then
			printf 'requires %s: %s\n' "$word" "$why"
			return 1
		fi
		skip "$why"
	done
}

v2_has() {
	local mount

	mount=$(awk '/ - cgroup2 / { print $5; exit }' /proc/self/mountinfo)
	[ -n "$mount" ] && grep -qw "$1" "$mount/cgroup.controllers"
}
