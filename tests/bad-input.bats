#!/usr/bin/env bats
# bad-input.bats - what is wrong is refused with one clear line and the right status, and leaves nothing.

load helpers

setup() {
	requires root
	common_setup
}

# refused STATUS PATTERN ARGUMENT...: nothing on stdout, one line on stderr that matches.
refused() {
	local want=$1 pattern=$2
	shift 2
	run --separate-stderr mydocker "$@"
	echo "mydocker $*: status $status, stdout '$output', stderr '$stderr'"
	[ "$status" -eq "$want" ]
	[ -z "$output" ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr == mydocker*$pattern* ]]
	# No control character reaches a terminal.
	[[ $stderr != *[$'\001'-$'\037'$'\177']* ]]
}

@test "no command: the help, and status 0" {
	run --separate-stderr mydocker
	[ "$status" -eq 0 ]
	[[ $output == Usage:* ]]
	[ -z "$stderr" ]
}

@test "every command answers --help on stdout" {
	local c
	for c in exec gc images info inspect kill logs pause port ps rm run stats stop top unpause update version volume wait; do
		run --separate-stderr mydocker "$c" --help
		echo "$c: $status $stderr"
		[ "$status" -eq 0 ]
		[[ $output == "Usage: mydocker $c"* ]]
		[ -z "$stderr" ]
	done
}

@test "unknown subcommands and options" {
	refused 1 "'frobnicate' is not a mydocker command" frobnicate
	refused 1 "is not a mydocker command" ''
	refused 1 "is not a mydocker command" '../cmd/run'
	MYDOCKER_TOOLS=$TMP refused 1 "'$TMP/nsrun' is not there" version
	refused 125 "unknown option '--frob'" --frob run
	refused 125 "unknown option '--frob'" run --frob busybox true
	refused 125 "unknown option '-Q'" run -Q busybox true
	refused 125 "unknown option '-Q'" run -iQ busybox true
	refused 125 "unknown option '--frob'" ps --frob
	refused 125 "unknown option '--frob'" exec --frob x y
	refused 125 "unknown option '--frob'" rm --frob x
	refused 125 "unknown option '--frob'" stop --frob x
	refused 125 "unknown option '--frob'" kill --frob x
	refused 125 "unknown option '--frob'" logs --frob x
	refused 125 "unknown option '--frob'" wait --frob x
	refused 125 "unknown option '--frob'" inspect --frob x
	refused 125 "unknown option '--frob'" gc --frob
	refused 125 "unknown option '--frob'" port --frob x
	refused 125 "unknown option '--frob'" images --frob
	refused 125 "unknown option '--frob'" info --frob
}

@test "options without their value, switches with a wrong one" {
	refused 125 "option '-e' needs a value" run -e
	refused 125 "option '--name' needs a value" run --name
	refused 125 "option '-m' needs a value" run -dm
	refused 125 "option '--root' needs a value" --root
	refused 125 "'--rm' is a switch" run --rm=maybe busybox true
	refused 125 "not an absolute path" --root relative ps
	refused 125 "not an absolute path" --run relative ps
	refused 125 "in the path" --root /a:b ps
	refused 125 "in the path" --root /a,b ps
}

@test "commands without what they work on" {
	refused 125 "needs an image" run
	refused 125 "needs an image" run --rm
	refused 1 "needs a container and a command" exec
	refused 1 "needs a container and a command" exec web
	refused 1 "needs at least one container" stop
	refused 1 "needs at least one container" kill
	refused 1 "needs at least one container" rm
	refused 1 "needs at least one container" wait
	refused 1 "needs at least one name" inspect
	refused 1 "needs a container" logs
	refused 1 "needs a container" port
}

@test "containers that are not there" {
	local hostile=$'a\nb\e[31m$(touch /tmp/x)'
	refused 1 "no such container: 'nosuch'" exec nosuch true
	refused 1 "no such container: 'nosuch'" stop nosuch
	refused 1 "no such container: 'nosuch'" kill nosuch
	refused 1 "no such container: 'nosuch'" rm nosuch
	refused 1 "no such container: 'nosuch'" wait nosuch
	refused 1 "no such container: 'nosuch'" logs nosuch
	refused 1 "no such container: 'nosuch'" port nosuch
	refused 1 "no such container: '..'" rm ..
	refused 1 "no such container: '../names'" rm ../names
	refused 1 "no such container: ''" rm ''
	refused 1 "no such container: '*'" rm '*'
	refused 1 "no such container: 'a?b?[31m" rm "$hostile"
	refused 0 "no such container: 'nosuch'" rm -f nosuch
	refused 0 "no such container: 'a?b?[31m" rm -f "$hostile"
}

@test "images that are not there, or are no names" {
	refused 125 "Unable to find image 'nosuch:latest' locally or to pull it: docker.io cannot be reached" run nosuch true
	refused 125 "Unable to find image 'nosuch' locally, and --pull is never" run --pull never nosuch true
	refused 125 "Unable to find image 'Nosuch': invalid reference format: repository name must be lowercase" run Nosuch true
	refused 125 "Unable to find image '../busybox'" run ../busybox true
	refused 125 "Unable to find image '..'" run .. true
	refused 125 "Unable to find image ''" run '' true
	refused 125 "Unable to find image '*'" run '*' true
	refused 125 "Unable to find image 'a?b'" run $'a\nb' true
}

@test "illegal names" {
	local long
	printf -v long '%064d' 0
	refused 125 "--name: '../x' is not a name" run --name ../x busybox true
	refused 125 "--name: '-x' is not a name" run --name -x busybox true
	refused 125 "--name: 'a' is not a name" run --name a busybox true
	refused 125 "--name: 'a b' is not a name" run --name 'a b' busybox true
	refused 125 "--name: 'a?b' is not a name" run --name $'a\nb' busybox true
	refused 125 "--name: 'a?[31m' is not a name" run --name $'a\e[31m' busybox true
	refused 125 "--name: 'a/b' is not a name" run --name a/b busybox true
	refused 125 "--name: '.hidden' is not a name" run --name .hidden busybox true
	refused 125 "--name: '\$(id)' is not a name" run --name '$(id)' busybox true
	refused 125 "--name: '$long' is not a name" run --name "$long" busybox true
	refused 125 "--hostname" run --hostname 'a b' busybox true
	refused 125 "--hostname" run --hostname -a busybox true
	refused 125 "--hostname" run --hostname "$long" busybox true
}

@test "volumes that are none" {
	refused 125 "is not SOURCE:PATH" run -v x busybox true
	refused 125 "is not SOURCE:PATH" run -v '' busybox true
	refused 125 "the path inside must not be '/'" run -v / busybox true
	refused 125 "the source is empty" run -v :/x busybox true
	refused 125 "the path inside is empty" run -v /x: busybox true
	refused 125 "the source 'a/b' is not an absolute path" run -v a/b:/c busybox true
	refused 125 "the source './a' is not an absolute path" run -v ./a:/c busybox true
	refused 125 "the source '..' is not an absolute path" run -v ..:/c busybox true
	refused 125 "the path inside 'c' is not absolute" run -v /a:c busybox true
	refused 125 "the path inside must not be '/'" run -v /a:/ busybox true
	refused 125 "the path inside must not be '/'" run -v /a:// busybox true
	refused 125 "unknown option of a volume: 'frob'" run -v /a:/b:frob busybox true
	refused 125 "'ro' and 'rw' at once" run -v /a:/b:ro,rw busybox true
	refused 125 "two options of one kind: 'Z'" run -v /a:/b:z,Z busybox true
	refused 125 "two options of one kind: 'slave'" run -v /a:/b:rshared,slave busybox true
	refused 125 "'rslave' is for a path of the host" run -v vol:/b:rslave busybox true
	refused 125 "duplicate mount point: '/b/./c/'" run -v /a:/b//c -v vol:/b/./c/ busybox true
	refused 125 "duplicate mount point: '/b'" run --tmpfs /b -v vol:/b busybox true
	refused 125 "no such container: 'nosuch'" run --volumes-from nosuch busybox true
	refused 125 "is not CONTAINER" run --volumes-from '' busybox true
	refused 125 "neither ro nor rw" run --volumes-from nosuch:z busybox true
	refused 125 "is not SOURCE:PATH" run -v /a:/b: busybox true
	refused 125 "is not SOURCE:PATH" run -v /a:/b:ro:x busybox true
	refused 125 "a newline in the path" run -v $'/a\nb:/c' busybox true
	refused 125 "neither an absolute path nor the name of a volume" run -v 'a*:/c' busybox true
	refused 125 "the path inside 'x' is not absolute" run --tmpfs x busybox true
	[ ! -e /a ]
}

@test "--mount: words that are none, and those of another type" {
	refused 125 "is expected" run --mount '' busybox true
	refused 125 "'frob' is no type" run --mount type=frob,dst=/x busybox true
	refused 125 "a target is needed" run --mount type=bind,src=/usr busybox true
	refused 125 "a source is needed" run --mount type=bind,dst=/x busybox true
	refused 125 "the source does not exist: '/no/such'" run --mount type=bind,src=/no/such,dst=/x busybox true
	refused 125 "the source 'usr' is not an absolute path" run --mount type=bind,src=usr,dst=/x busybox true
	refused 125 "the path inside 'x' is not absolute" run --mount type=volume,dst=x busybox true
	refused 125 "the path inside must not be '/'" run --mount type=tmpfs,dst=/ busybox true
	refused 125 "'frob' is not KEY=VALUE" run --mount frob busybox true
	refused 125 "unknown key 'frob'" run --mount type=bind,frob=1 busybox true
	refused 125 "'ro' is a switch" run --mount type=volume,dst=/x,ro=maybe busybox true
	refused 125 "'tmpfs-size' is not for the type 'bind'" run --mount type=bind,src=/usr,dst=/x,tmpfs-size=1m busybox true
	refused 125 "'bind-propagation' is not for the type 'volume'" run --mount dst=/x,bind-propagation=rslave busybox true
	refused 125 "none of rprivate" run --mount type=bind,src=/usr,dst=/x,bind-propagation=up busybox true
	refused 125 "none of enabled" run --mount type=bind,src=/usr,dst=/x,bind-recursive=up busybox true
	refused 125 "needs readonly" run --mount type=bind,src=/usr,dst=/x,bind-recursive=readonly busybox true
	refused 125 "what is read-only is so" run --mount type=bind,src=/usr,dst=/x,bind-recursive=writable,ro busybox true
	for option in volume-subpath=a volume-opt=a=b volume-label=a=b; do
		refused 125 "'${option%%=*}' is not supported" run --mount "type=volume,src=v,dst=/x,$option" busybox true
	done
	# Also those that begin as options do which are there.
	for option in --cpu-count --cpu-rt-period --memory-foo --oom-foo --device-x-yps --health-foo=1s --annotation --blkio-weight-device \
		--cpu-percent --disable-content-trust --gpus --isolation --kernel-memory --link-local-ip --runtime \
		--storage-opt --volume-driver; do
		refused 125 "unknown option '${option%%=*}'" run "$option" busybox true
	done
	refused 125 "a tmpfs has no source" run --mount type=tmpfs,src=/usr,dst=/x busybox true
	refused 125 "is not a size" run --mount type=tmpfs,dst=/x,tmpfs-size=-1 busybox true
	refused 125 "not an octal mode" run --mount type=tmpfs,dst=/x,tmpfs-mode=888 busybox true
	refused 125 "not the name of a volume" run --mount type=volume,src=/usr,dst=/x busybox true
	refused 125 "none but 'local'" run --mount type=volume,src=a,dst=/x,volume-driver=nfs busybox true
	refused 125 "without its second" run --mount 'type=bind,"src=/usr,dst=/x' busybox true
	refused 125 "inside of a word" run --mount 'type=bind,"src"=/usr,dst=/x' busybox true
	refused 125 "a ':' in a path" run --mount type=volume,dst=/x:y busybox true
}

@test "devices, resource limits and parameters that are none" {
	refused 125 "does not exist" run --device /dev/nosuch busybox true
	refused 125 "is not a device" run --device /usr busybox true
	refused 125 "is not an absolute path" run --device null busybox true
	refused 125 "not made of r, w and m" run --device /dev/null:/dev/x:rx busybox true
	refused 125 "not made of r, w and m" run --device /dev/null:rr busybox true
	refused 125 "is not HOST" run --device /dev/null:/a:r:w busybox true
	refused 125 "no such limit: 'frob'" run --ulimit frob=1 busybox true
	refused 125 "is not NAME=SOFT" run --ulimit nofile busybox true
	refused 125 "a limit is a number" run --ulimit nofile=many busybox true
	refused 125 "a limit is a number" run --ulimit nofile=1: busybox true
	refused 125 "above the hard one" run --ulimit nofile=3:2 busybox true
	refused 125 "above the hard one" run --ulimit nofile=-1:2 busybox true
	refused 125 "is not NAME=VALUE" run --sysctl net.ipv4.ip_forward busybox true
	refused 125 "is not NAME=VALUE" run --sysctl net..ip=1 busybox true
	refused 125 "is not NAME=VALUE" run --sysctl net/../kernel/panic=1 busybox true
	refused 125 "the whole machine's" run --sysctl kernel.panic=1 busybox true
	refused 125 "the whole machine's" run --sysctl user.max_user_namespaces=1 busybox true
	refused 125 "the host's with --network host" run --net host --sysctl net.ipv4.ip_forward=1 busybox true
	refused 125 "is not a size" run --shm-size many busybox true
	refused 125 "a container has no user namespace" run --userns private busybox true
	refused 125 "its own namespace of control groups" run --cgroupns host busybox true
	refused 125 "cannot be read" run --security-opt seccomp=/no/such busybox true
	refused 125 "is not known" run --security-opt no-new-privileges=maybe busybox true
}

@test "volume: what is none, unknown or in use" {
	refused 1 "'frob' is not a subcommand" volume frob
	refused 125 "unknown option '--frob'" volume ls --frob
	refused 125 "unknown option '-q'" volume rm -q x
	refused 1 "'a b' is not a name" volume create 'a b'
	refused 1 "'../x' is not a name" volume create ../x
	refused 1 "one name, not 2" volume create aa bb
	refused 1 "none but 'local'" volume create -d nfs aa
	refused 1 "no such volume: '../images'" volume rm ../images
	refused 1 "no such volume: '.'" volume rm .
	refused 1 "'frob=1' is not known" volume ls --filter frob=1
	refused 1 "true or false" volume ls --filter dangling=perhaps
	refused 1 "is not known" volume prune -f --filter name=x
	refused 1 "needs at least one volume" volume rm
	refused 1 "needs at least one volume" volume inspect
	[ -d "$MYDOCKER_ROOT/images" ]
}

@test "limits that are none" {
	refused 125 "-m: 'abc' is not a size" run -m abc busybox true
	refused 125 "-m: '' is not a size" run -m '' busybox true
	refused 125 "-m: '-5m' is not a size" run -m -5m busybox true
	refused 125 "-m: '64mm' is not a size" run -m 64mm busybox true
	refused 125 "-m: '1m' is too small" run -m 1m busybox true
	refused 125 "is too large" run -m 99999999999999999999 busybox true
	refused 125 "needs --memory as well" run --memory-swap 64m busybox true
	refused 125 "is less than --memory" run -m 64m --memory-swap 32m busybox true
	refused 125 "--cpus: 'nan' is not a number" run --cpus nan busybox true
	refused 125 "--cpus: 'inf' is not a number" run --cpus inf busybox true
	refused 125 "--cpus: '-1' is not a number" run --cpus -1 busybox true
	refused 125 "--cpus: '1e3' is not a number" run --cpus 1e3 busybox true
	refused 125 "--cpus: '' is not a number" run --cpus '' busybox true
	refused 125 "is more than this machine has" run --cpus "$(($(nproc --all) + 1))" busybox true
	refused 125 "is more than this machine has" run --cpus "$(nproc --all).5" busybox true
	refused 125 "not a number from 2 to 262144" run --cpu-shares 1 busybox true
	refused 125 "not a number from 2 to 262144" run -c abc busybox true
	refused 125 "not a list of CPUs" run --cpuset-cpus 0- busybox true
	refused 125 "not a list of CPUs" run --cpuset-cpus '0,,1' busybox true
	refused 125 "not a number of processes" run --pids-limit many busybox true
	refused 125 "--memory-reservation: '1m' is too small" run --memory-reservation 1m busybox true
	refused 125 "--memory: '64m' is less than --memory-reservation '128m'" run -m 64m --memory-reservation 128m busybox true
	refused 125 "not a number from 0 to 100" run --memory-swappiness 101 busybox true
	refused 125 "not a number from 1000 to" run --cpu-quota 999 busybox true
	refused 125 "not a number from 1000 to 1000000" run --cpu-period 1 busybox true
	refused 125 "leave --cpu-quota and --cpu-period out" run --cpus 1 --cpu-quota 5000 busybox true
	refused 125 "not a list of nodes" run --cpuset-mems x busybox true
	refused 125 "not a number from 10 to 1000" run --blkio-weight 9 busybox true
	refused 125 "not a number from -1000 to 1000" run --oom-score-adj 1001 busybox true
	refused 125 "not a number from -1000 to 1000" run --oom-score-adj=- busybox true
	refused 125 "is not DEVICE:RATE" run --device-read-bps 1m busybox true
	refused 125 "'/dev/null' is no block device" run --device-write-bps /dev/null:1m busybox true
	refused 125 "is not TYPE MAJOR:MINOR ACCESS" run --device-cgroup-rule 'd 1:3 r' busybox true
	refused 125 "not made of r, w and m" run --device-cgroup-rule 'c 1:3 rz' busybox true
}

@test "ports and addresses that are none" {
	refused 125 "the port '70000' is not in 1 to 65535" run -p 70000:80 busybox true
	refused 125 "the port '0' is not in 1 to 65535" run -p 8080:0 busybox true
	refused 125 "is not a port" run -p 8080: busybox true
	refused 125 "is not a port" run -p abc:80 busybox true
	refused 125 "is not a port" run -p '' busybox true
	refused 125 "the protocol 'icmp' is not supported" run -p 80:80/icmp busybox true
	refused 125 "is not an IP address" run -p 300.1.1.1:80:80 busybox true
	refused 125 "the ranges have different lengths" run -p 8080-8081:80 busybox true
	refused 125 "the range is empty" run -p 8081-8080:81-80 busybox true
	refused 125 "no such network: 'nosuch'" run --net nosuch busybox true
	refused 125 "no such network: '../bridge'" run --network ../bridge busybox true
	refused 125 "is not an IP address" run --dns example busybox true
	refused 125 "is not an IP address" run --dns $'1.1.1.1\nevil' busybox true
	refused 125 "is not NAME:IP" run --add-host example busybox true
	refused 125 "is not an IP address" run --add-host example:nothing busybox true
	refused 125 "is not a domain" run --dns-search 'a b' busybox true
}

@test "the other options' values" {
	refused 125 "--workdir: 'tmp' is not an absolute path" run -w tmp busybox true
	refused 125 "is not USER" run -u : busybox true
	refused 125 "is not USER" run -u a:b:c busybox true
	refused 125 "has no variable's name" run -e =x busybox true
	refused 125 "has no variable's name" run -e '' busybox true
	refused 125 "cannot be read" run --env-file /nonexistent busybox true
	refused 125 "cannot be read" run --env-file / busybox true
	refused 125 "has no label's name" run -l =x busybox true
	refused 125 "is neither overlay nor copy" run --storage-driver zfs busybox true
	refused 125 "is not known" run --security-opt frob busybox true
	refused 125 "no such capability" run --cap-add 'a b' busybox true
	refused 125 "not a number of seconds" run --stop-timeout soon busybox true
	refused 125 "no such signal" run --stop-signal 'a b' busybox true
	refused 125 "no such signal" run --stop-signal NOPE busybox true
	refused 125 "no such signal" run --stop-signal 99 busybox true
	refused 125 "cannot be written" run --net none --cidfile /nosuch/dir/file busybox true
	refused 125 "not a number of seconds" stop -t soon x
	refused 125 "not a number of lines" logs --tail many x
	refused 125 "not a number of containers" ps -n many
	: >"$TMP/cid"
	refused 125 "exists already" run --cidfile "$TMP/cid" busybox true
}

@test "no terminal where -it wants one" {
	refused 1 "the input device is not a TTY" run -it busybox true
	refused 1 "the input device is not a TTY" exec -it x true
}

@test "not root: one line, 125 for run" {
	requires tool_setpriv
	mkdir -p "$TMP/bin" && chmod 755 "$TMP"
	run --separate-stderr setpriv --reuid 65534 --regid 65534 --clear-groups \
		$MYDOCKER_SH "$TOP/scripts/mydocker.sh" run busybox true
	echo "$status $stderr"
	[ "$status" -eq 125 ]
	[[ $stderr == *"must be run as root"* ]]
	[ "${#stderr_lines[@]}" -eq 1 ]
}

@test "not root: what may not be read is not taken for empty" {
	requires tool_setpriv
	local line
	mydocker volume create "v$UNIQ"
	chmod 755 "$TMP"
	for line in ps images info 'logs x' 'inspect x' 'port x' 'history busybox' 'volume ls' 'volume inspect x' 'system df' \
		'network ls' 'image inspect busybox' 'container ls'; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr setpriv --reuid 65534 --regid 65534 --clear-groups \
			$MYDOCKER_SH "$TOP/scripts/mydocker.sh" $line
		echo "$line: $status $output $stderr"
		[ "$status" -eq 1 ]
		[ -z "$output" ]
		[[ $stderr == "mydocker "*": must be run as root; try 'sudo mydocker ...'" ]]
	done
	mydocker volume rm "v$UNIQ"
}

@test "an unknown user and an unknown capability: 125 and nothing left" {
	run --separate-stderr mydocker run --net none -u nosuchuser busybox true
	echo "$status $stderr"
	[ "$status" -eq 125 ]
	[[ $stderr == *nosuchuser* ]]
	[ "${#stderr_lines[@]}" -eq 1 ]
	run --separate-stderr mydocker run -d --net none --cap-add NOSUCH busybox true
	echo "$status $stderr"
	[ "$status" -eq 125 ]
	[[ $stderr == *NOSUCH* ]]
	[ -z "$output" ]
	[ "${#stderr_lines[@]}" -eq 1 ]
}

@test "a command that is not there, a directory, a file without x: 127 and 126, in front and detached" {
	local d
	for d in '' -d; do
		run -127 --separate-stderr mydocker run $d --name "gone$UNIQ" --net none busybox /no/such
		[ -z "$output" ]
		[ "${#stderr_lines[@]}" -eq 1 ]
		run -127 --separate-stderr mydocker run $d --name "gone$UNIQ" --net none busybox nosuchcommand
		run --separate-stderr mydocker run $d --name "gone$UNIQ" --net none busybox /etc
		[ "$status" -eq 126 ]
		[ "${#stderr_lines[@]}" -eq 1 ]
		run --separate-stderr mydocker run $d --name "gone$UNIQ" --net none busybox /etc/passwd
		[ "$status" -eq 126 ]
		[ ! -e "$MYDOCKER_ROOT/names/gone$UNIQ" ]
	done
}

@test "an image whose layer is missing or a file" {
	mkdir -p "$MYDOCKER_ROOT/images/broken"
	printf '%s\n' layer >"$MYDOCKER_ROOT/images/broken/layers"
	run --separate-stderr mydocker run --net none broken true
	echo "$status $stderr"
	[ "$status" -eq 125 ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	: >"$MYDOCKER_ROOT/images/broken/layer"
	run --separate-stderr mydocker run --net none broken true
	echo "$status $stderr"
	[ "$status" -eq 125 ]
	[ "${#stderr_lines[@]}" -eq 1 ]
}

@test "a name in use: 125, and the one who has it keeps it" {
	mydocker run -d --name "one$UNIQ" --net none busybox sleep 100
	run --separate-stderr mydocker run --name "one$UNIQ" --net none busybox true
	echo "$status $stderr"
	[ "$status" -eq 125 ]
	[[ $stderr == *"already in use"* ]]
	[ "${#stderr_lines[@]}" -eq 1 ]
	mydocker exec "one$UNIQ" true
	mydocker rm -f "one$UNIQ"
}

@test "a busy port: 125 and nothing left" {
	requires isolated nft tool_socat
	socat TCP-LISTEN:18080,fork /dev/null &
	local pid=$!
	eventually 5 sh -c 'grep -q ":46A0 " /proc/net/tcp'
	run --separate-stderr mydocker run -p 18080:80 busybox true
	echo "$status $stderr"
	kill "$pid"
	wait "$pid" || true
	[ "$status" -eq 125 ]
	[[ $stderr == *18080* ]]
}
