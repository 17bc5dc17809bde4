#!/bin/sh
# report.sh - the results of bench/run.sh as Markdown on standard output: report.sh [DIR [PICTURES]] (bench/results)
#
# docs/performance/results.md is what this prints after a run, with the pictures of plot.sh beside it: PICTURES is where
# these are looked for.
set -eu

dir=${1:-$(dirname "$0")/results}
pictures=${2:-}
[ -r "$dir/machine.json" ] || {
	printf 'report.sh: no results in %s; run make bench first\n' "$dir" >&2
	exit 1
}

# picture SECTION: where there is one of it.
picture() {
	[ -z "$pictures" ] || [ ! -r "$pictures/$1.svg" ] || printf '\n![%s](%s.svg)\n' "$(jq -r .title "$dir/$1.json")" "$1"
}

jq -r '"Measured \(.date) at \(.commit): \(.distribution), kernel \(.kernel), \(.cpus) × \(.cpu)" +
	(if .virtual == "yes" then " (virtual)" else "" end) + ", \(.memory), \(.storage), control groups \(.cgroups), sh is \(.shell);",
	"runc \(.runc), crun \(.crun), podman \(.podman), bubblewrap \(.bwrap), util-linux \(.unshare)."' "$dir/machine.json"

for section in create network netns netns-crowd exec list shells groups groups-cold groups-stat limit unshare enter layers images import commit parallel logging terminal; do
	[ -r "$dir/$section.json" ] || continue
	jq -r '"",
		"### \(.title)", "",
		"| command | median ms | min ms | p90 ms | CPU ms | times the first |",
		"|---|--:|--:|--:|--:|--:|",
		(.commands[] | "| \(.name) | " + ([.median_ms, .min_ms, .p90_ms, .cpu_ms, .ratio]
			| map(. * 100 | round / 100 | tostring) | join(" | ")) + " |"),
		"", "\(.rounds) rounds, interleaved, \(.pause_ms) ms of rest before each command.",
		(.missing[] | "Not measured: \(.)."), (.note // empty),
		(.stages // [] | if . == [] then empty else "",
			"| the kernel alone, in microseconds | without a network | with |", "|---|--:|--:|",
			([.[0].stages, .[1].stages] | transpose[] | "| \(.[0].name) | \(.[0].us) | \(.[1].us) |"),
			"| all | \(.[0].total_us) | \(.[1].total_us) |" end)' "$dir/$section.json"
	picture "$section"
done

[ ! -r "$dir/scale.json" ] || jq -r '"", "### \(.title)", "", (.points[0] | keys_unsorted | map(select(. != "n"))) as $k |
	"| running | \($k | map("\(.), ms") | join(" | ")) |", "|--:|\($k | map("--:|") | join(""))",
	(.points[] | . as $p | "| \(.n) | \($k | map($p[.] * 100 | round / 100 | tostring) | join(" | ")) |")' "$dir/scale.json"
[ ! -r "$dir/scale.json" ] || picture scale

[ ! -r "$dir/footprint.json" ] || jq -r '"", "### \(.title)", "", "| program | KiB |", "|---|--:|",
	(.rows[] | select(.bytes) | "| \(.name) | \(.bytes / 1024 | round) |"), "",
	"| a start | forks | execs | system calls |", "|---|--:|--:|--:|",
	(.rows[] | select(.calls) | "| \(.name) | \(.forks) | \(.execs) | \(.calls) |")' "$dir/footprint.json"
