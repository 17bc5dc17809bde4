#!/bin/sh
# shell.sh - every shell file by shellcheck, in the dialect it says it is. Last line: "N passed, N failed".
set -u
cd "$(dirname "$0")/.." || exit 1
passed=0 failed=0

# one DIALECT FILE...
one() {
	dialect=$1
	shift
	for f; do
		[ -f "$f" ] || continue
		if shellcheck -s "$dialect" -e SC1091 "$f"; then
			passed=$((passed + 1))
		else
			failed=$((failed + 1))
		fi
	done
}

one sh scripts/*.sh scripts/lib/*.sh scripts/cmd/*.sh tests/docs.sh tests/shell.sh tests/static.sh tests/install.sh \
	tests/check.sh tests/coverage.sh tests/unit/run.sh tests/fuzz/run.sh bench/*.sh tests/vm/*.sh examples/*/*.sh
one bash tests/run.sh tests/helpers.bash completions/*.bash .ci/run
one bats tests/*.bats
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
