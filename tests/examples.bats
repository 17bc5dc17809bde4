#!/usr/bin/env bats
# examples/: the runit and the System V service through their lives, and the command lines of the others.

load helpers

setup() {
	common_setup
	requires root
	PATH=$BIN:$PATH
	mkdir "$TMP/www"
	echo "page $UNIQ" >"$TMP/www/index.html"
	RUNSV=
}

teardown() {
	[ -z "$RUNSV" ] || kill -KILL "$RUNSV" 2>/dev/null || true
	common_teardown
}

# The page, asked for in the network of a process.
page() {
	nsenter-lite -t "$1" -n busybox wget -q -O - "http://127.0.0.1:$2/"
}

# Whether the process that a server's page can be had from is another one than before: its pid in $server.
serves() {
	server=$("$@") && [ -n "$server" ] && [ "$server" != "$before" ] && [ "$(page "$server" 8088)" = "page $UNIQ" ]
}

# The process that runsv looks after is nsrun; of its children the older is the server, the other one guards it.
runit_server() {
	pgrep -o -P "$(cat "$TMP/web/supervise/pid")"
}

@test "runit: start, crash, restart, stop, nothing left" {
	requires tool_runsv
	local before='' server first
	cp -r "$TOP/examples/runit/web" "$TMP/web"
	printf 'PATH=%s:$PATH DIR=%s PORT=8088\n' "$BIN" "$TMP/www" >"$TMP/web/conf"
	runsv "$TMP/web" >"$TMP/log" 2>&1 3>&- &
	RUNSV=$!
	eventually 10 serves runit_server
	# a network of its own
	[ "$(readlink "/proc/$server/ns/net")" != "$(readlink /proc/self/ns/net)" ]
	run ! busybox wget -q -O - http://127.0.0.1:8088/
	# the server dies
	before=$server
	kill -KILL "$server"
	eventually 10 serves runit_server
	# its supervisor dies: the server does not outlive it for long, and a new one comes
	before=$server first=$server
	kill -KILL "$(cat "$TMP/web/supervise/pid")"
	eventually 10 serves runit_server
	eventually 5 test ! -e "/proc/$first"
	# restart
	before=$server
	sv -w 120 restart "$TMP/web"
	eventually 10 serves runit_server
	[ ! -e "/proc/$before" ]
	# stop
	before=$server
	sv -w 120 stop "$TMP/web"
	[ ! -e "/proc/$before" ]
	sv status "$TMP/web" | grep -q ^down
	sv exit "$TMP/web"
	wait "$RUNSV"
	RUNSV=
	cat "$TMP/log"
	[ ! -s "$TMP/log" ]
}

@test "runit: a server does not outlive a runsv that is killed" {
	requires tool_runsv
	local before='' server
	cp -r "$TOP/examples/runit/web" "$TMP/web"
	printf 'PATH=%s:$PATH DIR=%s PORT=8088\n' "$BIN" "$TMP/www" >"$TMP/web/conf"
	runsv "$TMP/web" >"$TMP/log" 2>&1 3>&- &
	RUNSV=$!
	eventually 10 serves runit_server
	kill -KILL "$RUNSV"
	eventually 5 test ! -e "/proc/$server"
	wait "$RUNSV" || true
	RUNSV=
}

# The System V script with the test's directories.
files() {
	local status=0

	CONF=$TMP/conf sh "$TOP/examples/sysv/files" "$@" 3>&- || status=$?
	return "$status"
}

sysv_server() {
	cut -d' ' -f1 "$TMP/files.pid"
}

@test "System V: start, status, crash, restart, stop with LSB's statuses, nothing left" {
	local before='' server group=mydocker$UNIQ
	printf 'PATH=%s:$PATH DIR=%s PORT=8088 RUN=%s GROUP=%s MEMORY=32M\n' "$BIN" "$TMP/www" "$TMP" "$group" >"$TMP/conf"
	run -3 files status
	run -0 files stop
	run -0 files start
	[ -z "$output" ]
	eventually 10 serves sysv_server
	run -0 files status
	[[ $output == "files is running, process $server" ]]
	[ "$(cgset --get memory "$group")" = 32M ] || [ "$(cgset --get memory "$group")" = 33554432 ]
	grep -q "/$group\$" "/proc/$server/cgroup"
	# started already: the same one
	run -0 files start
	[ "$(sysv_server)" = "$server" ]
	# it dies
	before=$server
	kill -KILL "$server"
	eventually 10 test ! -e "/proc/$(cut -d' ' -f1 "$TMP/files.supervisor")"
	run -1 files status
	[[ $output == "files has died: signaled 9" ]]
	run ! cgset --get memory "$group"
	# restart, from there and from a running one
	run -0 files restart
	eventually 10 serves sysv_server
	before=$server
	run -0 files try-restart
	eventually 10 serves sysv_server
	[ ! -e "/proc/$before" ]
	# stop
	run -0 files stop
	[ ! -e "/proc/$server" ] && [ ! -e "$TMP/files.pid" ]
	run -3 files status
	run -0 files try-restart
	run -3 files status
	run -2 files dance
	# what cannot be started is not
	printf 'PATH=%s:%s GROUP=%s RUN=%s\n' "$BIN" "$TMP/nothing" "$group" "$TMP" >"$TMP/conf"
	run ! env CONF="$TMP/conf" /bin/sh "$TOP/examples/sysv/files" start
	[ ! -e "$TMP/files.pid" ]
	run ! cgset --get memory "$group"
}

@test "System V and runit: containers with a policy, started at boot and stopped at the end" {
	requires overlay tool_runsv
	local script=$TOP/examples/sysv/mydocker
	printf 'MYDOCKER="%s %s"\n' "$MYDOCKER_SH" "$TOP/scripts/mydocker.sh" >"$TMP/conf"
	export CONF=$TMP/conf
	mydocker run -d --name "e$UNIQ" --net none --restart unless-stopped busybox sleep 1000
	run -0 "$script" status
	[[ $output == *"e$UNIQ"* ]]
	run -0 "$script" stop
	[ "$output" = "e$UNIQ" ]
	run -3 "$script" status
	run -0 "$script" start
	[ "$output" = "e$UNIQ" ]
	run -0 "$script" restart
	run -2 "$script" dance
	"$script" stop
	cp -r "$TOP/examples/runit/mydocker" "$TMP/service"
	cp "$TMP/conf" "$TMP/service/conf"
	runsv "$TMP/service" >"$TMP/log" 2>&1 3>&- &
	RUNSV=$!
	eventually 10 "$script" status
	eventually 10 grep -qx "e$UNIQ" "$TMP/log"
	sv -w 120 stop "$TMP/service"
	run -3 "$script" status
	sv exit "$TMP/service"
	wait "$RUNSV"
	RUNSV=
	mydocker rm "e$UNIQ"
	# The unit names the same commands.
	grep -qx 'ExecStart=/usr/local/bin/mydocker system start' "$TOP/examples/systemd/mydocker.service"
	grep -qx 'ExecStop=/usr/local/bin/mydocker system stop' "$TOP/examples/systemd/mydocker.service"
}

# The root of examples/README.md.
make_jail() {
	J=$TMP/jail
	mkdir -p "$J/bin" "$J/proc" "$J/dev" "$J/www"
	cp "$(command -v busybox)" "$J/bin/"
	cp "$TMP/www/index.html" "$J/www/"
}

# jail_serves COMMAND...: the command line of a foreground service; its page; TERM ends it with 143.
jail_serves() {
	local pid inside status=0

	"$@" >"$TMP/log" 2>&1 </dev/null 3>&- &
	pid=$!
	eventually 10 test "page $UNIQ" = "$(eventually 10 busybox wget -q -O /dev/null http://127.0.0.1:8081/ && busybox wget -q -O - http://127.0.0.1:8081/)"
	inside=$(pgrep -P "$pid")
	[ "$(nsenter-lite -t "$inside" -a --like-target /bin/busybox ls /)" = $'bin\ndev\nproc\nwww' ]
	grep -q '^NoNewPrivs:.1' "/proc/$(pgrep -P "$inside")/status"
	kill "$pid"
	wait "$pid" || status=$?
	[ "$status" = 143 ]
	[ ! -e "/proc/$inside" ]
}

@test "OpenRC's and systemd's command lines: a root of its own, ended by TERM" {
	requires isolated
	make_jail
	# shellcheck disable=SC2086 # words, as start-stop-daemon divides them
	(
		JAIL_TOOLS=$BIN JAIL_ROOT=$J
		. "$TOP/examples/openrc/jail"
		jail_serves $command $command_args
	)
	local unit
	unit=$(sed -n '/^ExecStart=/,/[^\\]$/{s/^ExecStart=//;s/\\$//;p}' "$TOP/examples/systemd/jail.service")
	unit=${unit//\/usr\/local\/libexec\/mydocker/$BIN}
	unit=${unit//\/srv\/jail/$J}
	# shellcheck disable=SC2086
	jail_serves $unit
}

@test "the inittab line, under busybox's init" {
	requires isolated
	local line server
	line=$(grep -v '^#' "$TOP/examples/busybox-init/inittab")
	line=${line//\/usr\/local\/libexec\/mydocker/$BIN}
	mkdir -p "$TMP/etc"
	printf '%s\n' "${line//\/var\/www/$TMP/www}" >"$TMP/etc/inittab"
	# init wants to be PID 1, and /etc/inittab.
	cat >"$TMP/script" <<-'END'
		mount --bind "$TMP/etc" /etc && mount -t proc proc /proc && exec busybox init
	END
	unshare -mpf --kill-child sh "$TMP/script" >"$TMP/log" 2>&1 </dev/null 3>&- &
	RUNSV=$!
	nsrun_of() { pgrep -P "$(pgrep -P "$RUNSV")" -x nsrun; }
	eventually 10 nsrun_of
	server_page() { [ "$(page "$(pgrep -P "$(nsrun_of)")" 80)" = "page $UNIQ" ]; }
	eventually 10 server_page
	server=$(nsrun_of)
	kill -KILL "$server"
	another() { [ "$(nsrun_of)" != "$server" ] && server_page; }
	eventually 10 another
	kill -KILL "$RUNSV"
	wait "$RUNSV" || true
	RUNSV=
}
