#!/usr/bin/env bats
# What the README shows is what happens: its two blocks of commands are run line by line as they stand there, with the
# directories and control groups of the test's own in the place of /srv/root, /data, /tmp/net, demo and web.

load helpers

setup() {
	common_setup
	PATH=$BIN:$TOP/scripts:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
}

teardown() {
	[ ! -e "$TMP/net/subnet" ] || "$BIN/netns-veth" network-remove "$TMP/net"
	common_teardown
}

# block N: the commands of the README's Nth block of shell, without comments.
block() {
	awk -v want="$1" '/^```sh/ { n++; inside = 1; next } /^```/ { inside = 0 } inside && n == want' "$TOP/README.md" |
		sed -e 's/ *# .*//' -e "s,/srv/root,$TMP/fs,g" -e "s,/data,$TMP/data,g" -e "s,/tmp/net,$TMP/net,g" \
			-e "s,^cgset \([a-z]*\) ,cgset \1$UNIQ ,"
}

# A directory that is a root: the image's only layer.
make_root() {
	cp -a "$MYDOCKER_ROOT/images/busybox/$(head -n 1 "$MYDOCKER_ROOT/images/busybox/layers")" "$TMP/fs"
}

@test "the tools alone, and composed" {
	local line n=0
	requires root isolated overlay nft
	make_root
	sleep 300 3>&- &
	export PID=$!
	while IFS= read -r line; do
		n=$((n + 1))
		echo "line: $line"
		case $line in
		*'httpd -f')
			# A server: it runs in its group until that is killed.
			sh -c "exec $line" </dev/null 3>&- &
			eventually 5 sh -c 'cgset --procs "web$UNIQ" | xargs -I{} cat /proc/{}/comm | grep -q httpd'
			cgset --kill "web$UNIQ"
			status=0
			wait $! || status=$?
			[ "$status" = 137 ]
			;;
		*)
			run sh -c "$line" </dev/null
			[ "$status" = 0 ]
			;;
		esac
		case $line in
		nsrun*'ps ax') [ "$(grep -c '[0-9]:[0-9]' <<<"$output")" = 1 ] && [[ $output == *' 1 '*'ps ax'* ]] ;;
		*--hostname*) [ "$output" = box ] ;;
		cgset\ demo"$UNIQ"*) [[ $output == *":/demo$UNIQ"* ]] ;;
		*--trace*) [[ $output == *'nsrun '*'rootfs-pivot '* ]] ;;
		esac
	done < <(block 1)
	[ "$n" -ge 10 ]
	kill "$PID"
	netns-veth down web --network "$TMP/net"
	cgset --delete "demo$UNIQ"
	cgset --delete "web$UNIQ"
	mydocker ps -aq | xargs -r "$TOP/scripts/mydocker.sh" rm -f
}

@test "a service of mydocker.sh from run to rm" {
	local line
	requires root isolated overlay nft
	while IFS= read -r line; do
		# Without a terminal: no -t; and logs -f would wait for the end.
		line=${line/logs -f/logs}
		line=${line/exec -it web sh/exec -i web sh}
		run sh -c "$line" </dev/null
		echo "$line: $output"
		[ "$status" = 0 ]
	done < <(block 2)
	run mydocker ps -aq
	[ -z "$output" ]
}
