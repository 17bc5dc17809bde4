#!/bin/sh
# install.sh - make install into a staging directory gives a toolkit that works from there, and uninstall takes all of it away.
set -u
cd "$(dirname "$0")/.." || exit 1
passed=0 failed=0
stage=$(mktemp -d) || exit 1
trap 'rm -rf --one-file-system "$stage"' EXIT

want() {
	what=$1
	shift
	if "$@" >"$stage/out" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		printf 'failed: %s\n' "$what"
		cat "$stage/out"
	fi
}

# The staged script, with state of its own, the tools found beside it and nowhere else.
staged() {
	name=$1
	shift
	env -u MYDOCKER_TOOLS MYDOCKER_ROOT="$stage/state" MYDOCKER_RUN="$stage/run" "$stage/d/opt/t/bin/$name" "$@"
}
prints() {
	expected=$1
	shift
	got=$("$@") || return 1
	[ "$got" = "$expected" ] || {
		printf 'got: %s\n' "$got"
		return 1
	}
}

want 'make install' make -s install DESTDIR="$stage/d" PREFIX=/opt/t
want 'mydocker.sh runs a container' prints hello staged mydocker.sh run --rm --net none busybox echo hello
want 'mydocker runs a container' prints hello staged mydocker run --rm --net none busybox echo hello
want 'a link elsewhere finds its parts' ln -s "$stage/d/opt/t/bin/mydocker" "$stage/md"
want 'and runs' prints hello env MYDOCKER_ROOT="$stage/state" MYDOCKER_RUN="$stage/run" "$stage/md" run --rm --net none busybox echo hello
want 'a container that is kept' staged mydocker run --name c1 --net none busybox touch /made
want 'commit, which calls itself' staged mydocker commit c1 made
want 'what it has made' prints /made staged mydocker run --rm --net none made ls /made
want 'the completion is read by bash' bash -n "$stage/d/opt/t/share/bash-completion/completions/mydocker"
want 'the pages are found' env MANPATH="$stage/d/opt/t/share/man" man -w mydocker
want 'make uninstall' make -s uninstall DESTDIR="$stage/d" PREFIX=/opt/t
want 'no file is left' prints '' find "$stage/d" ! -type d
want 'no directory of its own is left' prints '' find "$stage/d" -path '*mydocker*'

# What is no single absolute path would be other directories to `rm`; and what it did not put there, it leaves.
refused() {
	! make -s "$@" || return 1
	! make -s "$@" 2>&1 | grep -v "absolute path without blanks\|has blanks"
}
mkdir -p "$stage/a/libexec"
: >"$stage/a/libexec/others"
want 'a prefix with a blank is refused' refused install DESTDIR="$stage/d" PREFIX='/opt/a b'
want 'so it is by uninstall' refused uninstall DESTDIR="$stage/d" PREFIX="/opt/a $stage/a"
want 'a relative prefix is refused' refused install DESTDIR="$stage/d" PREFIX=usr
want 'a staging directory with a blank is refused' refused uninstall DESTDIR="$stage/d $stage/a" PREFIX=/usr
want 'install into a directory of others' make -s install DESTDIR="$stage" PREFIX=/a LIBEXECDIR=/a/libexec
want 'uninstall leaves theirs' make -s uninstall DESTDIR="$stage" PREFIX=/a LIBEXECDIR=/a/libexec
want 'and nothing else' prints "$stage/a/libexec/others" find "$stage/a" ! -type d
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
