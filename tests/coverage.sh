#!/bin/sh
# coverage.sh - which lines of the C the unit tests and the bats suite reach, by gcov: a line a file, the sum last.
set -u
cd "$(dirname "$0")/.." || exit 1
make -s -j"$(nproc)" COV=1 O=build/cov all unit-tests || exit 1
find build/cov -name '*.gcda' -delete
tests/unit/run.sh build/cov/unit
tests/run.sh -n coverage -b "$PWD/build/cov/bin"
find build/cov -name '*.gcda' | while read -r data; do
	gcov -n "$data" 2>/dev/null
done | awk '
	/^File / { file = substr($2, 2, length($2) - 2) }
	/^Lines executed:/ && file ~ /^(lib|tools)\// {
		split(substr($2, 10), part, "%"); n = $4
		hit = part[1] * n / 100
		if (hit > best[file]) best[file] = hit
		total[file] = n
		file = ""
	}
	END {
		for (f in total) { printf "%6.1f%% of %4d  %s\n", 100 * best[f] / total[f], total[f], f | "sort -k4"; h += best[f]; t += total[f] }
		close("sort -k4")
		printf "%6.1f%% of %4d  all\n", t ? 100 * h / t : 0, t
	}'
