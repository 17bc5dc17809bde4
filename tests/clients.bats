#!/usr/bin/env bats
# clients.bats - the calls of programs that drive docker by its command line, in the order in which they make them: the runner
# of GitHub Actions, Jenkins' docker workflow, the devcontainers CLI.

load helpers

setup() {
	requires root overlay
	common_setup
	c=c$UNIQ
	mkdir -p "$TMP/work"
}

@test "the GitHub Actions runner: a job in a container with a service" {
	requires nft
	local label=r$UNIQ net=github_network_$UNIQ job service
	[[ $(mydocker version --format '{{.Server.APIVersion}}') =~ ^1\.[34][0-9]$ ]]
	[[ $(mydocker version --format '{{.Client.APIVersion}}') =~ ^1\.[34][0-9]$ ]]
	[ -z "$(mydocker ps --all --quiet --no-trunc --filter "label=$label")" ]
	mydocker network prune --force --filter "label=$label"
	run -0 mydocker network create --label "$label" "$net"
	service=$(mydocker create --name "s$c" --label "$label" --network "$net" --network-alias redis -p 6379 -e GITHUB_ACTIONS=true -e CI=true busybox httpd -f -p 6379)
	[[ $service =~ ^[0-9a-f]{64}$ ]]
	[ "$(mydocker start "$service")" = "$service" ]
	[[ $(mydocker ps --all --filter "id=$service" --filter status=running --no-trunc --format '{{.ID}} {{.Status}}') == "$service Up "* ]]
	[[ $(mydocker port "$service") == '6379/tcp -> 0.0.0.0:'* ]]
	[ -z "$(mydocker inspect --format='{{if .Config.Healthcheck}}{{print .State.Health.Status}}{{end}}' "$service")" ]
	job=$(mydocker create --name "j$c" --label "$label" --workdir /__w/repo/repo --network "$net" -e "HOME=/github/home" -e GITHUB_ACTIONS=true -e CI=true \
		-v "$TMP/work":"/__w" -v "$TMP/work/_temp":"/__w/_temp" -v "$TMP/work/_temp/_github_home":"/github/home" --entrypoint "tail" busybox "-f" "/dev/null")
	mydocker start "$job"
	[[ $(mydocker ps --all --filter "id=$job" --filter status=running --no-trunc --format '{{.ID}} {{.Status}}') == "$job Up "* ]]
	run -0 mydocker inspect --format '{{range .Config.Env}}{{println .}}{{end}}' "$job"
	grep -qx HOME=/github/home <<<"$output"
	grep -q ^PATH= <<<"$output"
	printf 'echo "$HOME $CI $(pwd)"\nnslookup redis >/dev/null 2>&1 || wget -q -O /dev/null http://redis:6379/ 2>&1 | grep -q 404\necho done >>/__w/result\nexit 3\n' >"$TMP/work/_temp/step.sh"
	run -3 mydocker exec -i --workdir /__w/repo/repo -e INPUT_X='a b' "$job" sh /__w/_temp/step.sh </dev/null
	[ "$output" = '/github/home true /__w/repo/repo' ]
	[ "$(<"$TMP/work/result")" = 'done' ]
	[ "$(mydocker rm --force "$job")" = "$job" ]
	mydocker rm --force "$service"
	mydocker network rm "$net"
	[ -z "$(mydocker ps --all --quiet --no-trunc --filter "label=$label")" ]
}

@test "Jenkins' docker workflow: inside an image" {
	local id
	mydocker version >/dev/null
	[ "$(mydocker inspect -f . busybox)" = . ]
	id=$(mydocker run -t -d -u 1000:1000 -w "$TMP/work" -v "$TMP/work:$TMP/work:rw,z" -v "$TMP/work@tmp:$TMP/work@tmp:rw,z" -e BUILD_ID=1 -e "B=x y" busybox cat)
	[[ $id =~ ^[0-9a-f]{64}$ ]]
	run -0 mydocker top "$id" -eo pid,comm
	[[ ${lines[0]} =~ PID.*COMMAND ]]
	[[ ${lines[1]} == *' cat' ]]
	chown 1000:1000 "$TMP/work"
	run -0 mydocker exec "$id" env
	grep -qx 'B=x y' <<<"$output"
	run -0 mydocker exec --env A=1 "$id" sh -c 'echo "$A $(id -u) $PWD" | tee f'
	[ "${output%$'\r'}" = "1 1000 $TMP/work" ]
	[ "$(stat -c %u "$TMP/work/f")" = 1000 ]
	[[ $(mydocker inspect -f '{{json .Created}}' "$id") =~ ^\"20.*Z\"$ ]]
	[ "$(mydocker inspect -f '{{.Config.Image}}' "$id")" = busybox ]
	[ "$(mydocker stop --time=1 "$id")" = "$id" ]
	[ "$(mydocker rm -f --volumes "$id")" = "$id" ]
	run -1 mydocker inspect -f . "$id"
}

@test "the devcontainers CLI: find, start, enter, watch" {
	local id pid client
	local labels=(-l "devcontainer.local_folder=$TMP/my work" -l devcontainer.config_file=/x/devcontainer.json)
	[ -z "$(mydocker ps -q -a --filter "label=devcontainer.local_folder=$TMP/my work" --filter label=devcontainer.config_file=/x/devcontainer.json)" ]
	mydocker inspect --type image busybox | jq -e '.[0].Id' >/dev/null
	$MYDOCKER_SH "$TOP/scripts/mydocker.sh" events --format '{{json .}}' --filter event=start >"$TMP/events" 3>&- &
	pid=$!
	watching() { grep -q inotify "/proc/$pid"/fdinfo/*; }
	eventually 10 watching
	# It stays at the container until it has seen the first line, and leaves it running.
	$MYDOCKER_SH "$TOP/scripts/mydocker.sh" run --sig-proxy=false -a STDOUT -a STDERR --net none \
		--mount "type=bind,source=$TMP/work,target=/workspaces/work,consistency=cached" "${labels[@]}" --entrypoint /bin/sh busybox -c 'echo Container started
trap "exit 0" 15
while sleep 1 & wait $!; do :; done' - >"$TMP/started" 3>&- &
	client=$!
	eventually 10 grep -qx 'Container started' "$TMP/started"
	kill "$client"
	wait "$client" || true
	id=$(mydocker ps -q -a --no-trunc --filter "label=devcontainer.local_folder=$TMP/my work")
	[ -n "$id" ]
	eventually 10 grep -q "$id" "$TMP/events"
	jq -e --arg id "$id" --arg f "$TMP/my work" 'select(.id == $id) | .status == "start" and .Actor.Attributes["devcontainer.local_folder"] == $f' "$TMP/events"
	kill "$pid"
	wait "$pid" || true
	[ "$(mydocker ps -q -a --filter "label=devcontainer.local_folder=$TMP/my work" --no-trunc)" = "$id" ]
	mydocker inspect --type container "$id" | jq -e --arg w "$TMP/work" '.[0] | .State.Status == "running" and .Mounts[0].Source == $w and
		.Mounts[0].Destination == "/workspaces/work" and .Config.Labels["devcontainer.config_file"] == "/x/devcontainer.json" and .Config.User == ""'
	started() { [ "$(mydocker logs "$id")" = 'Container started' ]; }
	eventually 10 started
	# The trap is set before the loop's first command is started, which is the second process.
	loops() { [ "$(mydocker top "$id" | wc -l)" -ge 3 ]; }
	eventually 10 loops
	run -0 mydocker exec -i -u root -e 'VSCODE=a b' -w /workspaces/work "$id" /bin/sh <<<'echo "$VSCODE $PWD $(id -u)"; exit'
	[ "$output" = 'a b /workspaces/work 0' ]
	run -1 --separate-stderr mydocker inspect --type container nosuch
	[ "$output" = '[]' ]
	mydocker stop "$id"
	[ "$(mydocker inspect -f '{{.State.ExitCode}}' "$id")" = 0 ]
	[ "$(mydocker start "$id")" = "$id" ]
	mydocker rm -f "$id"
}
