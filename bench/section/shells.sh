# The script under each shell.
# shellcheck shell=bash disable=SC2154 # the frame's variables

section_shells() {
	local sh
	begin shells "mydocker run --rm --net none busybox true, under each shell"
	for sh in dash "busybox ash" mksh "bash --posix"; do
		command -v "${sh%% *}" >/dev/null || continue
		# shellcheck disable=SC2086 # two words on purpose
		add "$sh" check_run -- $sh "$mydocker" run --rm --net none busybox true
	done
	finish
}
