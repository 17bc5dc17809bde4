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
	link) rm "$2" && ln -s /etc/passwd "$2" ;;
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
