# netns-lib.bash - what the tests of netns-veth share: a stage of network namespaces that each test makes for itself.
#
#   world 192.0.2.2 ---- 192.0.2.1 host 172.18.0.1 (bridge) ---- containers
#
# The tool runs in "host"; "world" is behind it. The namespace files of the containers lie in $TMP/ns, those of the stage in $TMP.

setup() {
	common_setup
	requires root nft tool_socat tool_busybox
	NV=$BIN/netns-veth
	NETS=$TMP/nets
	NET=$NETS/one
	NS=$TMP/ns
	PIDS=$TMP/pids
	mkdir -p "$NETS"
	: >"$PIDS"
	stage host
	echo 0 | on host tee /proc/sys/net/ipv4/ip_forward >"$TMP/forward"
}

teardown() {
	local pid f

	while read -r pid; do
		kill "$pid" 2>/dev/null
	done <"$PIDS"
	for f in "$NS"/*; do
		umount -l "$f" 2>/dev/null || true
	done
	umount -l "$NS" 2>/dev/null || true
	for f in host world; do
		umount -l "$TMP/$f" 2>/dev/null || true
	done
	common_teardown
}

# stage NAME: a network namespace as $TMP/NAME, lo up.
stage() {
	: >"$TMP/$1"
	unshare --net="$TMP/$1" ip link set lo up
}

# The tool, in the namespace that plays the host.
nv() {
	nsenter --net="$TMP/host" "$NV" "$@"
}

up() {
	nv up "$@" --network "$NET" --netns-dir "$NS"
}

down() {
	nv down "$@" --network "$NET" --netns-dir "$NS"
}

on() {
	local where=$TMP/$1

	[ -e "$where" ] || where=$NS/$1
	shift
	nsenter --net="$where" "$@"
}

# The world behind the host, with a route to the containers that only an attacker would have.
world() {
	stage world
	on host ip link add w0 type veth peer name w1 netns "$TMP/world"
	on host ip addr add 192.0.2.1/24 dev w0
	on host ip link set w0 up
	on world ip addr add 192.0.2.2/24 dev w1
	on world ip link set w1 up
	on world ip route add 172.16.0.0/12 via 192.0.2.1
}

# start WHERE COMMAND...: in the background; ended by teardown.
start() {
	local where=$TMP/$1

	[ -e "$where" ] || where=$NS/$1
	shift
	nsenter --net="$where" "$@" 3>&- &
	echo $! >>"$PIDS"
}

# serve WHERE PORT TEXT: an HTTP server in a container, ready when this returns.
serve() {
	mkdir -p "$TMP/www-$1-$2"
	echo "$3" >"$TMP/www-$1-$2/index.html"
	start "$1" busybox httpd -f -p "$2" -h "$TMP/www-$1-$2"
	eventually 5 listens "$1" "$2"
}

listens() {
	on "$1" sh -c "grep -qi ':$(printf %04X "$2") 0*:0000 0A' /proc/net/tcp /proc/net/tcp6"
}

# fetch WHERE ADDRESS PORT: what the server there says.
fetch() {
	printf 'GET /index.html HTTP/1.0\r\n\r\n' |
		on "$1" timeout 120 socat -t60 - "TCP4:$2:$3,connect-timeout=60" 2>/dev/null | tail -n 1 | grep .
}

# unreached WHERE ADDRESS PORT: nobody answers there within a second. What opens the way by hand afterwards shows that
# the server would have.
unreached() {
	! on "$1" socat -u /dev/null "TCP4:$2:$3,connect-timeout=0.9" 2>/dev/null
}

address_of() {
	sed 's,.* ,,; s,/.*,,; q'
}

# br_netfilter 0|1: whether bridged packets pass the rules too (docker and Kubernetes switch that on).
br_netfilter() {
	local f=/proc/sys/net/bridge/bridge-nf-call-iptables

	on host sh -c "[ ! -e $f ] || echo $1 >$f"
}
