#!/usr/bin/env bats
# scripts/demo.sh, which make demo starts: the tour without a terminal, the shell with one, and what stays behind.
#
# shellcheck disable=SC2016 # inner shells expand their own scripts

load helpers
load terminal

setup() {
	common_setup
	requires root overlay nft
	export DEMO_DATA=$TMP/data
}

@test "demo: the tour goes all the way, shows each command, and leaves nothing" {
	requires isolated
	run "$TOP/scripts/demo.sh" </dev/null
	[ "$status" -eq 0 ]
	for title in "A container" "A volume" "The image" "In the background" Limits Network "Another command" "Its output"; do
		[[ $output == *$'\n== '"$title"* ]]
	done
	[[ $output == *'$ mydocker.sh run --rm --hostname box -v '"$DEMO_DATA"':/tmp busybox sh -c '* ]]
	[ ! -e "$DEMO_DATA" ]
	[ ! -e "$MYDOCKER_ROOT/networks/bridge/subnet" ]
	[ -z "$(mydocker ps -aq)" ]
	[ -z "$(groups_left)" ]
}

@test "demo: a directory of the user's keeps its files, a network that was there stays" {
	requires isolated
	mkdir "$DEMO_DATA"
	echo mine >"$DEMO_DATA/mine"
	mydocker run --rm busybox true
	run "$TOP/scripts/demo.sh" </dev/null
	[ "$status" -eq 0 ]
	[ "$(ls -A "$DEMO_DATA")" = mine ]
	[ -e "$MYDOCKER_ROOT/networks/bridge/subnet" ]
}

@test "demo: a step that does not do what it says ends the tour with status 1, and nothing stays" {
	requires isolated
	mkdir "$TMP/scripts"
	ln -s "$TOP/scripts/mkimage-busybox.sh" "$TMP/scripts"
	cp "$TOP/scripts/demo.sh" "$TMP/scripts"
	# A mydocker whose rm forgets to remove.
	printf '#!/bin/sh\n[ "$1:$2" != "rm:web-$PPID" ] || exit 0\nexec "%s/scripts/mydocker.sh" "$@"\n' "$TOP" \
		>"$TMP/scripts/mydocker.sh"
	chmod +x "$TMP/scripts/mydocker.sh"
	run "$TMP/scripts/demo.sh" </dev/null
	[ "$status" -eq 1 ]
	[[ ${lines[-1]} == "demo: status 0, not 1: mydocker.sh inspect web-"* ]]
	[ -z "$(mydocker ps -aq)" ]
}

@test "demo: a signal in the middle leaves nothing" {
	requires isolated
	"$TOP/scripts/demo.sh" </dev/null >"$TMP/out" 2>&1 &
	pid=$!
	eventually 30 grep -q '^== Limits' "$TMP/out"
	kill -TERM "$pid"
	wait "$pid" || status=$?
	[ "$status" -eq 143 ]
	[ -z "$(mydocker ps -aq)" ]
	[ ! -e "$DEMO_DATA" ]
}

@test "demo: with a terminal, a shell in a container" {
	requires isolated
	terminal one 120 40 "$TOP/scripts/demo.sh; echo status=\$?; read -r _"
	shows one '^/ #'
	type_in one 'echo "pid=$$ tty=$(tty)"; echo hello >/tmp/hello' Enter
	prints one 'pid=1 tty=/dev/.*'
	eventually 10 test -s "$DEMO_DATA/hello"
	type_in one exit Enter
	prints one status=0
	own_tmux kill-server
	[ "$(cat "$DEMO_DATA/hello")" = hello ]
	[ -z "$(mydocker ps -aq)" ]
}

@test "demo: not built, not root: one line that says so" {
	MYDOCKER_TOOLS=$TMP run "$TOP/scripts/demo.sh" </dev/null
	[ "$status" -eq 1 ]
	[ "$output" = "demo: '$TMP/nsrun': not built; run make first" ]
	run setpriv --reuid 65534 --regid 65534 --clear-groups "$TOP/scripts/demo.sh" </dev/null
	[ "$status" -eq 1 ]
	[[ $output == "demo: needs root"* ]]
}
