#!/bin/sh
# docs.sh BIN - man pages are sound, and man page, --help and completion name the same options. Last line: "N passed, N failed".
set -u
cd "$(dirname "$0")/.." || exit 1
bin=$1
passed=0 failed=0
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

ok() {
	passed=$((passed + 1))
}
bad() {
	failed=$((failed + 1))
	printf 'failed: %s\n' "$1"
	[ ! -s "$work/out" ] || cat "$work/out"
}

# The long options that --help lists, one a line.
help_options() {
	"$bin/$1" --help | sed -n 's/^ *\(-.,\)\{0,1\} *--\([a-z0-9-]*\).*/\2/p' | sort -u
}

# The long options that a man page documents: rendered, so that the macros used do not matter.
man_options() {
	mandoc -T ascii "$1" | col -bx | grep -oE -- '--[a-z0-9][a-z0-9-]*' | sed 's/^--//' | sort -u
}

for tool in "$bin"/*; do
	tool=${tool##*/}
	page=tools/$tool/$tool.1
	[ -f "$page" ] || {
		bad "$tool has no man page"
		continue
	}
	: >"$work/out"
	# An option that exists must be documented; one that the page names for another program is not our business.
	help_options "$tool" >"$work/help"
	man_options "$page" >"$work/man"
	comm -23 "$work/help" "$work/man" >"$work/out"
	if [ -s "$work/help" ] && [ ! -s "$work/out" ]; then ok; else bad "$page: options of --help that it lacks"; fi
	# A documented option list item (.It Fl Fl NAME) must exist.
	sed -n 's/^\.It .*Fl Fl \([a-z0-9-]*\).*/\1/p; s/^\.It Fl Fl \([a-z0-9-]*\).*/\1/p' "$page" | sort -u >"$work/items"
	comm -13 "$work/help" "$work/items" >"$work/out"
	if [ -s "$work/items" ] && [ ! -s "$work/out" ]; then ok; else bad "$page: options that the tool does not have"; fi
done

for page in tools/*/*.1 man/*.[15]; do
	[ -f "$page" ] || continue
	if mandoc -T lint -W warning "$page" >"$work/out" 2>&1; then ok; else bad "$page: mandoc"; fi
	for section in 'EXIT STATUS' EXAMPLES 'SEE ALSO'; do
		case $page:$section in *.5:EXIT*) continue ;; esac
		: >"$work/out"
		if grep -q "^\.Sh $section" "$page"; then ok; else bad "$page: no section $section"; fi
	done
done

# Every subcommand is in the man page (the completion asks --help itself: tests/completion.bats).
for c in scripts/cmd/*.sh; do
	c=${c##*/}
	printf '%s\n' "${c%.sh}"
done >"$work/commands"
while read -r c; do
	: >"$work/out"
	if grep -qE "^\.(It|Ss) .*(Ic|Cm|Nm mydocker) ?$c\b|^\.(It|Ss) $c\b" man/mydocker.1; then ok; else bad "man/mydocker.1: no $c"; fi
done <"$work/commands"

# The tests that docs/security.md names are there: `FILE.bats` *part of a test's name*, a file counting until the next.
# shellcheck disable=SC2016 # backquotes as they stand
tr '\n' ' ' <docs/security.md | sed 's/\*\*[^*]*\*\*//g; s/  */ /g' | grep -oE '`[a-z-]+\.bats`|\*[^*`]+\*' >"$work/named"
file=
while IFS= read -r word; do
	case $word in
	'`'*)
		file=${word#?}
		file=tests/${file%?}
		;;
	*)
		word=${word#?}
		grep '^@test' "$file" | grep -qF -- "${word%?}" || printf '%s: no test "%s"\n' "$file" "${word%?}"
		;;
	esac
done <"$work/named" >"$work/out"
if [ -s "$work/named" ] && [ ! -s "$work/out" ]; then ok; else bad 'docs/security.md: tests that are not there'; fi

# The design's table of lib/common has every module of it.
for c in lib/common/*.h; do
	c=${c##*/}
	sed -n '/^## lib\/common/,/^## State/s/^| \([^|]*\) |.*/\1/p' docs/design.md | grep -qw -- "${c%.h}" || printf '%s\n' "$c"
done >"$work/out"
if [ -s "$work/out" ]; then bad 'docs/design.md: modules of lib/common that are not in its table'; else ok; fi

# Links between the documents lead somewhere.
grep -oE '\]\([^)#]+' README.md CONTRIBUTING.md docs/*.md 2>/dev/null | sed 's/:\](/ /' | while read -r file target; do
	case $target in http*) continue ;; esac
	[ -e "$(dirname "$file")/$target" ] || printf '%s: %s\n' "$file" "$target"
done >"$work/out"
if [ -s "$work/out" ]; then bad 'links that lead nowhere'; else ok; fi

printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
