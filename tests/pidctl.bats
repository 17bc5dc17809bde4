#!/usr/bin/env bats
# pidctl: exactly the process of an identity file is signalled, waited for and stopped.

load helpers

teardown() {
	end_started
	common_teardown
}

# Starts a command and writes its identity: start NAME COMMAND... gives $TMP/NAME and $PID.
start() {
	local name=$1

	shift
	"$@" </dev/null >/dev/null 2>&1 3>&- &
	PID=$!
	STARTED="${STARTED:-} $PID"
	identity "$PID" >"$TMP/$name"
	# Before its exec it is this very shell, with its handlers.
	eventually 5 has_begun
}

has_begun() {
	! cmp -s "/proc/$PID/cmdline" "/proc/$$/cmdline"
}

# A shell that has told through a FIFO that its traps are set: start_trapping NAME 'TRAPS'
start_trapping() {
	mkfifo "$TMP/ready.$1"
	# shellcheck disable=SC2016 # for the inner shell
	start "$1" bash -c "$2"'; : >"$0"; while :; do read -r -t 1000 <>"$0.never"; done' "$TMP/ready.$1"
	mkfifo "$TMP/ready.$1.never"
	: <"$TMP/ready.$1"
}

# Waits for a child of this shell and checks its exit status: ends PID STATUS
ends() {
	local s=0

	wait "$1" || s=$?
	[ "$s" = "$2" ] || {
		printf 'exit status %s instead of %s\n' "$s" "$2"
		return 1
	}
}

# Starts pidctl itself in the background: $CTL is its pid.
background() {
	"$BIN/pidctl" "$@" 2>"$TMP/err" 3>&- &
	CTL=$!
	STARTED="${STARTED:-} $CTL"
}

@test "pidctl --signal TERM sends it and returns at once" {
	start p sleep 1000
	run "$BIN/pidctl" --signal TERM "$TMP/p"
	[ "$status" = 0 ]
	[ -z "$output" ]
	ends "$PID" 143
}

@test "pidctl --signal takes names and numbers, --file the file" {
	local sig

	for sig in USR1 SIGUSR1 usr1 10; do
		start p sleep 1000
		run "$BIN/pidctl" --signal "$sig" --wait 10 --file "$TMP/p"
		[ "$status" = 0 ]
		ends "$PID" 138
	done
}

@test "pidctl --signal KILL --wait ends it and waits for that" {
	start p sleep 1000
	run "$BIN/pidctl" -s 9 -w 10 --file "$TMP/p"
	[ "$status" = 0 ]
	ends "$PID" 137
}

@test "pidctl --wait without an end: status 4, one line, nobody killed" {
	start_trapping p "trap '' TERM"
	run "$BIN/pidctl" -s TERM --wait 0.05 "$TMP/p"
	[ "$status" = 4 ]
	[ "$output" = "pidctl: still running after the time given: '$TMP/p'" ]
	"$BIN/pidctl" --alive "$TMP/p"
	run "$BIN/pidctl" -q --wait 0.05 "$TMP/p"
	[ "$status" = 4 ]
	[ -z "$output" ]
}

@test "pidctl --then escalates after the time, and not before" {
	local before after

	start_trapping p "trap '' TERM"
	before=$(date +%s%N)
	run "$BIN/pidctl" --signal TERM --wait 0.3 --then KILL "$TMP/p"
	after=$(date +%s%N)
	[ "$status" = 0 ]
	[ $(((after - before) / 1000000)) -ge 300 ]
	ends "$PID" 137
}

@test "pidctl does not wait longer than the process lives" {
	local before after

	start p sleep 1000
	before=$(date +%s%N)
	run "$BIN/pidctl" -s TERM --wait 60 --then KILL "$TMP/p"
	after=$(date +%s%N)
	[ "$status" = 0 ]
	[ $(((after - before) / 1000000)) -lt 60000 ]
	ends "$PID" 143
}

@test "pidctl goes through a schedule of three signals" {
	start_trapping p "trap '' TERM; trap '' HUP"
	run "$BIN/pidctl" --signal HUP --wait 0.05 --then TERM --wait 0.05 --then KILL --wait forever "$TMP/p"
	[ "$status" = 0 ]
	ends "$PID" 137
}

@test "pidctl without --signal only waits, and so does --signal 0" {
	mkfifo "$TMP/gate"
	start p cat "$TMP/gate"
	run "$BIN/pidctl" --signal 0 --wait 0.05 "$TMP/p"
	[ "$status" = 4 ]
	run "$BIN/pidctl" --wait 0.05 "$TMP/p"
	[ "$status" = 4 ]
	kill -0 "$PID"
	background --wait forever "$TMP/p"
	eventually 5 grep -qs '^Pid:' "/proc/$CTL/fdinfo/3" # it holds the pidfd
	: >"$TMP/gate"
	ends "$CTL" 0
	ends "$PID" 0
}

@test "pidctl of one that has ended: status 1 and a line, none with -q" {
	start p sleep 1000
	kill -9 "$PID"
	ends "$PID" 137
	run "$BIN/pidctl" -s TERM "$TMP/p"
	[ "$status" = 1 ]
	[ "$output" = "pidctl: not running: '$TMP/p': open process $PID: No such process" ]
	run "$BIN/pidctl" -q -s TERM "$TMP/p"
	[ "$status" = 1 ]
	[ -z "$output" ]
}

@test "pidctl of a zombie: not running" {
	# The child ends, and its parent, which is stopped, does not reap it.
	mkfifo "$TMP/go"
	# shellcheck disable=SC2016 # for the inner shell
	start parent bash -c 'sh -c "read -r x <\"$0\"" "$0" & echo $! >"$0.pid"; kill -STOP $$; wait' "$TMP/go"
	eventually 5 test -s "$TMP/go.pid"
	identity "$(<"$TMP/go.pid")" >"$TMP/child"
	eventually 5 grep -q '^State:.T' "/proc/$PID/status"
	echo >"$TMP/go"
	eventually 5 grep -q '^State:.Z' "/proc/$(<"$TMP/go.pid")/status"
	run "$BIN/pidctl" --alive "$TMP/child"
	[ "$status" = 1 ]
	run "$BIN/pidctl" -s TERM "$TMP/child"
	[ "$status" = 1 ]
	kill -CONT "$PID"
}

@test "pidctl without the file: not running; with a bad file: status 3" {
	local bad

	run "$BIN/pidctl" -s TERM "$TMP/none"
	[ "$status" = 1 ]
	[[ $output == "pidctl: not running: '$TMP/none': read '$TMP/none': No such file or directory" ]]
	for bad in '' $$ "$$ 1" "$$ x $(</proc/sys/kernel/random/boot_id)" "-1 1 $(</proc/sys/kernel/random/boot_id)" \
		"0 1 $(</proc/sys/kernel/random/boot_id)" $'\e[31m'; do
		printf '%s\n' "$bad" >"$TMP/bad"
		run "$BIN/pidctl" --signal KILL "$TMP/bad"
		[ "$status" = 3 ]
		[ "$output" = "pidctl: read '$TMP/bad': not a process identity (PID STARTTIME BOOT-ID)" ]
	done
	run "$BIN/pidctl" -s TERM "$TMP"
	[ "$status" = 3 ]
}

@test "pidctl: another start time or another boot is another process" {
	local pid start boot

	start p sleep 1000
	read -r pid start boot <"$TMP/p"
	printf '%s %s %s\n' "$pid" "$((start + 1))" "$boot" >"$TMP/later"
	printf '%s %s %s\n' "$pid" "$start" "00000000${boot#????????}" >"$TMP/otherboot"
	for f in later otherboot; do
		run "$BIN/pidctl" --alive "$TMP/$f"
		[ "$status" = 1 ]
		run "$BIN/pidctl" --signal KILL "$TMP/$f"
		[ "$status" = 1 ]
	done
	"$BIN/pidctl" --alive "$TMP/p"
}

@test "pidctl --alive says nothing" {
	start p sleep 1000
	run "$BIN/pidctl" --alive "$TMP/p"
	[ "$status" = 0 ] && [ -z "$output" ]
	kill -9 "$PID"
	wait "$PID" || true
	run "$BIN/pidctl" --alive "$TMP/p"
	[ "$status" = 1 ] && [ -z "$output" ]
	run "$BIN/pidctl" --alive "$TMP/none"
	[ "$status" = 1 ] && [ -z "$output" ]
}

@test "pidctl never signals the stranger that has the number by now" {
	requires root
	# A pid namespace of its own, in which the next number can be chosen: the number of the ended process goes to a stranger.
	# shellcheck disable=SC2016 # for the inner shell
	run unshare --fork --pid --mount-proc --kill-child bash -c '
		bin=$1 tmp=$0
		sleep 1000 & old=$!
		stat=$(</proc/$old/stat)
		set -- ${stat##*) }
		echo "$old ${20} $(</proc/sys/kernel/random/boot_id)" >"$tmp/id"
		"$bin/pidctl" --alive "$tmp/id" || exit 20
		kill -9 "$old"; wait "$old"
		# Start times have a resolution of 10 ms: the stranger must not have the same one.
		mkfifo "$tmp/never"; read -r -t 0.05 x <>"$tmp/never" || :
		echo $((old - 1)) >/proc/sys/kernel/ns_last_pid
		sleep 1000 & new=$!
		[ "$new" = "$old" ] || { echo "no reuse: $old $new"; exit 21; }
		"$bin/pidctl" --alive "$tmp/id" && exit 22
		"$bin/pidctl" --signal KILL --wait 1 "$tmp/id"; [ $? = 1 ] || exit 23
		kill -0 "$new" || exit 24
		grep -q "^State:.[RS]" "/proc/$new/status" || exit 25
		echo untouched
	' "$TMP" "$BIN"
	[ "$status" = 0 ]
	[[ $output == *"not running"*untouched ]]
}

@test "pidctl: the number may be a thread's of another process by now" {
	requires root tool_python3
	# shellcheck disable=SC2016 # for the inner shell
	run unshare --fork --pid --mount-proc --kill-child bash -c '
		bin=$1
		sleep 1000 & old=$!
		stat=$(</proc/$old/stat)
		set -- ${stat##*) }
		echo "$old ${20} $(</proc/sys/kernel/random/boot_id)" >"$0/id"
		kill -9 "$old"; wait "$old"
		python3 - "$old" "$0/id" "$bin/pidctl" <<-END
			import subprocess, sys, threading
			old = int(sys.argv[1])
			gate = threading.Event()
			open("/proc/sys/kernel/ns_last_pid", "w").write(str(old - 1))
			t = threading.Thread(target=gate.wait, daemon=True)
			t.start()
			print("thread", t.native_id == old)
			r = subprocess.run([sys.argv[3], "--signal", "KILL", sys.argv[2]])
			print("status", r.returncode, t.is_alive())
		END
	' "$TMP" "$BIN"
	[ "$status" = 0 ]
	[[ $output == *'thread True'* ]]
	[[ $output == *'status 1 True'* ]]
}

@test "pidctl --wait-exit-of waits for the supervisor too" {
	mkfifo "$TMP/gate"
	start sup cat "$TMP/gate"
	local sup=$PID
	start p sleep 1000
	run "$BIN/pidctl" --wait 10 --signal KILL --wait-exit-of "$TMP/none" "$TMP/p"
	[ "$status" = 0 ]
	start p sleep 1000
	background --wait 300 --signal KILL --wait-exit-of "$TMP/sup" "$TMP/p"
	ends "$PID" 137
	# The process has ended, and pidctl still waits, for the supervisor lives.
	kill -0 "$CTL"
	rm "$TMP/sup" # which it may do itself while it cleans up
	: >"$TMP/gate"
	ends "$CTL" 0
	ends "$sup" 0
}

@test "pidctl --wait-exit-of: a supervisor that is stopped is told to go on" {
	mkfifo "$TMP/gate"
	start sup cat "$TMP/gate"
	local sup=$PID
	kill -STOP "$sup"
	eventually 5 grep -q '^State:.T' "/proc/$sup/status"
	start p sleep 1000
	background --wait 300 --signal KILL --wait-exit-of "$TMP/sup" "$TMP/p"
	ends "$PID" 137
	eventually 5 grep -q '^State:.S' "/proc/$sup/status"
	: >"$TMP/gate"
	ends "$CTL" 0
	ends "$sup" 0
}

@test "pidctl --wait-file: there already, coming by rename, coming by creation" {
	start sup sleep 1000
	mkdir "$TMP/dir"
	: >"$TMP/dir/exit"
	run "$BIN/pidctl" --wait-file "$TMP/dir/exit" "$TMP/sup"
	[ "$status" = 0 ]
	for how in rename create; do
		rm "$TMP/dir/exit"
		background --wait-file "$TMP/dir/exit" "$TMP/sup"
		: >"$TMP/dir/other"
		case $how in
		rename) mv "$TMP/dir/other" "$TMP/dir/exit" ;;
		create) : >"$TMP/dir/exit" ;;
		esac
		ends "$CTL" 0
	done
}

@test "pidctl --wait-file: the guard's end without the file is status 5, its last act still counts" {
	mkfifo "$TMP/gate"
	start sup cat "$TMP/gate"
	background --wait-file "$TMP/exit" "$TMP/sup"
	: >"$TMP/gate"
	ends "$CTL" 5
	[ "$(<"$TMP/err")" = "pidctl: wait for '$TMP/exit': the process of '$TMP/sup' ended without making it" ]
	wait "$PID"
	run "$BIN/pidctl" --wait-file "$TMP/exit" "$TMP/sup"
	[ "$status" = 5 ]
	: >"$TMP/exit"
	run "$BIN/pidctl" --wait-file "$TMP/exit" "$TMP/sup"
	[ "$status" = 0 ]
	run "$BIN/pidctl" --wait-file "$TMP/exit" "$TMP/none"
	[ "$status" = 0 ]
}

@test "pidctl --wait-file: time over is 4, a directory that goes away is 5" {
	start sup sleep 1000
	run "$BIN/pidctl" -q --wait-file "$TMP/exit" --wait 0.05 "$TMP/sup"
	[ "$status" = 4 ]
	mkdir "$TMP/dir"
	background -q --wait-file "$TMP/dir/exit" "$TMP/sup"
	eventually 5 grep -qs '^inotify wd' "/proc/$CTL/fdinfo/4" "/proc/$CTL/fdinfo/5"
	rmdir "$TMP/dir"
	ends "$CTL" 5
	run "$BIN/pidctl" --wait-file "$TMP/dir/exit" "$TMP/sup"
	[ "$status" = 3 ]
}

@test "pidctl spends no time while it waits" {
	local ticks

	start p sleep 1000
	background --signal 0 --wait 600 -q "$TMP/p"
	eventually 5 grep -qs '^Pid:' "/proc/$CTL/fdinfo/3" # it holds the pidfd
	eventually 5 grep -q '^State:.S' "/proc/$CTL/status"
	ticks=$(awk '{ print $14 + $15 }' "/proc/$CTL/stat")
	# Whoever asks again and again has used the processor after as much of it has gone to others.
	timeout 0.5 sh -c 'while :; do :; done' || true
	[ $(($(awk '{ print $14 + $15 }' "/proc/$CTL/stat") - ticks)) -le 2 ]
	kill "$CTL"
	ends "$CTL" 143
}

@test "pidctl refuses a wrong command line with status 2 and one line" {
	local args

	for args in '' x '-q x' 'a b' '--signal NOPE x' '--signal 99 x' '--wait abc x' '--wait -1 x' '--wait  x' '--then KILL x' \
		'--alive --wait 1 x' '--alive -s TERM x' '--wait-file f -s TERM x' '--wait-file f --wait-exit-of g x' \
		'--wait 1 --then KILL --then KILL x' '--nope' '--wait nan x' '--wait 1e9 x'; do
		# shellcheck disable=SC2086 # split on purpose
		run "$BIN/pidctl" $args
		[ "$status" = 2 ]
		[ "${#lines[@]}" = 1 ]
		[[ $output == "pidctl: "*"see 'pidctl --help'" ]]
	done
}
