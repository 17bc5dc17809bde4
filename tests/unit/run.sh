#!/bin/sh
# run.sh - runs every unit test of the directories named and sums up. Last line: "N passed, N failed".
set -u
passed=0 failed=0
for dir; do
	for t in "$dir"/test_*; do
		case $t in *.d) continue ;; esac
		out=$("$t" 2>&1)
		rc=$?
		sum=$(printf '%s\n' "$out" | sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' | tail -n 1)
		p=${sum% *} f=${sum#* }
		# A test that died, or that counted nothing, has failed.
		[ -n "$sum" ] || p=0 f=1
		[ "$rc" = 0 ] || [ "$f" != 0 ] || f=1
		[ "$f" = 0 ] || printf '%s (exit status %s)\n%s\n' "$t" "$rc" "$out"
		passed=$((passed + p)) failed=$((failed + f))
	done
done
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
