# netns-veth beside the same plumbing by hand and by CNI plugins: a namespace with a link, an address and one published port.
# shellcheck shell=bash disable=SC2154,SC2034 # the frame's variables

section_netns() {
	local nets=$work/nets
	begin netns "A namespace with a link to a bridge, an address and one published port (making it)"
	mkdir -p "$nets"
	"$bin/netns-veth" network-create --subnet 10.201.0.0/16 --bridge bn0 "$nets/n" || die "no network"
	# The bridge and the rules are there before any of them is timed.
	"$bin/netns-veth" up keep --network "$nets/n" -p 9999:9 >/dev/null || die "netns-veth does not work"
	prepare_hand
	prepare_cni
	undo=". $work/undo.sh"
	write_undo
	add "netns-veth up" check_made -- "$bin/netns-veth" up bench --network "$nets/n" -p 8080:80
	add "ip netns add, ip -batch, nft -f" check_made -- sh "$work/hand.sh"
	add "ip netns add, CNI bridge and portmap" check_made -- sh "$work/cni.sh"
	finish
	throughput
	clear_hand
	crowd
}

# Whether the command makes a namespace in which eth0 is up; takes it back.
check_made() {
	local name=$1 ok=0
	shift
	"$@" >/dev/null || return 1
	ip netns exec bench ip -br addr show dev eth0 | grep -q ' UP .*10\.20[0-9]\.' || ok=1
	sh -c "$undo" undo "$name"
	return "$ok"
}

# The same by ip and nft: bridge, table and map exist, as ours do.
prepare_hand() {
	ip link add bh0 type bridge
	ip addr add 10.202.0.1/16 dev bh0
	ip link set bh0 up
	nft -f - <<-'END'
		table inet hand {
			map ports { type inet_proto . inet_service : ipv4_addr . inet_service; }
			chain pre { type nat hook prerouting priority -100; fib daddr type local dnat ip to meta l4proto . th dport map @ports; }
			chain out { type nat hook output priority -100; fib daddr type local dnat ip to meta l4proto . th dport map @ports; }
			chain post { type nat hook postrouting priority 100; oifname bh0 ip saddr 10.202.0.0/16 ct status dnat masquerade; iifname bh0 oifname != bh0 masquerade; }
		}
	END
	cat >"$work/hand.batch" <<-'END'
		link add vh0 type veth peer name eth0 netns bench
		link set vh0 master bh0 up
	END
	cat >"$work/hand.inside" <<-'END'
		link set lo up
		addr add 10.202.0.2/16 dev eth0
		link set eth0 up
		route add default via 10.202.0.1
	END
	echo 'add element inet hand ports { tcp . 8081 : 10.202.0.2 . 80 }' >"$work/hand.nft"
	cat >"$work/hand.sh" <<-END
		set -e
		ip netns add bench
		ip -batch $work/hand.batch
		ip -n bench -batch $work/hand.inside
		nft -f $work/hand.nft
	END
}

clear_hand() {
	nft delete table inet hand
	ip link del bh0
}

# The plugins as a runtime calls them, one after the other, with a fixed address.
prepare_cni() {
	cat >"$work/bridge.conf" <<-'END'
		{"cniVersion":"0.4.0","name":"bench","type":"bridge","bridge":"bc0","isGateway":true,"ipMasq":true,"hairpinMode":true,
		"ipam":{"type":"host-local","ranges":[[{"subnet":"10.203.0.0/16"}]],"routes":[{"dst":"0.0.0.0/0"}],"dataDir":"/run/cni"}}
	END
	cat >"$work/portmap.conf" <<-'END'
		{"cniVersion":"0.4.0","name":"bench","type":"portmap","runtimeConfig":{"portMappings":[{"hostPort":8082,"containerPort":80,"protocol":"tcp"}]},
		"prevResult":{"cniVersion":"0.4.0","interfaces":[{"name":"eth0","sandbox":"/run/netns/bench"}],"ips":[{"version":"4","interface":0,"address":"10.203.0.2/16","gateway":"10.203.0.1"}]}}
	END
	cat >"$work/cni.env" <<-'END'
		export CNI_CONTAINERID=bench CNI_NETNS=/run/netns/bench CNI_IFNAME=eth0 CNI_PATH=/usr/lib/cni
	END
	cat >"$work/cni.sh" <<-END
		set -e
		. $work/cni.env
		export CNI_COMMAND=ADD
		ip netns add bench
		/usr/lib/cni/bridge <$work/bridge.conf >/dev/null
		/usr/lib/cni/portmap <$work/portmap.conf >/dev/null
	END
}

# What takes back what each has made.
write_undo() {
	cat >"$work/undo.sh" <<-END
		case \$1 in
		netns-veth*) $bin/netns-veth down bench --network $work/nets/n ;;
		*nft*)
			nft delete element inet hand ports '{ tcp . 8081 }'
			ip netns del bench
			while ip link show vh0 >/dev/null 2>&1; do sleep 0.01; done
			;;
		*CNI*)
			. $work/cni.env
			export CNI_COMMAND=DEL
			/usr/lib/cni/portmap <$work/portmap.conf
			/usr/lib/cni/bridge <$work/bridge.conf
			ip netns del bench
			;;
		esac
	END
}

# mbits NAMESPACE ADDRESS PORT: what iperf3 sends there in two seconds; it listens on 80. With -J it exits 0 where it could
# not even connect: only a rate in its report says that the server was there already.
mbits() {
	local server rate='' tries=0
	ip netns exec "$1" iperf3 -s -p 80 >/dev/null 2>&1 &
	server=$!
	until rate=$(iperf3 -c "$2" -p "$3" -t 2 -J 2>/dev/null |
		jq -e '.end.sum_received.bits_per_second / 1e6 | floor' 2>/dev/null); do
		[ $((tries += 1)) -lt 100 ] || break
		sleep 0.05
	done
	kill "$server"
	wait "$server" 2>/dev/null
	printf '%s\n' "${rate:-0}"
}

throughput() {
	local bridge hand_bridge dnat hand_dnat
	command -v iperf3 >/dev/null || return 0
	"$bin/netns-veth" up bench --network "$work/nets/n" -p 8080:80 >"$work/up"
	bridge=$(mbits bench "$(sed -n 's,^address \(.*\)/.*,\1,p' "$work/up")" 80)
	dnat=$(mbits bench 10.201.0.1 8080)
	"$bin/netns-veth" down bench --network "$work/nets/n"
	sh "$work/hand.sh"
	hand_bridge=$(mbits bench 10.202.0.2 80)
	hand_dnat=$(mbits bench 10.202.0.1 8081)
	sh -c "$undo" undo nft
	add_note "Throughput from the host in Mbit/s: to the address $bridge, by hand $hand_bridge; to the published port $dnat, by hand $hand_dnat."
}

# Whether it takes longer with many others there.
crowd() {
	local i p
	begin netns-crowd "The same with 300 containers and 1000 elements of the firewall there"
	for ((i = 0; i < 300; i++)); do
		p=$((20000 + 4 * i))
		"$bin/netns-veth" up "c$i" --network "$work/nets/n" -p "$p-$((p + 3)):1-4" >/dev/null || die "no 300 containers"
	done
	undo=". $work/undo.sh"
	add "netns-veth up" check_made -- "$bin/netns-veth" up bench --network "$work/nets/n" -p 8080:80
	finish
	for ((i = 0; i < 300; i++)); do
		"$bin/netns-veth" down "c$i" --network "$work/nets/n"
	done
	"$bin/netns-veth" down keep --network "$work/nets/n"
	"$bin/netns-veth" network-remove "$work/nets/n"
}
