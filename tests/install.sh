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
want 'the completion is read by bash' bash -n "$stage/d/opt/t/share/bash-completion/completions/mydocker"
want 'the pages are found' env MANPATH="$stage/d/opt/t/share/man" man -w mydocker
want 'make uninstall' make -s uninstall DESTDIR="$stage/d" PREFIX=/opt/t
want 'no file is left' prints '' find "$stage/d" ! -type d
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
