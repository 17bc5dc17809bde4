#!/bin/sh
# plot.sh - the results of bench/run.sh as SVG pictures, by gnuplot: plot.sh [RESULTS [DIRECTORY]] (bench/results, docs/performance)
#
# Bars for the sections that the aims are about (medians, from zero), with the kernel's part of the work as a line, and the
# curves of scale.
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
results=${1:-$top/bench/results}
out=${2:-$top/docs/performance}
command -v gnuplot >/dev/null || {
	printf 'plot.sh: gnuplot is not installed\n' >&2
	exit 1
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"

# bars FILE NAME
bars() {
	jq -r '.commands | to_entries[] | "\(.key)\t\(.value.median_ms)\t\(.value.name | gsub("\""; ""))"' "$1" >"$work/data"
	jq -r .title "$1" >"$work/title"
	gnuplot <<-END
		set terminal svg size 900,$(($(wc -l <"$work/data") * 34 + 110)) font "sans-serif,13" background rgb "white"
		set output "$out/$2.svg"
		set title "$(sed 's/["\\]//g' "$work/title")"
		set datafile separator "\t"
		stats "$work/data" using 2 nooutput
		set xrange [0:STATS_max * 1.15]
		set xlabel "milliseconds, median"
		set yrange [-0.7:$(wc -l <"$work/data").0-0.3] reverse
		set style fill solid 0.8
		set grid x
		unset key
		set lmargin 38
		$(line "$2")
		plot "$work/data" using (\$2 / 2):1:(0):2:(\$1 - 0.35):(\$1 + 0.35):yticlabels(3) with boxxyerror linecolor rgb "#3465a4" title "median", \
			"" using 2:1:(sprintf(" %.2f", \$2)) with labels left title "its number"
	END
}

# The kernel's part of the same work, as a line, where it was measured.
line() {
	case $1 in create | network | limit) ;; *) return 0 ;; esac
	[ -r "$results/limit.json" ] || return 0
	which=1
	[ "$1" != create ] || which=0
	floor=$(jq -r ".stages[$which].total_us / 1000 // empty" "$results/limit.json")
	printf 'set arrow from %s, graph 0 to %s, graph 1 nohead linecolor rgb "#cc0000"\n' "$floor" "$floor"
	printf 'set label "the kernel alone" at %s, graph 1 offset 0.5,0.6 textcolor rgb "#cc0000"\n' "$floor"
}

curves() {
	jq -r '.points | (.[0] | keys_unsorted | map(select(. != "n"))) as $k | (["n"] + $k), (.[] | . as $p | [.n] + ($k | map($p[.]))) | @tsv' "$1" >"$work/data"
	gnuplot <<-END
		set terminal svg size 900,450 font "sans-serif,13" background rgb "white"
		set output "$out/scale.svg"
		set title "$(jq -r .title "$1")"
		set datafile separator "\t"
		set xlabel "containers running"
		set ylabel "milliseconds, median"
		set yrange [0:*]
		set key top left autotitle columnhead
		set grid
		plot for [i=2:5] "$work/data" using 1:i with linespoints linewidth 2
	END
}

for f in "$results"/*.json; do
	name=${f##*/}
	name=${name%.json}
	case $name in
	scale) curves "$f" ;;
	create | network | netns | exec | list | limit | unshare | enter | groups | parallel) bars "$f" "$name" ;;
	esac
done
