#!/usr/bin/env bats
# docker-cli.bats - options and templates of docker's command line that scripts use and that are about more than one subject.

load helpers

setup() {
	requires root overlay
	common_setup
	c=d$UNIQ
}

# refused PATTERN ARGUMENT...: `mydocker ARGUMENT...` exits with 125 and says so.
refused() {
	local pattern=$1

	shift
	run -125 mydocker "$@"
	# shellcheck disable=SC2053 # a pattern
	[[ $output == $pattern ]]
}

@test "an option with nothing behind it is as good as none" {
	mydocker run --rm --name '' --network '' --ip '' --ip6 '' --mac-address '' --cpuset-cpus '' --cpuset-mems '' --cgroup-parent '' \
		--userns '' --cgroupns '' --pull '' --stop-signal '' -u '' -w '' -h '' --domainname '' --network none busybox true
	mydocker run -d --name "$c" --net none busybox sleep 1000
	[ "$(mydocker exec -u '' -w '' "$c" id -u)" = 0 ]
	mydocker rm -f "$c"
	refused '*size*' run --rm --memory '' busybox true
	refused "*no variable's name*" run --rm -e '' busybox true
}

@test "names of hosts with an underscore, a group without a user, a domain" {
	run -0 mydocker run --rm --net none -h db_1.lan -u :7 busybox sh -c 'hostname; id -u; id -g'
	[ "$output" = "db_1.lan
0
7" ]
	mydocker create --name "$c" --net none --domainname example.org busybox cat /proc/sys/kernel/domainname
	[ "$(mydocker inspect -f '{{.Config.Domainname}}' "$c")" = example.org ]
	# At each start.
	[ "$(mydocker start -a "$c")" = example.org ]
	[ "$(mydocker start -a "$c")" = example.org ]
	mydocker rm "$c"
	[ "$(mydocker run --rm --net host --domainname example.org busybox cat /proc/sys/kernel/domainname)" = example.org ]
	[ "$(</proc/sys/kernel/domainname)" != example.org ]
	refused '*--uts*' run --rm --net none --uts host --domainname example.org busybox true
	refused '*not a domain*' run --rm --domainname 'a b' busybox true
}

@test "files of variables and labels that were written on Windows, and those that docker refuses" {
	printf '\357\273\277BOM=1\r\n# c\r\n\r\nA=x y \r\nno-such.variable\r\n' >"$TMP/env"
	run -0 mydocker run --rm --net none --env-file "$TMP/env" busybox env
	grep -qx BOM=1 <<<"$output"
	grep -qx 'A=x y ' <<<"$output"
	[[ $output != *such* ]]
	mydocker create --name "$c" --net none --label-file "$TMP/env" busybox true
	[ "$(mydocker inspect -f '{{json .Config.Labels}}' "$c")" = '{"A":"x y ","BOM":"1","no-such.variable":""}' ]
	mydocker rm "$c"
	# What options say counts, before and behind.
	printf 'A=file\nB=file\n' >"$TMP/one"
	printf 'B=two\nC=two\n' >"$TMP/two"
	run -0 mydocker run --rm --net none -e A=option --env-file "$TMP/one" -e D=option --env-file "$TMP/two" -e C=option busybox \
		sh -c 'echo $A $B $C $D'
	[ "$output" = 'option two option option' ]
	mydocker run -d --name "$c" --net none -l A=option --label-file "$TMP/one" busybox sleep 1000
	[ "$(mydocker inspect -f '{{json .Config.Labels}}' "$c")" = '{"A":"option","B":"file"}' ]
	[ "$(mydocker exec -e A=option --env-file "$TMP/one" "$c" sh -c 'echo $A $B')" = 'option file' ]
	mydocker rm -f "$c"
	printf 'A=1\nB = 2\n' >"$TMP/env"
	refused "*a blank in the name 'B '" run --rm --env-file "$TMP/env" busybox true
	refused "*a blank in the name 'B '" run --rm --label-file "$TMP/env" busybox true
}

@test "inspect: what is exposed, volumes, where the root is to be seen" {
	mydocker run -d --name "$c" busybox sleep 1000
	[ "$(mydocker inspect -f '{{json .Config.ExposedPorts}} {{json .Config.Volumes}} {{.HostConfig.PublishAllPorts}}{{.HostConfig.ContainerIDFile}}' "$c")" = 'null null false' ]
	: >"/proc/$(mydocker inspect -f '{{.State.Pid}}' "$c")/root/seen"
	[ -e "$(mydocker inspect -f '{{.GraphDriver.Data.MergedDir}}' "$c")/seen" ]
	[ -e "$(mydocker inspect -f '{{.GraphDriver.Data.UpperDir}}' "$c")/seen" ]
	[ -d "$(mydocker inspect -f '{{.GraphDriver.Data.LowerDir}}' "$c")/bin" ]
	requires tool_jq
	mydocker commit -c 'EXPOSE 81' -c 'VOLUME /data' "$c" "$c-image:1"
	mydocker rm -f "$c"
	mydocker run -d --name "$c" --expose 90-91/udp -p 127.0.0.1:18082:80 -v /anon -v named:/named --cidfile "$TMP/cid" "$c-image:1" sleep 1000
	[ "$(mydocker inspect -f '{{json .Config.ExposedPorts}}' "$c")" = '{"80/tcp":{},"81/tcp":{},"90/udp":{},"91/udp":{}}' ]
	[ "$(mydocker inspect -f '{{json .Config.Volumes}}' "$c")" = '{"/anon":{},"/data":{}}' ]
	[ "$(mydocker inspect -f '{{.HostConfig.ContainerIDFile}}' "$c")" = "$TMP/cid" ]
	[ "$(mydocker inspect -f '{{json .NetworkSettings.Ports}}' "$c")" = \
		'{"80/tcp":[{"HostIp":"127.0.0.1","HostPort":"18082"}],"81/tcp":null,"90/udp":null,"91/udp":null}' ]
	mydocker rm -fv "$c"
	# -P publishes what the image exposes.
	mydocker run -d --name "$c" -P "$c-image:1" sleep 1000
	[ "$(mydocker inspect -f '{{.HostConfig.PublishAllPorts}}' "$c")" = true ]
	[[ $(mydocker port "$c") == '81/tcp -> 0.0.0.0:'* ]]
	mydocker rm -fv "$c"
	mydocker rmi "$c-image:1"
}

# ends_by_term STATUS FILE: the client, once its command has said "up" into FILE, ends with that status when TERM comes.
ends_by_term() {
	eventually 10 grep -q up "$2"
	kill -TERM "$client"
	status=0
	wait "$client" || status=$?
	[ "$status" = "$1" ]
}

@test "run -a: some of the streams; --sig-proxy=false: signals stay here" {
	say='echo out; echo err >&2; exit 3'
	run -3 --separate-stderr mydocker run --rm --net none -a STDOUT -a stderr busybox sh -c "$say"
	[ "$output:$stderr" = out:err ]
	run -3 --separate-stderr mydocker run --rm --net none -a stderr busybox sh -c "$say"
	[ "$output:$stderr" = :err ]
	run -3 --separate-stderr mydocker run --rm --net none -a stdout busybox sh -c "$say"
	[ "$output:$stderr" = out: ]
	run -3 --separate-stderr mydocker run --rm --net none --sig-proxy=false busybox sh -c "$say"
	[ "$output:$stderr" = out:err ]
	# That it does not start is still said.
	run -127 --separate-stderr mydocker run --rm --net none -a stdout busybox nosuch
	[[ $stderr == *nosuch* ]]
	[ "$(echo in | mydocker run --rm --net none -i -a stdin -a stdout -a stderr busybox cat)" = in ]
	refused '*nobody*' run -d --net none -a stdout busybox true
	refused '*none of stdin, stdout, stderr' run --net none -a out busybox true
	refused '*stdin alone*' run --net none -i -a stdin busybox cat
	refused '*not with -i*' run --net none -i --sig-proxy=false busybox cat

	$MYDOCKER_SH "$TOP/scripts/mydocker.sh" run --name "$c" --net none --sig-proxy=false -a STDOUT -a STDERR busybox \
		sh -c 'echo up; exec sleep 1000' >"$TMP/out" 2>&1 &
	client=$!
	ends_by_term 143 "$TMP/out"
	[ "$(mydocker inspect -f '{{.State.Running}}' "$c")" = true ]
	mydocker rm -f "$c"

	# Another file: in that one there is the word already.
	$MYDOCKER_SH "$TOP/scripts/mydocker.sh" run --rm --name "$c" --net none -a STDOUT busybox \
		sh -c 'trap "exit 7" TERM; echo up; while :; do sleep 0.1; done' >"$TMP/out.2" 2>&1 &
	client=$!
	ends_by_term 7 "$TMP/out.2"
}

@test "numbers that mean none: limits, stop-timeout, ps -n" {
	run -0 mydocker run --rm --net none --cpus 0.000 -m 0 --memory-swap 0 --cpu-shares 0 --cpu-quota 0 --cpu-period 0 --pids-limit 0 \
		--blkio-weight 0 --shm-size 0 --memory-swappiness -1 busybox df -k /dev/shm
	[[ $output == *' 65536 '* ]]
	mydocker create --name "$c" --net none --stop-timeout -1 busybox true
	[ "$(mydocker inspect -f '{{.Config.StopTimeout}}' "$c")" = -1 ]
	[ -z "$(mydocker ps -q -n -1)" ]
	[ -n "$(mydocker ps -q -n 1)" ]
	mydocker rm "$c"
	refused '*not a number of seconds*' run --stop-timeout x busybox true
}

@test "what is wrong is 1 or 125, what is not there is empty, as docker has it" {
	refused '*--no-healthcheck*' run --rm --health-cmd true --no-healthcheck busybox true
	run -1 mydocker events --since nonsense
	[[ $output == *"not a time"*"'nonsense'" ]]
	mydocker volume create "$c"
	[ -z "$(mydocker volume inspect -f '{{index .Labels "no"}}' "$c")" ]
	run -1 mydocker volume inspect -f '{{index .Labels 0}}' "$c"
	mydocker volume rm "$c"
	# Nothing was removed: one line. A network has its empty line behind it.
	[ "$(mydocker system prune -f)" = 'Total reclaimed space: 0B' ]
	mydocker network create "$c"
	[ "$(mydocker system prune -f)" = "Deleted Networks:
$c

Total reclaimed space: 0B" ]
}

@test "a protocol may be in capitals" {
	mydocker create --name "$c" -p 127.0.0.1:0:80/TCP -p 53/Udp --expose 9/SCTP busybox true
	[ "$(mydocker inspect -f '{{json .HostConfig.PortBindings}} {{json .Config.ExposedPorts}}' "$c" | tr -d ' ' | grep -o '[0-9]*/[a-z]*' | sort -u | tr '\n' ' ')" = '53/udp 80/tcp 9/sctp ' ]
	mydocker rm "$c"
	refused "*the protocol 'TCPX' is not supported*" run --rm -p 80/TCPX busybox true
}

@test "the container's own name in /etc/hosts has its domain before it" {
	run -0 mydocker run --name "$c" -h web --domainname example.org busybox sh -c 'grep web /etc/hosts; hostname -f'
	[[ ${lines[0]} == *$'\tweb.example.org web' ]] && [ "${lines[1]}" = web.example.org ]
	run -0 mydocker start -a "$c"
	[[ ${lines[0]} == *$'\tweb.example.org web' ]] && [ "${lines[1]}" = web.example.org ]
	mydocker rm "$c"
	mydocker create --name "$c" -h we_b busybox hostname
	run -0 mydocker start -a "$c"
	[ "$output" = we_b ]
	mydocker rm "$c"
	run -0 mydocker run --rm -h web.example.org busybox grep web /etc/hosts
	[[ $output == *$'\tweb.example.org web' ]]
}
