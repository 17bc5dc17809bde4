#!/usr/bin/env bats
# run.bats - mydocker run: what the command sees, what the caller gets, and what is left afterwards.

load helpers

setup() {
	requires root overlay
	common_setup
}

@test "the image by its name, with :latest, by docker's full name" {
	local image
	for image in busybox busybox:latest library/busybox docker.io/library/busybox:latest; do
		run -0 mydocker run --rm --net none "$image" echo here
		[ "$output" = here ]
	done
}

@test "stdout, stderr and the exit status are the command's, apart" {
	run -7 --separate-stderr mydocker run --rm --net none busybox sh -c 'echo "a  b"; echo err >&2; exit 7'
	[ "$output" = "a  b" ]
	[ "$stderr" = err ]
}

@test "128+n for a command that dies of a signal" {
	run -137 mydocker run --rm --net none busybox sh -c 'sh -c "kill -9 \$\$"; exit $?'
	run -139 mydocker run --rm --init --net none busybox sh -c 'kill -SEGV $$'
}

@test "the command is PID 1 in namespaces of its own, and sees only its own processes" {
	local ns
	run -0 mydocker run --rm --net none busybox sh -c 'echo $$; ls /proc | grep -c "^[0-9]"'
	[ "${lines[0]}" = 1 ]
	[ "${lines[1]}" -le 3 ]
	for ns in mnt uts ipc pid net cgroup; do
		run -0 mydocker run --rm --net none busybox readlink /proc/self/ns/$ns
		[ "$output" != "$(readlink /proc/self/ns/$ns)" ]
	done
}

@test "host name: the id's first 12 digits, or --hostname; the host keeps its own" {
	local before
	before=$(hostname)
	run -0 mydocker run --rm --net none busybox sh -c 'hostname; cat /etc/hostname; echo $HOSTNAME'
	[[ ${lines[0]} =~ ^[0-9a-f]{12}$ ]]
	[ "${lines[1]}" = "${lines[0]}" ]
	[ "${lines[2]}" = "${lines[0]}" ]
	run -0 mydocker run --rm --net none -h box.example busybox sh -c 'hostname; cat /etc/hostname'
	[ "${lines[0]}" = box.example ]
	[ "${lines[1]}" = box.example ]
	[ "$(hostname)" = "$before" ]
}

@test "--rm leaves nothing; without it the container is there with its status" {
	run -3 mydocker run --name "kept$UNIQ" --net none busybox sh -c 'exit 3'
	run -0 mydocker ps -a --format '{{.Names}} {{.Status}}'
	[[ $output == "kept$UNIQ Exited (3) "* ]]
	run -0 mydocker rm "kept$UNIQ"
	[ "$output" = "kept$UNIQ" ]
	run -0 mydocker run --rm --net none busybox true
	# At once nothing has its name; its files go in the background.
	[ -z "$(ls "$MYDOCKER_ROOT/containers")" ]
	[ -z "$(ls -A "$MYDOCKER_ROOT/names")" ]
	eventually 5 eval '[ -z "$(ls -A "$MYDOCKER_ROOT/containers")" ]'
}

@test "-d prints the 64-digit id at once; the log has both streams" {
	local id
	id=$(mydocker run -d --net none busybox sh -c 'echo out; echo err >&2; sleep 100')
	[[ $id =~ ^[0-9a-f]{64}$ ]]
	eventually 5 grep -q err "$MYDOCKER_ROOT/containers/$id/log"
	run -0 --separate-stderr mydocker logs "$id"
	[ "$output" = out ]
	[ "$stderr" = err ]
	mydocker rm -f "$id"
}

@test "-d holds nothing of the caller: a pipe of its output ends" {
	run -0 timeout 120 "$BASH" -c "$MYDOCKER_SH \"\$TOP/scripts/mydocker.sh\" run -d --name d$UNIQ --net none busybox sleep 100 2>&1 | cat"
	[[ $output =~ ^[0-9a-f]{64}$ ]]
	mydocker rm -f "d$UNIQ"
}

@test "the default name is two words, and works wherever an id does" {
	local id name
	id=$(mydocker run -d --net none busybox sleep 100)
	name=$(mydocker inspect -f '{{.Name}}' "$id")
	[[ $name =~ ^/?[a-z]+_[a-z]+$ ]]
	run -0 mydocker exec "${name#/}" true
	run -0 mydocker exec "${id:0:6}" true
	run -0 mydocker rm -f "${name#/}"
}

@test "an ambiguous beginning of an id says how many match" {
	local a b first i
	a=$(mydocker run -d --net none busybox sleep 100)
	first=${a:0:1}
	# Among 17 ids two begin with the same digit.
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
		b=$(mydocker run -d --net none busybox sleep 100)
		[ "${b:0:1}" != "$first" ] || break
	done
	if [ "${b:0:1}" = "$first" ]; then
		run -1 --separate-stderr mydocker inspect "$first"
		[[ $stderr == *"'$first' is ambiguous: "*" containers' ids begin with it" ]]
	fi
	mydocker ps -q | xargs $MYDOCKER_SH "$TOP/scripts/mydocker.sh" rm -f
}

@test "-e, --env-file, the caller's variables, the image's, HOME" {
	printf '%s\n' '# a comment' '' 'FILE=from file' 'QUOTED="a b"' 'INHERITED' 'NOTTHERE' >"$TMP/env"
	INHERITED='of the caller' run -0 mydocker run --rm --net none --env-file "$TMP/env" -e A=b -e EMPTY= -e INHERITED \
		-e NOSUCHVARIABLE -e name -e 'C=a=b c' busybox env
	[[ $'\n'$output$'\n' == *$'\nA=b\n'* ]]
	[[ $'\n'$output$'\n' == *$'\nEMPTY=\n'* ]]
	[[ $'\n'$output$'\n' == *$'\nC=a=b c\n'* ]]
	[[ $'\n'$output$'\n' == *$'\nFILE=from file\n'* ]]
	[[ $'\n'$output$'\n' == *$'\nQUOTED="a b"\n'* ]]
	[[ $'\n'$output$'\n' == *$'\nINHERITED=of the caller\n'* ]]
	[[ $'\n'$output$'\n' == *$'\nHOME=/root\n'* ]]
	[[ $'\n'$output$'\n' == *$'\nPATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n'* ]]
	[[ $output != *NOSUCHVARIABLE* ]]
	[[ $output != *NOTTHERE* ]]
	# A variable of the script's own is not the caller's, and the caller's of that name is.
	[[ $'\n'$output != *$'\nname='* ]]
	[[ $output != *MYDOCKER* ]]
	name='of the caller' run -0 mydocker run --rm --net none -e name busybox env
	[[ $'\n'$output$'\n' == *$'\nname=of the caller\n'* ]]
}

@test "a secret is in no argv and in no file that others may read" {
	printf 'SECRET=verysecret%s\n' "$UNIQ" >"$TMP/env"
	mydocker run -d --name "s$UNIQ" --net none --env-file "$TMP/env" busybox sleep 100
	run -0 mydocker exec "s$UNIQ" sh -c 'echo $SECRET'
	[ "$output" = "verysecret$UNIQ" ]
	# Processes come and go meanwhile.
	run grep -lsz "verysecret$UNIQ" /proc/[0-9]*/cmdline
	[ -z "$output" ]
	run -0 find "$MYDOCKER_ROOT" "$MYDOCKER_RUN" -maxdepth 0 -perm /077
	[ -z "$output" ] || {
		run -0 find "$MYDOCKER_ROOT/containers" "$MYDOCKER_RUN" -maxdepth 0 -perm /077
		[ -z "$output" ]
	}
	run -0 find "$MYDOCKER_ROOT/containers" -name env -perm /077
	[ -z "$output" ]
	mydocker rm -f "s$UNIQ"
}

@test "-w: made when missing; -u: by the image's names, by numbers; groups" {
	run -0 mydocker run --rm --net none -w /no/where busybox pwd
	[ "$output" = /no/where ]
	run -0 mydocker run --rm --net none -u nobody busybox id -un
	[ "$output" = nobody ]
	run -0 mydocker run --rm --net none -u 1234:4321 busybox sh -c 'id -u; id -g; grep ^CapEff /proc/self/status'
	[ "${lines[0]}" = 1234 ]
	[ "${lines[1]}" = 4321 ]
	[[ ${lines[2]} == *0000000000000000 ]]
	run -0 mydocker run --rm --net none -u nobody busybox sh -c 'cat /etc/hosts /etc/resolv.conf /etc/hostname >/dev/null; ls / >/dev/null'
}

@test "--entrypoint stands in front, and makes the image's command void" {
	run -0 mydocker run --rm --net none --entrypoint echo busybox a b
	[ "$output" = "a b" ]
	run -0 mydocker run --rm --net none --entrypoint id busybox
	[[ $output == uid=0* ]]
	printf 'echo\0of the\nimage\0' >"$TMP/cmd"
	mkdir -p "$MYDOCKER_ROOT/images/twolines"
	cp "$TMP/cmd" "$MYDOCKER_ROOT/images/twolines/cmd"
	printf '%s\n' "$MYDOCKER_ROOT/images/busybox/$(cat "$MYDOCKER_ROOT/images/busybox/layers")" >"$MYDOCKER_ROOT/images/twolines/layers"
	run -0 mydocker run --rm --net none twolines
	[ "$output" = $'of the\nimage' ]
	rm -r "$MYDOCKER_ROOT/images/twolines"
}

@test "-v: read-write on both sides, ro, a file, a missing source, a named volume" {
	mkdir "$TMP/data"
	echo host >"$TMP/data/f"
	run -0 mydocker run --rm --net none -v "$TMP/data:/mnt/a b" busybox sh -c 'cat "/mnt/a b/f"; echo back >"/mnt/a b/g"'
	[ "$output" = host ]
	[ "$(cat "$TMP/data/g")" = back ]
	run -1 mydocker run --rm --net none -v "$TMP/data:/d:ro" busybox sh -c 'echo x >/d/f'
	[ "$(cat "$TMP/data/f")" = host ]
	run -0 mydocker run --rm --net none -v "$TMP/data/f:/etc/motd" busybox cat /etc/motd
	[ "$output" = host ]
	run -0 mydocker run --rm --net none -v "$TMP/new/dir:/d" busybox touch /d/made
	[ -e "$TMP/new/dir/made" ]
	run -0 mydocker run --rm --net none -v "vol$UNIQ:/d" busybox sh -c 'echo kept >/d/x'
	run -0 mydocker run --rm --net none -v "vol$UNIQ:/d:z" busybox cat /d/x
	[ "$output" = kept ]
}

@test "rm never reaches a volume, a symlink of the image never leads out" {
	mkdir "$TMP/data" "$TMP/outside"
	echo precious >"$TMP/data/f"
	mydocker run -d --name "v$UNIQ" --net none -v "$TMP/data:/d" busybox sleep 100
	mydocker rm -f "v$UNIQ"
	[ "$(cat "$TMP/data/f")" = precious ]
	# A layer with /evil -> ../../..$TMP/outside
	mkdir -p "$MYDOCKER_ROOT/images/evil/layer"
	cp -a "$MYDOCKER_ROOT/images/busybox/$(cat "$MYDOCKER_ROOT/images/busybox/layers")/." "$MYDOCKER_ROOT/images/evil/layer"
	ln -s "../../../../../../../../../..$TMP/outside" "$MYDOCKER_ROOT/images/evil/layer/evil"
	echo layer >"$MYDOCKER_ROOT/images/evil/layers"
	run mydocker run --rm --net none -v "$TMP/data:/evil/in" evil true
	[ "$status" -eq 0 ] || [ "$status" -eq 125 ]
	[ -z "$(ls -A "$TMP/outside")" ]
	rm -r "$MYDOCKER_ROOT/images/evil"
}

@test "the image is not changed, and two containers are independent" {
	local layer
	layer=$MYDOCKER_ROOT/images/busybox/$(cat "$MYDOCKER_ROOT/images/busybox/layers")
	mydocker run -d --name "a$UNIQ" --net none busybox sh -c 'echo a >/f; sleep 100'
	mydocker run -d --name "b$UNIQ" --net none busybox sh -c 'rm /bin/vi; sleep 100'
	eventually 5 mydocker exec "a$UNIQ" test -e /f
	run -1 mydocker exec "b$UNIQ" test -e /f
	run -0 mydocker exec "a$UNIQ" test -e /bin/vi
	[ ! -e "$layer/f" ]
	[ -e "$layer/bin/vi" ]
	mydocker rm -f "a$UNIQ" "b$UNIQ"
}

@test "--storage-driver copy does without overlay" {
	run -0 mydocker run --rm --net none --storage-driver copy busybox sh -c 'grep -c "^overlay / " /proc/mounts; ls /bin/busybox'
	[ "${lines[0]}" = 0 ] || [[ $output == *busybox* ]]
	run -0 mydocker run --rm --net none --storage-driver copy busybox sh -c '! grep -q "^overlay / " /proc/mounts'
}

@test "--read-only and --tmpfs" {
	run -1 mydocker run --rm --net none --read-only busybox touch /x
	run -0 mydocker run --rm --net none --read-only --tmpfs /t:size=1m busybox touch /t/x
}

@test "limits stand in the group's files, and hold" {
	local group
	mydocker run -d --name "l$UNIQ" --net none -m 64m --cpus 0.5 --pids-limit 20 --cpuset-cpus 0 --cpu-shares 512 busybox sleep 100
	read -r group <"$MYDOCKER_RUN"/*/cgroup
	[ "$("$BIN/cgset" --get memory "$group")" = 67108864 ]
	[ "$("$BIN/cgset" --get pids "$group")" = 20 ]
	[ "$("$BIN/cgset" --get cpuset-cpus "$group")" = 0 ]
	[[ $("$BIN/cgset" --get cpu "$group") == 0.5* ]]
	run mydocker exec "l$UNIQ" sh -c 'for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25; do sleep 100 >/dev/null 2>&1 & done 2>&1; :'
	[[ $output == *"can't fork"* ]]
	mydocker rm -f "l$UNIQ"
	# Others' groups come and go meanwhile.
	[ -z "$(find /sys/fs/cgroup -maxdepth 3 -path "*$group" 2>/dev/null)" ]
}

@test "killed for memory: 137, and inspect says OOMKilled" {
	run -137 mydocker run --name "o$UNIQ" --net none -m 16m --memory-swap 16m busybox sh -c 'dd if=/dev/zero of=/dev/null bs=64M count=1; exit $?'
	run -0 mydocker inspect -f '{{.State.OOMKilled}} {{.State.ExitCode}}' "o$UNIQ"
	[ "$output" = "true 137" ]
	mydocker rm "o$UNIQ"
}

@test "--init: PID 1 is a reaper that forwards, stop takes no time" {
	local start
	mydocker run -d --name "i$UNIQ" --init --stop-timeout 100 --net none busybox sleep 1000
	run -0 mydocker exec "i$UNIQ" sh -c 'tr "\0" " " </proc/1/cmdline'
	[[ $output != sleep* ]]
	start=$SECONDS
	mydocker stop "i$UNIQ"
	[ $((SECONDS - start)) -lt 100 ]
	run -0 mydocker ps -a --format '{{.Status}}'
	[[ $output == "Exited (143)"* ]]
	mydocker rm "i$UNIQ"
}

@test "no -i: standard input is empty; -i: it is the caller's" {
	run -0 sh -c "echo typed | $MYDOCKER_SH '$TOP/scripts/mydocker.sh' run --rm --net none busybox cat"
	[ -z "$output" ]
	run -0 sh -c "echo typed | $MYDOCKER_SH '$TOP/scripts/mydocker.sh' run --rm -i --net none busybox cat"
	[ "$output" = typed ]
}

@test "-d -i: standard input stays open, with a terminal and without" {
	mydocker run -di --name "p$UNIQ" --net none busybox sh -c 'cat; sleep 100'
	mydocker run -dit --name "q$UNIQ" --net none busybox sh
	mydocker run -d --name "r$UNIQ" --net none busybox cat
	run -0 mydocker wait "r$UNIQ"
	[ "$output" = 0 ]
	reads() { [[ $(mydocker exec "p$UNIQ" ps) == *" root     cat"$'\n'* ]]; }
	eventually 5 reads
	run -0 mydocker ps --format '{{.Names}}'
	[ "$output" = "q$UNIQ"$'\n'"p$UNIQ" ]
	mydocker rm -f "p$UNIQ" "q$UNIQ" "r$UNIQ"
}

@test "ping and a port below 1024 in every network of the container's own, by root and by others" {
	requires isolated nft
	local network user
	for network in none bridge; do
		for user in root nobody; do
			run -0 mydocker run --rm --net "$network" -u "$user" busybox ping -c 1 -W 20 127.0.0.1
			[[ $output == *" 0% packet loss"* ]]
			run -0 mydocker run --rm --net "$network" -u "$user" busybox sh -c 'timeout 0.2 nc -l -p 80; [ $? = 143 ]'
		done
	done
}

@test "a terminal on both sides and none of -d -i -t: interactive, with a pty of the container's own" {
	requires tool_script
	run -5 script -qefc "$MYDOCKER_SH '$TOP/scripts/mydocker.sh' run --rm --net none busybox sh -c 'tty; test -t 0 && echo in; echo \$TERM; exit 5'" /dev/null
	[[ $output == *"/dev/pts/0"* ]]
	[[ $output == *in* ]]
	[[ $output == *xterm* ]]
}

@test "-d -t: a pty without a caller, its output in the log" {
	mydocker run -dt --name "t$UNIQ" --net none busybox sh -c 'tty; sleep 100'
	eventually 5 sh -c "$MYDOCKER_SH '$TOP/scripts/mydocker.sh' logs t$UNIQ | grep -q pts/0"
	mydocker rm -f "t$UNIQ"
}

@test "a foreground run that gets TERM, INT, HUP, USR1 passes it on" {
	local sig pid
	for sig in TERM INT HUP USR1; do
		rm -f "$TMP/out"
		# bash starts a job in the background with INT ignored, and what is ignored at the start cannot be trapped.
		env --default-signal=INT $MYDOCKER_SH "$TOP/scripts/mydocker.sh" run --name "f$UNIQ" --rm --net none busybox sh -c 'trap "echo got; exit 9" TERM INT HUP USR1; echo ready; while :; do sleep 0.05; done' >"$TMP/out" &
		pid=$!
		eventually 5 grep -q ready "$TMP/out"
		kill -s "$sig" "$pid"
		status=0
		wait "$pid" || status=$?
		[ "$status" -eq 9 ]
		grep -q got "$TMP/out"
	done
}

@test "what the caller ignores of signals the command does not" {
	local ignored="env --ignore-signal=PIPE --ignore-signal=HUP --ignore-signal=INT --ignore-signal=CHLD"
	run -0 $ignored $MYDOCKER_SH "$TOP/scripts/mydocker.sh" run --rm --net none busybox grep -E '^Sig(Ign|Blk)' /proc/self/status
	[ "$output" = $'SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000' ]
	run -0 $ignored $MYDOCKER_SH "$TOP/scripts/mydocker.sh" run -d --name "i$UNIQ" --init --net none busybox sleep 1000
	run -0 mydocker exec "i$UNIQ" sh -c 'grep SigIgn "/proc/$(pidof sleep)/status"'
	[ "$output" = $'SigIgn:\t0000000000000000' ]
	run -0 $ignored $MYDOCKER_SH "$TOP/scripts/mydocker.sh" exec "i$UNIQ" grep SigIgn /proc/self/status
	[ "$output" = $'SigIgn:\t0000000000000000' ]
	mydocker rm -f "i$UNIQ"
}

@test "--label, --cidfile, --add-host, --dns, --dns-search" {
	run -0 mydocker run --name "c$UNIQ" --net none --cidfile "$TMP/cid" -l "k$UNIQ=v" --add-host db:10.1.2.3 --dns 9.9.9.9 --dns-search example.org \
		busybox cat /etc/hosts /etc/resolv.conf
	[[ $output == *$'10.1.2.3\tdb'* ]]
	[[ $output == *"nameserver 9.9.9.9"* ]]
	[[ $output == *"search example.org"* ]]
	[ "$(mydocker ps -aq --no-trunc --filter "label=k$UNIQ=v")" = "$(cat "$TMP/cid")" ]
	mydocker rm "c$UNIQ"
}

@test "capabilities: the default set, --cap-drop, --cap-add, --privileged" {
	local all
	run -0 mydocker run --rm --net none busybox grep ^CapEff /proc/self/status
	[[ $output == *00000000800405fb ]]
	run -0 mydocker run --rm --net none --cap-drop ALL --cap-add NET_BIND_SERVICE busybox grep ^CapEff /proc/self/status
	[[ $output == *0000000000000400 ]]
	run -0 mydocker run --rm --net none --privileged busybox grep ^CapEff /proc/self/status
	all=$(sed -n 's/^CapBnd:\t*//p' /proc/self/status)
	[[ $output == *"$all" ]]
	run -0 mydocker run --rm --net none --security-opt no-new-privileges busybox grep ^NoNewPrivs /proc/self/status
	[[ $output == *1 ]]
}

@test "system calls: the filter is on in run and exec, off by unconfined and --privileged" {
	local call
	mydocker run -d --name "f$UNIQ" --net none busybox sleep 100
	run -0 mydocker exec "f$UNIQ" grep ^Seccomp: /proc/self/status
	[[ $output == *2 ]]
	mydocker rm -f "f$UNIQ"
	run -0 mydocker run --rm --net none busybox grep ^Seccomp: /proc/self/status
	[[ $output == *2 ]]
	run -0 mydocker run --rm --net none --security-opt seccomp=unconfined busybox grep ^Seccomp: /proc/self/status
	[[ $output == *0 ]]
	run -0 mydocker run --rm --net none --privileged busybox grep ^Seccomp: /proc/self/status
	[[ $output == *0 ]]
	for call in "unshare -U true" "unshare -m true" "mount -t tmpfs none /mnt" "umount /proc" "nsenter -t 1 -m true" "hostname x" \
		"dmesg" "mknod /tmp/b b 8 0" "reboot -f" "swapoff /x" "ip link add d type dummy"; do
		run mydocker run --rm --net none busybox sh -c "$call"
		echo "$call: $status"
		[ "$status" -ne 0 ]
	done
}

@test "ordinary programs work in the default profile" {
	# nc listens with an input that does not end: at its end it would hang up, perhaps before the word has come.
	run -0 mydocker run --rm --net none busybox sh -ec 'cd /tmp; mkdir d; echo x >d/f; tar cf t d; gzip t; gunzip t.gz; tar xf t -C /mnt
		cmp d/f /mnt/d/f; chown nobody:nobody d/f; chmod 4755 d/f; ln -s d l; mkfifo p; cat p & echo y >p; wait
		su nobody -s /bin/sh -c "id -u"; chroot / true; find / -xdev -name passwd | xargs grep -c root; awk "BEGIN { print 1 + 1 }"
		nc -l -p 8080 <>p >got & until echo hello | nc 127.0.0.1 8080 2>/dev/null; do sleep 0.05; done; wait; cat got'
	[[ $output == *y*65534*2*hello ]]
}

@test "network: an address, a default route, the host's own 127.0.0.1 and port 8080; down again with rm" {
	requires isolated nft
	mydocker run -d --name "web$UNIQ" -p 18080:80 busybox httpd -f -h /www
	run -0 mydocker exec "web$UNIQ" sh -c 'ip -4 addr show eth0; ip route; ip addr show lo'
	[[ $output == *"inet 172."* || $output == *"inet 10."* || $output == *"inet 192."* ]]
	[[ $output == *"default via"* ]]
	[[ $output == *LOOPBACK,UP* ]]
	eventually 5 busybox wget -qO "$TMP/page" http://127.0.0.1:18080/
	grep -q 'It works' "$TMP/page"
	run -0 mydocker port "web$UNIQ"
	[ "$output" = "80/tcp -> 0.0.0.0:18080" ]
	run -0 mydocker port "web$UNIQ" 80
	[ "$output" = "0.0.0.0:18080" ]
	run -1 --separate-stderr mydocker port "web$UNIQ" 81
	[[ $stderr == *"no public port '81/tcp'"* ]]
	mydocker rm -f "web$UNIQ"
	run ! curl -sf http://127.0.0.1:18080/
}

@test "--net host keeps the host's network, --net none has only lo" {
	run -0 mydocker run --rm --net host busybox readlink /proc/self/ns/net
	[ "$output" = "$(readlink /proc/self/ns/net)" ]
	run -0 mydocker run --rm --net none busybox sh -c 'ls /sys/class/net; ip addr show lo'
	[ "${lines[0]}" = lo ]
	[[ ${lines[1]} == *LOOPBACK,UP* ]]
}

@test "--trace shows each call as a line for a shell" {
	run -0 --separate-stderr mydocker --trace run --rm --net none busybox echo "a  b"
	[ "$output" = "a  b" ]
	[[ $stderr == *"+ $BIN/ctstate new "* ]]
	[[ $stderr == *" -- $BIN/cgset "* ]]
	[[ $stderr == *"+ $BIN/logwrite "*"nsrun"*"rootfs-pivot"*"-- echo 'a  b'"* ]]
}

@test "the same name 50 times at once: one wins, nothing is left of the others" {
	local i jobs=()
	for i in $(seq 50); do
		mydocker run -d --name "same$UNIQ" --net none busybox sleep 100 >"$TMP/o.$i" 2>/dev/null &
		jobs+=($!)
	done
	for i in "${jobs[@]}"; do
		wait "$i" || true
	done
	[ "$(cat "$TMP"/o.* | wc -l)" -eq 1 ]
	[ "$(ls "$MYDOCKER_ROOT/containers" | wc -l)" -eq 1 ]
	[ "$(ls -A "$MYDOCKER_RUN/starting" | wc -l)" -eq 0 ]
	mydocker rm -f "same$UNIQ"
}

@test "ps while 200 containers start and end: always whole, none broken, nothing left" {
	local lane i jobs=()
	for lane in 1 2 3 4; do
		for i in $(seq 50); do
			mydocker run -d --rm --net none busybox true >/dev/null || echo "$lane.$i" >>"$TMP/failed"
		done 3>&- &
		jobs+=($!)
	done
	while [ -n "$(jobs -rp)" ]; do
		run -0 --separate-stderr mydocker ps -a --format '{{.ID}} {{.State}}'
		[ -z "$stderr" ]
		[[ $output != *dead* ]]
	done
	wait "${jobs[@]}"
	[ ! -e "$TMP/failed" ]
	eventually 20 sh -c "[ -z \"\$($MYDOCKER_SH '$TOP/scripts/mydocker.sh' ps -aq)\" ]"
	eventually 20 sh -c "[ -z \"\$(ls '$MYDOCKER_ROOT/names')\" ]"
}

@test "30 starts at once with addresses of their own" {
	requires isolated nft
	local i jobs=()
	for i in $(seq 30); do
		mydocker run -d busybox sleep 1000 >>"$TMP/ids" &
		jobs+=($!)
	done
	wait "${jobs[@]}"
	[ "$(sort -u "$TMP/ids" | wc -l)" -eq 30 ]
	[ "$(mydocker ps -q | wc -l)" -eq 30 ]
	[ "$(cat "$MYDOCKER_RUN"/*/net | grep ^address | sort -u | wc -l)" -eq 30 ]
	xargs $MYDOCKER_SH "$TOP/scripts/mydocker.sh" rm -f <"$TMP/ids" >/dev/null
}

@test "--pid, --ipc, --uts: the host's, another container's, also at a further start; --log-driver; logs --since" {
	local n=n$UNIQ
	mydocker run -d --name "a$n" --net none busybox sleep 100
	run -0 mydocker run --rm --net none --pid host --ipc host --uts host busybox sh -c 'cd /proc/self/ns; for i in pid ipc uts; do readlink $i; done'
	[ "$output" = "$(cd /proc/self/ns && readlink pid ipc uts)" ]
	run -0 mydocker run --rm --net none --pid "container:a$n" --ipc "container:a$n" --uts "container:a$n" busybox sh -c 'cd /proc/self/ns; for i in pid ipc uts; do readlink $i; done; ps'
	[[ $output == *"root     sleep 100"* ]]
	[ "$(head -n 3 <<<"$output")" = "$(mydocker exec "a$n" sh -c 'cd /proc/self/ns; for i in pid ipc uts; do readlink $i; done')" ]
	mydocker create --name "b$n" --net none --pid "container:a$n" --log-driver none busybox sh -c 'echo out; sleep 100'
	mydocker start "b$n"
	run -0 mydocker exec "b$n" sh -c 'readlink /proc/self/ns/pid'
	[ "$output" = "$(mydocker exec "a$n" readlink /proc/self/ns/pid)" ]
	run -1 --separate-stderr mydocker logs "b$n"
	[[ $stderr == *"--log-driver none"* ]]
	[ "$(mydocker inspect -f '{{.HostConfig.PidMode}} {{.HostConfig.IpcMode}} {{json .HostConfig.LogConfig}}' "b$n")" = "container:$(mydocker inspect -f '{{.Id}}' "a$n") private {\"Type\":\"none\",\"Config\":{}}" ]
	mydocker stop -t 0 "b$n"
	mydocker rm -f "a$n"
	run -1 --separate-stderr mydocker start "b$n"
	[[ $stderr == *"is not running"* ]]
	run -125 --separate-stderr mydocker run --rm --pid sometimes busybox true
	run -125 --separate-stderr mydocker run --rm --ipc "container:nosuch$n" busybox true
	run -125 --separate-stderr mydocker run --rm --log-driver syslog busybox true
	[[ $stderr == *raw* ]]
	mydocker run --name "c$n" --net none --log-driver json-file busybox echo x
	[ "$(mydocker logs --since 10m "c$n")" = x ]
	run -1 --separate-stderr mydocker logs --since yesterday "c$n"
	mydocker rm "b$n" "c$n"
}

@test "sourced as a library nothing runs" {
	run -0 $MYDOCKER_SH -c 'MYDOCKER_LIB=$TOP/scripts; . "$TOP/scripts/mydocker.sh"; quote "a'"'"'b c"; printf "%s\n" "$quoted"'
	[ "$output" = "'a'\\''b c'" ]
}
