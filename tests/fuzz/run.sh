#!/bin/sh
# run.sh SECONDS - runs every fuzz target for so long, from the seeds beside it. Last line: "N passed, N failed".
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
passed=0 failed=0
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
for t in "$top"/build/fuzz/bin/fuzz_*; do
	case $t in *.d) continue ;; esac
	name=${t##*/}
	seeds=$top/tests/fuzz/seeds/${name#fuzz_}
	mkdir -p "$work/$name"
	[ -d "$seeds" ] || seeds=
	# shellcheck disable=SC2086 # no seeds: no word
	if (cd "$work" && "$t" -max_total_time="${1:-10}" -timeout=5 -rss_limit_mb=2048 -verbosity=0 -print_final_stats=0 \
		"$work/$name" $seeds) >"$work/log" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		printf '%s\n' "$name"
		tail -n 40 "$work/log"
	fi
done
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
