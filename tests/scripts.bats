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

@test "sizes are docker's: three digits, rounded, in every shell alike" {
	local table='0=0B 999=999B 1000=1kB 1004=1kB 1005=1.01kB 1299000=1.3MB 1085000000=1.09GB 9994=9.99kB 9996=10kB 12340=12.3kB 12350=12.4kB 99960=100kB
		123456=123kB 123500=124kB 10080=10.1kB 2147483648=2.15GB 7000009999999=7TB'
	run -0 env MYDOCKER_LIB="$TOP/scripts" $MYDOCKER_SH -c '. "$MYDOCKER_LIB/mydocker.sh"; load human; set -f
		for pair in $1; do size_words "${pair%=*}"; printf "%s" "${pair%=*}=$words "; done' sh "$table"
	[ "${output% }" = "$(echo $table)" ]
}
