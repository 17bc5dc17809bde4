#!/usr/bin/env bats
# events.bats - mydocker events, and who writes the log.

load helpers

setup() {
	requires root overlay
	common_setup
	name=e$UNIQ
	export TZ=UTC
}

# The actions of a container by name, in one line.
actions() {
	mydocker events --since 10m --until 0s -f "container=$1" --format '{{.Action}}' "${@:2}" | tr '\n' ' '
}

@test "a container's life, and what is known of it after it has gone" {
	mydocker run --name "$name" --rm --net none -l 'app=my shop' -l "odd=a%b" busybox sh -c 'exit 3' || [ $? = 3 ]
	[ "$(actions "$name")" = 'create start die destroy ' ]
	run -0 mydocker events --since 10m --until 0s --filter "container=$name" --filter event=die
	[[ $output =~ ^20[0-9-]+T[0-9:]+\.[0-9]{9}Z\ container\ die\ [0-9a-f]{64}\ \(app=my\ shop,\ exitCode=3,\ image=busybox,\ name=$name,\ odd=a%b\)$ ]]
	run -0 mydocker events --since 10m --until 0s -f event=start --format '{{json .}}'
	jq -e --arg n "$name" '.status == "start" and .Type == "container" and .Action == "start" and .id == .Actor.ID and .from == "busybox" and
		.Actor.Attributes == {app: "my shop", image: "busybox", name: $n, odd: "a%b"} and .scope == "local" and
		(.timeNano / 1000000000 | floor) == .time' <<<"$output"
	run -0 mydocker events --since 10m --until 0s -f type=container -f 'label=app=my shop' -f label=odd -f image=busybox --format \
		'{{.Type}} {{.Actor.Attributes.name}} {{.Status}} {{.Scope}}'
	[ "${#lines[@]}" = 4 ]
	[ "${lines[0]}" = "container $name create local" ]
	[ -z "$(actions nobody)$(actions "$name" -f image=bus)$(actions "$name" -f type=network)$(actions "$name" -f label=app=x)" ]
	[ "$(actions "$name" -f event=die -f event=start)" = 'start die ' ]
	[ "$(mydocker events --until 0s | wc -l)" = 4 ]
	[ -z "$(mydocker events --since 2001-01-01 --until 2001-01-02)" ]
}

@test "kill, stop, exec and a failed start are told" {
	mydocker run -d --name "$name" --net none busybox sh -c 'trap "exit 0" TERM; trap : USR1; while :; do sleep 1; done'
	mydocker exec "$name" true 'an argument'
	mydocker kill -s USR1 "$name"
	mydocker stop "$name"
	mydocker rm "$name"
	run -0 mydocker events --since 10m --until 0s -f "container=$name" --format '{{.Action}}|{{.Actor.Attributes.signal}}'
	[ "${lines[*]%|<no value>}" = 'create start exec_create: true exec_start: true kill|USR1 die stop destroy' ]
	[ "$(actions "$name" -f event=exec_start)" = 'exec_start: true ' ]
	run -127 mydocker run --name "x$name" --net none busybox /nosuch
	[ "$(actions "x$name")" = 'create destroy ' ]
}

@test "volumes come and go" {
	mydocker volume create "v$name"
	mydocker volume rm "v$name"
	run -0 mydocker events --since 10m --until 0s -f type=volume --format '{{.Action}} {{.Actor.ID}} {{json .Actor.Attributes}}'
	[ "$output" = "create v$name {\"driver\":\"local\"}
destroy v$name {\"driver\":\"local\"}" ]
	[ "$(mydocker events --since 10m --until 0s -f "volume=v$name" | wc -l)" = 2 ]
}

@test "images are tagged, saved, loaded, imported and deleted; filters by name and id" {
	requires tool_skopeo tool_jq
	local id
	mkdir "$TMP/files"
	echo x >"$TMP/files/x"
	id=$(tar -C "$TMP/files" -cf - . | mydocker import - "i$name:1")
	mydocker tag "i$name:1" "x.test/j$name"
	mydocker save -o "$TMP/save.tar" "i$name:1"
	mydocker rmi "x.test/j$name" "i$name:1"
	mydocker load -q -i "$TMP/save.tar"
	run -0 mydocker events --since 10m --until 0s -f type=image --format '{{.Action}} {{.ID}} {{.Actor.Attributes.name}}'
	[ "$output" = "import $id $id
tag $id i$name:1
tag $id x.test/j$name:latest
save $id $id
untag $id x.test/j$name:latest
untag $id i$name:1
delete $id $id
load $id $id" ]
	run -0 mydocker events --since 10m --until 0s -f "image=i$name" --format json
	jq -e -s --arg id "$id" 'map(.status) == ["tag", "untag"] and all(.id == $id and .Type == "image" and (has("from") | not))' <<<"$output"
	[ "$(mydocker events --since 10m --until 0s -f "image=${id:7:12}" | wc -l)" = 8 ]
	[ "$(mydocker events --since 10m --until 0s -f "image=x.test/j$name:latest" -f event=tag | wc -l)" = 1 ]
	[ "$(mydocker events --since 10m --until 0s -f "image=x$name" -f image=sha256:none | wc -l)" = 0 ]
}

@test "events follows, and ends at --until or when nobody reads" {
	$MYDOCKER_SH "$TOP/scripts/mydocker.sh" events --format '{{.Action}} {{.Actor.Attributes.name}}' >"$TMP/out" 3>&- &
	pid=$!
	# It is there when it has its watch.
	watching() { grep -q inotify "/proc/$pid"/fdinfo/*; }
	eventually 10 watching
	mydocker run --rm --name "$name" --net none busybox true
	eventually 10 grep -qx "destroy $name" "$TMP/out"
	[ "$(tr '\n' ' ' <"$TMP/out")" = "create $name start $name die $name destroy $name " ]
	kill "$pid"
	wait "$pid" || true
	run -0 timeout 60 $MYDOCKER_SH "$TOP/scripts/mydocker.sh" events --since 1h --until "$(date -u -d '+1 second' +%FT%TZ)"
	[ "${#lines[@]}" = 4 ]
	timeout 60 $MYDOCKER_SH "$TOP/scripts/mydocker.sh" events --since 1h | head -n 1
}

@test "the log is bounded: what is old goes to events.1, then away" {
	mkdir -p "$MYDOCKER_RUN" "$MYDOCKER_ROOT"
	yes "+1.0 network create 1f name=n" | head -n 40000 >"$MYDOCKER_RUN/events"
	"$BIN/ctstate" new "$MYDOCKER_ROOT" "$MYDOCKER_RUN" abc
	[ ! -e "$MYDOCKER_RUN/events" ]
	echo "+2.0 network destroy 1f name=n" >"$MYDOCKER_RUN/events"
	[ "$("$BIN/ctstate" events --since 2001-01-01 --until 0s "$MYDOCKER_ROOT" "$MYDOCKER_RUN" | wc -l)" = 40001 ]
	"$BIN/ctstate" remove "$MYDOCKER_ROOT/containers/abc" "$MYDOCKER_RUN/abc"
	[ -e "$MYDOCKER_RUN/events" ]
}

@test "damaged lines are passed over, a half one is waited for, hostile words stay words" {
	mkdir -p "$MYDOCKER_RUN"
	printf '%s\n' 'junk' '' '+x a b c' "$(head -c 300 /dev/urandom | tr -d '\n\0')" '+1.0 volume create v%0Aw driver=%1B[31m%FF' >"$MYDOCKER_RUN/events"
	printf '+1.0 volume create half' >>"$MYDOCKER_RUN/events"
	run -0 "$BIN/ctstate" events --since 2001-01-01 --until 0s --format json "$MYDOCKER_ROOT" "$MYDOCKER_RUN"
	[ "${#lines[@]}" = 1 ]
	[ "$(jq -r .Actor.ID <<<"$output")" = $'v\nw' ]
	jq -e '.Actor.Attributes.driver == "\u001b[31m\ufffd"' <<<"$output"
}

@test "what is wrong with the command line is one line" {
	local args
	for args in '-f nosuch=1' '-f nothing' '--since when' '--until x' '--format {{' extra --nope; do
		# shellcheck disable=SC2086 # split on purpose
		run ! mydocker events --until 0s $args --since 1h
		[ "${#lines[@]}" = 1 ]
	done
}

@test "nothing is written by way of a link in the log's place" {
	mydocker create --name "$name" --net none busybox true
	rm "$MYDOCKER_RUN/events"
	echo mine >"$TMP/bait"
	ln -s "$TMP/bait" "$MYDOCKER_RUN/events"
	run -0 mydocker rename "$name" "x$name"
	run -0 --separate-stderr mydocker start -a "x$name"
	run -0 mydocker rm "x$name"
	[ "$(<"$TMP/bait")" = mine ] && [ -L "$MYDOCKER_RUN/events" ]
}
