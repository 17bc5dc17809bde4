# What is not time: the sizes of the programs, and what a start asks of the kernel.
# shellcheck shell=bash disable=SC2154 # the frame's variables

section_footprint() {
	local f
	begin footprint "Sizes of the programs, and forks, execs and system calls of a start"
	: >"$work/rows"
	for f in "$bin"/*; do
		[ ! -x "$f" ] || footprint_size "${f##*/}" "$f"
	done
	for f in crun runc podman conmon bwrap unshare nsenter; do
		! command -v "$f" >/dev/null || footprint_size "$f" "$(command -v "$f")"
	done
	footprint_calls "mydocker run --rm --net none" "$mydocker" run --rm --net none busybox true
	footprint_calls "mydocker run --rm" "$mydocker" run --rm busybox true
	footprint_calls "crun run" in_v1 crun --root /run/crun run -b "$work/bundle/true" footprint
	footprint_calls "runc run" runc --root /run/runc run -b "$work/bundle/true" footprint
	jq -s --arg title "$title" '{title: $title, rows: .}' "$work/rows" >"$results/footprint.json"
	jq -r '"\(.name): \(if .bytes then "\(.bytes) bytes" else "\(.forks) forks, \(.execs) execs, \(.calls) system calls" end)"' "$work/rows"
}

# footprint_size NAME FILE: without what only a debugger wants.
footprint_size() {
	strip -o "$work/stripped" "$2" 2>/dev/null || cp -L "$2" "$work/stripped"
	jq -n --arg name "$1" --argjson bytes "$(stat -c %s "$work/stripped")" '$ARGS.named' >>"$work/rows"
}

# footprint_calls NAME COMMAND...
footprint_calls() {
	local name=$1
	shift
	if [ "$1" = in_v1 ]; then
		shift
		[ -z "$at" ] || set -- nsenter --mount="${at#@}" "$@"
	fi
	strace -f -qq -o "$work/trace" "$@" </dev/null >/dev/null 2>&1 || return 0
	jq -n --arg name "$name" --argjson forks "$(grep -cE '(clone3?|v?fork)(\(| resumed).*= [1-9][0-9]*$' "$work/trace")" \
		--argjson execs "$(grep -cE 'execve(at)?(\(| resumed).*= 0$' "$work/trace")" \
		--argjson calls "$(grep -vcE 'resumed|(\+\+\+|---) ' "$work/trace")" '$ARGS.named' >>"$work/rows"
}
