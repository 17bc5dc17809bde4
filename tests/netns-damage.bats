#!/usr/bin/env bats
# netns-veth where something went wrong before: makers of networks that were killed, leases that cannot be read, and what
# other people do to namespace files, bridges, rules and sysctls while containers run.

load helpers
load netns-lib

gc() {
	nv gc --network "$NET" --netns-dir "$NS"
}

check() {
	nv check --network "$NET" --netns-dir "$NS"
}

# killed CALL N WORD...: runs the tool and kills it at its N-th CALL; success when it came to its end before.
killed() {
	local call=$1 n=$2

	shift 2
	# A leak check cannot run under ptrace.
	(exec nsenter --net="$TMP/host" env ASAN_OPTIONS=detect_leaks=0 strace -o /dev/null -e "trace=$call" \
		-e "inject=$call:signal=KILL:when=$n" "$NV" "$@") >/dev/null 2>&1
}

@test "kill -9 of network-create and network-remove: gc leaves nothing, and a next network has nothing of the old one" {
	requires tool_strace
	local call n kills=0
	for call in renameat mkdirat openat write; do
		n=1
		until killed "$call" "$n" network-create --internal --icc no --mtu 1400 --label a=b --ipv6 --resolver "$NET"; do
			# Every other time nobody clears up in between.
			if [ ! -e "$NET" ] || [ $((n % 2)) -eq 0 ]; then
				mkdir -p "$NET"
				gc
				[ ! -e "$NET" ] || { ls -A "$NET" && echo "create, $call $n" && return 1; }
			fi
			nv network-create "$NET"
			[ "$(ls -A "$NET" | tr '\n' ' ')" = "bridge created gateway id leases names subnet table " ] ||
				{ ls -A "$NET" && echo "create, $call $n" && return 1; }
			nv network-remove "$NET"
			[ -z "$(ls -A "$NETS")" ] || { find "$NETS" && echo "create, $call $n" && return 1; }
			kills=$((kills + 1)) n=$((n + 1))
			[ "$n" -lt 100 ]
		done 2>/dev/null
		nv network-remove "$NET"
	done
	n=1
	while nv network-create --internal --icc no --mtu 1400 --label a=b --ipv6 "$NET" && ! killed unlinkat "$n" network-remove "$NET"; do
		[ $((n % 2)) -eq 0 ] || gc
		[ -e "$NET" ] || nv network-create "$NET"
		[ -e "$NET/subnet" ] || nv network-create "$NET"
		nv network-remove "$NET"
		[ -z "$(ls -A "$NETS")" ] || { find "$NETS" && echo "remove, unlinkat $n" && return 1; }
		kills=$((kills + 1)) n=$((n + 1))
		[ "$n" -lt 100 ]
	done 2>/dev/null
	[ "$kills" -ge 40 ]
	# What is no remnant stays.
	mkdir "$NET"
	: >"$NET/mine"
	run gc
	[ "$status" -eq 1 ]
	[[ $output == *"not a network"* ]]
	[ -e "$NET/mine" ]
}

@test "kill -9 of the first up of all: gc and network-remove leave nothing" {
	requires tool_strace
	local call n kills=0
	before() {
		nv network-create --ipv6 "$NET"
		on host sysctl -qw net.ipv4.ip_forward=0 net.ipv6.conf.all.forwarding=0
	}
	after() {
		[[ $(nv list --network "$NET" --netns-dir "$NS") != *" web "*" up "* ]] || down web
		nv network-remove "$NET"
		[ -z "$(ls -A "$NETS")$(on host nft list tables)" ] || { find "$NETS" && echo "$call $n" && return 1; }
	}
	only_lo() { [ "$(on host ip -o link | wc -l)" -eq 1 ]; }
	for call in renameat mkdirat linkat sendto; do
		n=1
		before
		until killed "$call" "$n" up web -p 127.0.0.1:8080:80 --network "$NET" --netns-dir "$NS"; do
			# The removal of the network does without.
			[ $((n % 2)) -eq 0 ] && [ -n "$(ls "$NET/leases")" ] || gc >/dev/null
			[ -z "$(ls "$NET/leases")" ] || gc >/dev/null
			after
			kills=$((kills + 1)) n=$((n + 1))
			[ "$n" -lt 100 ]
			before
		done 2>/dev/null
		after
	done
	[ "$kills" -ge 15 ]
	eventually 5 only_lo
}

@test "a lease becomes shorter in one step: kill -9 between write and cut leaves it whole" {
	requires tool_strace
	nv network-create "$NET"
	up web -p 8080:80 -p 8081:81
	run ! killed ftruncate 1 unpublish web -p 8081:81 --network "$NET" --netns-dir "$NS"
	[[ $(nv list --network "$NET" --netns-dir "$NS") == *" web "*" up 0.0.0.0:8080->80/tcp" ]]
	gc
	[[ $(nv list --network "$NET" --netns-dir "$NS") == *" web "*" up 0.0.0.0:8080->80/tcp" ]]
	down web
	[ -z "$(find "$NET/leases" "$NET/names" "$NS" -mindepth 1)" ]
}

@test "a lease that cannot be read: its container keeps address and ports, down and gc take all of it back" {
	local text
	nv network-create --ipv6 "$NET"
	up first
	for text in "" "web" $'web 1 2 3\naddress' $'\n\n'; do
		up web -p 8080:80 -p 127.0.0.1:8081:81/udp
		printf %s "$text" >"$NET/leases/172.18.0.3"
		run nv list --network "$NET" --netns-dir "$NS"
		[[ ${lines[1]} == "172.18.0.3 web - damaged -" ]]
		run check
		[ "$status" -eq 1 ]
		[[ $output == *"web: damaged"* ]]
		gc
		run up web
		[ "$status" -eq 1 ]
		[[ $output == *"'web' has the address 172.18.0.3 already"* ]]
		run up other -p 8080:80
		[ "$status" -eq 1 ]
		[[ $output == *"another container has published it"* ]]
		# Its end, or that of the machine.
		if [ -n "$text" ]; then
			down web
		else
			umount "$NS/web"
			rm "$NS/web"
			[ "$(gc)" = "removed 1" ]
		fi
		[ "$(find "$NS" "$NET/names" -mindepth 1 -printf '%f ')" = "first first " ]
		[ "$(ls "$NET/leases" | wc -l)" -eq 2 ]
		[ -z "$(ls "$NETS/.ports")" ]
		[[ $(on host nft list table inet mydocker) != *808* ]]
		on host sed -i 's/.*/172.18.0.2/' "$NET/last"
	done
	up other -p 8080:80
}

@test "a full pool is swept also for one that publishes ports, of what has published ports" {
	nv network-create --subnet 10.9.0.0/30 "$NET"
	up web -p 8080:80
	umount "$NS/web"
	rm "$NS/web"
	run timeout -k 1 60 nsenter --net="$TMP/host" "$NV" up other -p 8081:81 --network "$NET" --netns-dir "$NS"
	[ "$status" -eq 0 ]
	umount "$NS/other"
	rm "$NS/other"
	# The port that is asked for may be the stale one's, too.
	nv network-create "$NETS/two"
	nv up far --network "$NETS/two" --netns-dir "$NS" -p 8082:80
	umount "$NS/far"
	rm "$NS/far"
	run nv up near --network "$NETS/two" --netns-dir "$NS" -p 8082:80
	[ "$status" -eq 0 ]
}

@test "a namespace file taken away from a container that runs: its address is not in use twice" {
	nv network-create --subnet 10.9.0.0/30 "$NET"
	up web
	start web sleep 100000
	umount -l "$NS/web"
	rm "$NS/web"
	up other
	[ "$(on host ip -o link | grep -c ': veth')" -eq 1 ]
	on other ping -c 1 -W 20 10.9.0.1
}

@test "a symbolic link in place of a namespace file: what it leads to stays" {
	nv network-create "$NET"
	up web
	nv netns add one --netns-dir "$NS"
	ln -s one "$NS/two"
	nv netns del two --netns-dir "$NS"
	[ ! -L "$NS/two" ]
	on one true
	mv "$NS/web" "$TMP/web" 2>/dev/null || { umount "$NS/web" && rm "$NS/web"; }
	ln -s one "$NS/web"
	[ "$(gc)" = "removed 1" ]
	on one true
}

@test "bridge removed, address, forwarding or rules taken away: check says it, reload puts it back" {
	local bridge
	reload() { nv reload --network "$NET" --netns-dir "$NS"; }
	says() { run check; [ "$status" -eq 1 ] && [[ $output == *"$1"* ]]; }
	nv network-create --ipv6 --icc no "$NET"
	nv network-create --internal "$NETS/idle"
	read -r bridge <"$NET/bridge"
	up web -p 8080:80
	up db
	serve web 80 hello
	nsenter --net="$TMP/host" ip -d link show master "$bridge" | grep -o 'hairpin on\|isolated on' >"$TMP/ports"
	on host ip link del "$bridge"
	says "$bridge: the bridge is gone"
	reload
	check
	[ "$(fetch host 127.0.0.1 8080)" = hello ]
	nsenter --net="$TMP/host" ip -d link show master "$bridge" | grep -o 'hairpin on\|isolated on' | cmp - "$TMP/ports"
	# What is another's bridge, by then.
	on host ip link set vethac120003 nomaster
	says "db: its link is no port of the bridge"
	on host ip addr flush dev "$bridge"
	says "$bridge: it is down or has lost its address"
	on host sysctl -qw net.ipv4.ip_forward=0
	says "$bridge: the host does not forward"
	on host nft flush chain inet mydocker inbound
	says "mydocker: somebody changed the rules"
	reload
	check
	on db ping -c 1 -W 20 172.18.0.1
	on host ip link add "r$UNIQ" type veth peer name "s$UNIQ"
	on host ip addr add 172.18.0.9/16 dev "r$UNIQ"
	on host ip link set "s$UNIQ" up
	on host ip link set "r$UNIQ" up
	says "$bridge: 'r$UNIQ' has the subnet 172.18.0.0/16, too"
	# A network without containers has no bridge to be put back.
	[ "$(on host ip -o link show type bridge | wc -l)" -eq 1 ]
}

@test "reload beside a network that cannot be read: the others are there, and it says so" {
	nv network-create "$NET"
	nv network-create "$NETS/two"
	mkdir "$NETS/three"
	up web -p 8080:80
	nv up far --network "$NETS/two" --netns-dir "$NS" -p 9000:80
	echo x >"$NETS/two/mtu"
	on host nft flush ruleset
	run nv reload --network "$NET" --netns-dir "$NS"
	[ "$status" -eq 1 ]
	[ "$output" = "netns-veth: read '$NETS/two/mtu': not an MTU" ]
	check
	rm "$NETS/two/mtu"
	nv reload --network "$NET" --netns-dir "$NS"
	nv check --network "$NETS/two" --netns-dir "$NS"
}

@test "an MTU too small for IPv6 is refused before anything is made" {
	run nv network-create --ipv6 --mtu 1279 "$NET"
	[ "$status" -eq 1 ]
	[ "$output" = "netns-veth: an MTU of 1279: IPv6 needs 1280 at least" ]
	[ ! -e "$NET" ]
	nv network-create --ipv6 --mtu 1280 "$NET"
	run up web --mtu 1279
	[ "$status" -eq 1 ]
	[ "$(on host ip -o link | wc -l)" -eq 1 ]
	up web
	nv network-create --mtu 68 "$NETS/two"
	nv up small --network "$NETS/two" --netns-dir "$NS"
}

@test "a table that only its owner may change drops what is forwarded: containers come up, check says it" {
	local nft
	mkfifo "$TMP/commands"
	nsenter --net="$TMP/host" nft -i <>"$TMP/commands" >/dev/null 2>&1 3>&- &
	nft=$!
	echo "$nft" >>"$PIDS"
	echo 'add table inet own { flags owner; }' >"$TMP/commands"
	echo 'add chain inet own f { type filter hook forward priority 0; policy drop; }' >"$TMP/commands"
	there() { on host nft list chain inet own f >/dev/null 2>&1; }
	eventually 10 there
	on host nft add table ip fw
	on host nft add chain ip fw f '{ type filter hook forward priority 10; policy drop; }'
	nv network-create "$NET"
	up web -p 8080:80
	serve web 80 hello
	[ "$(fetch host 127.0.0.1 8080)" = hello ]
	[[ $(on host nft list table ip fw) == *accept*accept* ]]
	run check
	[ "$status" -eq 1 ]
	[[ $output == *"another table's policy drops its packets"* ]]
	down web
	nv network-remove "$NET"
	[[ $(on host nft list table ip fw) != *accept* ]]
}

@test "subnets that no host can have are refused; a bridge that cannot be configured does not stay" {
	local subnet
	for subnet in 0.0.0.0/8 224.1.0.0/16 239.255.255.0/24 ff0e::/64 fe80::/64; do
		run nv network-create --ipv6 --subnet "$subnet" "$NET"
		[ "$status" -eq 1 ]
		[[ $output == "netns-veth: the subnet $subnet overlaps "*" ("*")" ]]
		[ ! -e "$NET" ]
	done
	nv network-create --ipv6 --subnet fd00:99::/64 "$NET"
	on host nft list tables >"$TMP/tables"
	on host nft add table ip fw
	on host nft add chain ip fw f '{ type filter hook forward priority 10; policy drop; }'
	# As a version would have left it that did not refuse it.
	echo ff0e::/64 >"$NET/subnet6"
	echo ff0e::1 >"$NET/gateway6"
	run up web
	[ "$status" -eq 1 ]
	[[ $output == *"configure the bridge"* ]]
	[ "$(on host ip -o link | wc -l)" -eq 1 ]
	[[ $(on host nft list table ip fw) != *accept* ]]
	# The next one does not take half of it for all.
	echo fd00:99::/64 >"$NET/subnet6"
	echo fd00:99::1 >"$NET/gateway6"
	up web
	on web ping -6 -c 1 -W 20 fd00:99::1
}

@test "a person's own bridge: the host forwards, and other tables let it, from the first container on" {
	world
	on host ip link add mine type bridge
	on host ip link set mine up
	on host nft add table ip fw
	on host nft add chain ip fw f '{ type filter hook forward priority 10; policy drop; }'
	nv network-create --bridge mine --subnet 10.5.0.0/24 "$NET"
	on host ip addr add 10.5.0.1/24 dev mine
	on world ip route add 10.5.0.0/24 via 192.0.2.1
	up web -p 8080:80
	serve web 80 hello
	serve world 80 world
	[ "$(fetch world 192.0.2.1 8080)" = hello ]
	[ "$(fetch web 192.0.2.2 80)" = world ]
	unreached world 10.5.0.2 80
	check
	on host sysctl -qw net.ipv4.ip_forward=0
	run check
	[[ $output == *"mine: the host does not forward"* ]]
	nv reload --network "$NET" --netns-dir "$NS"
	check
	[ "$(on host sysctl -n net.ipv4.conf.mine.route_localnet)" = 0 ]
	down web
	nv network-remove "$NET"
	[[ $(on host nft list table ip fw) != *accept* ]]
	on host ip addr show dev mine | grep -q 10.5.0.1/24
}

@test "two networks joined at once: each interface has a name of its own, wherever the one comes in between the other" {
	requires tool_strace
	local n pid met=0
	nv network-create "$NET"
	nv network-create "$NETS/two"
	nv network-create "$NETS/three"
	up web
	for ((n = 1; n < 20; n++)); do
		: >"$TMP/trace"
		(exec nsenter --net="$TMP/host" env ASAN_OPTIONS=detect_leaks=0 strace -D -o "$TMP/trace" -e trace=sendto \
			-e "inject=sendto:signal=STOP:when=$n" "$NV" up web --join --network "$NETS/two" --netns-dir "$NS") >/dev/null 3>&- &
		pid=$!
		echo "$pid" >>"$PIDS"
		held() { grep -q 'stopped by SIGSTOP' "$TMP/trace" || ! kill -0 "$pid" 2>/dev/null; }
		eventually 20 held
		nv up web --join --network "$NETS/three" --netns-dir "$NS" >/dev/null
		if kill -CONT "$pid" 2>/dev/null; then met=$((met + 1)); fi
		wait "$pid"
		[ "$(on web ip -o link | grep -c ': eth')" -eq 3 ]
		nv check --network "$NETS/two" --netns-dir "$NS"
		nv down web --keep-netns --network "$NETS/two" --netns-dir "$NS"
		nv down web --keep-netns --network "$NETS/three" --netns-dir "$NS"
		grep -q 'stopped by SIGSTOP' "$TMP/trace" || break
	done
	[ "$met" -ge 5 ] && [ "$n" -lt 20 ]
}

@test "kill -9 between the start of a name server and its proof: the next container asks before it is told" {
	requires tool_dnsmasq tool_strace
	local status=0
	nv network-create --resolver "$NET"
	on host nft 'add table inet guard; add chain inet guard input { type filter hook input priority 0; policy drop; }'
	# The first socket of a container's own namespace is that of the question; connect comes behind it.
	run ! killed connect 1 up first --alias first --network "$NET" --netns-dir "$NS"
	run up web --alias web
	[ "$status" -eq 0 ]
	[[ $output == address* && $output != *resolver* ]]
	run check
	[[ $output == *"a firewall of the host"* ]]
	down web
	gc
	on host nft delete table inet guard
	[[ $(up web --alias web) == *"resolver 172.18.0.1"* ]]
	[[ $(up db --alias db) == *"resolver 172.18.0.1"* ]]
	down web
	down db
}
