#!/usr/bin/env bats
# ctstate: state directories made by hand, hostile values included, and what comes out of them byte for byte.
#
# shellcheck disable=SC2016,SC1003 # templates have dollars and backslashes of their own

load helpers

setup() {
	common_setup
	BOOT=$(</proc/sys/kernel/random/boot_id)
	ROOT=$TMP/state/root RUN=$TMP/state/run
	export TZ=UTC
}
teardown() {
	end_started
	common_teardown
}

# An id of 64 digits that begins as given.
id_of() {
	printf '%s%0*d' "$1" $((64 - ${#1})) 0
}

# container NAME IDPREFIX [SECONDS-OLD]: made, with the facts that every container has; $C and $R are its directories.
container() {
	local id

	id=$(id_of "$2")
	C=$ROOT/containers/$id R=$RUN/$id
	mkdir -p "$C" "$R"
	date -u -d "@$(($(date +%s) - ${3:-10}))" +%Y-%m-%dT%H:%M:%S.000000001Z >"$C/created"
	echo busybox >"$C/image"
	printf 'sleep\0001000\0' >"$C/command"
	printf '%s\n' "$1" >"$C/name"
	echo bridge >"$C/network"
	echo detach >"$C/flags"
}

# Makes the container just made a running one, since so many seconds.
running() {
	identity "$$" >"$R/pid"
	identity "$$" >"$R/supervisor"
	touch -d "@$(($(date +%s) - ${1:-5}))" "$R/pid"
}

# ... one that has ended: exited STATUS SECONDS-AGO [WORDS]
exited() {
	identity 1 | sed 's/^1 /4194304 /' >"$R/pid"
	printf 'exited %s %s%s\n' "$1" "$(date -u -d "@$(($(date +%s) - $2))" +%Y-%m-%dT%H:%M:%S.5Z)" "${3:+ $3}" >"$R/exit"
}

ps_() {
	"$BIN/ctstate" ps "$@" "$ROOT" "$RUN"
}

inspect() {
	"$BIN/ctstate" inspect "${@:2}" "$ROOT" "$RUN" "$(id_of "$1")"
}

@test "ctstate now prints RFC 3339 with nanoseconds" {
	local before
	before=$(date +%s)
	run "$BIN/ctstate" now
	[ "$status" = 0 ]
	[[ $output =~ ^20[0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]\.[0-9]{9}Z$ ]]
	[ "$before" -le "$(date -d "$output" +%s)" ] && [ "$(date -d "$output" +%s)" -le "$(date +%s)" ]
}

@test "ctstate new makes the directories with their modes, whatever the umask" {
	(umask 077 && "$BIN/ctstate" new "$ROOT" "$RUN" abc)
	[ "$(cd "$TMP/state" && find . -mindepth 1 -printf '%p %y%m\n' | LC_ALL=C sort)" = './root d700
./root/containers d700
./root/containers/abc d700
./root/containers/abc/created f600
./root/containers/abc/merged d700
./root/containers/abc/upper d755
./root/containers/abc/work d700
./run d700
./run/abc d700' ]
	(umask 0 && "$BIN/ctstate" new "$ROOT" "$RUN" def)
	[ "$(stat -c %a "$ROOT/containers/def" "$ROOT/containers/def/upper" | tr '\n' ' ')" = '700 755 ' ]
	[[ $(<"$ROOT/containers/abc/created") =~ ^20.*\.[0-9]{9}Z$ ]]
}

@test "ctstate new: of two with one id one fails and takes nothing away" {
	"$BIN/ctstate" new "$ROOT" "$RUN" abc
	echo x >"$ROOT/containers/abc/name"
	run "$BIN/ctstate" new "$ROOT" "$RUN" abc
	[ "$status" = 1 ]
	[ "$output" = "ctstate: make the directory of container 'abc': File exists" ]
	[ -s "$ROOT/containers/abc/name" ]
}

@test "ctstate new: a race of many has one winner" {
	local i makers=

	for i in 1 2 3 4 5 6 7 8; do
		{ "$BIN/ctstate" new "$ROOT" "$RUN" abc 2>/dev/null && echo won >>"$TMP/won"; } 3>&- &
		makers="$makers $!"
	done
	for i in $makers; do # all would be waited for by "wait" alone, bats' own among them
		wait "$i" || :
	done
	[ "$(<"$TMP/won")" = won ]
}

@test "ctstate new that fails half-way leaves nothing" {
	mkdir -p "$RUN"
	: >"$RUN/abc"
	run "$BIN/ctstate" new "$ROOT" "$RUN" abc
	[ "$status" = 1 ]
	[[ $output == "ctstate: make the run directory of container 'abc': File exists" ]]
	[ -z "$(ls "$ROOT/containers")" ]
	: >"$TMP/file"
	run "$BIN/ctstate" new "$TMP/file" "$RUN" abc
	[ "$status" = 1 ]
	[[ $output == "ctstate: make '$TMP/file"*": Not a directory" ]]
}

# All files below DIR/abc, a line each, NUL shown as |.
facts_of() {
	(cd "$1" && find . -type f -not -name created | LC_ALL=C sort | while IFS= read -r f; do printf '%s: %s\n' "${f#./}" "$(tr '\0\n' '|$' <"$f")"; done)
}

@test "ctstate new writes the facts that it is given, claims the name, and becomes the command" {
	local odd

	odd=$'a b\n\'"*\\ \x01\xff'
	mkdir -p "$TMP/state"
	printf 'PATH=/bin\0A=b\0C=d' >"$TMP/image-env"
	run -0 "$BIN/ctstate" new --name web --summary --cgroup g/abc --event-log "$RUN/events" --maker "$BASHPID" "$ROOT" "$RUN" abc \
		image=busybox network=none user= "odd=$odd" command:3 echo -- "$odd" labels:0 env:2 PATH=/bin X=1 "env@$TMP/image-env" env:1 A=c \
		"none@$TMP/missing" "neither@/dev/null/x" "hosts+$odd" resolv.conf+ -- sh -c 'umask; printf "%s\n" "$@"' sh --name "$odd"
	[ "$output" = "$(umask)"$'\n--name\n'"$odd" ]
	[ "$(facts_of "$ROOT/containers/abc")" = "$(printf '%s\n' "command: echo|--|$(tr '\n' '$' <<<"$odd" | head -c -1)|" \
		'env: PATH=/bin|X=1|A=b|C=d|A=c|' "hosts: $(tr '\n' '$' <<<"$odd" | head -c -1)" 'image: busybox$' 'name: web$' 'network: none$' "odd: $(tr '\n' '$' <<<"$odd")" 'resolv.conf: ' \
		"summary: 1|$(<"$ROOT/containers/abc/created")|web|busybox|alone|3|echo|--|$(tr '\n' '$' <<<"$odd" | head -c -1)|")" ]
	[ "$(facts_of "$ROOT/names")$(facts_of "$RUN/abc")" = 'web: abc$cgroup: g/abc$' ]
	[[ $(<"$RUN/starting/abc") == *" $BOOT" ]]
	[[ $(<"$RUN/events") == 20*Z' container create abc' ]]
	[ "$(find "$ROOT" "$RUN" -type f -not -perm 600 -printf '%f %m\n' | sort | tr '\n' ' ')" = 'hosts 644 resolv.conf 644 ' ]
	# Two words where any name will do, others where they are taken.
	"$BIN/ctstate" new --name '' "$ROOT" "$RUN" 0001
	"$BIN/ctstate" new --name '' "$ROOT" "$RUN" 00010203
	"$BIN/ctstate" new --name '' "$ROOT" "$RUN" 00010001
	[ "$(ls "$ROOT/names" | sort | tr '\n' ' ')" = 'able_alpaca able_alpaca00010001 amber_beaver web ' ] ||
		{ ls "$ROOT/names" && false; }
}

@test "ctstate new with facts that fails leaves nothing, and takes nothing away" {
	local before

	"$BIN/ctstate" new --name web "$ROOT" "$RUN" abc image=x
	before=$(find "$ROOT" "$RUN" | sort)
	run "$BIN/ctstate" new --name web --maker "$BASHPID" "$ROOT" "$RUN" def image=x -- touch "$TMP/began"
	[ "$status" = 125 ]
	[ "$output" = "ctstate: claim the name 'web': File exists; remove (or rename) the container that has it" ]
	: >"$RUN/def"
	run "$BIN/ctstate" new --name other --maker "$BASHPID" --cgroup g "$ROOT" "$RUN" def image=x command:1 y
	[ "$status" = 1 ]
	rm "$RUN/def"
	# A directory where a fact is to be, and one name twice.
	run "$BIN/ctstate" new --name other "$ROOT" "$RUN" def image=x upper=y
	[ "$status" = 1 ]
	run "$BIN/ctstate" new --name other "$ROOT" "$RUN" def image=x b=1 image=y
	[ "$status" = 1 ]
	rmdir "$RUN/starting"
	[ "$(find "$ROOT" "$RUN" | sort)" = "$before" ]
	[ ! -e "$TMP/began" ]
	for odd in x a/b=c =x .=x ../n=x n:1 n:x "n:-1" "n:2 a" ''; do
		run "$BIN/ctstate" new "$ROOT" "$RUN" def "$odd"
		[ "$status" = 2 ] && [ "${#lines[@]}" = 1 ]
	done
	[ "$(find "$ROOT" "$RUN" | sort)" = "$before" ]
	run "$BIN/ctstate" new "$ROOT" "$RUN" def -- "$TMP/no such command"
	[ "$status" = 127 ]
}

@test "ctstate new and the command behind it die with the maker" {
	mkfifo "$TMP/fifo"
	sh -c '"$@" & exec sleep 1000' sh "$BIN/ctstate" new --maker 1 "$ROOT" "$RUN" abc 3>&- &
	STARTED=$!
	# The maker is the shell: its pid is known in it alone.
	sh -c '"$0/ctstate" new --maker $$ "$1" "$2" def -- sh -c "echo \$\$ >\"\$0\"; exec sleep 1000" "$3" & wait' \
		"$BIN" "$ROOT" "$RUN" "$TMP/fifo" 3>&- &
	STARTED="$STARTED $!"
	read -r child <"$TMP/fifo"
	kill -KILL "$!"
	eventually 10 ended "$child"
	[ -s "$RUN/starting/def" ]
	eventually 10 [ -s "$RUN/starting/abc" ]
}

# Whether there is no such process, or only what is left of it until its parent has asked.
ended() {
	[ ! -e "/proc/$1" ] || grep -q '^State:.[ZX]' "/proc/$1/status"
}

@test "the lock that a supervisor has on the pid is believed, and only as long as it has it" {
	container web a1
	"$BIN/nsrun" --detach --pid-file "$R/pid" -- sleep 300
	read -r child _ <"$R/pid"
	supervisor=$(awk '$1 == "PPid:" { print $2 }' "/proc/$child/status")
	STARTED="$child"
	# In place, so that the lock stays: an identity that nobody in /proc has.
	sed 's/^[0-9]* /4194304 /' "$R/pid" >"$TMP/stranger"
	cat "$TMP/stranger" >"$R/pid"
	[ "$(ps_ --format '{{.State}}')" = running ]
	kill -KILL "$supervisor"
	eventually 10 ended "$supervisor"
	[ "$(ps_ -a --format '{{.State}}')" = exited ]
}

@test "ctstate new refuses ids that are paths" {
	local id

	for id in '' . .. ../x a/b -x $'a\nb' 'a b' "$(printf 'x%.0s' {1..256})"; do
		run "$BIN/ctstate" new "$ROOT" "$RUN" -- "$id"
		[ "$status" = 2 ]
		[ "${#lines[@]}" = 1 ]
	done
	[ ! -e "$ROOT" ]
}

@test "ctstate ps: docker's table, newest first, and only those that run" {
	container old 1 7300
	running 7200
	printf 'address 10.1.0.2/24\ngateway 10.1.0.1\nmac 02:42:0a:01:00:02\nport 0.0.0.0:8080 80/tcp\n' >"$R/net"
	container new 2 190
	running 130
	printf 'sh\0-c\0echo "a  b"; exit 9\0' >"$C/command"
	container gone 3 60
	exited 3 5
	run ps_
	[ "$status" = 0 ]
	[ "$output" = 'CONTAINER ID   IMAGE     COMMAND                    CREATED         STATUS         PORTS                  NAMES
200000000000   busybox   "sh -c '\''echo \"a  b\";…"   3 minutes ago   Up 2 minutes                          new
100000000000   busybox   "sleep 1000"               2 hours ago     Up 2 hours     0.0.0.0:8080->80/tcp   old' ]
}

@test "ctstate ps of nothing prints the headings, with and without directories" {
	run ps_ -a
	[ "$status" = 0 ]
	[ "$output" = 'CONTAINER ID   IMAGE     COMMAND   CREATED   STATUS    PORTS     NAMES' ]
	mkdir -p "$ROOT/containers" "$RUN"
	run ps_ -a
	[ "$output" = 'CONTAINER ID   IMAGE     COMMAND   CREATED   STATUS    PORTS     NAMES' ]
	run ps_ -q
	[ "$status" = 0 ] && [ -z "$output" ]
}

@test "ctstate ps: every status word" {
	container created 1 90
	: >"$C/unstarted"
	container up 2 80
	running 61
	container paused 3 70
	running 125
	: >"$R/paused"
	container exited 4 60
	exited 137 3660 oom
	container killed 5 50
	exited 0 130
	sed -i 's/^exited 0/signaled 9/' "$R/exit"
	container kept 6 40
	printf 'exited 7 %s\n' "$(date -u -d '-3 days' +%FT%TZ)" >"$C/exit"
	rmdir "$R"
	container unseen 7 30
	identity 1 | sed 's/^1 /4194304 /' >"$R/pid"
	touch -d '-2 minutes' "$R/pid"
	container broken 8 20
	echo garbage >"$R/pid"
	run ps_ -a --format '{{.Names}}:{{.State}}:{{.Status}}'
	[ "$output" = 'broken:dead:Broken
unseen:exited:Exited (255) 2 minutes ago
kept:exited:Exited (7) 3 days ago
killed:exited:Exited (137) 2 minutes ago
exited:exited:Exited (137) About an hour ago
paused:paused:Up 2 minutes (Paused)
up:running:Up About a minute
created:created:Created' ]
}

@test "ctstate ps leaves out what is being made" {
	mkdir -p "$ROOT/containers/$(printf '7%063d' 0)" "$RUN/starting"
	[ "$(ps_ -a --format '{{.Status}}')" = Broken ]
	identity "$$" >"$RUN/starting/$(printf '7%063d' 0)"
	[ -z "$(ps_ -aq)" ]
	rm -r "$RUN/starting" "$ROOT/containers"
}

@test "ctstate ps: a pid that is a stranger's is not running" {
	container web 1
	identity "$$" >"$R/pid"
	[ "$(ps_ -q)" = 100000000000 ]
	sed -i 's/^\([0-9]*\) \([0-9]*\)/\1 1\2/' "$R/pid"
	[ -z "$(ps_ -q)" ]
	identity "$$" | sed 's/[0-9a-f]\{8\}-/00000000-/' >"$R/pid"
	[ -z "$(ps_ -q)" ]
}

@test "ctstate ps -q, --no-trunc, -n, -l, -a" {
	local i

	for i in 1 2 3 4 5; do
		container "c$i" "$i" $((100 - i))
		[ $((i % 2)) = 0 ] || running
	done
	[ "$(ps_ -q | cut -c1 | tr -d '\n')" = 531 ]
	[ "$(ps_ -aq | cut -c1 | tr -d '\n')" = 54321 ]
	[ "$(ps_ -q -n 2 | cut -c1 | tr -d '\n')" = 54 ]
	[ "$(ps_ -ql | cut -c1 | tr -d '\n')" = 5 ]
	[ "$(ps_ -aq -n -1 | wc -l)" = 5 ]
	[ "$(ps_ -ql --no-trunc)" = "$(id_of 5)" ]
	[ "$(ps_ -ql)" = 500000000000 ]
	run ps_ -n x
	[ "$status" = 2 ]
}

@test "ctstate ps --no-trunc shows the command in full" {
	container web 1
	printf 'sh\0-c\0echo a very long line indeed\0' >"$C/command"
	[ "$(ps_ -a --no-trunc --format '{{.Command}}')" = "\"sh -c 'echo a very long line indeed'\"" ]
	[ "$(ps_ -a --format '{{.Command}}')" = "\"sh -c 'echo a very …\"" ]
}

@test "ctstate ps --filter: each kind, alternatives and conjunctions" {
	container web 1a 50
	running
	printf 'app=shop\0tier=front\0bare\0' >"$C/labels"
	printf '%s\0' bind '' /data /tmp ro >"$C/mounts"
	container webdb 1b 40
	exited 3 5
	printf 'app=shop\0tier=back\0' >"$C/labels"
	container other 2a 30
	exited 0 5
	echo alpine >"$C/image"
	echo none >"$C/network"
	container fresh 2b 20
	: >"$C/unstarted"
	f() { ps_ -a --format '{{.Names}}' "$@" | tr '\n' ' '; }
	[ "$(f -f name=web)" = 'webdb web ' ]
	[ "$(f -f 'name=^web$')" = 'web ' ]
	[ "$(f -f 'name=^/web$')" = 'web ' ]
	[ "$(f -f name=we.db)" = 'webdb ' ]
	[ "$(f -f id=1)" = 'webdb web ' ]
	[ "$(f -f id=1a)" = 'web ' ]
	[ "$(f -f status=running)" = 'web ' ]
	[ "$(f -f status=exited)" = 'other webdb ' ]
	[ "$(f -f status=created -f status=running)" = 'fresh web ' ]
	[ "$(f -f exited=3)" = 'webdb ' ]
	[ "$(f -f exited=0)" = 'other ' ]
	[ "$(f -f label=app)" = 'webdb web ' ]
	[ "$(f -f label=app=shop -f label=tier=back)" = 'webdb ' ]
	[ "$(f -f label=bare)" = 'web ' ]
	[ "$(f -f label=ap)" = '' ]
	[ "$(f -f label=app=sho)" = '' ]
	[ "$(f -f ancestor=alpine)" = 'other ' ]
	[ "$(f -f ancestor=busybox:latest)" = 'fresh webdb web ' ]
	[ "$(f -f network=none)" = 'other ' ]
	[ "$(f -f volume=/data)" = 'web ' ]
	[ "$(f -f volume=/tmp)" = 'web ' ]
	[ "$(f -f before=webdb)" = 'web ' ]
	[ "$(f -f since=webdb)" = 'fresh other ' ]
	[ "$(f -f name=web -f status=exited)" = 'webdb ' ]
	# Without -a: a status asks for all, another filter does not.
	[ "$(ps_ -q -f status=exited | wc -l)" = 2 ]
	[ "$(ps_ -q -f name=web | wc -l)" = 1 ]
}

@test "ctstate ps --filter: unknown or malformed is an error of one line" {
	local f

	for f in foo=bar foo '' =x status=weird exited=x exited=256 'name=[' before=nobody since=nobody; do
		run ps_ -f "$f"
		[ "$status" = 1 ]
		[ "${#lines[@]}" = 1 ]
		[[ $output == 'ctstate: filter '* ]]
	done
}

@test "ctstate ps --format: fields, escapes, functions, table, json" {
	container web 1 60
	running
	printf 'b=2\0a=1\0com.example.my-key=v\0' >"$C/labels"
	printf '%s\0' bind '' /very/long/path/of/data /tmp ro volume cache /v/cache/_data /c '' tmpfs '' '' /t size=1m bind '' cut >"$C/mounts"
	printf 'port 0.0.0.0:8080 80/tcp\nport 0.0.0.0:90 90/tcp\nport 0.0.0.0:91 91/tcp\nport ::1:91 91/tcp\n' >"$R/net"
	f() { ps_ --format "$@"; }
	[ "$(f '{{.ID}}|{{.Names}}|{{.Image}}|{{.State}}|{{.Networks}}')" = '100000000000|web|busybox|running|bridge' ]
	[ "$(f '{{.Labels}}')" = 'a=1,b=2,com.example.my-key=v' ]
	[ "$(f '{{.Label "a"}}-{{.Label "nope"}}-')" = '1--' ]
	[ "$(f '{{.Mounts}} {{.LocalVolumes}}')" = '/very/long/pat…,cache 1' ]
	[ "$(f '{{.Ports}}')" = '0.0.0.0:90-91->90-91/tcp, [::1]:91->91/tcp, 0.0.0.0:8080->80/tcp' ]
	[ "$(f 'a\tb\n{{.Names}}')" = $'a\tb\nweb' ]
	[ "$(f '{{upper .Names}} {{json .Names}} {{len .Names}}')" = 'WEB "web" 3' ]
	[ "$(f '{{.RunningFor}}')" = 'About a minute ago' ]
	[[ $(f '{{.CreatedAt}}') == 20??-??-??\ ??:??:??\ +0000\ UTC ]]
	[ "$(f 'table {{.Names}}\t{{.Label "com.example.my-key"}}\t{{upper .State}}')" = 'NAMES     my key    STATE
web       v         RUNNING' ]
	[ "$(f json)" = "$(f '{{json .}}')" ]
	[ "$(f json | jq -r 'keys | join(" ")')" = 'Command CreatedAt ID Image Labels LocalVolumes Mounts Names Networks Ports RunningFor Size State Status' ]
	# docker escapes < > & here, and so do we.
	[[ $(f json) == *'91-\u003e90-91/tcp'* ]]
	[ "$(f json | jq -r .Ports)" = "$(f '{{.Ports}}')" ]
}

@test "ctstate ps --format: what cannot be done is an error of one line" {
	local t

	container web 1
	for t in '{{.Foo}}' '{{' '{{.Names' '{{foo .Names}}' '{{end}}' '{{range .Names}}{{end}}' '{{if .Names}}' '{{"abc}}' \
		'{{.Names.Foo}}' '{{$x}}' '{{else}}' '{{.Names 3}}' '{{json}}' '{{json .ID .ID}}' '{{}}' '{{|}}' '{{(.ID}}'; do
		run ps_ -a --format "$t"
		[ "$status" = 1 ]
		[ "${#lines[@]}" = 1 ]
		[[ $output == 'ctstate: template: '* ]]
	done
	run ps_ -a --format '{{.Foo}}'
	[[ $output == *"can't evaluate field 'Foo'; there are .Command "*' .Status' ]]
}

@test "ctstate ps: hostile values never break a line or reach a terminal, JSON is valid" {
	local nl=$'\n' esc=$'\e[31m\a\x9b2J'

	container web 1
	running
	printf 'sh\0-c\0a%sb\t"%s\xff\0' "$nl" "$esc" >"$C/command"
	printf 'image%s%s\xfe\n' "$nl" "$esc" >"$C/image"
	printf 'k%s=v%s%s\0\xc3\x28=\xed\xa0\x80\0' "$nl" "$nl" "$esc" >"$C/labels"
	printf 'net%s\n' "$esc" >"$C/network"
	printf '%s\0' bind '' "/a$esc" /b '' >"$C/mounts"
	printf 'port \e[1m:8080 80/tcp\nport junk\nport :x y/z\nport 1.2.3.4:99999 80/tcp\nport 1.2.3.4:1 2\n' >"$R/net"
	run ps_
	[ "$status" = 0 ]
	[ "${#lines[@]}" = 2 ]
	[ -z "$(printf %s "$output" | LC_ALL=C tr -d '\n[:print:]\200-\377')" ]
	[[ ${lines[1]} == *'image\x0a\x1b[31m\x07\x9b2J\xfe'* ]]
	[[ ${lines[1]} == *'"sh -c a\nb\t\"\x1b[31m'* ]]
	run ps_ --format 'table {{.Labels}}\t{{.Label "x"}}\t{{.Networks}}\t{{.Mounts}}\t{{.Ports}}'
	[ "${#lines[@]}" = 2 ]
	[ -z "$(printf %s "$output" | LC_ALL=C tr -d '\n[:print:]\200-\377')" ]
	ps_ --format json | jq -e . >/dev/null
	[ "$(ps_ --format json | jq -r '.Labels | explode | map(select(. == 65533)) | length')" -ge 4 ]
	[ "$(ps_ --format json | jq -r .Image)" = "image$nl"$'\e[31m\a\xef\xbf\xbd2J\xef\xbf\xbd' ]
	inspect 1 | jq -e . >/dev/null
	[ "$(inspect 1 | jq -r '.[0].Args[1]')" = "a${nl}b"$'\t"\e[31m\a\xef\xbf\xbd2J\xef\xbf\xbd' ]
	# On a terminal a template's control characters are escaped too.
	run script -qec "$BIN/ctstate ps --format '{{.Networks}}' $ROOT $RUN" /dev/null
	[[ $output == *'net\x1b[31m\x07'* ]]
	[ -z "$(printf %s "$output" | LC_ALL=C tr -d '\r\n[:print:]\200-\377')" ]
}

@test "ctstate ps and inspect: a command of 128 KiB" {
	local n=131072

	container web 1
	{ printf 'sh\0'; head -c $n /dev/zero | tr '\0' x; printf '\0'; } >"$C/command"
	[ "$(ps_ -a --format '{{.Command}}')" = '"sh xxxxxxxxxxxxxxxx…"' ]
	[ "$(ps_ -a --no-trunc --format '{{len .Command}}')" = $((n + 5)) ]
	[ "$(inspect 1 | jq '.[0].Args[0] | length')" = $n ]
}

@test "ctstate ps: damaged and half-written state never crashes it" {
	local f

	container web 1
	for f in created image command name network flags labels binds mounts devices ulimits sysctls shm-size; do
		head -c 100 /dev/urandom >"$C/$f"
	done
	for f in pid supervisor exit net; do
		head -c 100 /dev/urandom >"$R/$f"
	done
	[ "$(ps_ -aq)" = 100000000000 ]
	[ "$(ps_ -a --format '{{.State}} {{.Status}}')" = 'dead Broken' ]
	ps_ -a --format json | jq -e . >/dev/null
	inspect 1 | jq -e . >/dev/null
	rm -r "$C" "$R"
	container empty 2
	for f in created image command name network flags labels binds mounts devices ulimits sysctls shm-size; do
		: >"$C/$f"
	done
	for f in pid supervisor exit net; do
		: >"$R/$f"
	done
	ps_ -a --format json | jq -e . >/dev/null
	inspect 2 | jq -e . >/dev/null
	rm -r "$C" "$R"
	# Not files at all: nothing is waited for, nothing is followed.
	container odd 3
	rm "$C/image" "$C/name"
	mkdir "$C/image"
	mkfifo "$C/name" "$R/pid"
	ln -s /etc/passwd "$C/hostname"
	run timeout 60 "$BIN/ctstate" ps -a "$ROOT" "$RUN"
	[ "$status" = 0 ]
	[ "$(inspect 3 -f '{{.Config.Hostname}}')" = '' ]
}

@test "ctstate ps --stale-fd names those that nobody looks after" {
	local dead

	dead=$(identity 1 | sed 's/^1 /4194304 /')
	stale() { ps_ -q --stale-fd 4 4>&1 >/dev/null | cut -c1 | sort | tr -d '\n'; }
	container fine 1
	running
	container created 2
	: >"$C/unstarted"
	container ended 3
	exited 0 5
	[ "$(stale)" = '' ]
	container lost 4
	echo "$dead" >"$R/pid"
	echo "$dead" >"$R/supervisor"
	[ "$(stale)" = 4 ]
	# The supervisor lives and is about to write the exit: not stale, and still running.
	container ending 5
	echo "$dead" >"$R/pid"
	identity "$$" >"$R/supervisor"
	[ "$(stale)" = 4 ]
	[ "$(ps_ -q | cut -c1 | sort | tr -d '\n')" = 15 ]
	# Killed before the command was there.
	container half 6
	echo "$dead" >"$R/supervisor"
	[ "$(stale)" = 46 ]
	# One that should have removed itself: with its supervisor dead, and after a reboot.
	container self 7
	exited 0 5
	echo 'rm tty' >"$C/flags"
	container rebooted 8
	echo rm >"$C/flags"
	rmdir "$R"
	[ "$(stale)" = 4678 ]
	# Makers: a living one, one that is just being noted, a dead one, one of no known form.
	mkdir "$RUN/starting"
	identity "$$" >"$RUN/starting/$(id_of 9a)"
	: >"$RUN/starting/$(id_of 9b)"
	echo "$dead" >"$RUN/starting/$(id_of a)"
	echo x >"$RUN/starting/$(id_of b)"
	[ "$(stale)" = 4678ab ]
	run ps_ --stale-fd 77
	[ "$status" = 2 ]
}

@test "ctstate inspect: docker's shape, four blanks, in an array" {
	container web 1 60
	running
	printf 'sh\0-c\0echo "a  b"\0' >"$C/command"
	printf 'PATH=/bin\0A=\0' >"$C/env"
	printf 'b=2\0a=1\0' >"$C/labels"
	echo web1 >"$C/hostname"
	echo 1000:1000 >"$C/user"
	echo /srv >"$C/workdir"
	printf '8080:80\000127.0.0.1:9090:90/udp\00081\0' >"$C/publish"
	printf '/data:/tmp:ro,z\0/x:/y\0' >"$C/binds"
	printf '%s\0' bind '' /data /tmp ro,z bind '' /x /y '' volume cache /v/cache/_data /c '' tmpfs '' '' /t size=1m >"$C/mounts"
	printf 'NET_ADMIN\0' >"$C/cap-add"
	printf '/dev/fuse:/dev/fuse:rw\0' >"$C/devices"
	printf 'nofile=10:20\0core=-1:-1\0' >"$C/ulimits"
	printf 'net.a=1\0net.b=x=y\0' >"$C/sysctls"
	echo 1m >"$C/shm-size"
	printf '10.0.0.7\tdb\0host-gateway\tgw\0' >"$C/extra-hosts"
	printf 'io-rbps=/dev/a:b:1m\0io-wiops=/dev/vda:50\0' >"$C/device-rates"
	printf 'device-allow=/dev/fuse:rw\ndevice-allow=c 42:* rwm\n' >"$C/device-rules"
	printf '10.0.0.9\0' >"$C/dns"
	printf 'ndots:1\0' >"$C/dns-option"
	printf 'a.test\0b.test\0' >"$C/dns-search"
	echo host >"$C/pid-mode"
	echo 3 >"$C/log-max-file"
	echo 5k >"$C/log-max-size"
	echo 64m >"$C/memory"
	echo 0.5 >"$C/cpus"
	echo 512 >"$C/cpu-shares"
	echo 0-1 >"$C/cpuset-cpus"
	echo 20 >"$C/pids-limit"
	echo 'rm tty stdin init' >"$C/flags"
	echo INT >"$C/stop-signal"
	echo 3 >"$C/stop-timeout"
	echo 128m >"$C/memory-swap"
	echo copy >"$C/storage"
	echo mydocker-1 >"$R/netns"
	printf 'address 10.1.0.2/24\ngateway 10.1.0.1\nmac 02:42:0a:01:00:02\nport 0.0.0.0:8080 80/tcp\n' >"$R/net"
	run inspect 1
	[ "$status" = 0 ]
	[ "${lines[0]}" = '[' ]
	[ "${lines[1]}" = '    {' ]
	[ "${lines[2]}" = "        \"Id\": \"$(id_of 1)\"," ]
	j() { [ "$(inspect 1 | jq -c ".[0]$1")" = "$2" ] || { printf '%s\n' "$1"; inspect 1 | jq -c ".[0]$1"; return 1; }; }
	j .Name '"/web"'
	j .Path '"sh"'
	j .Args '["-c","echo \"a  b\""]'
	j .State.Status '"running"'
	j .State.Running true
	j .State.Pid "$$"
	j .State.FinishedAt '"0001-01-01T00:00:00Z"'
	j '.HostConfig | del(.PortBindings, .RestartPolicy, .MaskedPaths, .ReadonlyPaths)' '{"Binds":["/data:/tmp:ro,z","/x:/y"],"ContainerIDFile":"","LogConfig":{"Type":"cri","Config":{"max-file":"3","max-size":"5k"}},"NetworkMode":"bridge","AutoRemove":true,"VolumesFrom":null,"CapAdd":["NET_ADMIN"],"CapDrop":null,"CgroupnsMode":"private","Dns":["10.0.0.9"],"DnsOptions":["ndots:1"],"DnsSearch":["a.test","b.test"],"ExtraHosts":["db:10.0.0.7","gw:host-gateway"],"GroupAdd":null,"IpcMode":"private","PidMode":"host","Privileged":false,"PublishAllPorts":false,"ReadonlyRootfs":false,"SecurityOpt":null,"Tmpfs":{"/t":"size=1m"},"UTSMode":"","UsernsMode":"","ShmSize":1048576,"Sysctls":{"net.a":"1","net.b":"x=y"},"CpuShares":512,"Memory":67108864,"MemorySwap":134217728,"MemoryReservation":0,"NanoCpus":500000000,"CgroupParent":"","CpuQuota":0,"CpuPeriod":0,"CpusetCpus":"0-1","CpusetMems":"","MemorySwappiness":null,"PidsLimit":20,"BlkioWeight":0,"OomKillDisable":false,"OomScoreAdj":0,"Devices":[{"PathOnHost":"/dev/fuse","PathInContainer":"/dev/fuse","CgroupPermissions":"rw"}],"DeviceCgroupRules":["c 42:* rwm"],"Ulimits":[{"Name":"nofile","Hard":20,"Soft":10},{"Name":"core","Hard":-1,"Soft":-1}],"BlkioDeviceReadBps":[{"Path":"/dev/a:b","Rate":1048576}],"BlkioDeviceWriteBps":null,"BlkioDeviceReadIOps":null,"BlkioDeviceWriteIOps":[{"Path":"/dev/vda","Rate":50}],"Init":true}'
	j '.HostConfig | [(.MaskedPaths | contains(["/proc/kcore", "/sys/firmware"])), .ReadonlyPaths]' '[true,["/proc/bus","/proc/fs","/proc/irq","/proc/sys","/proc/sysrq-trigger"]]'
	echo true >"$C/open-paths"
	j '.HostConfig | [.MaskedPaths, .ReadonlyPaths]' '[[],[]]'
	echo privileged >"$C/flags"
	j '.HostConfig | [.MaskedPaths, .ReadonlyPaths]' '[null,null]'
	echo 'rm tty stdin init' >"$C/flags"
	j .HostConfig.PortBindings '{"80/tcp":[{"HostIp":"","HostPort":"8080"}],"81/tcp":[{"HostIp":"","HostPort":""}],"90/udp":[{"HostIp":"127.0.0.1","HostPort":"9090"}]}'
	j .Mounts '[{"Type":"bind","Source":"/data","Destination":"/tmp","Mode":"ro,z","RW":false,"Propagation":"rprivate"},{"Type":"bind","Source":"/x","Destination":"/y","Mode":"","RW":true,"Propagation":"rprivate"},{"Type":"volume","Name":"cache","Source":"/v/cache/_data","Destination":"/c","Driver":"local","Mode":"","RW":true,"Propagation":""},{"Type":"tmpfs","Source":"","Destination":"/t","Mode":"size=1m","RW":true,"Propagation":""}]'
	j .Config '{"Hostname":"web1","Domainname":"","User":"1000:1000","AttachStdin":true,"AttachStdout":true,"AttachStderr":true,"ExposedPorts":{"80/tcp":{},"81/tcp":{},"90/udp":{}},"Tty":true,"OpenStdin":true,"StdinOnce":true,"Env":["PATH=/bin","A="],"Cmd":["sh","-c","echo \"a  b\""],"Image":"busybox","Volumes":null,"WorkingDir":"/srv","Entrypoint":null,"Labels":{"a":"1","b":"2"},"StopSignal":"INT","StopTimeout":3}'
	j .NetworkSettings '{"SandboxKey":"/run/netns/mydocker-1","Ports":{"80/tcp":[{"HostIp":"0.0.0.0","HostPort":"8080"}],"81/tcp":null,"90/udp":null},"Gateway":"10.1.0.1","IPAddress":"10.1.0.2","IPPrefixLen":24,"IPv6Gateway":"","GlobalIPv6Address":"","GlobalIPv6PrefixLen":0,"MacAddress":"02:42:0a:01:00:02","Networks":{"bridge":{"Aliases":null,"NetworkID":"","EndpointID":"'"$(id_of 1)"'","Gateway":"10.1.0.1","IPAddress":"10.1.0.2","IPPrefixLen":24,"IPv6Gateway":"","GlobalIPv6Address":"","GlobalIPv6PrefixLen":0,"MacAddress":"02:42:0a:01:00:02"}}}'
	# What is no port is left out.
	printf '%s\0' 0 65536 9-1 a - 80- -80 '' 5-6/sctp 70000-70001 :7 99999999999999999999-1 1-99999999999999999999 >"$C/exposed-ports"
	j '.Config.ExposedPorts | keys' '["5/sctp","6/sctp","7/tcp","80/tcp","81/tcp","90/udp"]'
	printf 'sha256:../x' >"$C/image-id"
	j '.Config.Volumes' null
	rm "$C/image-id"
	j ' | [.Driver, .GraphDriver.Name, .GraphDriver.Data.UpperDir]' "[\"copy\",\"copy\",\"$ROOT/containers/$(id_of 1)/upper\"]"
	j ' | [.HostsPath, .HostnamePath, .ResolvConfPath]' "$(printf '["%s/hosts","%s/hostname","%s/resolv.conf"]' "$ROOT/containers/$(id_of 1)"{,,})"
	j .LogPath "\"$ROOT/containers/$(id_of 1)/log\""
	echo 2 >"$C/entrypoint-length"
	j '.Config | [.Entrypoint, .Cmd]' '[["sh","-c"],["echo \"a  b\""]]'
}

@test "ctstate inspect: the end of a container" {
	container web 1 60
	exited 137 5 'core oom'
	[ "$(inspect 1 -f '{{.State.Status}} {{.State.Running}} {{.State.Pid}} {{.State.ExitCode}} {{.State.OOMKilled}}')" = \
		'exited false 0 137 true' ]
	[[ $(inspect 1 -f '{{.State.FinishedAt}}') == 20*.5Z ]]
	printf 'port 0.0.0.0:8080 80/tcp\n' >"$R/net"
	[ "$(inspect 1 -f '{{json .NetworkSettings.Ports}}')" = '{}' ]
}

@test "ctstate inspect --format: the template language" {
	container web 1 60
	running
	printf 'sh\0-c\0x y\0' >"$C/command"
	printf 'a=b<>&\0x.y=1\0' >"$C/labels"
	printf 'A=1\0B=2\0' >"$C/env"
	printf '%s\0' bind '' /s /d '' >"$C/mounts"
	printf '/s:/d\0' >"$C/binds"
	printf 'address 10.1.0.2/24\nport 0.0.0.0:8080 80/tcp\nport 0.0.0.0:53 53/udp\n' >"$R/net"
	t() {
		local got

		got=$(inspect 1 -f "$1" && echo .)
		[ "$got" = "$2"$'\n.' ] || { printf '%s\n got %s\nwant %s\n' "$1" "${got%.}" "$2"; return 1; }
	}
	t '{{.Name}} {{.State.Running}}' '/web true'
	t '{{json .Config.Labels}}' '{"a":"b<>&","x.y":"1"}'
	t '{{.Config.Labels}} {{.Args}} {{.Mounts}}' 'map[a:b<>& x.y:1] [-c x y] [{bind /s /d  true rprivate}]'
	t '{{.Config.Labels.nope}}|{{index .Config.Labels "nope"}}|{{index .Config.Labels "x.y"}}' '<no value>||1'
	t '{{range .Config.Env}}{{.}};{{end}}' 'A=1;B=2;'
	t '{{range $i, $e := .Config.Env}}{{$i}}{{$e}} {{end}}' '0A=1 1B=2 '
	t '{{range $k, $v := .NetworkSettings.Ports}}{{$k}}={{(index $v 0).HostPort}} {{end}}' '53/udp=53 80/tcp=8080 '
	t '{{(index (index .NetworkSettings.Ports "80/tcp") 0).HostPort}}' 8080
	t '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' 10.1.0.2
	t '{{range $p, $c := .NetworkSettings.Ports}}{{println $p}}{{end}}' $'53/udp\n80/tcp\n'
	t '{{if .State.Paused}}p{{else if .State.Running}}r{{else}}n{{end}}' r
	t '{{if and .State.Running (eq .State.Status "exited" "running")}}y{{end}}' y
	t '{{if .State.Health}}h{{else}}no{{end}}{{if .Config.Healthcheck}}h{{end}}' no
	t '{{with .Config.User}}u{{else}}none{{end}}' none
	t '{{range .HostConfig.Binds}}{{.}}{{else}}e{{end}}' /s:/d
	t '{{.HostConfig.PortBindings}} {{json .Config.Entrypoint}} {{.Config.Entrypoint}}' 'map[] null []'
	t '{{printf "%5s|%-5s|%q|%d" .Path .Path .Path 3}}' '   sh|sh   |"sh"|3'
	t '{{.Args | json}} {{join .Args "-"}} {{len .Args}} {{slice .Path 0 1}}' '["-c","x y"] -c-x y 2 s'
	t '{{title .Path}}{{upper .Path}}{{lower "AB"}}{{pad .Path 1 2}}|{{truncate .Path 1}} {{split "a,b" ","}}' 'ShSHab sh  |s [a b]'
	t '{{print .Args 3 4 "a" 5 true false}}' '[-c x y] 3 4a5 true false'
	t '{{$x := .Path}}{{if true}}{{$x = "in"}}{{end}}{{$x}}' in
	t 'a {{- /* c */ -}} b {{"q\"\t" | json}} {{`r\`}}' 'ab "q\"\t" r\'
	t '{{not .Args}} {{or .Config.User "dflt"}} {{lt 1 2}} {{ge "b" "a"}} {{ne 1 2}}' 'false dflt true true true'
	t '{{json .State.Running}}\n' 'true\n'
	t '{{.NetworkSettings.Networks.none.IPAddress}}' '<no value>'
	t '{{$.Name}}{{with .State}}{{$.Name}}{{.Status}}{{end}}' /web/webrunning
}

@test "ctstate inspect --format: errors are one line, status 1" {
	local t

	container web 1
	for t in '{{.Nope}}' '{{.Config.Nope}}' '{{.Name.X}}' '{{range .Name}}{{end}}' '{{index .Args 9}}' '{{lt 1 "a"}}' \
		'{{$x}}' '{{nope}}' '{{if}}{{end}}' '{{range $a, $b, $c := .Args}}{{end}}' '{{json and}}' '{{/* x}}' \
		"$(printf '{{if 1}}%.0s' {1..200})" "{{$(printf '(%.0s' {1..200})"; do
		run inspect 1 -f "$t"
		[ "$status" = 1 ]
		[ "${#lines[@]}" = 1 ]
		[[ $output == 'ctstate: template: '* ]]
	done
}

@test "ctstate inspect of what is not there: an empty array, a line, status 1" {
	container web 1
	run --separate-stderr inspect 9
	[ "$status" = 1 ]
	[ "$output" = '[]' ]
	# shellcheck disable=SC2154 # set by run
	[ "$stderr" = "ctstate: no such container: '$(id_of 9)'" ]
	run --separate-stderr "$BIN/ctstate" inspect -f '{{.Name}}' "$ROOT" "$RUN" ../containers "$(id_of 1)"
	[ "$status" = 1 ]
	[ "$output" = /web ]
	run inspect 1 --type image
	[ "$status" = 1 ]
	[ "$(inspect 1 --type container -f '{{.Name}}')" = /web ]
	[ "$(inspect 1 -f json | jq length)" = 1 ]
}

@test "ctstate remove: a tree with odd modes, names and kinds" {
	local d=$TMP/tree

	mkdir -p "$d/a/b" "$d"/$'new\nline' "$d/-x" "$d/closed/in"
	: >"$d/a/file"
	: >"$d/closed/in/file"
	ln -s /etc/passwd "$d/a/link"
	ln -s / "$d/a/root"
	mkfifo "$d/a/fifo"
	[ "$(id -u)" != 0 ] || mknod "$d/a/null" c 1 3
	: >"$d/a/ro" && chmod 0 "$d/a/ro"
	chmod 0 "$d/closed/in" "$d/closed" "$d/a/b"
	run "$BIN/ctstate" remove "$d"
	[ "$status" = 0 ] && [ -z "$output" ]
	[ ! -e "$d" ]
	[ -s /etc/passwd ]
	run "$BIN/ctstate" remove "$d" "$d/"
	[ "$status" = 0 ] && [ -z "$output" ]
}

@test "ctstate remove takes files too, in the order given, but not what a link names" {
	mkdir "$TMP/d"
	: >"$TMP/d/in" && : >"$TMP/f"
	ln -s "$TMP/f" "$TMP/l"
	run "$BIN/ctstate" remove "$TMP/d" "$TMP/f" "$TMP/none"
	[ "$status" = 0 ] && [ -z "$output" ]
	[ ! -e "$TMP/d" ] && [ ! -e "$TMP/f" ]
	: >"$TMP/f"
	run "$BIN/ctstate" remove "$TMP/l"
	[ "$status" = 1 ]
	[ -e "$TMP/f" ] && [ -L "$TMP/l" ]
}

@test "ctstate remove: without root's privileges, closed directories too" {
	requires root tool_setpriv
	mkdir -p "$TMP/open/tree/a/b/c"
	: >"$TMP/open/tree/a/b/c/file"
	chown -R 65534:65534 "$TMP/open"
	chmod 711 "$TMP"
	chmod 500 "$TMP/open/tree/a/b/c"
	chmod 0 "$TMP/open/tree/a/b" "$TMP/open/tree/a"
	cp "$BIN/ctstate" "$TMP/open/ctstate"
	run setpriv --reuid 65534 --regid 65534 --clear-groups "$TMP/open/ctstate" remove "$TMP/open/tree"
	[ "$status" = 0 ] && [ -z "$output" ]
	[ ! -e "$TMP/open/tree" ]
}

@test "ctstate remove never follows a link and never crosses a mount" {
	requires root
	mkdir -p "$TMP/volume" "$TMP/tree/a/mnt" "$TMP/tree/empty"
	: >"$TMP/volume/precious"
	ln -s "$TMP/volume" "$TMP/link"
	run "$BIN/ctstate" remove "$TMP/link"
	[ "$status" = 1 ]
	[ -e "$TMP/volume/precious" ]
	run "$BIN/ctstate" remove "$TMP/link/"
	[ -e "$TMP/volume/precious" ]
	: >"$TMP/tree/file"
	# shellcheck disable=SC2016 # for the inner shell
	run unshare -m bash -c '
		mount --make-rprivate /
		mount --bind "$1/volume" "$1/tree/a/mnt" || exit 99
		"$0" remove "$1/tree"; [ $? = 1 ] || exit 20
		"$0" remove "$1/tree/a/mnt"; [ $? = 1 ] || exit 21
		umount "$1/tree/a/mnt"
		: >"$1/tree/file"
		mount --bind /dev/null "$1/tree/file"
		"$0" remove "$1/tree"; [ $? = 1 ] || exit 22
		umount "$1/tree/file"
		# The same file system, mounted again on itself: only the mount tells.
		mkdir -p "$1/tree/self"
		mount --bind "$1/volume" "$1/tree/self"
		"$0" remove "$1/tree"; [ $? = 1 ] || exit 23
	' "$BIN/ctstate" "$TMP"
	[ "$status" = 0 ]
	[ "${#lines[@]}" = 4 ]
	[ "${lines[0]}" = "ctstate: remove '$TMP/tree/a/mnt': it is a mount point; unmount it first" ]
	[ "${lines[1]}" = "ctstate: remove '$TMP/tree/a/mnt': it is a mount point; unmount it first" ]
	[ "${lines[2]}" = "ctstate: remove '$TMP/tree/file': it is a mount point; unmount it first" ]
	[ "${lines[3]}" = "ctstate: remove '$TMP/tree/self': it is a mount point; unmount it first" ]
	[ -e "$TMP/volume/precious" ]
	run "$BIN/ctstate" remove "$TMP/tree"
	[ "$status" = 0 ]
	[ ! -e "$TMP/tree" ]
}

@test "ctstate remove: ten thousand levels" {
	requires tool_python3
	mkdir "$TMP/deep"
	python3 - "$TMP/deep" <<-'END'
		import os, sys
		os.chdir(sys.argv[1])
		for i in range(10000):
		    if i % 1000 == 0:
		        open("file", "w").close()
		    os.mkdir("d")
		    os.chdir("d")
	END
	run bash -c 'ulimit -n 80; "$0" remove "$1"' "$BIN/ctstate" "$TMP/deep"
	[ "$status" = 0 ] && [ -z "$output" ]
	[ ! -e "$TMP/deep" ]
}

@test "ctstate remove: many entries, and several trees of which one fails" {
	requires tool_python3
	mkdir -p "$TMP/wide" "$TMP/b/c"
	python3 - "$TMP/wide" <<-'END'
		import os, sys
		for i in range(3000):
		    open(f"{sys.argv[1]}/f{i}", "w").close()
		for i in range(1000):
		    os.mkdir(f"{sys.argv[1]}/d{i}")
		    open(f"{sys.argv[1]}/d{i}/f", "w").close()
	END
	mkfifo "$TMP/fifo"
	run "$BIN/ctstate" remove "$TMP/fifo" "$TMP/wide" "$TMP/b" .. /
	[ "$status" = 1 ]
	[ "${#lines[@]}" = 3 ]
	[ "${lines[0]}" = "ctstate: remove '$TMP/fifo': Not a directory" ]
	[ ! -e "$TMP/wide" ] && [ ! -e "$TMP/b" ] && [ -e "$TMP/fifo" ]
}

@test "ctstate: a wrong command line is status 2 and one line" {
	local args

	for args in '' nope '-a ps' 'new a b' 'new a b c d' 'now x' 'ps' 'ps a' 'ps a b c' 'ps --nope a b' 'inspect a b' 'remove' \
		'inspect --format'; do
		# shellcheck disable=SC2086 # split on purpose
		run "$BIN/ctstate" $args
		[ "$status" = 2 ]
		[ "${#lines[@]}" = 1 ]
		[[ $output == *"--help'" ]]
	done
}

@test "ctstate ps: a full disk behind standard output is an error" {
	container web 1
	run bash -c '"$0" ps -a "$1" "$2" >/dev/full' "$BIN/ctstate" "$ROOT" "$RUN"
	[ "$status" = 1 ]
	[ "$output" = 'ctstate: write to standard output: No space left on device' ]
}

@test "ctstate reap: the end is kept, or all goes with it and who waits is told" {
	local one two log=$RUN/events

	container one 1
	mkdir -p "$RUN/starting" "$RUN/waiting" "$ROOT/names"
	one=${C##*/}
	printf 'exited 3 2026-11-25T21:00:00.123456789Z\n' >"$R/exit"
	: >"$RUN/starting/$one"
	run "$BIN/ctstate" reap --exit-status 9 "$ROOT" "$RUN" "$one"
	[ "$status" = 9 ] && [ -z "$output" ]
	cmp "$C/exit" "$R/exit"
	[ -e "$R/released" ] && [ ! -e "$RUN/starting/$one" ]
	rm "$C/exit" "$R/exit" "$R/released"

	# Never started, but whole before: it is again what it was.
	printf '1 2 3\nagain\n' >"$RUN/starting/$one"
	: >"$R/before"
	run "$BIN/ctstate" reap "$ROOT" "$RUN" "$one"
	[ "$status" = 0 ] && [ -e "$C/unstarted" ] && [ ! -s "$C/exit" ]
	rm "$C/unstarted" "$R/released"
	printf '1 2 3\nagain\n' >"$RUN/starting/$one"
	printf 'exited 1 2026-11-25T21:00:00.123456789Z' >"$R/before"
	run "$BIN/ctstate" reap "$ROOT" "$RUN" "$one"
	[ "$status" = 0 ] && grep -q 'exited 1 ' "$C/exit"
	printf 'mine other\n' >"$C/volumes"

	container two 2
	two=${C##*/}
	echo rm >"$C/flags"
	printf 'exited 0 2026-11-25T21:00:00.123456789Z\n' >"$R/exit"
	: >"$R/pid"
	printf '%s\n' "$two" >"$ROOT/names/two"
	echo two >"$C/name"
	printf 'ours mine ../x\n' >"$C/volumes"
	mkdir -p "$ROOT"/volumes/{ours,mine,named}/_data "$ROOT/x"
	: >"$ROOT/volumes/ours/anonymous"
	: >"$ROOT/volumes/mine/anonymous"
	: >"$ROOT/x/anonymous"
	: >"$RUN/waiting/$two.5"
	: >"$RUN/waiting/$one.6"
	run "$BIN/ctstate" reap "$ROOT" "$RUN" "$two"
	[ "$status" = 0 ] && [ -z "$output" ]
	[ ! -e "$C" ] && [ ! -e "$R" ] && [ ! -e "$ROOT/names/two" ]
	[ "$(ls "$ROOT/volumes")" = $'mine\nnamed' ] && [ -e "$ROOT/x/anonymous" ]
	grep -q 'exited 0 ' "$RUN/waiting/$two.5" && [ ! -s "$RUN/waiting/$one.6" ]
	grep -q "volume destroy ours" "$log" && grep -q "container destroy $two" "$log"
	eventually 5 sh -c '[ -z "$(find "$1" -name ".removed.*")" ]' sh "$TMP/state"
}

@test "ctstate destroy: many at once, running and damaged ones; heal: half-made and lost ones" {
	local id ids=() p=()

	mkdir -p "$RUN/starting" "$ROOT/names"
	for id in 1 2 3; do
		container "c$id" "$id"
		ids+=("${C##*/}")
		"$BIN/nsrun" --detach --pid-file "$R/pid" --supervisor-file "$R/supervisor" -- sleep 1000
		p+=("$(cut -d' ' -f1 "$R/pid")")
	done
	# Not its claim: another has the name by now.
	echo other >"$ROOT/names/c3"
	echo c3 >"$C/name"
	run "$BIN/ctstate" destroy "$ROOT" "$RUN" "${ids[@]}" "$(id_of f)"
	[ "$status" = 0 ] && [ -z "$output" ]
	[ -z "$(ls "$ROOT/containers")" ] && [ "$(ls "$RUN" | tr '\n' ' ')" = 'events starting ' ]
	for id in "${p[@]}"; do
		[ ! -e "/proc/$id" ]
	done
	[ "$(cat "$ROOT/names/c3")" = other ]

	# Half-made: no name yet, and its maker is gone. Lost: nobody saw the end. Alive: its marker is this shell's.
	container half 4
	rm "$C/name" && printf '%s\n' "${C##*/}" >"$ROOT/names/half"
	printf '1 1 %s\n' "$BOOT" >"$RUN/starting/${C##*/}"
	container alive 5
	identity $$ >"$RUN/starting/${C##*/}"
	container lost 6
	printf '1 1 %s\n' "$BOOT" >"$R/pid"
	cp "$R/pid" "$R/supervisor"
	run "$BIN/ctstate" heal "$ROOT" "$RUN"
	[ "$status" = 0 ] && [ -z "$output" ]
	[ "$(ls "$ROOT/containers")" = "$(id_of 5)"$'\n'"$(id_of 6)" ]
	[ ! -e "$ROOT/names/half" ] && [ ! -e "$RUN/starting/$(id_of 4)" ] && [ -e "$RUN/starting/$(id_of 5)" ]
	[[ $(cat "$C/exit") == 'exited 255 '*' lost' ]] && [ -e "$R/released" ]
	for id in 'reap x' 'destroy x y' 'heal' 'reap --exit-status 256 x y z' 'destroy x y ../z'; do
		# shellcheck disable=SC2086 # words
		run "$BIN/ctstate" $id
		[ "$status" = 2 ]
	done
}
