#!/bin/sh
# static.sh - what reads the C without running it: a build by clang with warnings as errors, cppcheck, clang-tidy,
# clang-format. Last line: "N passed, N failed".
set -u
cd "$(dirname "$0")/.." || exit 1
passed=0 failed=0
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# step NAME COMMAND...: shows the output of a command that fails.
step() {
	name=$1
	shift
	if "$@" >"$work/log" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		printf 'failed: %s\n' "$name"
		grep -v 'warnings\{0,1\} generated' "$work/log" | tail -n 60
	fi
}

sources=$(ls lib/common/*.c lib/archive/*.c tools/*/*.c)
all=$(ls lib/common/*.[ch] lib/archive/*.[ch] tools/*/*.[ch] tests/unit/*.[ch] tests/fuzz/*.c bench/*.c docs/kernel-facts/*.c 2>/dev/null)
flags='-std=gnu11 -D_GNU_SOURCE -DVERSION=\"x\" -Ilib -Itools -Ibuild/gen'

step 'build by clang' make -s -j"$(nproc)" O=build/clang CC=clang CC_SMALL=clang all
step 'a packager'\''s build, by the C compiler alone (no musl)' \
	make -s -j"$(nproc)" O=build/packager CC_SMALL=cc CFLAGS='-O3 -g0' LDFLAGS='-Wl,-O1' all
# shellcheck disable=SC2086 # lists of words
step cppcheck cppcheck --quiet --error-exitcode=1 --std=c11 -D_GNU_SOURCE '-DVERSION="x"' -D__x86_64__ -Ilib -Itools \
	--enable=warning,portability,performance --inline-suppr --suppressions-list=tests/cppcheck.suppress -j "$(nproc)" $sources
# shellcheck disable=SC2086
# One file a run: clang-tidy 14 mixes up the state of several.
step clang-tidy sh -c 'printf "%s\n" "$@" | xargs -P '"$(nproc)"' -n 1 sh -c '\''clang-tidy --quiet "$@" -- '"$flags"\'' sh' sh $sources
# shellcheck disable=SC2086
step clang-format clang-format --dry-run -Werror $all
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
