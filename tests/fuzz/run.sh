#!/bin/sh
# run.sh SECONDS - runs every fuzz target for so long, from the seeds beside it, as many at once as there are
# processors. Last line: "N passed, N failed".
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
export top work seconds="${1:-10}"

# One target; its name goes to the list of those that passed or failed, and the log of a failure is shown.
# shellcheck disable=SC2016 # the inner shell's
one='
	name=${1##*/} list=passed
	seeds=$top/tests/fuzz/seeds/${name#fuzz_}
	mkdir -p "$work/$name.d/corpus"
	[ -d "$seeds" ] || seeds=
	cd "$work/$name.d" || exit
	"$1" -max_total_time="$seconds" -timeout=60 -rss_limit_mb=2048 -verbosity=0 -print_final_stats=0 \
		corpus $seeds >log 2>&1 || list=failed
	echo "$name" >>"$work/$list"
	[ "$list" = passed ] || { echo "$name"; tail -n 40 log; }
'
touch "$work/passed" "$work/failed"
for t in "$top"/build/fuzz/bin/fuzz_*; do
	case $t in *.d) ;; *) printf '%s\0' "$t" ;; esac
done | xargs -0 -P "$(nproc)" -n 1 sh -c "$one" sh
printf '%d passed, %d failed\n' "$(wc -l <"$work/passed")" "$(wc -l <"$work/failed")"
[ ! -s "$work/failed" ] && [ -s "$work/passed" ]
