#!/usr/bin/env bats
# behaviour.bats - what scripts rely on in docker's command line, row by row: status, standard output and standard error apart.

load helpers

setup() {
	requires root overlay
	common_setup
	c=b$UNIQ
}

# row STATUS STDOUT STDERR COMMAND...: runs `mydocker COMMAND...`; STDOUT and STDERR are patterns of bash for the whole of each,
# '' is nothing at all.
row() {
	local want_status=$1 want_out=$2 want_err=$3 out err got=0
	shift 3
	mydocker "$@" >"$TMP/out" 2>"$TMP/err" </dev/null || got=$?
	out=$(<"$TMP/out")
	err=$(<"$TMP/err")
	# shellcheck disable=SC2053 # patterns
	[ "$got" = "$want_status" ] && { [ "$out" = "$want_out" ] || [[ $out == $want_out ]]; } && [[ $err == $want_err ]] && return
	printf 'mydocker %s\n status %s, not %s\n stdout: %s\n  wanted: %s\n stderr: %s\n  wanted: %s\n' "$*" "$got" "$want_status" "$out" "$want_out" "$err" "$want_err"
	return 1
}

H='[0-9a-f]'
SHORT=$H$H$H$H$H$H$H$H$H$H$H$H
ID=$SHORT$SHORT$SHORT$SHORT$SHORT$H$H$H$H

@test "run: ids, names, statuses" {
	row 0 "$ID" '' run -d --name "$c" --net none busybox sleep 1000
	row 0 "$SHORT" '' ps -q
	row 0 "$c" '' inspect -f '{{slice .Name 1}}' "$c"
	[ "$(mydocker exec "$c" hostname)" = "$(mydocker ps -q)" ]
	row 125 '' "mydocker run: the name '$c' is already in use by container '$ID'*" run --name "$c" --net none busybox true
	row 125 '' "mydocker run: unknown option '--nosuch'*" run --nosuch busybox true
	row 125 '' "*Unable to find image 'nosuchimage*" run --pull never --net none nosuchimage true
	row 125 '' '*nosuchuser*' run --rm --net none -u nosuchuser busybox true
	row 126 '' '*/etc/passwd*' run --rm --net none busybox /etc/passwd
	row 127 '' '*nosuchcommand*' run --rm --net none busybox nosuchcommand
	row 127 '' '*nosuchcommand*' run -d --net none busybox nosuchcommand
	row 137 '' '' run --rm --net none busybox sh -c 'kill -9 $$; sleep 9' || row 0 '' '' run --rm --net none busybox true
	row 9 'a  b' '' run --rm --net none busybox sh -c 'echo "a  b"; exit 9'
	row 0 out err run --rm --net none busybox sh -c 'echo out; echo err >&2'
	row 0 '[a-z]*_[a-z]*' '' inspect -f '{{slice .Name 1}}' "$(mydocker run -d --net none busybox sleep 1000)"
	mydocker ps -q | xargs -n1 env MYDOCKER_TOOLS="$BIN" $MYDOCKER_SH "$TOP/scripts/mydocker.sh" rm -f >/dev/null
}

@test "exec: statuses and messages" {
	row 0 "$ID" '' run -d --name "$c" --net none -e A=1 busybox sleep 1000
	row 0 1 '' exec "$c" sh -c 'echo $A'
	row 5 '' '' exec "$c" sh -c 'exit 5'
	row 127 '' '*nosuch*' exec "$c" nosuch
	row 126 '' '*/etc/passwd*' exec "$c" /etc/passwd
	row 143 '' '' exec "$c" sh -c 'kill -TERM $$'
	row 1 '' "mydocker exec: no such container: 'nosuch'" exec nosuch true
	row 0 "$c" '' pause "$c"
	row 0 'Up * (Paused)' '' ps --format '{{.Status}}'
	row 1 '' '*paused*' exec "$c" true
	row 0 "$c" '' unpause "$c"
	row 0 "$c" '' stop -t 0 "$c"
	row 1 '' "mydocker exec: container '$c' is not running" exec "$c" true
	row 0 "$c" '' rm "$c"
}

@test "ps: columns, words, filters, formats" {
	row 0 'CONTAINER ID   IMAGE     COMMAND   CREATED   STATUS    PORTS     NAMES' '' ps
	mydocker run --name "x$c" --net none -l app=1 busybox sh -c 'exit 3' || true
	row 0 "$ID" '' run -d --name "$c" --net none -l app=2 busybox sleep 1000
	row 0 "$c Up * running
x$c Exited (3) * ago exited" '' ps -a --format '{{.Names}} {{.Status}} {{.State}}'
	row 0 "$c" '' ps --format '{{.Names}}'
	row 0 "$c" '' ps -n 1 --format '{{.Names}}'
	row 0 "$c" '' ps -l --format '{{.Names}}'
	row 0 "x$c" '' ps -a --filter exited=3 --format '{{.Names}}'
	row 0 "x$c" '' ps --filter status=exited --format '{{.Names}}'
	row 0 "$c" '' ps -a --filter "name=^$c$" --format '{{.Names}}'
	row 0 "$c
x$c" '' ps -a --filter "name=$c" --format '{{.Names}}'
	row 0 "$c" '' ps -a --filter label=app=2 --format '{{.Names}}'
	row 0 "$c
x$c" '' ps -a --filter label=app --filter ancestor=busybox --filter network=none --format '{{.Names}}'
	row 1 '' '*there is no such filter*' ps --filter nosuch=1
	row 1 '' '*status*' ps --filter status=weird
	row 1 '' "*can't evaluate field 'Nope'*" ps -a --format '{{.Nope}}'
	row 0 'NAMES*COMMAND*"sleep 1000"' '' ps --format 'table {{.Names}}\t{{.Command}}'
	mydocker ps --format json | jq -e --arg n "$c" '.Names == $n and .State == "running"' >/dev/null
	[ "$(mydocker ps -q --no-trunc | wc -c)" = 65 ]
	row 0 "$c" '' rm -f "$c"
	row 0 "x$c" '' rm "x$c"
}

@test "inspect: the paths that scripts ask for" {
	row 0 "$ID" '' run -d --name "$c" --net none -l k=v -e A=b -w /tmp -u 1:1 -v "$TMP:/m:ro" --stop-signal INT --entrypoint sleep busybox 1000
	row 0 "$ID /$c 20??-??-??T*Z" '' inspect -f '{{.Id}} {{.Name}} {{.Created}}' "$c"
	row 0 'running true false 0 0001-01-01T00:00:00Z false' '' inspect -f \
		'{{.State.Status}} {{.State.Running}} {{.State.Paused}} {{.State.ExitCode}} {{.State.FinishedAt}} {{.State.OOMKilled}}' "$c"
	[ -d "/proc/$(mydocker inspect -f '{{.State.Pid}}' "$c")" ]
	row 0 'busybox ["sleep"] ["1000"] {"k":"v"} 1:1 /tmp INT' '' inspect -f \
		'{{.Config.Image}} {{json .Config.Entrypoint}} {{json .Config.Cmd}} {{json .Config.Labels}} {{.Config.User}} {{.Config.WorkingDir}} {{.Config.StopSignal}}' "$c"
	row 0 "bind $TMP /m false;" '' inspect -f '{{range .Mounts}}{{.Type}} {{.Source}} {{.Destination}} {{.RW}};{{end}}' "$c"
	row 0 'A=b' '' inspect -f '{{range .Config.Env}}{{if eq (index (split . "=") 0) "A"}}{{.}}{{end}}{{end}}' "$c"
	row 0 v '' inspect -f '{{index .Config.Labels "k"}}' "$c"
	row 0 'none {}' '' inspect -f '{{.HostConfig.NetworkMode}} {{json .NetworkSettings.Ports}}' "$c"
	row 0 '"20*Z"' '' inspect -f '{{json .Created}}' "$c"
	row 1 '' "*can't evaluate field 'Nope'*" inspect -f '{{.Nope}}' "$c"
	row 1 '' "*function 'nope' is not defined*" inspect -f '{{nope .Id}}' "$c"
	row 1 '\[\]' "mydocker inspect: no such object: 'nosuch'" inspect nosuch
	row 0 "$c" '' rm -f "$c"
}

@test "stop, kill, rm, wait, start: of what runs, what does not, what is not there" {
	row 0 "$ID" '' run -d --name "$c" --net none --init busybox sleep 1000
	row 1 '' "*cannot remove '$c': it is running*" rm "$c"
	row 0 "$c" '' start "$c"
	row 0 "$c" '' stop "$c"
	row 0 143 '' inspect -f '{{.State.ExitCode}}' "$c"
	row 0 "$c" '' stop "$c"
	row 1 '' "*'$c' is not running" kill "$c"
	row 0 143 '' wait "$c"
	row 0 "$c" '' rm "$c"
	row 1 '' "*no such container: '$c'" rm "$c"
	row 0 '' "*no such container: '$c'" rm -f "$c"
	row 1 '' "*no such container: '$c'" stop "$c"
	row 1 '' "*no such container: '$c'" kill "$c"
	row 1 '' "*no such container: '$c'" wait "$c"
	row 0 "$ID" '' run -d --name "$c" --net none busybox sleep 1000
	row 0 "$c" '' stop -t 1 "$c"
	row 0 137 '' inspect -f '{{.State.ExitCode}}' "$c"
	row 0 "$c" '' rm "$c"
	# An ambiguous beginning of an id says how many it is of.
	mkdir -p "$MYDOCKER_ROOT/containers/aa$(printf '%062d' 1)" "$MYDOCKER_ROOT/containers/aa$(printf '%062d' 2)"
	row 1 '' "*'aa' is ambiguous: 2 *" kill aa
	rmdir "$MYDOCKER_ROOT"/containers/aa*
}

@test "logs, port, diff, cp, rename" {
	row 0 "$ID" '' run -d --name "$c" -p 127.0.0.1:18080:80 busybox sh -c 'echo out; echo err >&2; echo x >/new; sleep 1000'
	eventually 10 mydocker exec "$c" test -e /new
	logged() { [ "$(mydocker logs "$c" 2>&1 | wc -l)" = 2 ]; }
	eventually 10 logged
	row 0 out err logs "$c"
	row 0 '20??-??-??T??:??:??.?????????Z out' '20*Z err' logs -t "$c"
	row 0 '' '' logs -n 0 "$c"
	row 1 '' "*no such container: 'nosuch'" logs nosuch
	row 0 127.0.0.1:18080 '' port "$c" 80
	row 0 '80/tcp -> 127.0.0.1:18080' '' port "$c"
	row 1 '' "*no public port '81/tcp' published for '$c'" port "$c" 81
	row 0 '127.0.0.1:18080->80/tcp' '' ps --format '{{.Ports}}'
	row 125 '' '*18080*' run --rm -p 127.0.0.1:18080:80 busybox true
	row 0 'A /new' '' diff "$c"
	row 1 '' '*nosuch*' cp "$c:/nosuch" .
	row 0 '' '' rename "$c" "r$c"
	row 0 "r$c" '' ps --format '{{.Names}}'
	row 1 '' "*no such container: '$c'" rename "$c" x1
	row 1 '' '*in use*' rename "r$c" "r$c"
	row 1 '' '*not a name*' rename "r$c" 'a b'
	row 0 "r$c" '' rm -f "r$c"
}

@test "what the command line refuses" {
	row 125 '' '*source*' run --rm --net none -v a/b:/c busybox true
	row 125 '' '*not absolute*' run --rm --net none -v /a:c busybox true
	row 125 '' '*bad*' run --rm --net none -v /a:/c:bad busybox true
	row 125 '' '*too small*' run --rm --net none -m 1m busybox true
	row 125 '' '*more than this machine has*' run --rm --net none --cpus 4096 busybox true
	row 125 '' '*does not exist*' run --rm --net none --mount "type=bind,source=$TMP/nosuch,target=/x" busybox true
	row 1 '' '*TTY*' run --rm --net none -it busybox true
	row 1 '' "*'nosuch' is not a mydocker command*" nosuch
	row 0 '' '' run --rm --net none -v "$TMP/made:/x" busybox true
	[ -d "$TMP/made" ]
	row 0 /deep/er '' run --rm --net none -w /deep/er busybox pwd
	row 0 'A=
B=b c' '' run --rm --net none -e A= -e 'B=b c' -e NOSUCHVARIABLE busybox sh -c 'env | grep -E "^(A|B|NOSUCH)" | sort'
	printf '# comment\nQ="quoted"\n\nE=\n' >"$TMP/env"
	row 0 'E=
Q="quoted"' '' run --rm --net none --env-file "$TMP/env" busybox sh -c 'env | grep -E "^(Q|E)=" | sort'
}

@test "a full disk behind standard output is an error" {
	mydocker run -d --name "$c" --net none busybox sh -c 'echo out; sleep 1000' >/dev/null
	# fails COMMAND...
	fails() {
		status=0
		mydocker "$@" >/dev/full 2>"$TMP/err" || status=$?
		[ "$status" = 1 ] && [ -s "$TMP/err" ] || {
			echo "$*: $status, $(<"$TMP/err")"
			return 1
		}
	}
	fails run --rm --net none busybox echo out
	[ "$(<"$TMP/err")" = "logwrite: copy the output: No space left on device" ]
	fails ps
	fails inspect "$c"
	fails logs "$c"
	fails version
	fails --help
	fails pause "$c"
	fails unpause "$c"
	fails update --pids-limit 9 "$c"
	fails kill -s USR1 "$c"
	fails rm -f "$c"
	[ -z "$(mydocker ps -aq)" ]
}

@test "killed for memory" {
	requires v1_memory
	row 137 '*' '*' run --name "$c" --net none -m 16m --memory-swap 16m busybox sh -c 'exec tail /dev/zero'
	row 0 'true 137' '' inspect -f '{{.State.OOMKilled}} {{.State.ExitCode}}' "$c"
	row 0 "$c" '' rm "$c"
}
