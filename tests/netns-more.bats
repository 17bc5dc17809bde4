#!/usr/bin/env bats
# netns-veth beyond one plain IPv4 network: IPv6, SCTP, several networks, names, single steps, other firewalls, many at once.

load helpers
load netns-lib

# fetch6 WHERE ADDRESS PORT
fetch6() {
	printf 'GET /index.html HTTP/1.0\r\n\r\n' |
		on "$1" timeout 120 socat -t60 - "TCP6:[$2]:$3,connect-timeout=60" 2>/dev/null | tail -n 1 | grep .
}

unreached6() {
	! on "$1" socat -u /dev/null "TCP6:[$2]:$3,connect-timeout=0.9" 2>/dev/null
}

# world6: the world has IPv6, too, and a route to the containers that only an attacker would have.
world6() {
	world
	on host ip addr add 2001:db8::1/64 dev w0 nodad
	on world ip addr add 2001:db8::2/64 dev w1 nodad
	on world ip route add fd00::/8 via 2001:db8::1
	# Neighbours are asked for from an address that is proved to be unique.
	proved() { ! on host ip -6 addr show dev w0 | grep -q tentative && ! on world ip -6 addr show dev w1 | grep -q tentative; }
	eventually 10 proved
}

@test "IPv6: address, route, masquerade, publication from each side, nothing else from outside" {
	requires ipv6
	world6
	on host sh -c 'echo 1 >/proc/sys/net/ipv6/conf/w0/accept_ra'
	nv network-create --bridge "b$UNIQ" --subnet 10.9.0.0/24 --subnet fd00:9::/64 "$NET"
	[ "$(<"$NET/gateway6")" = fd00:9::1 ]
	run up web -p 8080:80 -p '[2001:db8::1]:8081:80' -p 90
	[ "$status" -eq 0 ]
	[ "${lines[2]}" = "address6 fd00:9::2/64" ]
	[ "${lines[3]}" = "gateway6 fd00:9::1" ]
	[[ $output == *"port 0.0.0.0:8080 80/tcp"*"port [::]:8080 80/tcp"*"port [2001:db8::1]:8081 80/tcp"* ]]
	[[ $output =~ port\ 0.0.0.0:([0-9]+)\ 90/tcp.*port\ \[::\]:([0-9]+)\ 90/tcp ]]
	[ "${BASH_REMATCH[1]}" = "${BASH_REMATCH[2]}" ]
	# The first packet finds its way at once: none of ours has to prove an address. Proving takes a second, each time.
	for i in 1 2 3; do
		up other
		run on other ping -6 -c 1 -W 20 -q fd00:9::2
		[[ $output =~ "rtt min/avg/max/mdev = "([0-9]+)\. ]]
		[ "${BASH_REMATCH[1]}" -ge 900 ] || break
		down other
	done
	[ "${BASH_REMATCH[1]}" -lt 900 ]
	serve web 80 hello
	local from to
	while read -r from to; do
		[ "$(fetch6 "$from" $to)" = hello ] || { echo "not from $from to $to"; return 1; }
	done <<-END
		world 2001:db8::1 8080
		world 2001:db8::1 8081
		host 2001:db8::1 8080
		host fd00:9::1 8080
		host fd00:9::2 80
		other 2001:db8::1 8080
		other fd00:9::2 80
		web fd00:9::1 8080
		web 2001:db8::1 8081
	END
	[ "$(fetch world 192.0.2.1 8080)" = hello ]
	unreached6 world fd00:9::2 80
	unreached6 host fd00:9::1 8081
	start world socat TCP6-LISTEN:7000,reuseaddr,fork 'SYSTEM:echo $SOCAT_PEERADDR'
	eventually 5 listens world 7000
	[ "$(on web timeout 120 socat -t60 - 'TCP6:[2001:db8::2]:7000')" = '[2001:0db8:0000:0000:0000:0000:0000:0001]' ]
	# The host still believes its router, no container is one, and containers believe none.
	[ "$(on host cat /proc/sys/net/ipv6/conf/w0/accept_ra)" = 2 ]
	[ "$(on host cat "/proc/sys/net/ipv6/conf/b$UNIQ/accept_ra")" = 0 ]
	[ "$(on web cat /proc/sys/net/ipv6/conf/eth0/accept_ra)" = 0 ]
	[ "$(<"$NET/ip6-forward")" = "switched on; it was 0" ]
	nv check --network "$NET" --netns-dir "$NS"
	down web
	unreached6 world 2001:db8::1 8080
	[ "$(ls "$NET/leases" | tr '\n' ' ')" = "10.9.0.3 fd00:9::3 " ]
}

@test "IPv6: --ip6, what is refused, and a random subnet" {
	nv network-create --ipv6 "$NET"
	[[ $(<"$NET/subnet6") == fd??:*::/64 ]]
	run nv network-create --subnet "$(<"$NET/subnet6")" "$NETS/two"
	[ "$status" -eq 1 ]
	[[ $output == *"overlaps the network 'one'"* ]]
	on host ip link add d0 type veth peer name d1
	on host ip link set d0 up
	on host ip addr add fd77::1/48 dev d0 nodad
	run nv network-create --subnet fd77:0:0:1::/64 "$NETS/two"
	[ "$status" -eq 1 ]
	[[ $output == *"overlaps the route fd77::/48 dev d0"* ]]
	run nv network-create --subnet fd78::/120 "$NETS/two"
	[ "$status" -eq 1 ]
	[[ $output == *"fewer addresses"* ]]
	nv network-create --subnet 10.9.0.0/24 --subnet fd78::/64 --gateway fd78::fe "$NETS/two"
	[ "$(<"$NETS/two/gateway6")" = fd78::fe ]
	nv network-create "$NETS/four"
	run nv up web --network "$NETS/two" --netns-dir "$NS" --ip6 fd78::77
	[ "$status" -eq 0 ]
	[[ $output == *"address6 fd78::77/64"* ]]
	for a in fd78::77 fd78::fe fd79::1 fd78::; do
		run nv up other --network "$NETS/two" --netns-dir "$NS" --ip6 "$a"
		[ "$status" -eq 1 ]
		[ ! -e "$NS/other" ]
	done
	run nv up other --network "$NETS/four" --netns-dir "$NS" --ip6 fd78::1
	[[ $output == *"has no IPv6"* ]]
	run nv up other --network "$NETS/four" --netns-dir "$NS" -p '[::]:80:80'
	[ "$status" -eq 1 ]
	[[ $output == *"publish [::]:80/tcp: the network has no IPv6"* ]]
	[ -z "$(ls "$NETS/four/leases")" ]
	nv down web --network "$NETS/two" --netns-dir "$NS"
	[ -z "$(ls "$NETS/two/leases")" ]
}

@test "SCTP is published: the port of a first packet is translated" {
	world
	nv network-create "$NET"
	run up web -p 5000:9/sctp -p 7/sctp
	[ "${lines[4]}" = "port 0.0.0.0:5000 9/sctp" ]
	[[ ${lines[5]} =~ ^"port 0.0.0.0:"[1-9][0-9]*" 7/sctp"$ ]]
	run up two -p 5000:9/sctp
	[ "$status" -eq 1 ]
	[[ $output == *"publish 0.0.0.0:5000/sctp"*"another container has published it" ]]
	# No SCTP socket is needed to send an INIT chunk (ports, tag, checksum, chunk) and to see it come in. The packet has no
	# checksum; connection tracking is told not to look.
	on host sh -c 'echo 0 >/proc/sys/net/netfilter/nf_conntrack_checksum'
	start web socat -u IP4-RECV:132 "OPEN:$TMP/seen,creat,append"
	packet() {
		printf '\017\240\023\210\0\0\0\0\0\0\0\0\001\0\0\024\0\0\0\001\0\0\377\377\0\001\0\001\0\0\0\001' |
			on world socat -u - IP4-SENDTO:192.0.2.1:132
		[ -s "$TMP/seen" ]
	}
	eventually 10 packet
	# From port 4000, as sent, to port 9.
	[ "$(od -An -tx1 -N 4 "$TMP/seen" | tr -d ' ')" = 0fa00009 ]
}

@test "a container joins a second network, and leaves it" {
	nv network-create "$NET"
	nv network-create --internal "$NETS/two"
	up web
	run nv up web --network "$NETS/two" --netns-dir "$NS" --join --mac 02:00:00:00:00:07
	[ "$status" -eq 0 ]
	[[ $output == "address 172.19.0.2/16"*"inside eth1" ]]
	nv up far --network "$NETS/two" --netns-dir "$NS"
	up near
	serve web 80 hello
	[ "$(fetch far 172.19.0.2 80)" = hello ]
	[ "$(fetch near 172.18.0.2 80)" = hello ]
	unreached far 172.18.0.2 80
	[ "$(on web ip route show default | wc -l)" -eq 1 ]
	[[ $(on web ip link show eth1) == *02:00:00:00:00:07* ]]
	nv check --network "$NETS/two" --netns-dir "$NS"
	run nv up web --network "$NETS/two" --netns-dir "$NS" --join
	[ "$status" -eq 1 ]
	[[ $output == *"'web' has the address 172.19.0.2 already"* ]]
	nv down web --network "$NETS/two" --netns-dir "$NS"
	[ -e "$NS/web" ]
	run on web ip link show eth1
	[ "$status" -ne 0 ]
	[ "$(fetch near 172.18.0.2 80)" = hello ]
	# What has joined goes with the namespace; its lease is then stale.
	nv up web --network "$NETS/two" --netns-dir "$NS" --join >/dev/null
	down web
	[[ $(nv list --network "$NETS/two" --netns-dir "$NS") == *" web "*" stale "* ]]
	[ "$(nv gc --network "$NETS/two" --netns-dir "$NS")" = "removed 1" ]
	run nv up web --network "$NETS/two" --netns-dir "$NS" --join
	[ "$status" -eq 1 ]
	[[ $output == *"join the network namespace '$NS/web'"* ]]
}

@test "the default route of several networks: the first one's, that of a higher priority, and the next when one is left" {
	world
	nv network-create --ipv6 "$NET"
	nv network-create --ipv6 "$NETS/two"
	nv network-create "$NETS/three"
	up web
	join() { nv up web --join --network "$NETS/$1" --netns-dir "$NS" "${@:2}" >/dev/null; }
	by() { on web ip "${2:--4}" route get "${3:-192.0.2.2}" | grep -q " dev $1 "; }
	reached() { on web ping -c 1 -W 20 -q 192.0.2.2; }
	join two
	by eth0
	by eth0 -6 2001:db8::1
	join three --gw-priority 1
	by eth2
	# The other two have moved behind, in their order; IPv6 has but them.
	by eth0 -6 2001:db8::1
	reached
	nv down web --network "$NETS/three" --netns-dir "$NS"
	by eth0
	nv down web --keep-netns --network "$NET" --netns-dir "$NS"
	by eth1
	by eth1 -6 2001:db8::1
	reached
	join three --gw-priority -7
	by eth1
	nv down web --network "$NETS/two" --netns-dir "$NS"
	by eth0
	reached
	run nv up web --join --network "$NETS/two" --netns-dir "$NS" --gw-priority 1x
	[ "$status" -eq 2 ]
	[[ $output == *"not a priority of"* ]]
	run nv up other --network "$NETS/two" --netns-dir "$NS" --gw-priority 10000000
	[ "$status" -eq 2 ]
	[[ $(nv up other --network "$NETS/two" --netns-dir "$NS" --gw-priority -2 --explain) == *"via 172.19.0.1 metric 1000000200"* ]]
	nv down web --network "$NETS/three" --netns-dir "$NS"
	on host ip netns list >/dev/null
	nv netns del web --netns-dir "$NS"
}

@test "kill -9 while joining, at each system call that changes something: gc leaves nothing" {
	requires tool_strace
	local call n kills=0
	nv network-create "$NET"
	nv network-create "$NETS/two"
	up web
	for call in openat linkat pwrite64 setns sendto; do
		n=1
		until (exec nsenter --net="$TMP/host" env ASAN_OPTIONS=detect_leaks=0 strace -o /dev/null -e "trace=$call" \
			-e "inject=$call:signal=KILL:when=$n" "$NV" up web --join --network "$NETS/two" --netns-dir "$NS") >/dev/null 2>&1; do
			kills=$((kills + 1))
			nv gc --network "$NETS/two" --netns-dir "$NS" >/dev/null
			[[ $(nv list --network "$NETS/two" --netns-dir "$NS") != *" up "* ]] || nv down web --network "$NETS/two" --netns-dir "$NS"
			[ -z "$(find "$NETS/two/leases" "$NETS/two/names" -type f)" ]
			[ -e "$NS/web" ]
			[ "$(on web ip -o link | wc -l)" -eq 2 ] || { echo "left in the namespace: $call $n"; return 1; }
			n=$((n + 1))
			[ "$n" -lt 100 ]
		done
		nv down web --network "$NETS/two" --netns-dir "$NS"
	done
	[ "$kills" -ge 15 ]
	[ "$(on host ip -o link | grep -c ': veth')" -eq 1 ]
}

@test "an internal network has no way out and none in" {
	world
	on world ip route add 10.9.0.0/24 via 192.0.2.1
	nv network-create --internal --subnet 10.9.0.0/24 "$NET"
	run up web
	[[ $output != *gateway* ]]
	up other
	serve web 80 hello
	serve world 80 world
	[ "$(fetch other 10.9.0.2 80)" = hello ]
	[ "$(fetch host 10.9.0.2 80)" = hello ]
	[ -z "$(on web ip route show default)" ]
	# Not even by a route that the container makes for itself.
	on web ip route add default via 10.9.0.1
	unreached web 192.0.2.2 80
	unreached world 10.9.0.2 80
	on host nft flush set inet mydocker internal
	[ "$(fetch web 192.0.2.2 80)" = world ]
}

@test "--isolate no lets such networks reach each other; --icc no keeps neighbours apart" {
	# Where bridged packets pass the rules, a translated packet stays inside the bridge, which keeps such ports apart.
	br_netfilter 0
	nv network-create --isolate no "$NET"
	nv network-create --isolate no "$NETS/two"
	nv network-create "$NETS/three"
	nv network-create --icc no "$NETS/four"
	up one -p 8080:80
	nv up two --network "$NETS/two" --netns-dir "$NS"
	nv up three --network "$NETS/three" --netns-dir "$NS"
	nv up four --network "$NETS/four" --netns-dir "$NS" -p 8084:80
	nv up five --network "$NETS/four" --netns-dir "$NS"
	serve one 80 one
	serve three 80 three
	serve four 80 four
	[ "$(fetch two 172.18.0.2 80)" = one ]
	unreached two 172.20.0.2 80
	unreached three 172.18.0.2 80
	unreached five 172.21.0.2 80
	# Nor by way of the gateway, but by what is published.
	on five ip route add 172.21.0.2/32 via 172.21.0.1
	unreached five 172.21.0.2 80
	[ "$(fetch five 172.21.0.1 8084)" = four ]
	[ "$(fetch host 172.21.0.2 80)" = four ]
}

@test "names: everybody's hosts file says who is there, and what else is in it stays" {
	local h
	nv network-create "$NET"
	for h in web db cache; do
		printf '127.0.0.1\tlocalhost\n' >"$TMP/$h.hosts"
	done
	up web --alias web --alias www --hosts "$TMP/web.hosts" --hostname h1
	[[ $(<"$TMP/web.hosts") == *$'172.18.0.2\th1'*$'172.18.0.2\tweb www'* ]]
	echo '9.9.9.9 own' >>"$TMP/web.hosts"
	up db --alias db --hosts "$TMP/db.hosts"
	up cache --alias db --alias cache --hosts "$TMP/cache.hosts"
	up silent
	for h in web db cache; do
		[[ $(<"$TMP/$h.hosts") == "127.0.0.1"*$'172.18.0.2\tweb www'* ]]
		[ "$(grep -c $'^172.18.0.[34]\tdb' "$TMP/$h.hosts")" -eq 2 ]
	done
	[[ $(<"$TMP/db.hosts") != *h1* ]]
	grep -qx '9.9.9.9 own' "$TMP/web.hosts"
	# The same file: a bind mount would not follow another one.
	h=$(stat -c %i "$TMP/web.hosts")
	down db
	[ "$(stat -c %i "$TMP/web.hosts")" = "$h" ]
	[ "$(grep -c $'\tdb' "$TMP/web.hosts")" -eq 1 ]
	[ "$(<"$TMP/db.hosts")" = $'127.0.0.1\tlocalhost' ]
	# A container may do to its file what it wants.
	printf '\0\0garbage' >"$TMP/cache.hosts"
	rm "$TMP/web.hosts"
	cp /etc/hosts "$TMP/bait"
	ln -s "$TMP/bait" "$TMP/web.hosts"
	up more --alias more
	grep -q $'\tmore' "$TMP/cache.hosts"
	cmp /etc/hosts "$TMP/bait"
	# Who dies without saying so is taken out by gc.
	umount "$NS/more"
	nv gc --network "$NET" --netns-dir "$NS"
	run grep -q $'\tmore' "$TMP/cache.hosts"
	[ "$status" -ne 0 ]
}

# The dnsmasq of a network: its bridge's name is in its command line and nobody else's.
server_of() {
	pgrep -f -- "--interface=$(<"$1/bridge") " || true
}

# ask WHERE SERVER NAME [TYPE]: the addresses that a name server gives. (The busybox of Debian 12 crashes in nslookup without a type.)
ask() {
	on "$1" timeout 20 busybox nslookup "-type=${4:-a}" "$3" "$2" 2>/dev/null |
		sed -n '3,${s/^Address: //p; s/.*name = //p}' | sort | tr '\n' ' '
}

@test "names: a name server while there are containers, for its own network, that asks the host's for the rest" {
	requires tool_dnsmasq tool_pgrep
	local gone
	no_server() { [ -z "$(server_of "$NET")" ]; }
	asks() { [ "$(ask "$1" 172.18.0.1 "$3" "${4:-a}")" = "$2" ]; }
	world
	start world dnsmasq -k --conf-file=/dev/null --no-resolv --no-hosts --listen-address=192.0.2.2 --bind-interfaces \
		--address=/far.example/192.0.2.77
	eventually 10 listens world 53
	echo 'nameserver 192.0.2.2' >"$TMP/resolv.conf"
	nv network-create --resolver "$NET"
	# Without containers there is none; the first one's start brings it.
	nv gc --network "$NET" --netns-dir "$NS"
	[ -z "$(server_of "$NET")" ]
	run up web --alias web --alias www
	[ "$status" -eq 0 ]
	[[ $output == *"resolver 172.18.0.1"* ]]
	# One that is killed is missed, and comes back by gc; here with servers of the test's.
	kill -9 "$(server_of "$NET")"
	eventually 10 no_server
	run nv check --network "$NET" --netns-dir "$NS"
	[ "$status" -eq 1 ]
	[[ $output == *"name server: it is gone"* ]]
	on host unshare --mount sh -c "mount --bind '$TMP/resolv.conf' /etc/resolv.conf && exec '$NV' gc --network '$NET' --netns-dir '$NS'"
	nv check --network "$NET" --netns-dir "$NS"
	gone=$(server_of "$NET")
	[ "$(ps -o user= -p "$gone")" != root ]
	up db --alias db --alias www
	eventually 10 asks web '172.18.0.3 ' db
	asks db '172.18.0.2 172.18.0.3 ' www
	asks db '172.18.0.2 ' web.one
	asks db 'web.one ' 172.18.0.2 ptr || asks db 'web.one ' 2.0.18.172.in-addr.arpa ptr
	asks web '192.0.2.77 ' far.example
	[ -z "$(ask web 172.18.0.1 nobody)" ]
	# Not for the neighbours, nor for the world.
	nv network-create --internal "$NETS/two"
	nv up two --network "$NETS/two" --netns-dir "$NS"
	[ -z "$(server_of "$NETS/two")" ]
	[ -z "$(on two timeout 2 busybox nslookup -type=a web 172.18.0.1 2>/dev/null | grep 172.18.0.2)" ]
	[ -z "$(on world timeout 2 busybox nslookup -type=a web 172.18.0.1 2>/dev/null | grep 172.18.0.2)" ]
	# Other names, and one who goes without a word.
	nv names db --network "$NET" --netns-dir "$NS" --alias data
	eventually 10 asks web '172.18.0.3 ' data
	eventually 10 asks web '172.18.0.2 ' www
	run nv names nobody --network "$NET" --netns-dir "$NS" --alias data
	[ "$status" -eq 1 ]
	umount "$NS/db"
	nv gc --network "$NET" --netns-dir "$NS"
	eventually 10 asks web '' data
	[ "$(server_of "$NET")" = "$gone" ]
	down web
	[ -z "$(server_of "$NET")" ]
	nv network-remove "$NET"
}

@test "names: no name server where the port is another's, containers are kept away from it, or dnsmasq is missing" {
	requires tool_dnsmasq tool_pgrep
	nv network-create --resolver "$NET"
	start host socat -u UDP4-RECVFROM:53,fork /dev/null
	taken() { on host grep -qi ':0035 ' /proc/net/udp; }
	eventually 10 taken
	run up web --alias web
	[ "$status" -eq 0 ]
	[[ $output == address* && $output != *resolver* ]]
	run nv check --network "$NET" --netns-dir "$NS"
	[[ $output == *"no name server: dnsmasq does not start"* ]]
	down web
	kill "$(tail -n 1 "$PIDS")"
	free() { ! taken; }
	eventually 10 free
	on host nft 'add table inet guard; add chain inet guard input { type filter hook input priority 0; policy drop; }'
	run up web --alias web
	[ "$status" -eq 0 ]
	[[ $output != *resolver* ]]
	[ -z "$(server_of "$NET")" ]
	run nv check --network "$NET" --netns-dir "$NS"
	[[ $output == *"a firewall of the host"* ]]
	# Not asked again, until the last has gone.
	up db --alias db
	[ -z "$(server_of "$NET")" ]
	down web
	down db
	on host nft delete table inet guard
	run nsenter --net="$TMP/host" env PATH=/nonexistent "$NV" up web --network "$NET" --netns-dir "$NS"
	[ "$status" -eq 0 ]
	[[ $output != *resolver* ]]
	down web
	[[ $(up web --alias web) == *resolver* ]]
	down web
}

@test "kill -9 of up and down around the name server, at each step: gc leaves no server and no file of it" {
	requires tool_dnsmasq tool_pgrep tool_strace
	local call n what names kills=0 hash
	nv network-create --resolver "$NET"
	up web --alias web
	hash=$(tr '\0' '\n' <"/proc/$(server_of "$NET")/cmdline" | sed -n 's/^--pid-file=\(.*\)\/pid$/\1/p')
	[ -e "$hash/hosts/names" ]
	down web
	gone() { nv gc --network "$NET" --netns-dir "$NS" >/dev/null; [ -z "$(server_of "$NET")" ] && [ ! -e "$hash" ]; }
	eventually 30 gone
	for what in up:mkdir up:wait4,waitid up:rename,renameat down:pidfd_send_signal down:rmdir; do
		call=${what#*:} what=${what%%:*} n=1 names=()
		[ "$what" = down ] || names=(--alias web)
		while [ "$n" -lt 20 ]; do
			[ "$what" = up ] || up web --alias web >/dev/null
			if (exec nsenter --net="$TMP/host" env ASAN_OPTIONS=detect_leaks=0 strace -o /dev/null -e "trace=$call" \
				-e "inject=$call:signal=KILL:when=$n" "$NV" "$what" web "${names[@]}" \
				--network "$NET" --netns-dir "$NS") >/dev/null 2>&1; then
				n=20
			else
				kills=$((kills + 1))
			fi
			n=$((n + 1))
			nv down web --network "$NET" --netns-dir "$NS"
			eventually 30 gone
		done
	done
	[ "$kills" -ge 5 ]
	nv network-remove "$NET"
}

@test "ports are published and taken back while a container runs" {
	nv network-create "$NET"
	up web -p 8080:80
	serve web 80 hello
	run nv publish web --network "$NET" --netns-dir "$NS" -p 8081:80 -p 80
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "port 0.0.0.0:8081 80/tcp" ]
	[ "$(fetch host 127.0.0.1 8081)" = hello ]
	run nv publish web --network "$NET" --netns-dir "$NS" -p 8081:80
	[ "$status" -eq 1 ]
	[[ $output == *"another container has published it"* ]]
	nv unpublish web --network "$NET" --netns-dir "$NS" -p 8080:80
	unreached host 127.0.0.1 8080
	[ "$(fetch host 127.0.0.1 8081)" = hello ]
	run nv unpublish web --network "$NET" --netns-dir "$NS" -p 8080:80
	[ "$status" -eq 1 ]
	[[ $output == *"'web' has not published 0.0.0.0:8080 to 80/tcp"* ]]
	# Without a host port: all of them.
	nv unpublish web --network "$NET" --netns-dir "$NS" -p 80
	[[ $(nv list --network "$NET" --netns-dir "$NS") == *" up -" ]]
	[[ $(on host nft list map inet mydocker publish_any) != *elements* ]]
	[ -z "$(find "$NETS/.ports" -type f)" ]
	run nv publish nobody --network "$NET" --netns-dir "$NS" -p 80
	[ "$status" -eq 1 ]
	up other -p 8080:80
}

@test "kill -9 of publish and unpublish at each system call that changes something: down leaves nothing" {
	requires tool_strace
	local verb call n kills=0
	nv network-create "$NET"
	for verb in publish unpublish; do
		for call in pwrite64 linkat unlinkat sendto; do
			n=1
			while :; do
				up web -p 8080:80 >/dev/null
				[ "$verb" = publish ] || nv publish web --network "$NET" --netns-dir "$NS" -p 8081:81 >/dev/null
				(exec nsenter --net="$TMP/host" env ASAN_OPTIONS=detect_leaks=0 strace -o /dev/null -e "trace=$call" \
					-e "inject=$call:signal=KILL:when=$n" "$NV" "$verb" web -p 8081:81 --network "$NET" --netns-dir "$NS") >/dev/null 2>&1 && break
				kills=$((kills + 1))
				down web
				[ -z "$(find "$NETS/.ports" "$NET/leases" "$NET/names" -type f)" ] || { echo "$verb, $call $n: files"; return 1; }
				[[ $(on host nft list map inet mydocker publish_any) != *elements* ]] || { echo "$verb, $call $n: elements"; return 1; }
				n=$((n + 1))
				[ "$n" -lt 100 ]
			done
			down web
		done
	done
	[ "$kills" -ge 5 ]
}

@test "single steps: netns, bridge, veth, with two words or a dash" {
	nv bridge add "b$UNIQ" --address 10.7.0.1/24 --address fd07::1/64 --mtu 1400
	nv netns add n1 --netns-dir "$NS"
	nv netns-add n2 --netns-dir "$NS"
	nv veth add "v$UNIQ" --bridge "b$UNIQ" --netns n1 --address 10.7.0.2/24 --address fd07::2/64 --gateway 10.7.0.1 \
		--mac 02:00:00:00:00:01 --netns-dir "$NS"
	nv veth add "w$UNIQ" --bridge "b$UNIQ" --netns n2 --peer lan0 --address 10.7.0.3/24 --netns-dir "$NS"
	on n1 ping -c 1 -W 20 -q 10.7.0.3
	on n1 ping -6 -c 1 -W 20 -q fd07::1
	[[ $(on n1 ip link show eth0) == *02:00:00:00:00:01* ]]
	[ "$(on n1 ip route show default | cut -d' ' -f3)" = 10.7.0.1 ]
	on n2 ip link show lan0
	run nv veth add "v$UNIQ"
	[ "$status" -eq 1 ]
	[[ $output == *"make the veth pair"*exists* ]]
	run nv veth add "x$UNIQ" --bridge "v$UNIQ"
	[[ $output == *"the link 'v$UNIQ' is no bridge"* ]]
	run nv veth add "x$UNIQ" --netns nobody
	[ "$status" -eq 1 ]
	run nv bridge del "v$UNIQ"
	[[ $output == *"the link 'v$UNIQ' is no bridge"* ]]
	nv veth del "v$UNIQ"
	nv bridge del "b$UNIQ"
	run nv bridge del "b$UNIQ"
	[ "$status" -eq 1 ]
	nv netns del n1 --netns-dir "$NS"
	nv netns del n2 --netns-dir "$NS"
}

@test "--ip-range gives out its part of the subnet only" {
	nv network-create --subnet 10.9.0.0/24 --ip-range 10.9.0.128/30 "$NET"
	for i in a b c d; do
		run up "x$i"
		[ "$status" -eq 0 ]
	done
	[ "$(ls "$NET/leases" | tr '\n' ' ')" = "10.9.0.128 10.9.0.129 10.9.0.130 10.9.0.131 " ]
	run up xe
	[ "$status" -eq 1 ]
	[[ $output == *"all addresses of 10.9.0.128/30 are in use"* ]]
	up xe --ip 10.9.0.5
	run nv network-create --subnet 10.8.0.0/24 --ip-range 10.9.0.0/25 "$NETS/two"
	[ "$status" -eq 1 ]
	[[ $output == *"not in the subnet"* ]]
}

@test "the smallest and the largest subnets" {
	nv network-create --subnet 10.0.0.0/8 "$NET"
	nv network-create --subnet 192.168.7.0/30 "$NETS/small"
	up web
	up last --ip 10.255.255.254
	on web ping -c 1 -W 20 -q 10.255.255.254
	nv up one --network "$NETS/small" --netns-dir "$NS"
	run nv up two --network "$NETS/small" --netns-dir "$NS"
	[[ $output == *"all addresses of 192.168.7.0/30 are in use"* ]]
	for i in 11.0.0.0/7 11.0.0.0/31 11.0.0.0/32; do
		run nv network-create --subnet "$i" "$NETS/bad"
		[ "$status" -ne 0 ]
	done
}

@test "reload is one transaction, and makes what was there" {
	requires tool_strace
	nv network-create --ipv6 "$NET"
	nv network-create --internal "$NETS/two"
	up web -p 8080:80 -p 127.0.0.1:9000-9002:90-92/udp
	nv up far --network "$NETS/two" --netns-dir "$NS"
	on host nft -s list ruleset >"$TMP/rules"
	on host nft add rule inet mydocker forward drop
	on host nft delete element inet mydocker publish_any '{ tcp . 8080 }'
	(exec nsenter --net="$TMP/host" env ASAN_OPTIONS=detect_leaks=0 strace -f -o "$TMP/calls" -e trace=sendto,sendmsg -v -s 0 \
		"$NV" reload --network "$NET" --netns-dir "$NS")
	on host nft -s list ruleset | cmp - "$TMP/rules"
	[ "$(grep -o NFNL_MSG_BATCH_BEGIN "$TMP/calls" | wc -l)" -eq 1 ]
}

@test "a host whose other tables drop what is forwarded; what they drop by a rule stays dropped" {
	requires tool_iptables-nft
	world
	on host iptables-nft -P FORWARD DROP
	on host iptables-nft -A FORWARD -d 192.0.2.3 -j DROP
	on host nft add table inet fw
	on host nft add chain inet fw f '{ type filter hook forward priority 10; policy drop; }'
	on host nft add table ip other
	on host nft add chain ip other f '{ type filter hook forward priority 20; policy accept; }'
	on host nft -s list ruleset >"$TMP/rules"
	on world ip addr add 192.0.2.3/24 dev w1
	nv network-create --bridge "b$UNIQ" "$NET"
	up web -p 8080:80
	serve web 80 hello
	serve world 80 world
	[ "$(fetch web 192.0.2.2 80)" = world ]
	[ "$(fetch world 192.0.2.1 8080)" = hello ]
	unreached web 192.0.2.3 80
	unreached world 172.18.0.2 80
	[ "$(on host nft list table ip other)" = "$(sed -n '/^table ip other/,/^}/p' "$TMP/rules")" ]
	[ "$(on host iptables-nft -S FORWARD | grep -c "b$UNIQ")" -eq 2 ]
	nv check --network "$NET" --netns-dir "$NS"
	# Somebody loads that firewall anew.
	on host iptables-nft -F FORWARD
	unreached web 192.0.2.2 80
	run nv check --network "$NET" --netns-dir "$NS"
	[ "$status" -eq 1 ]
	[[ $output == *"b$UNIQ: another table's policy drops its packets; 'netns-veth reload'"* ]]
	on host iptables-nft -A FORWARD -d 192.0.2.3 -j DROP
	nv reload --network "$NET" --netns-dir "$NS"
	[ "$(fetch web 192.0.2.2 80)" = world ]
	unreached web 192.0.2.3 80
	down web
	nv network-remove "$NET"
	on host nft -s list ruleset | cmp - "$TMP/rules"
}

@test "a host with rules of iptables-legacy keeps working, and so do containers" {
	requires tool_iptables-legacy
	on host iptables-legacy -t nat -A POSTROUTING -s 10.1.0.0/16 -j MASQUERADE 2>/dev/null || skip "no legacy iptables in this kernel"
	world
	on host iptables-legacy -A FORWARD -s 10.1.0.0/16 -j DROP
	on host iptables-legacy-save | grep -v '^#\|^:' >"$TMP/legacy"
	nv network-create "$NET"
	up web -p 8080:80
	serve web 80 hello
	serve world 80 world
	[ "$(fetch web 192.0.2.2 80)" = world ]
	[ "$(fetch world 192.0.2.1 8080)" = hello ]
	[ "$(fetch host 127.0.0.1 8080)" = hello ]
	on host iptables-legacy-save | grep -v '^#\|^:' | cmp - "$TMP/legacy"
	down web
	nv network-remove "$NET"
}

@test "two hundred up and down at once, with a thousand elements there: all of them, and nothing left" {
	local i pids=
	nv network-create "$NET"
	up many -p 30000-30999:1-1000
	[ "$(on host nft -j list map inet mydocker publish_any | grep -o '"tcp"' | wc -l)" -eq 1000 ]
	on host nft -s list ruleset >"$TMP/rules"
	for i in {1..200}; do
		(up "c$i" -p "$((20000 + i)):80" >"$TMP/out$i" && down "c$i") &
		pids="$pids $!"
	done
	for i in $pids; do
		wait "$i"
	done
	[ "$(grep -h ^address "$TMP"/out* | wc -l)" -eq 200 ]
	nv check --network "$NET" --netns-dir "$NS"
	[ "$(find "$NET/leases" "$NS" "$NET/names" -type f | wc -l)" -eq 3 ]
	on host nft -s list ruleset | cmp - "$TMP/rules"
	one_veth() { [ "$(on host ip -o link | grep -c ": veth")" -eq 1 ]; }
	eventually 20 one_veth
	[ "$(find "$NETS/.ports" -type f | wc -l)" -eq 1000 ]
}
