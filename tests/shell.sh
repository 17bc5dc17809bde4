#!/bin/sh
# shell.sh - every shell file by shellcheck, in the dialect it says it is. Last line: "N passed, N failed".
set -u
cd "$(dirname "$0")/.." || exit 1
passed=0 failed=0
least=style

# one DIALECT WAIVED FILE...
one() {
	dialect=$1 waived=$2
	shift 2
	for f; do
		[ -f "$f" ] || continue
		if shellcheck -s "$dialect" -S "$least" -e "$waived" "$f"; then
			passed=$((passed + 1))
		else
			failed=$((failed + 1))
		fi
	done
}

# SC1091: files that are read in are checked by themselves.
for f in scripts/*.sh scripts/lib/*.sh scripts/cmd/*.sh tests/*.sh tests/*.bash tests/*/*.sh bench/*.sh bench/*/*.sh completions/*.bash .ci/run \
	examples/runit/*/run examples/sysv/* examples/openrc/*; do
	case $f:$(head -n 2 "$f") in
	*:*bash* | *.bash:*) one bash SC1091 "$f" ;;
	*) one sh SC1091 "$f" ;;
	esac
done
# In tests: bats sets $stderr (2154); each test ends at a failing cd (2164); a loop may only count (2034). Questions of style are not asked there.
least=warning
one bats SC1091,SC2154,SC2164,SC2034 tests/*.bats tests/*/*.bats
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
