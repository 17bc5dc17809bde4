#!/usr/bin/env bats
# mydocker network, and what run has of networks: docker's command line over netns-veth, with real traffic between containers.

load helpers

setup() {
	common_setup
	requires root nft overlay
}

teardown() {
	local c

	c=$(mydocker ps -aq)
	# shellcheck disable=SC2086 # ids
	[ -z "$c" ] || mydocker rm -f $c >/dev/null
	common_teardown
}

# refused STATUS PATTERN ARGUMENT...: one line on stderr, nothing on stdout.
refused() {
	local want=$1 pattern=$2

	shift 2
	run --separate-stderr mydocker "$@"
	[ "$status" -eq "$want" ] || { echo "$*: $status: $stderr"; return 1; }
	# shellcheck disable=SC2053 # a pattern
	[[ $stderr == $pattern ]] || { echo "$*: $stderr"; return 1; }
	[ "${#stderr_lines[@]}" -eq 1 ] || { echo "$*: $stderr"; return 1; }
}

# serves NAME: a container's web server answers.
serves() {
	mydocker exec "$1" wget -q -O /dev/null http://127.0.0.1/hostname
}

@test "create, ls, inspect, rm: docker's columns, ids, filters, formats and statuses" {
	local id
	run mydocker network ls
	[ "$status" -eq 0 ]
	[[ ${lines[0]} == "NETWORK ID     NAME      DRIVER    SCOPE" ]]
	[[ ${lines[1]} =~ ^[0-9a-f]{12}\ \ \ bridge\ \ \ \ bridge\ \ \ \ local$ ]]
	[[ ${lines[2]} == *" host      host      local" ]]
	[[ ${lines[3]} == *" none      null      local" ]]
	id=$(mydocker network create --subnet 10.77.0.0/24 --gateway 10.77.0.254 --ip-range 10.77.0.64/28 --label app=shop --label x \
		--opt mtu=1400 --opt "name=n$UNIQ" web)
	[[ $id =~ ^[0-9a-f]{64}$ ]]
	[ "$(mydocker network ls -q --no-trunc --filter name=web)" = "$id" ]
	[ "$(mydocker network ls -q -f id="${id:0:5}")" = "${id:0:12}" ]
	[ "$(mydocker network ls --format '{{.Name}}|{{.Driver}}|{{.Internal}}|{{.IPv6}}|{{.Labels}}|{{.Label "app"}}' -f label=app=shop)" = \
		'web|bridge|false|false|app=shop,x=|shop' ]
	[ "$(mydocker network ls --format '{{.Name}}' -f type=custom)" = web ]
	[ "$(mydocker network ls --format '{{.Name}}' -f driver=null)" = none ]
	[ "$(mydocker network ls --format '{{.Name}}' -f dangling=true)" = web ]
	[ -z "$(mydocker network ls -q -f label=app=other)" ]
	run mydocker network inspect web
	[ "$(jq -r '.[0] | .Name, .Id, .Driver, .Scope, .EnableIPv6, .Internal' <<<"$output" | tr '\n' ' ')" = "web $id bridge local false false " ]
	[ "$(jq -c '.[0].IPAM.Config' <<<"$output")" = '[{"Subnet":"10.77.0.0/24","IPRange":"10.77.0.64/28","Gateway":"10.77.0.254"}]' ]
	[ "$(jq -c '.[0].Labels' <<<"$output")" = '{"app":"shop","x":""}' ]
	[ "$(jq -r '.[0].Options["com.docker.network.bridge.name"]' <<<"$output")" = "n$UNIQ" ]
	[ "$(jq -c '.[0].Containers' <<<"$output")" = '{}' ]
	[ "$(mydocker network inspect -f '{{range .IPAM.Config}}{{.Gateway}}{{end}}' "${id:0:12}")" = 10.77.0.254 ]
	[ "$(mydocker network create --internal --ipv6 in)" != "$id" ]
	[ "$(mydocker network inspect -f '{{.Internal}} {{.EnableIPv6}} {{len .IPAM.Config}}' in)" = 'true true 2' ]
	refused 1 "*network with name 'web' already exists" network create web
	refused 1 "*overlaps the *10.77.0.0/24*" network create --subnet 10.77.0.0/25 other
	refused 1 "*no such network: 'nope'" network inspect -f x nope
	refused 1 "*no such network: 'nope'" network rm nope
	refused 1 "*'bridge': it is a pre-defined network" network rm bridge
	refused 1 "*'host': it is a pre-defined network" network rm host
	mydocker network rm -f nope
	run mydocker network rm web in
	[ "$output" = $'web\nin' ]
	[ "$(mydocker network ls --format '{{.Name}}' | tr '\n' ' ')" = 'bridge host none ' ]
	[ "$(mydocker events --since 1h --until 0s --filter type=network --format '{{.Action}} {{.Actor.Attributes.name}}' | tr '\n' ' ')" = \
		'create web create in destroy web destroy in ' ]
}

@test "what is wrong with a network's name or options is said, and nothing is made" {
	refused 1 "*needs a name*" network create
	refused 1 "*is not a name*" network create a/b
	refused 1 "*is not a name*" network create 'a b'
	refused 1 "*is not a name*" network create '$(id)'
	refused 1 "*always there" network create bridge
	refused 1 "*always there" network create container
	refused 1 "*none but 'bridge'*" network create -d overlay x1
	refused 1 "*every network has IPv4*" network create --ipv4=false x1
	refused 1 "*--aux-address is not supported*" network create --aux-address a=10.0.0.3 x1
	refused 1 "*is not known*" network create -o com.docker.network.bridge.enable_ip_masquerade=false x1
	refused 1 "*not 0 to 32*" network create --subnet 10.0.0.0/33 x1
	refused 1 "*bits behind its prefix*" network create --subnet 10.0.0.1/24 x1
	refused 1 "*not a name for an interface*" network create --opt name=0123456789abcdef x1
	refused 1 "*not a name for an interface*" network create --opt 'name=a"b' x1
	refused 1 "*not an MTU*" network create --opt mtu=a x1
	refused 1 "*is not known*" network create --opt frob=1 x1
	refused 1 "*true or false*" network create --opt isolate=perhaps x1
	refused 125 "*has no label's name*" network create --label =x x1
	refused 1 "*not in the subnet*" network create --subnet 10.0.0.0/24 --gateway 10.0.1.1 x1
	refused 1 "*not a subcommand*" network frob
	refused 125 "*unknown option*" network ls --frob
	refused 1 "*'frob=1' is not known*" network ls --filter frob=1
	[ -z "$(mydocker network ls -q -f type=custom)" ]
}

@test "containers of a network find each other by name and alias, later ones too, until they leave" {
	mydocker network create --subnet 10.77.0.0/24 web
	mydocker run -d --name srv --network web --network-alias db busybox httpd -f -p 80 -h /etc
	eventually 10 serves srv
	run mydocker run --rm --network web --name one busybox sh -c 'wget -qO- http://db/hostname; wget -qO- http://srv/hostname; wget -qO- "http://$(sed -n 1p /etc/hostname)/" 2>&1 | tail -n 1'
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "$(mydocker inspect -f '{{.Config.Hostname}}' srv)" ]
	[ "${lines[0]}" = "${lines[1]}" ]
	# "one" is gone.
	run mydocker exec srv cat /etc/hosts
	[[ $output != *one* ]]
	[[ $output == *$'10.77.0.2\tdb srv '* ]]
	mydocker run -d --name two --network web --ip 10.77.0.77 --mac-address 02:00:00:00:00:09 busybox sleep 1000
	mydocker exec srv ping -c 1 -W 20 -q two
	mydocker exec srv ping -c 1 -W 20 -q "$(mydocker inspect -f '{{.Config.Hostname}}' two)"
	[ "$(mydocker inspect -f '{{.NetworkSettings.Networks.web.IPAddress}} {{.NetworkSettings.MacAddress}}' two)" = '10.77.0.77 02:00:00:00:00:09' ]
	[ "$(mydocker network inspect -f '{{range .Containers}}{{.Name}}:{{.IPv4Address}} {{end}}' web | tr ' ' '\n' | sort | tr '\n' ' ')" = \
		' srv:10.77.0.2/24 two:10.77.0.77/24 ' ]
	[ "$(mydocker ps --format '{{.Names}}' -f network=web | sort | tr '\n' ' ')" = 'srv two ' ]
	# Not from another network, nor by name.
	run mydocker run --rm busybox ping -c 1 -W 1 -q srv
	[ "$status" -ne 0 ]
	run mydocker run --rm busybox ping -c 1 -W 1 -q 10.77.0.2
	[ "$status" -ne 0 ]
	refused 1 "*'web': the network has containers that run*" network rm web
	# A killed one is taken out by gc.
	kill -9 "$(cut -d' ' -f1 "$MYDOCKER_RUN/$(mydocker ps -q --no-trunc -f name=two)/supervisor")"
	mydocker kill two
	gone() { mydocker gc; ! mydocker exec srv grep -qw two /etc/hosts; }
	eventually 20 gone
	mydocker rm -f srv two
	mydocker network rm web
}

@test "a start makes the same networks again; create before the first" {
	mydocker network create --subnet 10.77.0.0/24 web
	mydocker network create --subnet 10.78.0.0/24 more
	mydocker create --name one --network web --network more --network-alias uno --ip 10.77.0.10 -p 8080:80 busybox sleep 1000
	[ "$(mydocker inspect -f '{{range $k, $v := .NetworkSettings.Networks}}{{$k}}={{$v.IPAddress}} {{end}}' one)" = 'more= web= ' ]
	mydocker start one
	mydocker run -d --name two --network web busybox sleep 1000
	for i in 1 2; do
		[ "$(mydocker inspect -f '{{range $k, $v := .NetworkSettings.Networks}}{{$k}} {{end}}' one)" = 'more web ' ]
		[ "$(mydocker inspect -f '{{.NetworkSettings.Networks.web.IPAddress}} {{.NetworkSettings.Networks.web.Aliases}}' one)" = '10.77.0.10 [uno]' ]
		mydocker exec two ping -c 1 -W 20 -q uno
		[[ $(mydocker exec one ip addr) == *10.78.0.* ]]
		[[ $(mydocker exec one ip route | grep -m 1 ^default) == 'default via 10.77.0.1 '* ]]
		[ "$(mydocker port one 80)" = 0.0.0.0:8080 ]
		mydocker restart -t 0 one
	done
	mydocker stop -t 0 one
	run ! mydocker exec two grep uno /etc/hosts
	mydocker network rm more
	run mydocker start one
	[ "$status" -eq 1 ]
	[[ $output == *"more"* ]]
	[ -z "$(find "$MYDOCKER_ROOT/networks/web/leases" -name 10.77.0.10)" ]
}

@test "connect and disconnect, while it runs and while it does not" {
	mydocker network create --subnet 10.77.0.0/24 web
	mydocker run -d --name one busybox sleep 1000
	mydocker run -d --name srv --network web busybox httpd -f -p 80 -h /etc
	eventually 10 serves srv
	mydocker network connect --alias uno --ip 10.77.0.9 web one
	mydocker exec one wget -qO- http://srv/hostname
	mydocker exec srv ping -c 1 -W 20 -q uno
	[ "$(mydocker inspect -f '{{.NetworkSettings.Networks.web.IPAddress}}' one)" = 10.77.0.9 ]
	[ "$(mydocker ps --format '{{.Networks}}' -f name=one)" = bridge,web ]
	refused 1 "*is in the network 'web' already" network connect web one
	mydocker restart -t 0 one
	mydocker exec one wget -qO- http://srv/hostname
	mydocker network disconnect web one
	run --separate-stderr mydocker network connect --ip 10.77.1.1 web one
	[ "$status" -eq 1 ]
	[ "$(sort "$MYDOCKER_RUN/$(mydocker inspect -f '{{.Id}}' one)/networks" | tr '\n' ' ')" = "bridge web " ]
	# What it is not in is of no interest to a new name.
	run --separate-stderr mydocker rename one eins
	[ "$status:$output:$stderr" = 0:: ]
	mydocker rename eins one
	run ! mydocker exec one ip addr show eth1
	run ! mydocker exec srv grep uno /etc/hosts
	run ! mydocker exec one grep srv /etc/hosts
	refused 1 "*is not in the network 'web'" network disconnect web one
	mydocker exec one ping -c 1 -W 20 -q "$(mydocker network inspect -f '{{(index .IPAM.Config 0).Gateway}}' bridge)"
	# From its first network, too; then from all, and back.
	mydocker network connect web one
	mydocker network disconnect bridge one
	[ "$(mydocker ps --format '{{.Networks}}' -f name=one)" = web ]
	mydocker exec one wget -qO- http://srv/hostname
	mydocker network disconnect web one
	mydocker restart -t 0 one
	[ "$(mydocker exec one ip -o link | wc -l)" -eq 1 ]
	mydocker network connect web one
	mydocker exec one wget -qO- http://srv/hostname
	mydocker stop -t 0 one
	mydocker network disconnect web one
	mydocker network connect web one
	mydocker start one
	mydocker exec one wget -qO- http://srv/hostname
	mydocker rm -f one
	[ -z "$(ls "$MYDOCKER_ROOT/networks/bridge/leases")" ]
	[ "$(ls "$MYDOCKER_ROOT/networks/web/leases" | wc -l)" -eq 1 ]
	mydocker run -d --name alone --network none busybox sleep 1000
	refused 1 "*was made with --network none*" network connect web alone
	refused 1 "*cannot be connected to 'host'*" network connect host srv
	refused 1 "*needs a network and a container*" network connect web
	refused 1 "*no such container: 'nobody'" network connect web nobody
}

@test "several networks: what was said of each, and the default route by priority, also when one is left" {
	mydocker network create --subnet 10.77.0.0/24 w
	mydocker network create --subnet 10.78.0.0/24 more
	mydocker network create --internal --subnet 10.79.0.0/24 inner
	route() { mydocker exec one ip route | sed -n 's/^default via \([^ ]*\).*/\1/p' | head -n 1; }
	mydocker run -d --name one --network bridge --network name=more,alias=uno,ip=10.78.0.9,mac-address=02:00:00:00:00:09 \
		--network name=inner,gw-priority=5 busybox sleep 1000
	mydocker run -d --name two --network more busybox sleep 1000
	mydocker exec two ping -c 1 -W 20 -q uno
	[ "$(mydocker inspect -f '{{.NetworkSettings.Networks.more.IPAddress}} {{.NetworkSettings.Networks.more.MacAddress}}' one)" = \
		'10.78.0.9 02:00:00:00:00:09' ]
	bridge=$(mydocker network inspect -f '{{(index .IPAM.Config 0).Gateway}}' bridge)
	[ "$(route)" = "$bridge" ]
	mydocker network connect --gw-priority 7 w one
	[ "$(route)" = 10.77.0.1 ]
	mydocker restart -t 0 one
	[ "$(route)" = 10.77.0.1 ]
	mydocker network disconnect w one
	[ "$(route)" = "$bridge" ]
	mydocker network disconnect bridge one
	[ "$(route)" = 10.78.0.1 ]
	mydocker exec one ping -c 1 -W 20 -q "$bridge"
	mydocker network disconnect more one
	[ -z "$(route)" ]
	mydocker network connect --gw-priority -1 more one
	[ "$(route)" = 10.78.0.1 ]
	refused 125 "*further networks need a network of its own" run --network none --network more busybox true
	refused 125 "*'host' does not go together*" run --network more --network host busybox true
	refused 125 "*alias=: only in networks made*" run --network name=bridge,alias=x busybox true
	refused 125 "*no options for one container" run --network name=more,driver-opt=a=b busybox true
	refused 125 "*'x' is not a priority*" network connect --gw-priority x w one
	refused 125 "*addresses of an interface are not supported*" network connect --link-local-ip 169.254.1.1 w one
}

@test "nslookup: names, aliases, reverse; later ones, after rename, connect and disconnect; none with --dns or --disable-dns" {
	requires tool_dnsmasq tool_pgrep
	mydocker network create --subnet 10.77.0.0/24 web
	mydocker network create --subnet 10.78.0.0/24 more
	mydocker network create --subnet 10.79.0.0/24 --disable-dns plain
	asks() { [ "$(mydocker exec one timeout 20 nslookup -type="${3:-a}" "$2" | sed -n '3,${s/^Address: //p; s/.*name = //p}')" = "$1" ]; }
	servers() { mydocker exec "$1" sed -n 's/^nameserver //p' /etc/resolv.conf | tr '\n' ' '; }
	mydocker run -d --name one --network web busybox sleep 1000
	mydocker run -d --name two --network web --network-alias db busybox sleep 1000
	[ "$(servers one)" = '10.77.0.1 ' ]
	eventually 10 asks 10.77.0.3 two
	asks 10.77.0.3 db
	asks one.web 2.0.77.10.in-addr.arpa ptr
	mydocker rename two second
	eventually 10 asks 10.77.0.3 second
	asks 10.77.0.3 db
	asks '' two
	mydocker exec one grep -qw second /etc/hosts
	mydocker network connect more one
	[ "$(servers one)" = '10.77.0.1 10.78.0.1 ' ]
	mydocker network disconnect web one
	[ "$(servers one)" = '10.78.0.1 ' ]
	mydocker run -d --name three --network more busybox sleep 1000
	eventually 10 asks 10.78.0.3 three
	mydocker restart -t 0 one
	[ "$(servers one)" = '10.78.0.1 ' ]
	asks 10.78.0.3 three
	mydocker network disconnect more one
	[[ $(servers one) != *10.7* ]]
	# Servers of its own, a network that has none, and the default network.
	[ "$(mydocker run --rm --network web --dns 192.0.2.9 busybox grep nameserver /etc/resolv.conf)" = 'nameserver 192.0.2.9' ]
	[[ $(mydocker run --rm --network plain busybox cat /etc/resolv.conf) != *10.79* ]]
	[[ $(mydocker run --rm busybox cat /etc/resolv.conf) != *ndots* ]]
	mydocker rm -f one second three
	[ -z "$(pgrep -f -- "--interface=$(<"$MYDOCKER_ROOT/networks/web/bridge") ")" ]
	[ -z "$(pgrep -f -- "--interface=$(<"$MYDOCKER_ROOT/networks/more/bridge") ")" ]
	[ -z "$(ls /run/netns-veth 2>/dev/null)" ]
}

@test "--network container: the same interfaces, names and host name; refused when it does not run" {
	mydocker network create web
	mydocker run -d --name one --network web busybox httpd -f -p 80 -h /etc
	eventually 10 serves one
	run mydocker run --rm --network container:one busybox sh -c 'hostname; ip -o link | grep -c eth0; wget -qO- http://127.0.0.1/hostname; grep -c one /etc/hosts'
	[ "$output" = "$(mydocker exec one hostname)"$'\n1\n'"$(mydocker exec one hostname)"$'\n1' ]
	mydocker run -d --name two --network container:one busybox sleep 1000
	[ "$(mydocker inspect -f '{{.HostConfig.NetworkMode}}' two)" = "container:$(mydocker inspect -f '{{.Id}}' one)" ]
	mydocker rm -f two
	# The other one's network is still there.
	mydocker exec one ip addr show eth0
	mydocker run -d --name plain --network none busybox sleep 1000
	[ "$(mydocker run --rm --network container:plain busybox ip -o link | wc -l)" -eq 1 ]
	mydocker stop -t 0 one
	refused 125 "*does not run*" run --rm --network container:one busybox true
	refused 125 "*no such container*" run --rm --network container:nobody busybox true
	refused 125 "*--publish:*" run --rm --network container:plain -p 80:80 busybox true
	refused 125 "*--hostname*" run --rm --network container:plain --hostname x busybox true
	[ "$(mydocker ps -aq | wc -l)" -eq 2 ]
}

@test "ports: sctp, IPv6, ranges, -P, one published twice; --add-host host-gateway, --dns-option" {
	requires ipv6
	mydocker network create --ipv6 --subnet 10.77.0.0/24 web
	mydocker run -d --name one --network web -p 8080:80 -p 7000:7/sctp -p '[::]:8081:81' -p target=90-92,published=9000-9002,protocol=udp -p 0:99 busybox sleep 1000
	run mydocker port one
	[[ $output == *"80/tcp -> 0.0.0.0:8080"*"80/tcp -> [::]:8080"*"7/sctp -> 0.0.0.0:7000"*"81/tcp -> [::]:8081"*"92/udp -> [::]:9002"* ]]
	[ "$(mydocker inspect -f '{{(index .NetworkSettings.Ports "81/tcp" 0).HostIp}}' one)" = :: ]
	[[ $(mydocker ps --format '{{.Ports}}') == *"[::]:8080->80/tcp"* ]]
	mydocker run -d --name two --expose 80 --expose 90-91/udp -P busybox sleep 1000
	[ "$(mydocker port two | cut -d' ' -f1 | sort | tr '\n' ' ')" = '80/tcp 90/udp 91/udp ' ]
	run mydocker run --rm --network web --add-host gw:host-gateway --dns 192.0.2.1 --dns-option ndots:2 --dns-search a.example busybox cat /etc/hosts /etc/resolv.conf
	[[ $output == *$'10.77.0.1\tgw'* ]]
	[[ $output == *"search a.example"*"nameserver 192.0.2.1"*"options ndots:2"* ]]
	refused 125 "netns-veth: publish 0.0.0.0:8080/tcp*another container has published it" run --rm -p 8080:1 busybox true
	refused 125 "netns-veth: publish 0.0.0.0:8090/tcp*published twice here" run --rm -p 8090:1 -p 8090:2 busybox true
	refused 125 "netns-veth: publish [[]::[]]:8090/tcp*no IPv6*" run --rm -p '[::]:8090:1' busybox true
	for p in 80/icmp 70000:80 1:70000 a:b 8000-8001:80-82 80:0 ::1:80:80 '[::1]:80' '[x]:80:80' 1.2.3:80:80 80:80:80 published=1 target=80,mode=host target=80,protocol=icmp; do
		refused 125 "mydocker run: -p: *" run --rm -p "$p" busybox true
	done
	refused 125 "*--link:*--network NAME*" run --link one:db busybox true
	refused 125 "*--ip: '1.2.3'*" run --ip 1.2.3 busybox true
	refused 125 "*not a MAC address" run --mac-address 02:00 busybox true
	refused 125 "*one interface" run --mac-address 01:00:00:00:00:01 busybox true
	refused 125 "*--network-alias: only*" run --network-alias x busybox true
	refused 125 "*is not a host name" run --network web --network-alias 'a;b' busybox true
	refused 125 "*--network host:*" run --network host --ip 10.0.0.1 busybox true
	refused 125 "*no such network: 'nope'*" run --network nope busybox true
	refused 125 "*'frob=1' is not known*" run --network name=web,frob=1 busybox true
	[ "$(mydocker run --rm --network name=web,ip=10.77.0.33,alias=x busybox ip addr show eth0 | grep -c 10.77.0.33)" -eq 1 ]
	[ "$(mydocker ps -aq | wc -l)" -eq 2 ]
}

@test "prune removes what no container has, by label too" {
	mydocker network create used
	mydocker network create --label keep keep
	mydocker network create --label drop=1 drop
	mydocker network create plain
	mydocker create --name one --network used busybox true
	[[ $(mydocker network prune </dev/null) == WARNING* ]]
	[ "$(mydocker network prune -f --filter label=drop=1)" = $'Deleted Networks:\ndrop' ]
	run mydocker network prune -f --filter 'label!=keep'
	[ "$output" = $'Deleted Networks:\nplain' ]
	[ "$(mydocker network ls --format '{{.Name}}' -f type=custom | tr '\n' ' ')" = 'keep used ' ]
	[[ $(echo y | mydocker network prune) == *keep* ]]
	[ "$(mydocker network ls --format '{{.Name}}' -f type=custom)" = used ]
}

@test "ten join one network at once, and each knows the others; ten leave at once" {
	local i pids=
	mydocker network create web
	mydocker run -d --name zero --network web busybox sleep 1000
	for i in {1..10}; do
		mydocker run -d --name "c$i" --network web busybox sleep 1000 >/dev/null &
		pids="$pids $!"
	done
	for i in $pids; do
		wait "$i"
	done
	for i in {1..10}; do
		mydocker exec "c$i" sh -c 'for i in 1 2 3 4 5 6 7 8 9 10; do grep -q "c$i " /etc/hosts || exit 1; done'
	done
	mydocker exec c3 ping -c 1 -W 20 -q c7
	mydocker stop -t 0 c1 c2 c3 c4 c5 c6 c7 c8 c9 c10
	[ "$(mydocker exec zero grep -c '^172' /etc/hosts)" -eq 2 ]
	mydocker rm -f zero c1 c2 c3 c4 c5 c6 c7 c8 c9 c10
	mydocker network rm web
}

@test "a firewall that somebody flushed while containers run: gc puts it back for all of them" {
	local table bridge
	mydocker network create other
	mydocker run -d --name one -p 127.0.0.1:0:80 busybox httpd -f -p 80 -h /etc
	mydocker run -d --name two --network other -p 127.0.0.1:0:80 busybox httpd -f -p 80 -h /etc
	eventually 10 serves one
	eventually 10 serves two
	fetches() { busybox wget -q -T 20 -O /dev/null "http://$(mydocker port "$1" 80)/hostname"; }
	fetches one && fetches two
	read -r table <"$MYDOCKER_ROOT/networks/bridge/table"
	read -r bridge <"$MYDOCKER_ROOT/networks/other/bridge"
	nft delete table inet "$table"
	ip link del "$bridge"
	run mydocker gc
	[ "$status:$output" = 0: ]
	fetches one && fetches two
	nft list table inet "$table" >"$TMP/rules"
	run mydocker gc
	[ "$status:$output" = 0: ]
	nft list table inet "$table" | cmp - "$TMP/rules"
}
