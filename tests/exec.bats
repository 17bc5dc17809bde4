#!/usr/bin/env bats
# exec.bats - mydocker exec: a further command lands as the container's own has.

load helpers

setup() {
	requires root overlay
	common_setup
	name=e$UNIQ
}

@test "namespaces, root, environment and privileges are those of PID 1" {
	local ns
	mydocker run -d --name "$name" --net none -e A='a  b' -u nobody busybox sleep 100
	for ns in mnt uts ipc pid net cgroup user; do
		run -0 mydocker exec "$name" sh -c "[ \"\$(readlink /proc/self/ns/$ns)\" = \"\$(readlink /proc/1/ns/$ns)\" ]"
	done
	run -0 mydocker exec "$name" sh -c 'echo "$A"; id -un; cat /proc/1/comm; grep -e ^Cap -e ^NoNew -e ^Seccomp: /proc/self/status >/tmp/a;
		grep -e ^Cap -e ^NoNew -e ^Seccomp: /proc/1/status >/tmp/b; cmp /tmp/a /tmp/b && echo same'
	[ "${lines[0]}" = "a  b" ]
	[ "${lines[1]}" = nobody ]
	[ "${lines[2]}" = sleep ]
	[ "${lines[3]}" = same ]
	# Nothing of the caller's environment comes along.
	run -0 env "LEAK=$UNIQ" $MYDOCKER_SH "$TOP/scripts/mydocker.sh" exec "$name" env
	[[ $output != *LEAK* ]]
	[[ $output != *MYDOCKER* ]]
	mydocker rm -f "$name"
}

@test "-e, -w, -u, --env-file, --privileged" {
	mydocker run -d --name "$name" --net none -e A=old busybox sleep 100
	printf '%s\n' F=file '# no' >"$TMP/env"
	B=caller run -0 mydocker exec -e A=new -e B -e NONE --env-file "$TMP/env" -w /tmp -u 5:6 "$name" sh -c 'echo $A $B $F ${NONE-none}; pwd; id -u; id -g'
	[ "${lines[0]}" = "new caller file none" ]
	[ "${lines[1]}" = /tmp ]
	[ "${lines[2]}" = 5 ]
	[ "${lines[3]}" = 6 ]
	run -0 mydocker exec --privileged "$name" grep ^CapBnd /proc/self/status
	[[ $output != *00000000800405fb* ]]
	[ -z "$(ls "$MYDOCKER_RUN"/*/exec-env.* 2>/dev/null)" ]
	mydocker rm -f "$name"
}

@test "the status is the command's; 127, 126 with a message on stderr; 128+n" {
	mydocker run -d --name "$name" --net none busybox sleep 100
	run -9 mydocker exec "$name" sh -c 'exit 9'
	run -137 mydocker exec "$name" sh -c 'kill -9 $$'
	run -127 --separate-stderr mydocker exec "$name" nosuchcommand
	[ -z "$output" ]
	[[ $stderr == *nosuchcommand* ]]
	run -126 --separate-stderr mydocker exec "$name" /etc
	[ -z "$output" ]
	run -127 mydocker exec -d "$name" nosuchcommand
	mydocker rm -f "$name"
}

@test "stopped and unknown: 1" {
	mydocker run --name "$name" --net none busybox true
	run -1 --separate-stderr mydocker exec "$name" true
	[[ $stderr == *"is not running"* ]]
	mydocker rm "$name"
	run -1 mydocker exec "$name" true
}

@test "-i gives standard input, without it there is none; the streams stay apart" {
	mydocker run -d --name "$name" --net none busybox sleep 100
	[ "$(echo typed | mydocker exec -i "$name" cat)" = typed ]
	[ -z "$(echo typed | mydocker exec "$name" cat)" ]
	run -0 --separate-stderr mydocker exec "$name" sh -c 'echo out; echo err >&2'
	[ "$output" = out ]
	[ "$stderr" = err ]
	mydocker rm -f "$name"
}

@test "-t: a terminal of the container's own" {
	requires tool_script
	mydocker run -d --name "$name" --net none busybox sleep 100
	run -4 script -qefc "$MYDOCKER_SH '$TOP/scripts/mydocker.sh' exec -it $name sh -c 'tty; exit 4'" /dev/null
	[[ $output == *"/dev/pts/"* ]]
	mydocker rm -f "$name"
}

@test "-d returns at once and the command runs" {
	mydocker run -d --name "$name" --net none busybox sleep 100
	run -0 mydocker exec -d "$name" sh -c 'echo done >/f; sleep 100'
	[ -z "$output" ]
	eventually 5 mydocker exec "$name" test -s /f
	mydocker rm -f "$name"
}

@test "what exec started is in the container's group and ends with it" {
	mydocker run -d --name "$name" --net none busybox sleep 100
	mydocker exec -d "$name" sleep 100
	eventually 5 sh -c "[ \$($BIN/cgset --procs \$(cat $MYDOCKER_RUN/*/cgroup) | wc -l) -eq 2 ]"
	mydocker rm -f "$name"
}
