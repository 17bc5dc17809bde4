# What a container writes: through the log writer with a limit and rotation, and through a terminal.
# shellcheck shell=bash disable=SC2154,SC2016 # the frame's variables; inner shells expand their own

section_output() {
	local lines=1000000
	[ "$rounds" -gt 15 ] || lines=200000
	begin logging "$lines lines of a command into a log of 10 files of 1 MB"
	add "cat >FILE (no times, no limit)" check_status -- sh -c 'seq "$1" | cat >"$2"' sh "$lines" "$work/plain"
	add "logwrite" check_log -- sh -c 'rm -f "$2"*; "$3" --file "$2" --max-size 1m --max-file 10 -- seq "$1"' sh "$lines" "$work/cri" "$bin/logwrite"
	finish_with "$((rounds / 5))"
	begin terminal "20 MB of a command through a terminal of its own"
	add "script" check_status -- script -qec 'head -c 20000000 /dev/zero | tr "\0" "x"' /dev/null
	add "ptyrun" check_status -- script -qec "'$bin/ptyrun' -- sh -c 'head -c 20000000 /dev/zero | tr \"\\0\" x'" /dev/null
	finish_with "$((rounds / 5))"
}

# The last line must have come through.
check_log() {
	shift
	"$@" || return 1
	eval "set -- \"\${@: -3}\""
	[ "$("$3" --read "$2" --tail 1)" = "$1" ]
}
