#!/usr/bin/env bats
# The busybox image as a system: built by scripts/mkimage-busybox.sh, tried in a chroot with the network, the mounts and
# the processes of a namespace of its own and with the capabilities that a container has.
#
# shellcheck disable=SC2016 # in_image's scripts are in single quotes: the image's sh expands them

load helpers

setup_file() {
	export MKIMAGE="$BATS_TEST_DIRNAME/../scripts/mkimage-busybox.sh"
	local layer
	export ROOT="$BATS_FILE_TMPDIR/root"
	"$MKIMAGE" "$ROOT"
	read -r layer <"$ROOT/images/busybox/layers"
	export IMAGE="$ROOT/images/busybox" LAYER="$ROOT/images/busybox/$layer"
}

setup() {
	common_setup
	requires root
}

# A container's capabilities: those of docker without the three that are opt-in here.
caps=-all,+chown,+dac_override,+fowner,+fsetid,+kill,+setgid,+setuid,+setpcap,+net_bind_service,+sys_chroot,+setfcap

# in_image SCRIPT: runs it by the image's sh as a container would. A name server answers web.test and httpd serves /www,
# both in the same namespaces; they end with the script, which is the PID namespace's first process but one.
in_image() {
	cat >"$TMP/outer" <<-'END'
		set -e
		ip link set lo up
		echo '0 2147483647' >/proc/sys/net/ipv4/ping_group_range
		mount -t tmpfs tmpfs "$LAYER/tmp"
		mount -t proc proc "$LAYER/proc"
		mount --rbind /dev "$LAYER/dev"
		printf 'nameserver 127.0.0.53\n' >"$TMP/resolv.conf"
		mount --bind "$TMP/resolv.conf" "$LAYER/etc/resolv.conf"
		dnsmasq --conf-file=/dev/null --no-resolv --no-hosts --listen-address=127.0.0.53 --bind-interfaces \
			--pid-file= --user=root --local=/test/ --host-record=web.test,127.0.0.9
		chroot "$LAYER" httpd -p 127.0.0.9:80 -h /www
		exec setpriv --no-new-privs --inh-caps=-all --bounding-set="$caps" \
			env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin chroot "$LAYER" sh -c "$1"
	END
	LAYER="$LAYER" caps="$caps" PATH="$PATH:/usr/sbin:/sbin" \
		unshare --net --mount --propagation private --pid --fork --kill-child sh "$TMP/outer" "$1"
}

@test "image busybox: the facts are there and name the layer" {
	[ "$(tr '\0' '\n' <"$IMAGE/cmd")" = sh ]
	[ "$(tr '\0' '\n' <"$IMAGE/env")" = PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin ]
	run cat "$IMAGE/id"
	[[ $output =~ ^sha256:[0-9a-f]{64}$ ]]
	[ "$LAYER" = "$IMAGE/layer.${output:7:12}" ]
	run cat "$IMAGE/created"
	[[ $output =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$ ]]
}

@test "image busybox: every applet is busybox at its own path" {
	n=0
	while read -r applet; do
		case $applet in bin/pinr | bin/pinr6) continue ;; esac
		[ "$LAYER/$applet" -ef "$LAYER/bin/busybox" ] || {
			echo "not busybox: $applet"
			return 1
		}
		n=$((n + 1))
	done < <(chroot "$LAYER" /bin/busybox --list-full)
	[ "$n" -gt 200 ]
}

@test "image busybox: directories have the modes of a system" {
	[ "$(stat -c %a "$LAYER/tmp" "$LAYER/var/tmp" | uniq)" = 1777 ]
	[ "$(stat -c %a "$LAYER/root")" = 700 ]
	[ "$(stat -c %a "$LAYER/etc/shadow")" = 600 ]
	[ "$(stat -c %a "$LAYER" "$LAYER/etc" "$LAYER/usr" "$LAYER/bin" | uniq)" = 755 ]
	for dir in proc sys dev run mnt home var/www www usr/local/bin; do
		[ -d "$LAYER/$dir" ]
	done
	run find "$LAYER" -perm /6000
	[ -z "$output" ]
	run find "$LAYER" ! -user 0
	[ -z "$output" ]
}

@test "image busybox: id knows the accounts" {
	run in_image 'id && id www-data && id -un nobody && id -gn operator'
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "uid=0(root) gid=0(root) groups=0(root),10(wheel)" ] ||
		[ "${lines[0]}" = "uid=0(root) gid=0(root) groups=0(root)" ] || [ "${lines[0]}" = "uid=0(root) gid=0(root)" ]
	[ "${lines[1]}" = "uid=33(www-data) gid=33(www-data) groups=33(www-data)" ]
	[ "${lines[2]}" = nobody ]
	[ "${lines[3]}" = operator ]
}

@test "image busybox: su changes to another account under no_new_privs" {
	run in_image 'su -s /bin/sh www-data -c "id -un; echo \$HOME; cat /etc/shadow"'
	[ "$status" -ne 0 ]
	[ "${lines[0]}" = www-data ]
	[ "${lines[1]}" = /var/www ]
	[[ ${lines[2]} == *"Permission denied"* ]]
}

@test "image busybox: a file's owner is shown by name and changed by name" {
	run in_image 'cd /tmp && touch f && chown operator:users f && stat -c %U:%G f'
	[ "$status" -eq 0 ]
	[ "$output" = operator:users ]
}

@test "image busybox: wget by address, by name and by localhost" {
	run in_image 'wget -q -O - http://127.0.0.9/ && wget -q -O - http://web.test/index.html &&
		httpd -p 127.0.0.1:8080 -h /www && wget -q -O - http://localhost:8080/'
	[ "$status" -eq 0 ]
	[ "$(grep -c 'It works: busybox httpd' <<<"$output")" -eq 3 ]
}

@test "image busybox: wget of a name that nobody has says so" {
	run in_image 'wget -q -O - http://absent.test/'
	[ "$status" -eq 1 ]
	[[ $output == *"bad address 'absent.test'"* ]]
}

@test "image busybox: nslookup asks the name server of resolv.conf" {
	run in_image 'nslookup web.test'
	[ "$status" -eq 0 ]
	[[ $output == *127.0.0.53* ]]
	[[ $output == *"Address: 127.0.0.9"* ]]
}

@test "image busybox: ping by name and by address, root without NET_RAW" {
	run in_image 'ping -c 1 -W 20 web.test && ping -c 1 -W 20 127.0.0.9 && exec env ping -c 1 -W 20 web.test'
	[ "$status" -eq 0 ]
	[[ $output == *"PING web.test (127.0.0.9)"* ]]
	[ "$(grep -c '1 packets transmitted, 1 received' <<<"$output")" -eq 3 ]
}

@test "image busybox: ping as another user" {
	run in_image 'su -s /bin/sh nobody -c "ping -c 1 -W 20 web.test"'
	[ "$status" -eq 0 ]
	[[ $output == *"1 received"* ]]
}

@test "image busybox: nc, telnet's service names and hosts resolve" {
	run in_image 'printf "GET / HTTP/1.0\r\n\r\n" | nc web.test http | head -n 1 && hostname -f; ping -c 1 -W 20 localhost'
	[[ $output == *"HTTP/1."*" 200 OK"* ]]
	[[ $output == *"PING localhost (127.0.0.1)"* || $output == *"PING localhost (::1)"* || $output == *"PING localhost(localhost (::1))"* ]]
}

@test "image busybox: names need no library of the host's" {
	run find "$LAYER" -name 'libnss*'
	[ -z "$output" ]
	run in_image 'for f in $(find / -xdev -name "ld-linux*" -o -xdev -name "libc.so*"); do test -r "$f" || exit 1; done
		env -i /bin/busybox wget -q -O - http://web.test/'
	[ "$status" -eq 0 ]
}

@test "image busybox: httpd names the types, refuses to leave its directory" {
	run in_image 'cd /tmp && mkdir -p w && cp /www/index.html w && echo "{}" >w/a.json && echo "<svg/>" >w/a.svg &&
		httpd -p 127.0.0.9:81 -h /tmp/w &&
		for f in index.html a.json a.svg; do wget -S -q -O /dev/null http://web.test:81/$f 2>&1 | grep -i content-type; done
		wget -q -O - http://web.test:81/../../etc/passwd; wget -q -O - http://web.test:81/absent'
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == *text/html* ]]
	[[ ${lines[1]} == *application/json* ]]
	[[ ${lines[2]} == *image/svg+xml* ]]
	[[ $output != *root:x:0* ]]
	[[ $output == *"404 Not Found"* ]]
}

@test "image busybox: the shell, pipes and the usual programs work" {
	run in_image 'set -e; cd /tmp; printf "%s\n" b a c | sort | tr a-z A-Z | head -n 2 | xargs echo
		echo "1 2" | awk "{print \$1 + \$2}"; tar -cf t.tar -C /etc passwd group; tar -tf t.tar | wc -l
		gzip t.tar && gunzip t.tar.gz && sha256sum t.tar | cut -c 1-3 | wc -c; date -u -d @0 +%Y; mktemp | cut -c 1-5
		ps | grep -c "sh -c"; vi --help 2>&1 | grep -c Usage; echo ok'
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "A B" ]
	[ "${lines[1]}" = 3 ]
	[ "${lines[2]}" = 2 ]
	[ "${lines[3]}" = 4 ]
	[ "${lines[4]}" = 1970 ]
	[ "${lines[5]}" = /tmp/ ]
	[ "${lines[-1]}" = ok ]
}

@test "mkimage: a second call leaves the image alone" {
	before=$(stat -c '%n %i %Z' "$IMAGE" "$IMAGE"/* "$LAYER/bin")
	run "$MKIMAGE" "$ROOT"
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	[ "$before" = "$(stat -c '%n %i %Z' "$IMAGE" "$IMAGE"/* "$LAYER/bin")" ]
}

@test "mkimage: the same input makes the same id, under every shell, in a place with blanks" {
	for sh in sh dash mksh "busybox ash" "bash --posix"; do
		command -v "${sh%% *}" >/dev/null || continue
		$sh "$MKIMAGE" "$TMP/a  place ${sh%% *}"
		cmp "$IMAGE/id" "$TMP/a  place ${sh%% *}/images/busybox/id"
	done
}

@test "mkimage: of eight at once one wins and all succeed" {
	pids=()
	for i in 1 2 3 4 5 6 7 8; do
		"$MKIMAGE" "$TMP/race" 2>"$TMP/err.$i" &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid"
	done
	cmp "$IMAGE/id" "$TMP/race/images/busybox/id"
	[ "$(ls -A "$TMP/race/images")" = busybox ]
	layers=("$TMP"/race/images/busybox/layer.*)
	[ "${#layers[@]}" -eq 1 ]
	[ ! -s "$TMP/err.1" ]
}

@test "mkimage: a newer busybox becomes a layer of its own, the earlier stays" {
	cp /bin/busybox "$TMP/bb"
	touch -d '2020-01-01 UTC' "$TMP/bb"
	"$MKIMAGE" --busybox "$TMP/bb" --ping none "$TMP/r" 2>"$TMP/err"
	grep -q NET_RAW "$TMP/err"
	read -r first <"$TMP/r/images/busybox/layers"
	[ "$(cat "$TMP/r/images/busybox/created")" = 2020-01-01T00:00:00Z ]
	[ "$TMP/r/images/busybox/$first/bin/ping" -ef "$TMP/r/images/busybox/$first/bin/busybox" ]
	"$MKIMAGE" --busybox "$TMP/bb" "$TMP/r"
	read -r second <"$TMP/r/images/busybox/layers"
	[ "$first" != "$second" ]
	[ -x "$TMP/r/images/busybox/$first/bin/busybox" ]
	[ -x "$TMP/r/images/busybox/$second/bin/busybox" ]
	[ "$(ls -A "$TMP/r/images")" = busybox ]
}

@test "mkimage: what a killed maker left is removed, a live one's is not" {
	sleep 0 &
	dead=$!
	wait "$dead"
	mkdir -p "$TMP/r/images/.busybox.$dead/layer" "$TMP/r/images/.busybox.$$/layer"
	"$MKIMAGE" "$TMP/r"
	[ ! -e "$TMP/r/images/.busybox.$dead" ]
	[ -e "$TMP/r/images/.busybox.$$" ]
}

@test "mkimage: a dynamic program is refused and nothing stays" {
	run "$MKIMAGE" --busybox "$(readlink -f /bin/ls)" "$TMP/r"
	[ "$status" -eq 1 ]
	[[ $output == *"not static"* ]]
	[ -z "$(ls -A "$TMP/r/images")" ]
}

@test "mkimage: a signal leaves nothing" {
	mkfifo "$TMP/hold"
	printf '#!/bin/sh\ncase $1 in -d) exec /bin/date "$@" ;; esac\nread -r _ <"%s"\nexec /bin/find "$@"\n' "$TMP/hold" >"$TMP/find"
	chmod +x "$TMP/find"
	PATH="$TMP:$PATH" "$MKIMAGE" "$TMP/r" &
	pid=$!
	exec 9>"$TMP/hold"
	[ -d "$TMP/r/images/.busybox.$pid" ]
	kill -TERM "$pid"
	echo go >&9
	exec 9>&-
	run wait "$pid"
	wait "$pid" || status=$?
	[ "$status" -eq 143 ]
	[ -z "$(ls -A "$TMP/r/images")" ]
}

@test "mkimage: bad usage is 2, a missing file 1, each with one line that says so" {
	run "$MKIMAGE" --nonsense
	[ "$status" -eq 2 ]
	[[ ${lines[0]} == *"unknown option: '--nonsense'"* ]]
	run "$MKIMAGE" ""
	[ "$status" -eq 2 ]
	run "$MKIMAGE" a b
	[ "$status" -eq 2 ]
	run "$MKIMAGE" --busybox
	[ "$status" -eq 2 ]
	run "$MKIMAGE" --busybox "$TMP/absent" "$TMP/r"
	[ "$status" -eq 1 ]
	[ "$output" = "mkimage-busybox.sh: '$TMP/absent': no such file" ]
	[ ! -e "$TMP/r" ]
	run "$MKIMAGE" --help
	[ "$status" -eq 0 ]
}
