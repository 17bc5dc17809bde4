#!/usr/bin/env bats
# netns-veth beside a host's firewall that drops what is forwarded: iptables-legacy as docker sets it up, ufw, firewalld, nftables with a
# rule that rejects. What does not work by itself does by the line that netns-veth(1) has for it.
# shellcheck disable=SC2154 # variables of the library

load ../helpers
load ../netns-lib

# A network with a container behind a published port, and the world.
make_web() {
	nv network-create --bridge "b$UNIQ" "$NET"
	up web -p 8080:80
	serve web 80 hello
	serve world 80 world
}

# Traffic in every direction that should work; what should not.
works() {
	[ "$(fetch web 192.0.2.2 80)" = world ]
	[ "$(fetch world 192.0.2.1 8080)" = hello ]
	[ "$(fetch host 127.0.0.1 8080)" = hello ]
	[ "$(fetch web 172.18.0.1 8080)" = hello ]
	unreached world 172.18.0.2 80
}

end_web() {
	down web
	nv network-remove "$NET"
}

# What docker 28 makes with iptables, but for the addresses of its containers.
docker_rules() {
	local ipt=$1 c
	on host ip link add docker0 type bridge
	on host ip addr add 172.17.0.1/16 dev docker0
	on host ip link set docker0 up
	for c in DOCKER DOCKER-BRIDGE DOCKER-CT DOCKER-FORWARD DOCKER-ISOLATION-STAGE-1 DOCKER-ISOLATION-STAGE-2 DOCKER-USER; do
		on host "$ipt" -N "$c"
	done
	on host "$ipt" -P FORWARD DROP
	on host "$ipt" -A FORWARD -j DOCKER-USER
	on host "$ipt" -A FORWARD -j DOCKER-FORWARD
	on host "$ipt" -A DOCKER ! -i docker0 -o docker0 -j DROP
	on host "$ipt" -A DOCKER-BRIDGE -o docker0 -j DOCKER
	on host "$ipt" -A DOCKER-CT -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
	on host "$ipt" -A DOCKER-FORWARD -j DOCKER-CT
	on host "$ipt" -A DOCKER-FORWARD -j DOCKER-ISOLATION-STAGE-1
	on host "$ipt" -A DOCKER-FORWARD -j DOCKER-BRIDGE
	on host "$ipt" -A DOCKER-FORWARD -i docker0 -j ACCEPT
	on host "$ipt" -A DOCKER-ISOLATION-STAGE-1 -i docker0 ! -o docker0 -j DOCKER-ISOLATION-STAGE-2
	on host "$ipt" -A DOCKER-ISOLATION-STAGE-2 -o docker0 -j DROP
	on host "$ipt" -t nat -N DOCKER
	on host "$ipt" -t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
	on host "$ipt" -t nat -A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER
	on host "$ipt" -t nat -A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
	on host "$ipt-save" | grep -v '^[#:]' >"$TMP/docker"
}

docker_unharmed() {
	on host "$1-save" | grep -v '^[#:]' | grep -v "b$UNIQ" | cmp - "$TMP/docker"
	on host ip link delete docker0
}

@test "docker's rules by iptables-legacy: the documented lines let containers through, and no others are needed" {
	requires tool_iptables-legacy
	on host iptables-legacy -L FORWARD >/dev/null 2>&1 || skip "no legacy iptables in this kernel"
	world
	docker_rules iptables-legacy
	make_web
	# The policy of a firewall that is not nftables is out of reach.
	unreached web 192.0.2.2 80
	unreached world 192.0.2.1 8080
	[ "$(fetch host 127.0.0.1 8080)" = hello ]
	run on host dash "$TOP/scripts/mydocker.sh" doctor
	[[ $output == *"advice"*"iptables-legacy"*"drops what is forwarded by its policy"*"iptables-legacy -A FORWARD -i mydocker0 -j ACCEPT"* ]]
	on host iptables-legacy -A FORWARD -i "b$UNIQ" -j ACCEPT
	on host iptables-legacy -A FORWARD -o "b$UNIQ" -j ACCEPT
	works
	end_web
	docker_unharmed iptables-legacy
}

@test "docker's rules by iptables-nft: works as it is" {
	requires tool_iptables-nft
	world
	docker_rules iptables-nft
	make_web
	works
	end_web
	docker_unharmed iptables-nft
}

@test "a firewall of nftables that drops by policy works as it is; one that rejects by a rule needs a rule of its own" {
	world
	on host nft -f - <<-'END'
		table inet filter {
			chain input {
				type filter hook input priority filter; policy drop;
				iif lo accept
				ct state established,related accept
			}
			chain forward {
				type filter hook forward priority filter; policy drop;
				ct state established,related accept
			}
		}
	END
	make_web
	works
	on host nft add rule inet filter forward reject
	nv reload --network "$NET" --netns-dir "$NS"
	unreached web 192.0.2.2 80
	unreached world 192.0.2.1 8080
	on host nft insert rule inet filter forward iifname "b$UNIQ" accept
	on host nft insert rule inet filter forward oifname "b$UNIQ" accept
	works
	end_web
	on host nft delete table inet filter
}

@test "ufw: works as it is" {
	requires tool_ufw
	local saved=$TMP/ufw
	world
	cp -a /etc/ufw "$saved"
	mount --bind "$saved" /etc/ufw
	# ufw runs the iptables of the distribution's choice.
	on host ufw --force enable >"$TMP/out" 2>&1 || { umount /etc/ufw; skip "ufw does not run here: $(head -n 1 "$TMP/out")"; }
	umount /etc/ufw
	make_web
	works
	end_web
	mount --bind "$saved" /etc/ufw
	on host ufw --force disable
	umount /etc/ufw
	on host nft flush ruleset
}

# firewalld with its configuration and its bus in this test's own directories, and its rules in the namespace that plays the host.
start_firewalld() {
	mkdir -p /run/dbus "$TMP/firewalld"
	[ -S /run/dbus/system_bus_socket ] || {
		dbus-daemon --system --nofork --nopidfile 3>&- &
		echo $! >>"$PIDS"
		eventually 5 test -S /run/dbus/system_bus_socket
	}
	start host firewalld --nofork --nopid --system-config "$TMP/firewalld" --log-file "$TMP/firewalld.log"
	eventually 20 firewall-cmd --state || { cat "$TMP/firewalld.log"; false; }
}

@test "firewalld: published ports work as they are, the world and the host's services by the documented line, after a reload too" {
	requires tool_firewalld tool_dbus-daemon
	world
	start_firewalld
	make_web
	serve host 81 gateway
	# What was published is let through; what a container of an unknown zone begins is rejected.
	[ "$(fetch world 192.0.2.1 8080)" = hello ]
	unreached web 192.0.2.2 80
	unreached web 172.18.0.1 81
	run on host dash "$TOP/scripts/mydocker.sh" doctor
	[[ $output == *"advice"*"firewalld"*"firewall-cmd --permanent --zone=trusted --add-interface=mydocker0"* ]]
	firewall-cmd --permanent --zone=trusted --add-interface=mydocker0
	firewall-cmd --permanent --zone=trusted --add-interface="b$UNIQ"
	firewall-cmd --reload
	works
	[ "$(fetch web 172.18.0.1 81)" = gateway ]
	run on host dash "$TOP/scripts/mydocker.sh" doctor
	[[ $output != *"advice"*"firewalld "* ]]
	nv reload --network "$NET" --netns-dir "$NS"
	works
	end_web
}
