#!/usr/bin/env bats
# scripts.bats - the script's files taken as one: what looking at each alone cannot see.

load helpers

@test "no variable is read that nobody sets, and none is set that nobody reads" {
	requires tool_shellcheck
	{
		printf '#!/bin/sh\n# shellcheck disable=SC3043\n'
		cat "$TOP/scripts/lib/"*.sh "$TOP/scripts/cmd/"*.sh "$TOP/scripts/mydocker.sh" | grep -v '^#'
	} >"$TMP/all.sh"
	cd "$TMP"
	# What lib/list.sh sets by eval, the lists' counts and entries and $item, shellcheck cannot see.
	run -0 sh -c "shellcheck -f gcc -s sh -i SC2154,SC2034 all.sh | grep -vE ' (item|[a-z_]+_(n|[0-9]+)) is referenced' || true"
	# Nor a variable that is handed to a function by its name (lib/limits.sh).
	while read -r line; do
		name=$(sed -n 's/.*warning: \([a-z_]*\) appears unused.*/\1/p' <<<"$line")
		[ -z "$line" ] || { [ -n "$name" ] && grep -qE "[a-z-] $name( |\$)" all.sh; } || {
			echo "$line"
			return 1
		}
	done <<<"$output"
}

@test "every file says what it is for" {
	local f
	for f in "$TOP"/scripts/*.sh "$TOP"/scripts/lib/*.sh "$TOP"/scripts/cmd/*.sh; do
		run -0 head -2 "$f"
		[[ $output == *"# ${f##*/} - "* || $output == *"# $(basename "$f" .sh) - "* || $output == *"# ${f##*/}: "* ]] || {
			echo "$f: $output"
			return 1
		}
	done
}

@test "no eval of anything but names of our own, no echo, nothing sourced from state" {
	run ! grep -rnE '^[^#]*\becho\b' "$TOP/scripts/lib" "$TOP/scripts/cmd" "$TOP/scripts/mydocker.sh"
	run ! grep -rnE '^[^#]*(^|[ ;])\. .*\$(root|run|dir|image_dir)\b' "$TOP/scripts"
}
