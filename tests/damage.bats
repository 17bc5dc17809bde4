#!/usr/bin/env bats
# damage.bats - state that is damaged, half-written or something else than a file: shown as such, and removable.

load helpers

setup() {
	requires root overlay
	common_setup
	name=d$UNIQ
}

# damage WAY FILE
damage() {
	case $1 in
	empty) : >"$2" ;;
	cut) truncate -s $(($(stat -c %s "$2") / 2)) "$2" ;;
	garbage) head -c 200 /dev/urandom >"$2" ;;
	binary) printf '\0\n\0\xff\e[31m\n' >"$2" ;;
	gone) rm "$2" ;;
	directory) rm "$2" && mkdir "$2" ;;
	fifo) rm "$2" && mkfifo "$2" ;;
	# To a file of ours: what is written by way of it must not be the machine's.
	link) rm "$2" && cp /etc/passwd "$TMP/bait" && ln -s "$TMP/bait" "$2" ;;
	esac
}

# The facts of the container: all but what is mounted or written all the time.
facts() {
	find "$MYDOCKER_ROOT/containers/$1" "$MYDOCKER_RUN/$1" -maxdepth 1 -type f ! -name 'log*'
}

@test "every fact in turn, in every way: ps and inspect go on" {
	local f way id ways=(empty cut garbage gone directory fifo link)
	mydocker run -d --name "$name" --net none -l a=b -e X=y -v "$TMP:/v" -m 64m busybox sleep 1000
	id=$(mydocker inspect -f '{{.Id}}' "$name")
	[ "$(facts "$id" | wc -l)" -ge 20 ]
	for f in $(facts "$id"); do
		cp -a "$f" "$TMP/kept"
		# Three of the ways for each fact; all of them over all.
		ways=("${ways[@]:3}" "${ways[@]:0:3}")
		for way in "${ways[@]:0:3}"; do
			damage "$way" "$f"
			timeout 20 "$BIN/ctstate" ps -a --format 'table {{.ID}}\t{{json .}}' "$MYDOCKER_ROOT" "$MYDOCKER_RUN" >"$TMP/ps" 2>&1 &&
				[ "$(wc -l <"$TMP/ps")" = 2 ] && [[ $(<"$TMP/ps") == *"${id:0:12}"* ]] &&
				timeout 20 "$BIN/ctstate" inspect "$MYDOCKER_ROOT" "$MYDOCKER_RUN" "$id" >>"$TMP/json" 2>&1 || {
				echo "$way $f"
				false
			}
			tail -n 1 "$TMP/ps" >>"$TMP/lines"
			rm -rf "$f"
			cp -a "$TMP/kept" "$f"
		done
	done
	jq -es 'all(.[]; .[0].Id | test("^[0-9a-f]{64}$"))' "$TMP/json" >/dev/null
	[ -z "$(LC_ALL=C tr -d '\n[:print:]\200-\377' <"$TMP/lines")" ]
	[ "$(mydocker ps --format '{{.Names}} {{.State}}')" = "$name running" ]
	mydocker rm -f "$name"
}

@test "the summary is believed only when it is whole" {
	local id s
	mydocker run --name "$name" --net none busybox echo 'two words'
	id=$(mydocker inspect -f '{{.Id}}' "$name")
	s=$MYDOCKER_ROOT/containers/$id/summary
	f() { "$BIN/ctstate" ps -a --format '{{.Names}} {{.Command}}' --no-trunc "$MYDOCKER_ROOT" "$MYDOCKER_RUN"; }
	[ "$(tr '\0' '|' <"$s")" = "1|$(<"${s%summary}created")|$name|busybox|alone|2|echo|two words|" ]
	[ "$(f)" = "$name \"echo 'two words'\"" ]
	# It is what ps goes by ...
	sed -i 's/busybox/another/' "$s"
	[ "$("$BIN/ctstate" ps -a --format '{{.Image}}' "$MYDOCKER_ROOT" "$MYDOCKER_RUN")" = another ]
	# ... as long as it is whole.
	for cut in 's/echo.*//' 's/\x002\x00/\x003\x00/' 's/\x002\x00/\x001\x00/' 's/^1/2/' 's/words.$/words/' 's/2026-/x/'; do
		cp "$s" "$TMP/kept"
		sed -i "$cut" "$s"
		! cmp -s "$s" "$TMP/kept"
		[ "$("$BIN/ctstate" ps -a --format '{{.Image}} {{.Command}}' --no-trunc "$MYDOCKER_ROOT" "$MYDOCKER_RUN")" = "busybox \"echo 'two words'\"" ] || {
			echo "$cut"
			false
		}
		cp "$TMP/kept" "$s"
	done
	mydocker rm "$name"
}

# within COMMAND...: the script, whose status and output are kept, and which may not wait for ever.
within() {
	# shellcheck disable=SC2086 # "busybox ash" is two words on purpose
	run --separate-stderr timeout -k 1 $((60 * PATIENCE)) $MYDOCKER_SH "$TOP/scripts/mydocker.sh" "$@"
	[ "$status" -lt 124 ] || {
		echo "$*: $status"
		false
	}
}

# One line that says what is wrong, and by us.
one_line() {
	[ "$status" -eq 1 ] && [ "${#stderr_lines[@]}" -eq 1 ] && [[ $stderr == "mydocker $1"* ]] || {
		echo "$1: $status $stderr"
		false
	}
}

@test "a FIFO in place of a fact: nobody waits for somebody to write into it" {
	local id f command
	for f in name flags network chain; do
		id=$(mydocker create --name "$name" --net none busybox sleep 1000)
		rm -f "$MYDOCKER_ROOT/containers/$id/$f"
		mkfifo "$MYDOCKER_ROOT/containers/$id/$f"
		within start "$id"
		within rename "$id" "x$name"
		within gc
		within rm -f "$id"
		[ ! -e "$MYDOCKER_ROOT/containers/$id" ]
		rm -f "$MYDOCKER_ROOT/names/$name"
	done
	id=$(mydocker create --name "$name" --net none busybox sleep 1000)
	for f in "$MYDOCKER_RUN/$id/pid" "$MYDOCKER_RUN/$id/supervisor" "$MYDOCKER_RUN/$id/exit" "$MYDOCKER_ROOT/names/$name"; do
		mkdir -p "${f%/*}"
		rm -f "$f"
		mkfifo "$f"
		for command in stop kill exec rename; do
			case $command in
			exec) within exec "$id" true ;;
			rename) within rename "$id" "y$name" ;;
			*) within "$command" "$id" ;;
			esac
		done
		rm -f "$f"
	done
	within rm -f "$id"
	mydocker gc
}

@test "a pid file that says nothing: stop says so, exec, kill and start do not wait for ever, rm -f ends it" {
	local id way policy pid
	for policy in no always; do
		for way in empty garbage directory; do
			id=$(mydocker run -d --name "$name" --net none --restart "$policy" busybox sleep 1000)
			read -r pid _ <"$MYDOCKER_RUN/$id/pid"
			damage "$way" "$MYDOCKER_RUN/$id/pid"
			within exec "$name" true
			[ "$status" -ne 0 ]
			within kill "$name"
			one_line kill
			within stop "$name"
			one_line stop
			[[ $stderr == *"/pid' is damaged; 'mydocker rm -f' ends it" ]]
			kill -0 "$pid"
			within rm -f "$name"
			[ "$status" = 0 ]
			[ ! -e "/proc/$pid" ]
		done
	done
}

@test "a supervisor file that says nothing: stop says so in one line, rm -f ends it" {
	local id way
	for way in empty garbage directory; do
		id=$(mydocker run -d --name "$name" --net none busybox sleep 1000)
		damage "$way" "$MYDOCKER_RUN/$id/supervisor"
		within stop -t 0 "$name"
		[ "$status" -eq 1 ] && [ "${#stderr_lines[@]}" -eq 1 ] && [[ $stderr == *"/supervisor'"* ]]
		within rm -f "$name"
		[ "$status" = 0 ]
	done
}

@test "a full disk: start, rename and update say so in one line, change nothing, and do their work when there is room" {
	local id change
	mkdir -p "$MYDOCKER_RUN"
	mount -t tmpfs -o size=256k tmpfs "$MYDOCKER_RUN"
	id=$(mydocker create --name "$name" --net none -m 64m --restart on-failure:3 busybox sleep 1000)
	run -1 dd if=/dev/zero of="$MYDOCKER_RUN/fill" bs=4k status=none
	within start "$name"
	one_line start
	[ -z "$(ls -A "$MYDOCKER_RUN/starting")" ]
	rm "$MYDOCKER_RUN/fill"
	within start "$name"
	[ "$status" = 0 ]
	mydocker stop -t 0 "$name"
	umount -l "$MYDOCKER_RUN"

	cp -a "$MYDOCKER_ROOT/containers/$id" "$TMP/copy"
	mount -t tmpfs -o size=512k tmpfs "$MYDOCKER_ROOT/containers"
	cp -a "$TMP/copy" "$MYDOCKER_ROOT/containers/$id"
	run -1 dd if=/dev/zero of="$MYDOCKER_ROOT/containers/fill" bs=4k status=none
	within rename "$name" "z$name"
	one_line rename
	for change in "-m 128m" "--restart always"; do
		# shellcheck disable=SC2086 # words
		within update $change "$name"
		one_line update
	done
	[ "$(mydocker inspect -f '{{.Name}} {{.HostConfig.Memory}} {{.HostConfig.RestartPolicy.Name}}' "$name")" = "/$name 67108864 on-failure" ]
	rm "$MYDOCKER_ROOT/containers/fill"
	within rename "$name" "z$name"
	[ "$status" = 0 ]
	within update -m 128m --restart always "z$name"
	[ "$(mydocker inspect -f '{{.Name}} {{.HostConfig.Memory}} {{.HostConfig.RestartPolicy.Name}}' "z$name")" = "/z$name 134217728 always" ]
	mydocker rm -f "z$name"
	umount -l "$MYDOCKER_ROOT/containers"
	rm -rf "$MYDOCKER_ROOT/containers/$id" "${MYDOCKER_RUN:?}"/*
}

@test "rm -f removes it whatever is damaged, and what runs ends" {
	local way id f case
	for case in empty:created garbage:name gone:flags directory:created garbage:pid directory:pid empty:supervisor gone:pid garbage:exit; do
		way=${case%:*} f=${case#*:}
		id=$(mydocker run -d --name "$name" --net none busybox sleep 1000)
		[ "$f" != exit ] || mydocker stop -t 0 "$name"
		case $f in
		pid | supervisor | exit) f=$MYDOCKER_RUN/$id/$f ;;
		*) f=$MYDOCKER_ROOT/containers/$id/$f ;;
		esac
		damage "$way" "$f"
		run -0 timeout 60 $MYDOCKER_SH "$TOP/scripts/mydocker.sh" rm -f "$id"
		run ! mydocker inspect "$id"
		[ ! -e "$MYDOCKER_ROOT/containers/$id" ] && [ ! -e "$MYDOCKER_RUN/$id" ] || {
			echo "$case"
			false
		}
		rm -f "$MYDOCKER_ROOT/names/$name" # of a damaged name: gc's
	done
	mydocker gc
	[ -z "$(find "$MYDOCKER_ROOT/names" "$MYDOCKER_ROOT/containers" -mindepth 1)" ]
}
