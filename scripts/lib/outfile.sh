# outfile.sh - the file of an option --output: there when it is whole, and what was there before until then.
#
# Needs: base.sh; store.sh where $work is set. Leaves: nothing.
# shellcheck shell=sh

# outfile_check FILE: refuses what can be none, before the work.
outfile_check() {
	[ ! -d "$1" ] || die 1 "--output: '$1' is a directory"
}

# write_outfile FILE COMMAND ARGUMENT...: what the command writes becomes FILE. A device or a pipe, or what a link leads to, is
# written to. Returns 1 when the command fails.
write_outfile() {
	local file
	file=$1
	shift
	umask 077
	if [ -L "$file" ] || { [ -e "$file" ] && [ ! -f "$file" ]; }; then
		"$@" >"$file"
		return
	fi
	part=$file.part.$$
	trap 'rm -f -- "$part"; ${work:+store_end}' EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
	# ":" would end dash here, without a word.
	{ true >"$part"; } 2>/dev/null || die 1 "--output: '$file' cannot be written"
	"$@" >"$part" && mv -f -- "$part" "$file"
}
