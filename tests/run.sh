#!/bin/bash
# run.sh - runs bats files, each in namespaces of its own, several at once, and sums up.
#
#   tests/run.sh [-j JOBS] [-s SHELL] [-b TOOLS] [-n NAME] [FILE.bats ...]
#
# SHELL is what runs the script under test ("dash", "busybox ash", "bash --posix", "mksh"). Each file gets a pid, mount, net, ipc and uts
# namespace and an empty /run, so that a test sees exactly what it left behind and sends nothing to the machine's
# network. Last line: "N passed, N failed, N skipped". Exit status 1 if a test failed or a file ran none.
#
# JOBS is one more than there are processors, since tests wait for events much of the time. The files that took longest
# the last time (build/tests.seconds) come first, so that no long one is left running alone at the end.
set -u

top=$(cd "$(dirname "$0")/.." && pwd)
jobs=$(($(nproc) + 1))
seconds=$top/build/tests.seconds
name=suite
export MYDOCKER_SH=dash TOOLS_BIN=$top/build/bin

while getopts j:s:b:n: o; do
	case $o in
	j) jobs=$OPTARG ;;
	s) MYDOCKER_SH=$OPTARG ;;
	b) TOOLS_BIN=$OPTARG ;;
	n) name=$OPTARG ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || set -- "$top"/tests/*.bats

work=$(mktemp -d "${TMPDIR:-/tmp}/mdtests.XXXXXX") || exit 1
trap 'kill $(jobs -rp) 2>/dev/null; wait; rm -rf --one-file-system "$work"' EXIT
trap 'exit 130' INT TERM

# One image for all: made once, never written to by a test.
export MYDOCKER_TEST_IMAGES=$work/state/images
"$top/scripts/mkimage-busybox.sh" "$work/state" >"$work/image.log" 2>&1 || {
	cat "$work/image.log"
	exit 1
}

# Runs inside the namespaces: a loopback, a /run of its own, then bats.
inside() {
	mount -t tmpfs -o mode=755 tmpfs /run && mkdir -p /run/netns /run/lock /run/user && ip link set lo up || exit 1
	export MYDOCKER_TEST_ISOLATED=1
	timeout -k 5 3600 bats --tap --timing "$1"
}

run_file() {
	local out start=$SECONDS

	out=$work/$(basename "$1").tap
	export -f inside
	# unshare ignores TERM; killed with this shell, it takes its whole pid namespace along.
	# shellcheck disable=SC2016 # for the inner shell
	setpriv --pdeathsig KILL unshare --fork --pid --mount-proc --mount --net --ipc --uts --kill-child \
		bash -c 'inside "$1"; exit $?' bash "$1" >"$out" 2>&1 </dev/null
	sum_file "$1" "$out" "$((SECONDS - start))"
}

# Prints a line for the file, and the failures in full; leaves "passed failed skipped seconds name" beside the output.
sum_file() {
	local plan passed failed skipped

	plan=$(sed -n 's/^1\.\.\([0-9]*\)$/\1/p' "$2")
	skipped=$(grep -c '^ok .* # skip' "$2")
	passed=$(($(grep -c '^ok ' "$2") - skipped))
	failed=$((${plan:-0} - passed - skipped))
	[ "${plan:-0}" -gt 0 ] || failed=1
	printf '%s: %-24s %3d passed, %d failed, %d skipped, %d s\n' "$name" "$(basename "$1")" "$passed" "$failed" "$skipped" "$3"
	if [ "$failed" -gt 0 ]; then
		awk '/^ok / { show = 0 } /^not ok/ { show = 1 } show || !/^(ok|not ok|1\.\.|#)/' "$2"
	fi
	grep '^ok .* # skip' "$2"
	printf '%d %d %d %d %s\n' "$passed" "$failed" "$skipped" "$3" "$(basename "$1")" >"$2.sum"
}

# The files in the order in which they are begun. One that has not been run yet is guessed by its size.
in_order() {
	local f known

	for f; do
		known=$(awk -v f="$(basename "$f")" '$2 == f { print $1 }' "$seconds" 2>/dev/null)
		printf '%s\t%s\n' "${known:-$(($(wc -c <"$f") / 1000))}" "$f"
	done | sort -rn | cut -f2-
}

# Keeps how long each file took, those too that were not run now.
keep_seconds() {
	mkdir -p "$top/build"
	awk '{ print $4, $5 }' "$work"/*.sum | cat - "$seconds" 2>/dev/null | awk '!seen[$2]++' >"$seconds.$$" && mv "$seconds.$$" "$seconds"
}

while read -r f; do
	while [ "$(jobs -rp | wc -l)" -ge "$jobs" ]; do
		wait -n
	done
	run_file "$f" &
done < <(in_order "$@")
wait

keep_seconds
cat "$work"/*.sum | awk '{ p += $1; f += $2; s += $3 }
	END { printf "%d passed, %d failed, %d skipped\n", p, f, s; exit f > 0 || p == 0 }'
