#!/bin/sh
# check.sh - everything that must hold, step by step; the sum over all suites is the last line.
#
# Each step ends with a line "N passed, N failed[, N skipped]"; a step that exits with another status than 0 without a failure in its line counts as one.
set -u
cd "$(dirname "$0")/.." || exit 1
passed=0 failed=0 skipped=0
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# step NAME COMMAND...: runs it with its output shown, and adds its sum.
step() {
	name=$1
	shift
	printf '\n== %s\n' "$name"
	{
		"$@" 2>&1
		printf '%s\n' $? >"$work/rc"
	} | tee "$work/log"
	read -r rc <"$work/rc"
	# shellcheck disable=SC2046 # three numbers
	set -- $(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed\(, \([0-9]*\) skipped\)\{0,1\}$/\1 \2 \4/p' "$work/log" | tail -n 1)
	passed=$((passed + ${1:-0})) failed=$((failed + ${2:-0})) skipped=$((skipped + ${3:-0}))
	if [ "$rc" != 0 ] && [ "${2:-0}" = 0 ]; then
		failed=$((failed + 1))
		printf 'failed: %s (exit status %s)\n' "$name" "$rc"
	fi
}

build() {
	make -s -j"$(nproc)" all && make -s -j"$(nproc)" SAN=1 O=build/asan all && echo '1 passed, 0 failed'
}

# Fetching packages is mostly waiting: it goes on beside the first steps.
tests/debian/root.sh build/debian.tar >"$work/debian.log" 2>&1 &
debian=$!

step 'build, warnings are errors' build
step 'unit tests, plain and under ASan+UBSan' make -s -j"$(nproc)" check-unit
step 'shell files' make -s check-shell
step 'documents' make -s check-docs
step 'static analysis' make -s check-static
step 'installation' make -s check-install
step 'fuzzing' make -s -j"$(nproc)" fuzz SECONDS_EACH="${FUZZ_SECONDS:-3}"
step 'suite, dash' tests/run.sh -n dash
wait "$debian" || cat "$work/debian.log"
step 'a Debian in containers' tests/run.sh -n debian tests/debian/debian.bats
# What the script does is asked of every shell that it is written for; the tools do not change with the shell, nor does what starts
# the script by its own first line, nor what a process inside can reach.
scripts=$(grep -lE '^[^#]*\bmydocker (run|exec|ps|logs|stop|rm|gc|inspect) ' tests/*.bats | grep -vE '/(completion|demo|readme|probe)\.bats$')
scripts="$scripts tests/scripts.bats"
for sh in 'bash --posix' mksh; do
	# shellcheck disable=SC2086 # a list of files
	step "script, $sh" tests/run.sh -n "$sh" -s "$sh" $scripts
done
# The tools' second look, and the script's under the fourth shell: neither hides the other.
ASAN_OPTIONS=detect_leaks=0 step 'suite under ASan+UBSan, and busybox ash' tests/run.sh -n asan -s 'busybox ash' -b "$PWD/build/asan/bin"

printf '\n'
[ "$skipped" = 0 ] || grep -h '# skip' "$work/log" | sort -u
printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
