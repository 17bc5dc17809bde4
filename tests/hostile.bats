#!/usr/bin/env bats
# hostile.bats - every byte of a name, label, value, argument or path is kept exactly or refused, and nothing is ever run.

load helpers

# Blanks, quotes, command substitution, globs, a leading dash, an escape sequence, invalid UTF-8, a newline.
hostile_values() {
	values=('a  b' " lead and trail " "it's" 'say "x"' '$(touch /tmp/owned)' '`touch /tmp/owned`' '${IFS}' '*' '/*' '?' '[a-z]' '-n' '--'
		'a;b' 'a|b' 'a&b' '>f' '\' '\n' '\\0' '%s%n' '!!' '~' '#x' $'tab\there' $'two\nlines' $'end\n' $'\001' $'\001\n\002' $'\e[31mred' $'\xff\xfe' 'ü' '=' 'a=b=c' '')
}

setup() {
	requires root overlay
	common_setup
	hostile_values
}

teardown() {
	common_teardown
	[ ! -e /tmp/owned ]
}

# dump VALUE...: as a command of the container prints its arguments: each NUL-ended.
as_hex() {
	printf '%s\0' "$@" | od -An -tx1 | tr -d ' \n'
}

@test "arguments through run, byte for byte" {
	local got
	got=$(mydocker run --rm --net none busybox sh -c 'printf "%s\0" "$@" | od -An -tx1 | tr -d " \n"' sh "${values[@]}")
	[ "$got" = "$(as_hex "${values[@]}")" ]
}

@test "arguments through exec, byte for byte" {
	local got
	mydocker run -d --name "h$UNIQ" --net none busybox sleep 100
	got=$(mydocker exec "h$UNIQ" sh -c 'printf "%s\0" "$@" | od -An -tx1 | tr -d " \n"' sh "${values[@]}")
	mydocker rm -f "h$UNIQ"
	[ "$got" = "$(as_hex "${values[@]}")" ]
}

@test "environment values through run, exec and inspect" {
	local i=0 v got args=()
	for v in "${values[@]}"; do
		args+=(-e "V$((i++))=$v")
	done
	mydocker run -d --name "h$UNIQ" --net none "${args[@]}" busybox sleep 100
	i=0
	for v in "${values[@]}"; do
		got=$(mydocker exec "h$UNIQ" sh -c 'eval "v=\$V$1"; printf "%s\0" "$v" | od -An -tx1 | tr -d " \n"' sh $i)
		i=$((i + 1))
		[ "$got" = "$(as_hex "$v")" ]
	done
	if command -v jq >/dev/null; then
		mydocker inspect "h$UNIQ" | jq -e '.[0].Config.Env | index("V0=a  b") and index("V4=$(touch /tmp/owned)") and index("V25=two\nlines")'
	fi
	for v in "${values[@]}"; do
		got=$(mydocker exec -e "X=$v" "h$UNIQ" sh -c 'printf "%s\0" "$X" | od -An -tx1 | tr -d " \n"')
		[ "$got" = "$(as_hex "$v")" ]
		got=$(X=$v mydocker exec -e X "h$UNIQ" sh -c 'printf "%s\0" "$X" | od -An -tx1 | tr -d " \n"')
		[ "$got" = "$(as_hex "$v")" ]
	done
	mydocker rm -f "h$UNIQ"
}

@test "the caller's variables through -e NAME, byte for byte" {
	local v got
	for v in "${values[@]}"; do
		got=$(X=$v mydocker run --rm --net none -e X busybox sh -c 'printf "%s\0" "$X" | od -An -tx1 | tr -d " \n"')
		[ "$got" = "$(as_hex "$v")" ]
		# The script has a variable of this name itself.
		got=$(name=$v mydocker run --rm --net none -e name busybox sh -c 'printf "%s\0" "$name" | od -An -tx1 | tr -d " \n"')
		[ "$got" = "$(as_hex "$v")" ]
	done
	X=$'\001\002\003\004\005\006' name=x run -125 mydocker run --rm --net none -e name busybox true
	[[ $output == *"say name=VALUE"* ]]
}

@test "an image's command, byte for byte, also its empty last arguments" {
	local image=$MYDOCKER_ROOT/images/h$UNIQ
	mkdir "$image"
	printf '%s\n' "$MYDOCKER_ROOT/images/busybox/$(cat "$MYDOCKER_ROOT/images/busybox/layers")" >"$image/layers"
	printf '%s\0' sh -c 'printf "%s\0" "$@" | od -An -tx1 | tr -d " \n"' sh "${values[@]}" $'\n' '' '' >"$image/cmd"
	run -0 mydocker run --rm --net none "h$UNIQ"
	[ "$output" = "$(as_hex "${values[@]}" $'\n' '' '')" ]
	rm -r "$image"
}

@test "labels, in inspect and ps; no control character reaches a terminal" {
	local i=0 v args=()
	for v in "${values[@]}"; do
		args+=(-l "l$((i++))=$v")
	done
	mydocker run --name "h$UNIQ" --net none "${args[@]}" busybox true
	mydocker ps -a >"$TMP/ps"
	run ! grep -q $'\e' "$TMP/ps"
	[ "$(wc -l <"$TMP/ps")" -eq 2 ]
	if command -v jq >/dev/null; then
		mydocker inspect "h$UNIQ" | jq -e '.[0].Config.Labels | .l0 == "a  b" and .l4 == "$(touch /tmp/owned)" and .l25 == "two\nlines"'
	fi
	[ -n "$(mydocker ps -aq --filter 'label=l4=$(touch /tmp/owned)')" ]
	mydocker rm "h$UNIQ"
}

@test "a hostile command in ps: one line, no escape sequence" {
	mydocker run -d --name "h$UNIQ" --net none busybox sh -c $'sleep 100 # \e[31m \n second line'
	mydocker ps --no-trunc >"$TMP/ps"
	run ! grep -q $'\e' "$TMP/ps"
	[ "$(wc -l <"$TMP/ps")" -eq 2 ]
	mydocker rm -f "h$UNIQ"
}

@test "names, images, hostnames: refused in every hostile form, nothing made" {
	local v
	for v in "${values[@]}"; do
		case $v in ü) continue ;; esac
		# An empty one is none, as in docker.
		[ -z "$v" ] || {
			run -125 mydocker run --name "$v" busybox true
			run -125 mydocker run --hostname "$v" busybox true
		}
		run -125 mydocker run --net none -- "$v" true
		run -1 mydocker rm -- "$v"
	done
	[ -z "$(ls -A "$MYDOCKER_ROOT/names" 2>/dev/null)" ]
}

@test "volume sources and targets with blanks, quotes, globs and substitutions" {
	local v got
	for v in 'a  b' "it's" 'say "x"' '$(touch owned)' '`x`' '*' '-n' 'a;b' '\' $'tab\there' 'ü' '%s'; do
		mkdir -p "$TMP/vol/$v"
		printf '%s' "$v" >"$TMP/vol/$v/f"
		got=$(mydocker run --rm --net none -v "$TMP/vol/$v:/mnt/$v" busybox cat "/mnt/$v/f")
		[ "$got" = "$v" ]
	done
}

@test "128 KiB of one argument, 1000 variables, a value of 100 KiB" {
	local big i args=()
	printf -v big '%*s' 131000 x
	[ "$(mydocker run --rm --net none busybox sh -c 'echo ${#1}' sh "$big")" = 131000 ]
	for i in $(seq 1000); do
		args+=(-e "N$i=value $i")
	done
	[ "$(mydocker run --rm --net none "${args[@]}" busybox sh -c 'env | grep -c "^N[0-9]*=value"')" = 1000 ]
	[ "$(mydocker run --rm --net none -e "BIG=${big:0:100000}" busybox sh -c 'echo ${#BIG}')" = 100000 ]
}

@test "logs keep bytes for a pipe and clean them for a terminal" {
	requires tool_script
	mydocker run --name "h$UNIQ" --net none busybox printf 'a\033[31mb\n\377\n' >/dev/null
	[ "$(mydocker logs "h$UNIQ" | od -An -tx1 | tr -d ' \n')" = 611b5b33316d620aff0a ]
	script -qefc "$MYDOCKER_SH '$TOP/scripts/mydocker.sh' logs h$UNIQ" /dev/null >"$TMP/tty"
	run ! grep -q $'\e\\[31m' "$TMP/tty"
	mydocker rm "h$UNIQ"
}

@test "a command that calls itself by a name with newlines and brackets is seen, entered, stopped and removed" {
	local name names=($'a\nb) Z 1' $') S 1 \n' $'\n' ') Z')
	for name in "${names[@]}"; do
		mydocker run -d --name "h$UNIQ" --net none busybox sh -c 'printf "%s" "$1" >/proc/self/comm; : >/named; while :; do sleep 1000; done' sh "$name"
		eventually 10 test -e "$(echo "$MYDOCKER_ROOT"/containers/*/upper)/named"
		mydocker gc
		[ "$(mydocker ps --format '{{.State}}')" = running ]
		[ "$(mydocker exec "h$UNIQ" echo in)" = in ]
		run -1 mydocker rm "h$UNIQ"
		mydocker stop -t 0 "h$UNIQ"
		mydocker rm "h$UNIQ"
	done
}

@test "a hostile state: facts of another's making are never run and lead nowhere" {
	local id fact
	id=$(mydocker run -d --name "h$UNIQ" --net none busybox sleep 100)
	mydocker kill "h$UNIQ"
	mydocker wait "h$UNIQ"
	for fact in name flags stop-signal stop-timeout exit; do
		printf '%s\n' '$(touch /tmp/owned); ../../../etc' >"$MYDOCKER_ROOT/containers/$id/$fact"
	done
	run mydocker ps -a
	run mydocker inspect "$id"
	run mydocker stop "$id"
	run mydocker wait "$id"
	run mydocker logs "$id"
	rm -f "$MYDOCKER_ROOT/names/h$UNIQ"
	run -0 mydocker rm "$id"
	[ -e /etc/passwd ]
}

@test "the environment of the caller cannot steer the script" {
	local v
	for v in id name dir run root tools scripts claimed armed loaded trace words option group netns env_n command_n ENV BASH_ENV CDPATH; do
		run -0 env "$v=/nonexistent; touch /tmp/owned" $MYDOCKER_SH "$TOP/scripts/mydocker.sh" run --rm --net none busybox echo ok
		[ "${lines[${#lines[@]} - 1]}" = ok ]
	done
	run -0 env IFS=abc $MYDOCKER_SH "$TOP/scripts/mydocker.sh" run --rm --net none busybox echo abcabc
	[ "$output" = abcabc ]
}
