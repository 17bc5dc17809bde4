#!/usr/bin/env bats
# netns-veth: with real traffic, on the stage of netns-lib.bash. What goes beyond one plain network is in netns-more.bats.

load helpers
load netns-lib

@test "a network is facts in a directory, and no kernel object" {
	run nv network-create --bridge "b$UNIQ" --table "t$UNIQ" "$NET"
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	[ "$(<"$NET/subnet")" = 172.18.0.0/16 ]
	[ "$(<"$NET/gateway")" = 172.18.0.1 ]
	[ "$(<"$NET/bridge")" = "b$UNIQ" ]
	[ "$(<"$NET/table")" = "t$UNIQ" ]
	[ -d "$NET/leases" ]
	[ -z "$(on host nft list ruleset)" ]
	run on host ip link show "b$UNIQ"
	[ "$status" -ne 0 ]
	run nv network-create "$NET"
	[ "$status" -eq 1 ]
	[[ $output == *"make the network '$NET'"*"exists"* ]]
}

@test "subnets are picked free of routes and neighbours" {
	on host ip link add d0 type veth peer name d1
	on host ip link set d0 up
	on host ip addr add 172.18.5.1/24 dev d0
	nv network-create "$NETS/a"
	nv network-create "$NETS/b"
	[ "$(<"$NETS/a/subnet")" = 172.19.0.0/16 ]
	[ "$(<"$NETS/b/subnet")" = 172.20.0.0/16 ]
	[ "$(<"$NETS/a/bridge")" != "$(<"$NETS/b/bridge")" ]
	run nv network-create --subnet 172.18.4.0/22 "$NETS/c"
	[ "$status" -eq 1 ]
	[[ $output == *"the subnet 172.18.4.0/22 overlaps the route 172.18.5."*"dev d0"* ]]
	run nv network-create --subnet 172.19.9.0/24 "$NETS/c"
	[ "$status" -eq 1 ]
	[[ $output == *"overlaps the network 'a' (172.19.0.0/16)"* ]]
	[ ! -e "$NETS/c" ]
}

@test "one network made by ten at once: one makes it, the others say that it exists, of failing ones nothing is left" {
	local i pids='' status=0
	for i in {1..10}; do
		nv network-create "$NETS/n" 2>>"$TMP/said" &
		pids="$pids $!"
	done
	for i in $pids; do
		wait "$i" || : $((status += 1))
	done
	[ "$status" -eq 9 ]
	[ "$(grep -c "make the network '$NETS/n': File exists" "$TMP/said")" -eq 9 ]
	pids=
	for i in {1..10}; do
		nv network-create --gateway 10.0.0.1 "$NETS/f" 2>>"$TMP/failed" &
		pids="$pids $!"
	done
	status=0
	for i in $pids; do
		wait "$i" || : $((status += 1))
	done
	[ "$status" -eq 10 ]
	# One may meet the directory of another that is about to fail.
	grep -q '10\.0\.0\.1' "$TMP/failed"
	[ "$(grep -c -e '10\.0\.0\.1' -e "make the network '$NETS/f': File exists" "$TMP/failed")" -eq 10 ]
	[ ! -e "$NETS/f" ]
}

@test "thirty networks made at once have thirty subnets; then the pools are empty" {
	local i pids=
	for i in {1..30}; do
		nv network-create "$NETS/n$i" &
		pids="$pids $!"
	done
	for i in $pids; do
		wait "$i"
	done
	[ "$(cat "$NETS"/*/subnet | sort -u | wc -l)" -eq 30 ]
	run nv network-create "$NETS/full"
	[ "$status" -eq 1 ]
	[[ $output == *"no free subnet left"*"--subnet"* ]]
	[ ! -e "$NETS/full" ]
}

@test "up gives a namespace, an address, a route, and says so" {
	nv network-create --bridge "b$UNIQ" "$NET"
	run up web
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "address 172.18.0.2/16" ]
	[ "${lines[1]}" = "gateway 172.18.0.1" ]
	[ "${lines[2]}" = "mac 02:42:ac:12:00:02" ]
	[ "${lines[3]}" = "interface vethac120002" ]
	[ "${#lines[@]}" -eq 4 ]
	run on web ip -br addr show
	[[ $output == *"lo "*UNKNOWN*127.0.0.1/8* ]]
	[[ $output == *eth0@*UP*172.18.0.2/16* ]]
	[[ $(on web ip link show eth0) == *02:42:ac:12:00:02* ]]
	[ "$(on web ip route show default | sed 's/ *$//')" = "default via 172.18.0.1 dev eth0 proto static" ]
	[ "$(on web cat /proc/sys/net/ipv4/ping_group_range)" = "$(printf '0\t2147483647')" ]
	[ "$(on web cat /proc/sys/net/ipv4/ip_unprivileged_port_start)" = 0 ]
	[ "$(on web cat /proc/sys/net/ipv6/conf/eth0/accept_ra)" = 0 ]
	[ "$(on host cat /proc/sys/net/ipv4/ip_forward)" = 1 ]
	[ "$(<"$NET/ip-forward")" = "switched on; it was 0" ]
	on web ping -c 1 -W 20 172.18.0.1
	run nv list --network "$NET" --netns-dir "$NS"
	[ "$output" = "172.18.0.2 web vethac120002 up -" ]
	run nv check --network "$NET" --netns-dir "$NS"
	[ "$status" -eq 0 ]
	[ -z "$output" ]
}

@test "the first packet after up finds its way at once" {
	local i
	nv network-create "$NET"
	for i in 1 2 3; do
		up "one$i"
		up "two$i"
		run on "one$i" ping -c 1 -W 20 -q "$(on "two$i" ip -4 -br addr show eth0 | awk '{ sub("/.*", "", $3); print $3 }')"
		[ "$status" -eq 0 ]
		# An ARP request lost to a port that does not forward yet would be repeated after a second, each time.
		[[ $output =~ "rtt min/avg/max/mdev = "([0-9]+)\. ]]
		[ "${BASH_REMATCH[1]}" -ge 900 ] || break
	done
	[ "${BASH_REMATCH[1]}" -lt 900 ]
}

@test "--ip, --mac, --mtu, --gateway and --subnet are taken" {
	nv network-create --subnet 10.9.0.0/24 --gateway 10.9.0.254 --mtu 1400 "$NET"
	run up web --ip 10.9.0.77 --mac 02:00:00:00:00:99
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "address 10.9.0.77/24" ]
	[ "${lines[2]}" = "mac 02:00:00:00:00:99" ]
	[[ $(on web ip link show eth0) == *"mtu 1400"*02:00:00:00:00:99* ]]
	[ "$(on web ip route show default | cut -d' ' -f3)" = 10.9.0.254 ]
	run up web2 --mtu 1300
	[[ $(on web2 ip link show eth0) == *"mtu 1300"* ]]
	run up other --ip 10.9.0.77
	[ "$status" -eq 1 ]
	[[ $output == *"claim the address 10.9.0.77"* ]]
	[ ! -e "$NS/other" ]
}

# reached_everywhere: a published port from each side.
reached_everywhere() {
	world
	nv network-create "$NET"
	run up web -p 8080:80
	[ "${lines[4]}" = "port 0.0.0.0:8080 80/tcp" ]
	up other
	serve web 80 hello
	local from to
	while read -r from to; do
		[ "$(fetch "$from" $to)" = hello ] || { echo "not from $from to $to"; return 1; }
	done <<-END
		world 192.0.2.1 8080
		host 127.0.0.1 8080
		host 192.0.2.1 8080
		host 172.18.0.1 8080
		host 172.18.0.2 80
		other 192.0.2.1 8080
		other 172.18.0.1 8080
		other 172.18.0.2 80
		web 192.0.2.1 8080
		web 172.18.0.1 8080
	END
	down web
	unreached host 127.0.0.1 8080
}

@test "a published port is reached from outside, from the host, from a neighbour, from itself" {
	br_netfilter 0
	reached_everywhere
}

@test "the same where bridged packets pass the rules" {
	br_netfilter 1
	reached_everywhere
}

@test "what is not published is not reached from outside" {
	world
	nv network-create "$NET"
	up web -p 8080:80
	serve web 80 hello
	serve web 81 secret
	unreached world 172.18.0.2 81
	# Not even the published one past its publication.
	unreached world 172.18.0.2 80
	run on world ping -c 1 -W 0.5 172.18.0.2
	[ "$status" -ne 0 ]
	# It is the rules that keep it away, not the stage.
	on host nft flush chain inet mydocker inbound
	[ "$(fetch world 172.18.0.2 81)" = secret ]
}

@test "containers reach the world, by the host's address" {
	world
	nv network-create "$NET"
	up web
	start world socat TCP4-LISTEN:7000,reuseaddr,fork 'SYSTEM:echo $SOCAT_PEERADDR'
	eventually 5 listens world 7000
	run on web timeout 120 socat -t60 - TCP4:192.0.2.2:7000
	[ "$output" = 192.0.2.1 ]
}

@test "a port published on one address is that address's alone" {
	world
	on host ip addr add 192.0.2.9/24 dev w0
	nv network-create "$NET"
	up web -p 127.0.0.1:8080:80 -p 192.0.2.9:8081:80
	serve web 80 hello
	[ "$(fetch host 127.0.0.1 8080)" = hello ]
	[ "$(fetch world 192.0.2.9 8081)" = hello ]
	unreached world 192.0.2.1 8080
	unreached world 192.0.2.1 8081
	# A neighbour that sends to our 127.0.0.1 by its own route does not get in either.
	on world sysctl -qw net.ipv4.conf.all.route_localnet=1
	on world ip addr del 127.0.0.1/8 dev lo
	on world ip route add 127.0.0.1/32 via 192.0.2.1 dev w1 src 192.0.2.2
	unreached world 127.0.0.1 8080
}

@test "the host's loopback is not reached from a container" {
	nv network-create "$NET"
	up web
	serve host 9000 private
	[ "$(fetch host 127.0.0.1 9000)" = private ]
	on web ip addr del 127.0.0.1/8 dev lo
	on web sysctl -qw net.ipv4.conf.all.route_localnet=1
	on web ip route add 127.0.0.1/32 via 172.18.0.1 dev eth0 src 172.18.0.2
	unreached web 127.0.0.1 9000
	# It is the guard that keeps it out: the bridge itself routes there.
	on host nft flush chain inet mydocker guard
	[ "$(fetch web 127.0.0.1 9000)" = private ]
}

@test "networks do not reach each other, but by what is published" {
	nv network-create "$NET"
	nv network-create "$NETS/two"
	up web -p 8080:80
	nv up far --network "$NETS/two" --netns-dir "$NS"
	serve web 80 hello
	unreached far 172.18.0.2 80
	run on far ping -c 1 -W 0.5 172.18.0.2
	[ "$status" -ne 0 ]
	[ "$(fetch far 172.19.0.1 8080)" = hello ]
	on host nft flush chain inet mydocker inbound
	[ "$(fetch far 172.18.0.2 80)" = hello ]
}

@test "UDP is published, and answers come from the address that was asked" {
	world
	br_netfilter 0
	nv network-create "$NET"
	run up dns -p 5353:53/udp
	[ "${lines[4]}" = "port 0.0.0.0:5353 53/udp" ]
	start dns socat UDP4-RECVFROM:53,fork 'SYSTEM:read x; echo pong'
	ask() {
		# A connected socket takes only what comes from the address it asked.
		[ "$(echo ping | on "$1" timeout 20 socat -t3 - "UDP4:$2:5353")" = pong ]
	}
	eventually 5 ask world 192.0.2.1
	eventually 5 ask host 127.0.0.1
	eventually 5 ask host 192.0.2.1
	eventually 5 ask dns 172.18.0.1
}

@test "UDP flows do not outlive their publication, nor precede it" {
	world
	nv network-create "$NET"
	up first
	[ -r /proc/net/nf_conntrack ] || skip "the kernel does not show its flows"
	flows() { on host grep -c "^ipv4.* udp .*dport=5353 " /proc/net/nf_conntrack; }
	led() { on host grep -q "^ipv4.* udp .*dport=5353 .*src=172.18.0.3 " /proc/net/nf_conntrack; }
	# A client that began before the port was published, from a port that it keeps.
	send() { echo ping | on world socat -t0 - "UDP4:192.0.2.1:5353,sourceport=4000" 2>/dev/null || true; }
	# Only a machine that translates anything has connection tracking on: wait until a flow is seen.
	seen() { send; [ "$(flows)" -gt 0 ]; }
	eventually 5 seen
	up dns -p 5353:53/udp
	[ "$(flows)" -eq 0 ]
	send
	eventually 5 led
	down dns
	[ "$(flows)" -eq 0 ]
}

@test "ranges, and free ports on request" {
	nv network-create "$NET"
	run up web -p 8000-8002:80-82 -p 90 -p :91 -p 127.0.0.1:0:92 -p 93/udp
	[ "$status" -eq 0 ]
	[ "${lines[4]}" = "port 0.0.0.0:8000 80/tcp" ]
	[ "${lines[6]}" = "port 0.0.0.0:8002 82/tcp" ]
	[[ ${lines[7]} =~ ^"port 0.0.0.0:"[1-9][0-9]*" 90/tcp"$ ]]
	[[ ${lines[8]} =~ ^"port 0.0.0.0:"[1-9][0-9]*" 91/tcp"$ ]]
	[[ ${lines[9]} =~ ^"port 127.0.0.1:"[1-9][0-9]*" 92/tcp"$ ]]
	[[ ${lines[10]} =~ ^"port 0.0.0.0:"[1-9][0-9]*" 93/udp"$ ]]
	serve web 81 eighty-one
	serve web 90 ninety
	[ "$(fetch host 127.0.0.1 8001)" = eighty-one ]
	[ "$(fetch host 127.0.0.1 "$(sed 's/.*:\([0-9]*\) .*/\1/' <<<"${lines[7]}")")" = ninety ]
}

@test "a busy port is refused before anything is made" {
	nv network-create "$NET"
	serve host 8080 host
	run up web -p 8080:80
	[ "$status" -eq 1 ]
	[[ $output == "netns-veth: publish 0.0.0.0:8080/tcp: Address "*"in use; a process of the host listens there" ]]
	up one -p 9000:80
	run up two -p 127.0.0.1:9000:80
	[ "$status" -eq 1 ]
	[[ $output == *"publish 127.0.0.1:9000/tcp"*"another container has published it" ]]
	up three -p 127.0.0.1:9001:80
	run up two -p 9001:80
	[ "$status" -eq 1 ]
	[[ $output == *"another container has published it" ]]
	run up two -p 9005:80 -p 9005:81
	[ "$status" -eq 1 ]
	[[ $output == *"published twice here" ]]
	run up two -p 203.0.113.7:80:80
	[ "$status" -eq 1 ]
	[[ $output == *"the host has no such address" ]]
	# The same port of another protocol or another address is free, and so is one given back.
	up four -p 9000:80/udp
	down one
	up five -p 9000:80
	[ "$(nv list --network "$NET" --netns-dir "$NS" | wc -l)" -eq 3 ]
	[ ! -e "$NS/web" ] && [ ! -e "$NS/two" ]
	# Ports are the host's: another network is held to them too.
	nv network-create "$NETS/two"
	run nv up six --network "$NETS/two" --netns-dir "$NS" -p 9000:80
	[ "$status" -eq 1 ]
	[ -z "$(ls "$NETS/two/leases")" ]
}

@test "everything is as before when all is down and the network removed" {
	on host nft add table ip others
	on host nft add chain ip others c '{ type filter hook forward priority 0; policy accept; }'
	on host nft -s list ruleset >"$TMP/rules"
	on host ip -o link | sed 's/ link.*//' >"$TMP/links"
	nv network-create "$NET"
	nv network-create "$NETS/two"
	up web -p 8080:80 -p 8081:81/udp
	up other
	nv up far --network "$NETS/two" --netns-dir "$NS" -p 9000:80
	run nv network-remove "$NET"
	[ "$status" -eq 1 ]
	[[ $output == *"remove the network '$NET'"*busy*"it has leases"* ]]
	down web
	down web
	down other
	down nobody
	run nv network-remove "$NET"
	[ "$status" -eq 0 ]
	[ ! -e "$NET" ]
	# The table stays as long as another network is in it, and keeps that one's ports.
	[[ $(on host nft list map inet mydocker publish_any) == *"tcp . 9000"* ]]
	[[ $(on host nft list set inet mydocker bridges) != *"$(printf '"%s", "' x)"* ]]
	nv down far --network "$NETS/two" --netns-dir "$NS"
	nv network-remove "$NETS/two"
	[ -z "$(ls -A "$NS")" ]
	[ -z "$(ls -A "$NETS")" ]
	on host nft -s list ruleset | cmp - "$TMP/rules"
	same_links() { on host ip -o link | sed 's/ link.*//' | cmp - "$TMP/links"; }
	eventually 5 same_links
}

@test "a hundred at once have a hundred addresses, and leave nothing" {
	local i pids=
	nv network-create "$NET"
	for i in {1..100}; do
		up "c$i" -p "$((20000 + i)):80" >"$TMP/out$i" &
		pids="$pids $!"
	done
	for i in $pids; do
		wait "$i"
	done
	[ "$(grep -h ^address "$TMP"/out* | sort -u | wc -l)" -eq 100 ]
	[ "$(nv list --network "$NET" --netns-dir "$NS" | grep -c ' up ')" -eq 100 ]
	on c100 ping -c 1 -W 20 -q "$(address_of <"$TMP/out1")"
	nv check --network "$NET" --netns-dir "$NS"
	pids=
	for i in {1..100}; do
		down "c$i" &
		pids="$pids $!"
	done
	for i in $pids; do
		wait "$i"
	done
	[ -z "$(find "$NET/leases" "$NET/names" -type f)" ]
	[ -z "$(ls -A "$NS")" ]
	[ -z "$(ls -A "$NETS/.ports")" ]
	no_veth() { ! on host ip -o link | grep -q ": veth"; }
	eventually 10 no_veth
	[[ $(on host nft list map inet mydocker publish_any) != *elements* ]]
	nv network-remove "$NET"
}

@test "a full pool is said to be full, and an address given back is found" {
	nv network-create --subnet 10.9.0.0/29 "$NET"
	for i in a b c d e; do
		up "x$i"
	done
	run up xf
	[ "$status" -eq 1 ]
	[[ $output == *"all addresses of 10.9.0.0/29 are in use"* ]]
	[ ! -e "$NS/xf" ]
	down xc
	run up xf
	[ "${lines[0]}" = "address 10.9.0.4/29" ]
	# Half-made and stale ones do not fill it: they are swept first.
	umount "$NS/xa"
	run up xg
	[ "${lines[0]}" = "address 10.9.0.2/29" ]
}

# after_kill WHERE: gc, then nothing may be left but the container "first".
after_kill() {
	nv gc --network "$NET" --netns-dir "$NS" >/dev/null
	# Killed while it printed what it had made: the caller's rollback is down.
	[[ $(nv list --network "$NET" --netns-dir "$NS") != *" web "*" up "* ]] || down web
	[ "$(ls "$NET/leases")" = 172.18.0.2 ] || { echo "$1: leases"; return 1; }
	[ "$(ls "$NET/names")" = first ] || { echo "$1: names"; return 1; }
	[ "$(ls "$NS")" = first ] || { echo "$1: namespaces"; return 1; }
	[ -z "$(find "$NETS/.ports" -type f 2>/dev/null)" ] || { echo "$1: ports"; return 1; }
	[[ $(on host nft list map inet mydocker publish_any) != *elements* ]] || { echo "$1: elements"; return 1; }
}

# killed CALL N COMMAND...: runs the tool and kills it at its N-th CALL; success when it came to its end before.
killed() {
	local call=$1 n=$2

	shift 2
	# A leak check cannot run under ptrace.
	(exec nsenter --net="$TMP/host" env ASAN_OPTIONS=detect_leaks=0 strace -o /dev/null -e "trace=$call" -e "inject=$call:signal=KILL:when=$n" \
		"$NV" "$@" --network "$NET" --netns-dir "$NS") >/dev/null 2>&1
}

@test "kill -9 of up at each system call that changes something, and gc leaves nothing" {
	requires tool_strace
	local call n kills=0
	nv network-create "$NET"
	up first
	for call in openat mkdirat symlinkat write pwrite64 unshare mount sendto; do
		n=1
		until killed "$call" "$n" up web -p 8080:80; do
			kills=$((kills + 1))
			after_kill "up, $call $n"
			n=$((n + 1))
			[ "$n" -lt 100 ]
		done 2>/dev/null
		down web
		after_kill "up, after $call"
	done
	[ "$kills" -ge 25 ]
	one_veth() { [ "$(on host ip -o link | grep -c ": veth")" -eq 1 ]; }
	eventually 5 one_veth
	up web -p 8080:80
}

@test "kill -9 of down at each system call that changes something: down again leaves nothing" {
	requires tool_strace
	local call n kills=0
	nv network-create "$NET"
	up first
	for call in umount2 unlink unlinkat sendto; do
		n=1
		while up web -p 8080:80 && ! killed "$call" "$n" down web; do
			kills=$((kills + 1))
			down web
			after_kill "down, $call $n"
			n=$((n + 1))
			[ "$n" -lt 100 ]
		done >/dev/null 2>&1
		after_kill "after $call"
	done
	[ "$kills" -ge 5 ]
}

@test "gc takes what is stale and leaves what lives" {
	nv network-create "$NET"
	up live -p 8080:80
	up gone -p 8081:80
	up reboot -p 8082:80
	umount "$NS/gone"
	local old
	old=$(sed '1s/ [0-9a-f-]\{36\} / 00000000-0000-0000-0000-000000000000 /' "$NET/leases/172.18.0.4")
	echo "$old" >"$NET/leases/172.18.0.4"
	run nv list --network "$NET" --netns-dir "$NS"
	[[ $output == *" live "*" up "* ]]
	[[ $output == *" gone "*" stale "* ]]
	[[ $output == *" reboot "*" stale "* ]]
	run nv check --network "$NET" --netns-dir "$NS"
	[ "$status" -eq 1 ]
	[[ $output == *"gone: stale"* ]]
	run nv gc --network "$NET" --netns-dir "$NS"
	[ "$status" -eq 0 ]
	[ "$output" = "removed 2" ]
	[ "$(ls "$NET/leases")" = 172.18.0.2 ]
	[[ $(on host nft list map inet mydocker publish_any) == *8080* ]]
	[[ $(on host nft list map inet mydocker publish_any) != *808[12]* ]]
	run nv gc --network "$NET" --netns-dir "$NS"
	[ -z "$output" ]
}

@test "a stale element of the firewall is replaced" {
	nv network-create "$NET"
	up first
	on host nft add element inet mydocker publish_any '{ tcp . 8080 : 172.18.9.9 . 99 }'
	up web -p 8080:80
	run on host nft list map inet mydocker publish_any
	[[ $output == *"tcp . 8080 : 172.18.0.3 . 80"* ]]
	[[ $output != *172.18.9.9* ]]
}

@test "reload puts back what somebody flushed" {
	nv network-create "$NET"
	nv network-create "$NETS/two"
	up web -p 8080:80
	nv up far --network "$NETS/two" --netns-dir "$NS" -p 9000:80
	serve web 80 hello
	on host nft flush ruleset
	unreached host 127.0.0.1 8080
	run nv check --network "$NET" --netns-dir "$NS"
	[ "$status" -eq 1 ]
	nv reload --network "$NET" --netns-dir "$NS"
	[ "$(fetch host 127.0.0.1 8080)" = hello ]
	nv check --network "$NET" --netns-dir "$NS"
	nv check --network "$NETS/two" --netns-dir "$NS"
	# Rules flushed, sets kept: the same.
	on host nft flush table inet mydocker
	nv reload --network "$NET" --netns-dir "$NS"
	[ "$(fetch host 127.0.0.1 8080)" = hello ]
}

@test "two instances with tables and bridges of their own do not meet" {
	nv network-create --table "ta$UNIQ" --bridge "ba$UNIQ" "$NET"
	mkdir "$TMP/nets2"
	on host ip -br addr
	nv network-create --table "tb$UNIQ" --bridge "bb$UNIQ" --subnet 10.77.0.0/24 "$TMP/nets2/one"
	up web -p 8080:80
	nv up web2 --network "$TMP/nets2/one" --netns-dir "$NS" -p 8081:80
	[[ $(on host nft list table inet "ta$UNIQ") == *8080* ]]
	[[ $(on host nft list table inet "ta$UNIQ") != *8081* ]]
	nv down web2 --network "$TMP/nets2/one" --netns-dir "$NS"
	nv network-remove "$TMP/nets2/one"
	[ "$(on host nft list tables)" = "table inet ta$UNIQ" ]
	nv check --network "$NET" --netns-dir "$NS"
}

@test "a bridge that a person made is used and left alone" {
	on host ip link add mine type bridge
	on host ip addr add 10.5.0.1/24 dev mine
	on host ip link set mine up
	run nv network-create --bridge mine --subnet 10.5.0.0/24 "$NET"
	[ "$status" -eq 1 ]
	[[ $output == *"overlaps the route 10.5.0."*"dev mine"* ]]
	on host ip addr del 10.5.0.1/24 dev mine
	nv network-create --bridge mine --subnet 10.5.0.0/24 "$NET"
	on host ip addr add 10.5.0.1/24 dev mine
	up web
	on web ping -c 1 -W 20 10.5.0.1
	down web
	nv network-remove "$NET"
	on host ip link show mine
}

@test "a link that is no bridge is refused" {
	on host ip link add d0 type veth peer name d1
	run nv network-create --bridge d0 "$NET"
	[ "$status" -eq 1 ]
	[[ $output == *"the link 'd0' exists and is no bridge but veth" ]]
	[ ! -e "$NET" ]
	nv network-create --bridge "b$UNIQ" "$NET"
	on host ip link add "b$UNIQ" type veth peer name d2
	run up web
	[ "$status" -eq 1 ]
	[[ $output == *"the link 'b$UNIQ' is no bridge" ]]
	[ -z "$(ls "$NET/leases")" ]
}

@test "names that are no names, addresses that are no addresses: one line, status 2" {
	refused() {
		run nv "$@"
		[ "$status" -eq 2 ] || { echo "$*: $status"; return 1; }
		[ "${#lines[@]}" -eq 1 ] || { echo "$*: $output"; return 1; }
		[[ $output == "netns-veth: "* ]]
	}
	local b
	for b in "0123456789abcdef" "a/b" "a b" "a\"b" "a'b" 'a;b' 'a
b' "" "." "-x" 'a$(id)'; do
		refused network-create --bridge "$b" "$NET"
		refused network-create --table "$b.{" "$NET"
	done
	for b in 10.0.0.0/33 10.0.0.1/24 10.0.0/24 10.0.0.0 x/24 10.0.0.0/ 10.0.0.0/-1 '10.0.0.0/24 ' ''; do
		refused network-create --subnet "$b" "$NET"
	done
	refused network-create --gateway 10.0.0 "$NET"
	refused network-create --mtu 67 "$NET"
	for b in fd00::/0 fd00::1/64 fd00::/129 ::/x; do
		refused network-create --subnet "$b" "$NET"
	done
	refused network-create --isolate maybe "$NET"
	refused network-create --ip-range 10.0.0.1/24 "$NET"
	refused network-create --label =x "$NET"
	for b in "0123456789abcdef" a/b 'a b' "a'b" ''; do
		refused bridge add -- "$b"
		refused veth add -- "$b"
		refused veth add --peer "$b" v0
	done
	for b in 10.0.0.1 10.0.0.1/33 fd00::1/129 x/24; do
		refused bridge add b0 --address "$b"
	done
	refused bridge
	refused netns frobnicate x
	refused network-create
	refused network-create "$NET" extra
	refused frobnicate
	refused
	refused --frobnicate
	[ ! -e "$NET" ]
	nv network-create "$NET"
	for b in ../x -x a/b 'a b' a '' 'a
b' "$(printf 'x%.0s' {1..64})"; do
		refused up --network "$NET" -- "$b"
	done
	for b in a/b 'a b' '' "$(printf 'x%.0s' {1..64})" 'a
b'; do
		refused up web --network "$NET" --alias "$b"
	done
	refused up web --network "$NET" --hosts relative
	refused up web --network "$NET" --ip6 1.2.3.4
	for b in 70000:80 80/icmp a:b ::1:80:80 '[::1:80:80' '[x]:80:80' 8000-8001:80-82 8001-8000:80-79 80:0 80: : 1:2:3:4 256.0.0.1:80:80 80:80/ -1:80 0-5:80-85 '80 :80' "8080:80;id"; do
		refused up web --network "$NET" --publish="$b"
	done
	for b in 02:42:ac:12:00 02:42:ac:12:00:gg 01:00:00:00:00:01 00:00:00:00:00:00 02:42:ac:12:00:02: ''; do
		refused up web --network "$NET" --mac "$b"
	done
	refused up web --network "$NET" --ip 1.2.3
	refused up web
	refused down web --network "$NET" --publish 80:80
	[ -z "$(ls "$NET/leases")" ]
	[ -z "$(on host nft list ruleset)" ]
}

@test "what only the network can refuse is a failure, status 1" {
	failed() {
		run nv "$@" --netns-dir "$NS"
		[ "$status" -eq 1 ] || { echo "$*: $status"; return 1; }
		[ "${#lines[@]}" -eq 1 ] || { echo "$*: $output"; return 1; }
	}
	nv network-create --subnet 10.9.0.0/24 "$NET"
	failed up web --network "$NET" --ip 10.9.0.0
	[[ $output == *"network address"* ]]
	failed up web --network "$NET" --ip 10.9.0.255
	[[ $output == *"broadcast address"* ]]
	failed up web --network "$NET" --ip 10.9.0.1
	[[ $output == *"gateway"* ]]
	failed up web --network "$NET" --ip 10.9.1.1
	[[ $output == *"not in the subnet"* ]]
	failed up web --network "$NETS/none"
	mkdir "$NETS/empty"
	failed up web --network "$NETS/empty"
	[[ $output == *"not a network"* ]]
	up web
	failed up web --network "$NET"
	[[ $output == *"'web' has the address 10.9.0."*" already"* ]]
	failed show nobody --network "$NET"
	touch "$NS/taken"
	failed up taken --network "$NET"
	[ -e "$NS/taken" ]
	[ "$(ls "$NET/leases" | wc -l)" -eq 1 ]
	rm "$NS/taken"
}

@test "without nft, without privilege: said, and nothing left" {
	nv network-create "$NET"
	mkdir "$TMP/empty"
	run nsenter --net="$TMP/host" env PATH="$TMP/empty" "$NV" up web --network "$NET" --netns-dir "$NS"
	[ "$status" -eq 1 ]
	[[ $output == *"run nft"*"install the package nftables"* ]]
	[ -z "$(ls "$NET/leases")" ]
	[ ! -e "$NS/web" ]
	up first
	run nsenter --net="$TMP/host" setpriv --bounding-set=-net_admin --inh-caps=-all "$NV" up web --network "$NET" --netns-dir "$NS"
	[ "$status" -eq 1 ]
	[[ $output == *"CAP_NET_ADMIN"* ]]
	run nsenter --net="$TMP/host" setpriv --bounding-set=-sys_admin "$NV" up web --network "$NET" --netns-dir "$NS" -p 8080:80
	[ "$status" -eq 1 ]
	[[ $output == *"make a network namespace"*"CAP_SYS_ADMIN"* ]]
	[ "$(ls "$NET/names")" = first ]
	[ "$(ls "$NET/leases" | wc -l)" -eq 1 ]
	[[ $(on host nft list map inet mydocker publish_any) != *elements* ]]
}

@test "exec runs a command in the namespace; its exit status is the command's" {
	nv network-create "$NET"
	up web
	run nv exec --netns-dir "$NS" web ip -br -4 addr show eth0
	[ "$status" -eq 0 ]
	[[ $output == *172.18.0.2/16* ]]
	run nv exec --netns-dir "$NS" web -- sh -c 'exit 7'
	[ "$status" -eq 7 ]
	run -127 nv exec --netns-dir "$NS" web /nonexistent
	[ "$status" -eq 127 ]
	run nv exec --netns-dir "$NS" nobody true
	[ "$status" -eq 125 ]
	run nv exec --netns-dir "$NS" web
	[ "$status" -eq 125 ]
}

@test "netns-add and netns-del, and the files are ip-netns's" {
	requires isolated
	run nv netns-add "n$UNIQ"
	[ "$status" -eq 0 ]
	[[ $(ip netns list) == *"n$UNIQ"* ]]
	[[ $(ip -n "n$UNIQ" -br link) == *lo*UNKNOWN* ]]
	run nv netns-add "n$UNIQ"
	[ "$status" -eq 1 ]
	nv netns-del "n$UNIQ"
	[[ $(ip netns list) != *"n$UNIQ"* ]]
	run nv netns-del "n$UNIQ"
	[ "$status" -eq 1 ]
	nv network-create "$NET"
	nv up "c$UNIQ" --network "$NET"
	[[ $(ip -n "c$UNIQ" -br addr) == *eth0*172.18.0.2/16* ]]
	nv down "c$UNIQ" --network "$NET"
	[ ! -e "/run/netns/c$UNIQ" ]
	umount /run/netns
}

@test "--json is an object a line; show is one of them" {
	nv network-create "$NET"
	up web -p 127.0.0.1:8080:80
	up other
	run nv show web --network "$NET" --netns-dir "$NS" --json
	[ "${#lines[@]}" -eq 1 ]
	[[ $output == '{"address":"172.18.0.2","mac":"02:42:ac:12:00:02","name":"web","interface":"vethac120002","state":"up","netns":'*',"aliases":[],"ports":[{"host_address":"127.0.0.1","host_port":8080,"port":80,"protocol":"tcp"}]}' ]]
	run nv list --network "$NET" --netns-dir "$NS" --json
	[ "${#lines[@]}" -eq 2 ]
}

@test "--explain prints commands that do the same, and does nothing" {
	nv network-create --bridge "b$UNIQ" "$NET"
	run nv up web -p 8080:80 --network "$NET" --explain
	[ "$status" -eq 0 ]
	[ -z "$(ls "$NET/leases")" ]
	[ -z "$(on host nft list ruleset)" ]
	[[ $output == *"ip link add b$UNIQ "*"type bridge"* ]]
	[[ $output == *"ip link add vethac120002 type veth peer name eth0 address 02:42:ac:12:00:02 netns web"* ]]
	[[ $output == *"nft add element inet mydocker publish_any '{ tcp . 8080 : 172.18.0.2 . 80 }'"* ]]
	# The nft lines are what the tool does: add the elements by hand and hold them against the tool's.
	up web -p 8080:80
	on host nft -s list ruleset >"$TMP/rules"
	run nv down web --network "$NET" --netns-dir "$NS" --explain
	[[ $output == *"nft delete element inet mydocker publish_any '{ tcp . 8080 }'"* ]]
	grep nft <<<"$output" | on host sh
	[[ $(on host nft list map inet mydocker publish_any) != *elements* ]]
	sed "s/@TABLE@/mydocker/" "$TOP/tools/netns-veth/rules.nft" >"$TMP/rules.nft"
	on host nft delete table inet mydocker
	(cd "$TMP" && nv up web2 -p 8080:80 --ip 172.18.0.2 --network "$NET" --explain 2>/dev/null || true) | true
	down web
	(cd "$TMP" && nv up web -p 8080:80 --ip 172.18.0.2 --network "$NET" --explain | grep ^nft | on host sh)
	on host nft -s list ruleset | cmp - "$TMP/rules"
}
