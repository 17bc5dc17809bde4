#!/usr/bin/env bats
# images.bats - images from tar, from a registry, from a container, and back. A real registry (docker-registry) listens on
# the loopback of this file's own network namespace.
#
# shellcheck disable=SC2016 # inner shells expand their own scripts

load helpers

setup_file() {
	ip link set lo up
	make_app "$BATS_FILE_TMPDIR"
	start_registry "$BATS_FILE_TMPDIR/registry" 127.0.0.1:5055 ''
	skopeo copy -q --dest-tls-verify=false "oci:$BATS_FILE_TMPDIR/oci:app" docker://127.0.0.1:5055/team/app:1
}

teardown_file() {
	local pid
	for pid in "$BATS_FILE_TMPDIR"/registry*.pid; do
		kill "$(cat "$pid")"
	done
}

setup() {
	common_setup
	requires root overlay tool_skopeo tool_umoci tool_docker-registry tool_jq
	app=127.0.0.1:5055/team/app:1
}

# start_registry DIRECTORY ADDRESS MORE: MORE is further configuration.
start_registry() {
	printf '%s\n' 'version: 0.1' 'log: {level: error, accesslog: {disabled: true}}' \
		"storage: {filesystem: {rootdirectory: '$1'}, delete: {enabled: true}}" "http: {addr: '$2'${3:-}}" "${4:-}" >"$1.yml"
	docker-registry serve "$1.yml" >"$1.log" 2>&1 3>&- &
	echo $! >"$1.pid"
	eventually 60 curl -sk -o /dev/null "http${3:+s}://$2/v2/"
}

# An image in an OCI layout: three layers, a whiteout, an opaque directory, a user, an entry point.
make_app() {
	local layer
	"$TOP/scripts/mkimage-busybox.sh" "$1/base"
	layer=$(echo "$1"/base/images/busybox/layer.*)
	mkdir -p "$1/two/srv" "$1/three/etc"
	echo hello >"$1/two/srv/hello"
	umoci init --layout "$1/oci"
	umoci new --image "$1/oci:app"
	umoci insert --image "$1/oci:app" "$layer" /
	umoci insert --image "$1/oci:app" "$1/two/srv" /srv
	umoci insert --image "$1/oci:app" --whiteout /etc/shells
	umoci insert --image "$1/oci:app" --opaque "$1/three/etc" /media
	umoci config --image "$1/oci:app" --config.entrypoint /bin/cat --config.cmd /srv/hello --config.env 'FOO=a  b"c' \
		--config.env $'NL=x\ny\\n' --config.user 1000 --config.workingdir /srv --config.label x=y --config.label 'two words=a"b' \
		--config.stopsignal SIGUSR1 --config.exposedports 80/tcp
}

# What an image leaves outside its own name.
store_is_empty() {
	[ -z "$(find "$MYDOCKER_ROOT/layers" "$MYDOCKER_ROOT/blobs/sha256" "$MYDOCKER_ROOT/tmp" -mindepth 1)" ]
}

no_work_left() {
	[ -z "$(ls -A "$MYDOCKER_ROOT/tmp" 2>/dev/null)" ]
}

@test "pull and run: the configuration is honoured" {
	run -0 mydocker pull "$app"
	[ "${lines[0]}" = "1: Pulling from team/app" ]
	[[ ${lines[1]} == "Digest: sha256:"* ]]
	[ "${lines[2]}" = "Status: Downloaded newer image for $app" ]
	[ "${lines[3]}" = "$app" ]
	run -0 mydocker pull "$app"
	[ "${lines[2]}" = "Status: Image is up to date for $app" ]
	run -0 mydocker pull -q "$app"
	[ "$output" = "$app" ]
	run -0 mydocker run --rm --net none "$app"
	[ "$output" = hello ]
	run -0 mydocker run --rm --net none --entrypoint sh "$app" -c 'id -u; pwd; printf "%s|" "$FOO" "$NL"; ls /etc/shells 2>&1; ls /media'
	[ "$output" = "1000"$'\n'"/srv"$'\n''a  b"c|'$'x\ny\\n|ls: /etc/shells: No such file or directory' ]
	# Labels and the stop signal are the container's, its own before the image's.
	run -0 mydocker run -d --name "c$UNIQ" --net none --user 0 --label x=mine --entrypoint sh "$app" -c 'trap "exit 7" USR1; echo ready; while :; do read -r x; done'
	eventually 30 grep -q ready "$MYDOCKER_ROOT/containers/$output/log"
	run -0 mydocker inspect -f '{{json .Config.Labels}} {{.Config.StopSignal}}' "c$UNIQ"
	[ "$(jq -r '.x, ."two words"' <<<"${output% *}" | tr '\n' ' ')" = 'mine a"b ' ]
	mydocker rm -f "c$UNIQ" >/dev/null
	no_work_left
}

@test "a run that lacks its image pulls it; --pull never and always; by digest" {
	run -0 --separate-stderr mydocker run --rm --net none "$app"
	[ "$output" = hello ]
	digest=$(mydocker images --digests --format '{{.Digest}}' "${app%:1}")
	[[ $digest == sha256:* ]]
	run -125 mydocker run --rm --pull never "127.0.0.1:5055/team/other" true
	[ "$output" = "mydocker run: Unable to find image '127.0.0.1:5055/team/other' locally, and --pull is never" ]
	run -0 --separate-stderr mydocker run --rm --net none --pull always "$app"
	[ "$output" = hello ]
	run -0 --separate-stderr mydocker run --rm --net none "127.0.0.1:5055/team/app@$digest"
	[ "$output" = hello ]
	mydocker rmi "$app"
	run -0 mydocker pull -q "127.0.0.1:5055/team/app@$digest"
	[ "$output" = "127.0.0.1:5055/team/app@$digest" ]
	run -0 mydocker images --format '{{.Repository}} {{.Tag}} {{.Digest}}'
	[[ $output == *"127.0.0.1:5055/team/app <none> $digest"* ]]
	run -0 mydocker run --rm --net none "127.0.0.1:5055/team/app@$digest"
	[ "$output" = hello ]
}

@test "what is not there: one line that names the cause" {
	run -1 --separate-stderr mydocker pull 127.0.0.1:5055/team/app:nosuch
	[ "$stderr" = "mydocker pull: pull '127.0.0.1:5055/team/app:nosuch': not found in the registry" ]
	run -1 --separate-stderr mydocker pull 127.0.0.1:5056/x
	[ "$stderr" = "mydocker pull: pull '127.0.0.1:5056/x:latest': 127.0.0.1:5056 cannot be reached: connection refused" ]
	run -125 --separate-stderr mydocker run --rm 127.0.0.1:5056/x true
	[ "$stderr" = "mydocker run: Unable to find image '127.0.0.1:5056/x:latest' locally or to pull it: 127.0.0.1:5056 cannot be reached: connection refused" ]
	[ -z "$output" ]
	run -1 --separate-stderr mydocker pull -q --platform linux/mips64le "$app"
	[ "$stderr" = "mydocker pull: the image is for linux/amd64, not for linux/mips64le" ]
	for bad in 'UPPER/x' 'a b' '-x' 'x:' 'x:-y' 'x@sha256:12' '../x' 'x//y' '' 'a/../b' $'a\nb' '$(touch x)' ; do
		run -1 --separate-stderr mydocker pull -- "$bad"
		[ "${#stderr_lines[@]}" -eq 1 ]
	done
	no_work_left
}

@test "two pulls of one image at once: one download, both succeed" {
	local one two
	mydocker pull -q "$app" >"$TMP/1" 3>&- &
	one=$!
	mydocker pull -q "$app" >"$TMP/2" 3>&- &
	two=$!
	wait "$one"
	wait "$two"
	[ "$(cat "$TMP/1" "$TMP/2")" = "$app"$'\n'"$app" ]
	[ "$(ls "$MYDOCKER_ROOT/layers" | wc -l)" -eq 4 ]
	no_work_left
}

@test "a pull that is killed leaves the store whole, and the next one succeeds" {
	local pid step real tool layer
	real=$(command -v skopeo)
	# Killed in the middle of the fetch, behind it, and with a layer unpacked: there the program that works stands still.
	for step in half fetched unpacked; do
		mkdir -p "$TMP/$step/bin" "$TMP/$step/tools"
		ln -s "$BIN"/* "$TMP/$step/tools"
		case $step in
		half) tool=$TMP/$step/bin/skopeo real="timeout -s KILL 0.05 $real" ;;
		fetched) tool=$TMP/$step/bin/skopeo real=$(command -v skopeo) ;;
		unpacked) tool=$TMP/$step/tools/layertar real=$BIN/layertar ;;
		esac
		rm -f "$tool"
		# shellcheck disable=SC2016 # for the stand-in
		printf '#!/bin/sh\ncase " $* " in *" inspect "*) exec %s "$@" ;; esac\n%s "$@"\n: >"%s"\nexec sleep 1000\n' \
			"$(command -v skopeo)" "$real" "$TMP/$step/held" >"$tool"
		chmod +x "$tool"
		# shellcheck disable=SC2086 # "busybox ash" is two words on purpose
		PATH=$TMP/$step/bin:$PATH MYDOCKER_TOOLS=$TMP/$step/tools setsid $MYDOCKER_SH "$TOP/scripts/mydocker.sh" pull -q "$app" >/dev/null 2>&1 3>&- &
		pid=$!
		eventually 60 test -e "$TMP/$step/held"
		kill -9 -- -"$pid"
		wait "$pid" || true
		# Half a layer is nowhere.
		for layer in "$MYDOCKER_ROOT"/layers/*; do
			[ ! -e "$layer" ] || [ -s "$layer/size" ]
		done
	done
	[ -n "$(ls -A "$MYDOCKER_ROOT/tmp")" ]
	run -0 mydocker pull -q "$app"
	run -0 mydocker run --rm --net none "$app"
	[ "$output" = hello ]
	no_work_left
}

@test "a pull in docker's old format goes on where it was: what is whole is not fetched again; manifest and health check stay" {
	local repo=127.0.0.1:5055/team/old$UNIQ registry=$BATS_FILE_TMPDIR/registry digest layers blob config
	mkdir -p "$TMP/dir"
	skopeo copy -q --format v2s2 "oci:$BATS_FILE_TMPDIR/oci:app" "dir:$TMP/dir"
	# A configuration that skopeo's OCI form would lose a part of, and layers that no other test has in the registry.
	rm -rf "$TMP/one" && mkdir "$TMP/one"
	for layers in 1 2; do
		mkdir -p "$TMP/l$layers" && head -c 3000000 /dev/urandom >"$TMP/l$layers/$layers"
		tar -C "$TMP/l$layers" -cf "$TMP/$layers.tar" .
		gzip -kn "$TMP/$layers.tar"
		blob[layers]=$(sha256sum <"$TMP/$layers.tar.gz" | cut -d' ' -f1)
		cp "$TMP/$layers.tar.gz" "$TMP/one/${blob[layers]}"
	done
	jq -nc --arg a "sha256:$(sha256sum <"$TMP/1.tar" | cut -d' ' -f1)" --arg b "sha256:$(sha256sum <"$TMP/2.tar" | cut -d' ' -f1)" \
		--arg arch "$(jq -r .architecture "$TMP/dir/$(jq -r .config.digest "$TMP/dir/manifest.json" | cut -d: -f2)")" \
		'{architecture: $arch, os: "linux", config: {Healthcheck: {Test: ["CMD", "true"]}}, rootfs: {type: "layers", diff_ids: [$a, $b]}}' >"$TMP/config"
	config=$(sha256sum <"$TMP/config" | cut -d' ' -f1)
	cp "$TMP/config" "$TMP/one/$config"
	jq -nc --arg c "sha256:$config" --arg a "sha256:${blob[1]}" --arg b "sha256:${blob[2]}" --argjson n "$(stat -c %s "$TMP/config")" \
		--argjson x "$(stat -c %s "$TMP/1.tar.gz")" --argjson y "$(stat -c %s "$TMP/2.tar.gz")" '
		{schemaVersion: 2, mediaType: "application/vnd.docker.distribution.manifest.v2+json",
		config: {mediaType: "application/vnd.docker.container.image.v1+json", size: $n, digest: $c},
		layers: [{size: $x, digest: $a}, {size: $y, digest: $b} | .mediaType = "application/vnd.docker.image.rootfs.diff.tar.gzip"]}' >"$TMP/one/manifest.json"
	cp "$TMP/dir/version" "$TMP/one/"
	skopeo copy -q --dest-tls-verify=false "dir:$TMP/one" "docker://$repo:1"
	digest=sha256:$(sha256sum <"$TMP/one/manifest.json" | cut -d' ' -f1)
	# The registry has lost the second layer: the first stays. Then it has the second again, and the first no more.
	blob[1]=$registry/docker/registry/v2/blobs/sha256/${blob[1]:0:2}/${blob[1]}/data
	blob[2]=$registry/docker/registry/v2/blobs/sha256/${blob[2]:0:2}/${blob[2]}/data
	mv "${blob[2]}" "$TMP/lost"
	run -1 mydocker pull -q "$repo:1"
	[ -e "$MYDOCKER_ROOT/blobs/sha256/$(sha256sum <"$TMP/1.tar.gz" | cut -d' ' -f1)" ]
	mv "$TMP/lost" "${blob[2]}"
	mv "${blob[1]}" "$TMP/lost"
	run -0 mydocker pull -q "$repo:1"
	mv "$TMP/lost" "${blob[1]}"
	[ "$(mydocker image inspect -f '{{.Id}}' "$repo:1")" = "sha256:$config" ]
	[ "$(mydocker image inspect -f '{{json .Config.Healthcheck.Test}}' "$repo:1")" = '["CMD","true"]' ]
	[ "$(mydocker image inspect -f '{{index .RepoDigests 0}}' "$repo:1")" = "${repo}@$digest" ]
	no_work_left
	# Out of a list, too.
	jq -nc --arg d "$digest" --argjson n "$(stat -c %s "$TMP/one/manifest.json")" --arg arch "$(jq -r .architecture "$TMP/config")" '
		{schemaVersion: 2, mediaType: "application/vnd.docker.distribution.manifest.list.v2+json", manifests: [
		{mediaType: "application/vnd.docker.distribution.manifest.v2+json", digest: $d, size: $n, platform: {os: "linux", architecture: $arch}}]}' |
		curl -sf -X PUT -H 'Content-Type: application/vnd.docker.distribution.manifest.list.v2+json' --data-binary @- \
			"http://127.0.0.1:5055/v2/team/old$UNIQ/manifests/list"
	mydocker rmi "$repo:1"
	run -0 mydocker pull -q "$repo:list"
	[ "$(mydocker image inspect -f '{{.Id}}' "$repo:list")" = "sha256:$config" ]
}

@test "sizes above 2 GB and times before 1970 and of the year 1 are shown right in each shell" {
	local dir
	mydocker pull -q "$app"
	dir=$MYDOCKER_ROOT/images/$(mydocker images -q --no-trunc "$app" | cut -d: -f2)
	echo 6442450944 >"$dir/size"
	for dir in "$dir" $(sed 's,^\.\./\.\.,'"$MYDOCKER_ROOT"',; s,/fs$,,' "$dir/layers"); do
		echo 6442450944 >"$dir/size"
	done
	[ "$(mydocker images --format '{{.Size}}' "$app")" = 6.44GB ]
	[ "$(mydocker image inspect -f '{{.Size}}' "$app")" = 6442450944 ]
	[[ $(mydocker history --format '{{.Size}}' "$app") == *6.44GB* ]]
	dir=$MYDOCKER_ROOT/images/$(mydocker images -q --no-trunc "$app" | cut -d: -f2)
	echo 0001-01-01T00:00:00Z >"$dir/created"
	[[ $(mydocker images --format '{{.CreatedSince}}' "$app") =~ ^[0-9]+\ years\ ago$ ]]
	mydocker tag "$app" "big$UNIQ"
	mydocker rmi "$app" "big$UNIQ"
	mydocker image prune -af
}

@test "commit, push, remove, pull again by digest: what was changed is there" {
	mydocker pull -q "$app"
	mydocker run --name "c$UNIQ" -u 0 --net none --entrypoint sh "$app" -c 'echo new >/srv/new; rm /srv/hello; mkdir /srv/d; rm -rf /var/spool; mkdir /var/spool; echo $FOO >/srv/d/foo'
	run -0 mydocker commit -m 'a change' -a me -c 'CMD ["/srv"]' -c 'ENTRYPOINT ["ls"]' -c 'ENV X="y z" Q=1' -c 'LABEL l=m' -c 'EXPOSE 81' \
		-c 'USER 0' -c 'WORKDIR /' -c 'STOPSIGNAL SIGINT' "c$UNIQ" 127.0.0.1:5055/team/new:3
	[[ $output =~ ^sha256:[0-9a-f]{64}$ ]]
	id=$output
	mydocker rm "c$UNIQ" >/dev/null
	run -0 mydocker run --rm --net none 127.0.0.1:5055/team/new:3
	[ "$output" = d$'\n'new ]
	run -0 mydocker image inspect -f '{{.Id}} {{json .Config.Env}} {{json .Config.Labels}} {{json .Config.ExposedPorts}} {{.Config.StopSignal}} {{.Comment}} {{.Author}}' 127.0.0.1:5055/team/new:3
	[[ $output == "$id "*'"X=y z","Q=1"'*'"l":"m"'*'"81/tcp"'*" SIGINT a change me" ]]
	run -0 mydocker push 127.0.0.1:5055/team/new:3
	[[ ${lines[1]} == "3: digest: sha256:"*" size: "* ]]
	digest=$(sed 's/.*digest: \(sha256:[0-9a-f]*\).*/\1/' <<<"${lines[1]}")
	mydocker rmi 127.0.0.1:5055/team/new:3 "$app"
	store_is_empty
	mydocker pull -q "127.0.0.1:5055/team/new@$digest"
	run -0 mydocker run --rm --net none "127.0.0.1:5055/team/new@$digest" -a /srv /var/spool
	[ "$output" = $'/srv:\n.\n..\nd\nnew\n\n/var/spool:\n.\n..' ]
	run -0 mydocker events --since 10m --until 0s -f type=image -f image=127.0.0.1:5055/team/new --format '{{.Action}} {{.ID}} {{.Actor.Attributes.name}}'
	[ "$output" = "push 127.0.0.1:5055/team/new:3 127.0.0.1:5055/team/new
untag $id 127.0.0.1:5055/team/new:3
pull 127.0.0.1:5055/team/new@$digest 127.0.0.1:5055/team/new" ]
	[ "$(mydocker events --since 10m --until 0s -f event=commit --format '{{.Actor.Attributes.name}} {{.Actor.Attributes.imageID}}')" = "c$UNIQ $id" ]
	# The same image, byte for byte.
	run -0 mydocker images -q --no-trunc
	[[ $output == *"$id"* ]]
	# Another client understands it.
	run -0 skopeo inspect --tls-verify=false --config docker://127.0.0.1:5055/team/new:3
	[ "$(jq -r '.config.Cmd[0], .history[-1].comment' <<<"$output" | tr '\n' ' ')" = '/srv a change ' ]
}

@test "all tags: push and pull; filters until and label of images and of prune" {
	local repo=127.0.0.1:5055/team/many$UNIQ
	mydocker pull -q "$app"
	mydocker tag "$app" "$repo:1" && mydocker tag "$app" "$repo:2" && mydocker tag "$app" "${repo}x:3"
	run -0 mydocker push -q -a "$repo"
	[ "$(sort <<<"$output" | tr '\n' ' ')" = "$repo:1 $repo:2 " ]
	run -1 mydocker push -a "$repo:1"
	run -1 mydocker push -a "nosuch$UNIQ"
	mydocker rmi "$repo:1" "$repo:2" >/dev/null
	run -1 mydocker pull -a "$repo:1"
	run -0 mydocker pull -q -a "$repo"
	[ "$(mydocker images --format '{{.Tag}}' "$repo" | sort | tr '\n' ' ')" = '1 2 ' ]
	[ -z "$(mydocker images -q -f until=1971-01-01 -f "reference=$repo")" ]
	[ -z "$(mydocker images -q -f until=200000h -f "reference=$repo")" ]
	[ "$(mydocker images -q -f until=2036-01-01T00:00:00Z -f "reference=$repo" | wc -l)" -eq 2 ]
	run -1 mydocker images -f until=soon
	[[ $output == "mydocker images: invalid filter 'until=soon'"* ]]
	run -1 mydocker images -f until=1h30
	mydocker image prune -af --filter label=x=z
	mydocker image prune -af --filter label!=x
	mydocker image prune -af --filter until=1971-01-01
	mydocker image inspect "$app" >/dev/null
	run -1 mydocker image prune -f --filter frob=1
	[ "$output" = "mydocker image prune: invalid filter 'frob=1'; there are label, label! and until" ]
	mydocker image prune -af --filter label=x=y --filter until=2036-01-01
	run -1 mydocker image inspect "$app"
}

@test "commit of a running container stops it for the time of reading" {
	mydocker run -d --name "c$UNIQ" --net none busybox sh -c 'n=0; while :; do n=$((n+1)); echo $n >/t; mv /t /a; echo $n >/t; mv /t /b; done' >/dev/null
	eventually 30 test -s "$MYDOCKER_ROOT/containers/$(cat "$MYDOCKER_ROOT/names/c$UNIQ")/upper/b"
	run -0 mydocker commit "c$UNIQ" "snap$UNIQ"
	run -0 mydocker run --rm --net none "snap$UNIQ" sh -c 'a=$(cat /a); b=$(cat /b); echo $((a - b))'
	# Between the two writes at most.
	[ "$output" = 0 ] || [ "$output" = 1 ]
	run -0 mydocker exec "c$UNIQ" true
	mydocker rm -f "c$UNIQ" >/dev/null
}

@test "save and load: names, layers, and what podman's and docker's readers make of it" {
	mydocker pull -q "$app"
	run -0 mydocker save -o "$TMP/save.tar" busybox "$app"
	run -0 tar -xOf "$TMP/save.tar" manifest.json
	[ "$(jq -r '[.[].RepoTags[]] | sort | join(" ")' <<<"$output")" = "$app busybox:latest" ]
	run -0 skopeo inspect --config "docker-archive:$TMP/save.tar:$app"
	[ "$(jq -r .config.User <<<"$output")" = 1000 ]
	id=$(mydocker images -q --no-trunc "${app%:1}")
	mydocker rmi "$app"
	run -0 mydocker load -q -i "$TMP/save.tar"
	[[ $output == *"Loaded image: $app"* && $output == *"Loaded image: busybox:latest"* ]]
	[ "$(mydocker images -q --no-trunc "${app%:1}")" = "$id" ]
	run -0 mydocker run --rm --net none "$app"
	[ "$output" = hello ]
	# From standard input, compressed; from an OCI archive and a layout.
	mydocker rmi "$app" >/dev/null
	run -0 mydocker load < <(gzip -c "$TMP/save.tar")
	[[ $output == *"Loaded image: $app"* ]]
	run -0 mydocker load -q -i "$BATS_FILE_TMPDIR/oci"
	[[ $output == "Loaded image ID: sha256:"* ]]
	skopeo copy -q "oci:$BATS_FILE_TMPDIR/oci:app" "oci-archive:$TMP/oci.tar:x.test/app:9"
	run -0 mydocker load -q -i "$TMP/oci.tar"
	[ "$output" = "Loaded image: x.test/app:9" ]
	# What is none
	run -1 --separate-stderr mydocker load -q -i /etc/passwd
	[ "${#stderr_lines[@]}" -eq 1 ]
	run -1 --separate-stderr mydocker load -q -i "$TMP/none"
	[ "$stderr" = "mydocker load: '$TMP/none' cannot be read" ]
	head -c 100000 "$TMP/save.tar" >"$TMP/cut.tar"
	run -1 --separate-stderr mydocker load -q -i "$TMP/cut.tar"
	[ "${#stderr_lines[@]}" -eq 1 ]
	no_work_left
}

@test "save -o: no device, pipe, link or directory is replaced" {
	cd "$TMP"
	mknod null c 1 3 && mkdir dir && mkfifo pipe && ln -s null link
	mydocker save -o null busybox && [ -c null ]
	mydocker save -o link busybox && [ -L link ] && [ -c null ]
	tar tf - <pipe >list 3>&- &
	mydocker save -o pipe busybox && [ -p pipe ]
	wait $!
	grep -q manifest.json list
	run -1 mydocker save -o dir busybox
	[ "$output" = "mydocker save: --output: 'dir' is a directory" ]
	[ -z "$(ls dir)" ]
	run -1 --separate-stderr mydocker save -o nosuch/x busybox
	[ "$stderr" = "mydocker save: --output: 'nosuch/x' cannot be written" ]
	mydocker save -o file busybox && tar tf file | grep -q manifest.json
	# On a disk that is full: what was there stays, and nothing else.
	mkdir small && mount -t tmpfs -o size=64k none small && echo old >small/file
	run -1 --separate-stderr mydocker save -o small/file busybox
	left=$(cat small/*)
	umount small
	[ "$left" = old ]
	[ "${stderr_lines[-1]}" = "mydocker save: --output: 'small/file' cannot be written" ]
	no_work_left
}

@test "load: the names in an archive are names, not lines, and no digest is made a tag" {
	local n=0 bad
	while IFS= read -r bad; do
		n=$((n + 1))
		python3 - "$TMP/$n.tar" "$bad" <<-'END'
			import hashlib, io, json, sys, tarfile
			out = io.BytesIO()
			tarfile.open(fileobj=out, mode='w').close()
			layer = out.getvalue()
			config = json.dumps({'architecture': 'amd64', 'os': 'linux', 'config': {}, 'rootfs': {'type': 'layers',
			    'diff_ids': ['sha256:' + hashlib.sha256(layer).hexdigest()]}}).encode()
			t = tarfile.open(sys.argv[1], 'w')
			for name, data in (('0.tar', layer), ('c.json', config), ('manifest.json', json.dumps(
			        [{'Config': 'c.json', 'RepoTags': [json.loads(sys.argv[2])], 'Layers': ['0.tar']}]).encode())):
			    i = tarfile.TarInfo(name)
			    i.size = len(data)
			    t.addfile(i, io.BytesIO(data))
			t.close()
		END
		run -1 --separate-stderr mydocker load -q -i "$TMP/$n.tar"
		[ "${#stderr_lines[@]}" -eq 1 ]
		[ -z "$output" ]
		[ -z "$(ls "$MYDOCKER_ROOT/tags")" ]
	done <<-'END'
		"ok:1\ndir /etc/x:y"
		"ok:1 dir"
		"\u001b[31mred:1"
		"x@sha256:0000000000000000000000000000000000000000000000000000000000000000"
		"../../x:1"
		"$(touch x):1"
	END
	[ "$n" -eq 6 ]
	no_work_left
}

@test "import: a tar becomes an image; bad changes, bad archives" {
	tar -C "$BATS_FILE_TMPDIR/base/images/busybox/"layer.* -cf "$TMP/root.tar" .
	run -0 mydocker import -c 'CMD echo hi $((1+1))' -m note "$TMP/root.tar" "imp$UNIQ:1"
	[[ $output =~ ^sha256:[0-9a-f]{64}$ ]]
	run -0 mydocker run --rm --net none "imp$UNIQ:1"
	[ "$output" = "hi 2" ]
	run -0 mydocker history --format '{{.Comment}}' "imp$UNIQ:1"
	[ "$output" = note ]
	run -0 mydocker import - < <(gzip -c "$TMP/root.tar")
	run -0 mydocker run --rm --net none "${output#sha256:}" echo by-id
	[ "$output" = by-id ]
	for bad in 'CMD [1]' 'CMD ["a"' 'RUN x' 'ENV' 'ENV a' 'EXPOSE x' 'EXPOSE' 'HEALTHCHECK maybe' ''; do
		run -1 --separate-stderr mydocker import -c "$bad" "$TMP/root.tar"
		[ "${#stderr_lines[@]}" -eq 1 ]
		[[ $stderr == "mydocker import: --change: '$bad'"* ]]
	done
	run -1 --separate-stderr mydocker import /etc/passwd
	[ "${#stderr_lines[@]}" -le 2 ]
	run -1 --separate-stderr mydocker import "$TMP/none"
	[ "$stderr" = "mydocker import: '$TMP/none' is not a file that can be read" ]
	run -1 --separate-stderr mydocker import --max-size 1m "$TMP/root.tar"
	[[ $stderr == *"more than 1048576 bytes"* ]]
	no_work_left
}

@test "tag, images, filters, formats" {
	mydocker pull -q "$app"
	mydocker tag "$app" "a$UNIQ" && mydocker tag "a$UNIQ" "b.test:5/x/y:2"
	run -0 mydocker images --format '{{.Repository}}:{{.Tag}}'
	[ "$(sort <<<"$output" | tr '\n' ' ')" = "$(printf '%s\n' "$app" "a$UNIQ:latest" b.test:5/x/y:2 busybox:latest | sort | tr '\n' ' ')" ]
	[ "$(mydocker images -q "a$UNIQ")" = "$(mydocker images -q "b.test:5/x/*:2")" ]
	run -0 mydocker images -f label=x=y -q
	[ "${#lines[@]}" -eq 3 ]
	run -0 mydocker images -f label=x=z -q
	[ -z "$output" ]
	run -0 mydocker images -f reference='b.*/x/y' --format '{{json .}}'
	[ "$(jq -r .Tag <<<"$output")" = 2 ]
	run -0 mydocker images -f since=busybox -f 'reference=a*' --format '{{.Repository}}'
	[ "$output" = "a$UNIQ" ]
	run -0 mydocker images
	[[ ${lines[0]} =~ ^REPOSITORY\ +TAG\ +IMAGE\ ID\ +CREATED\ +SIZE$ ]]
	run -0 mydocker images nosuch
	[ "${#lines[@]}" -eq 1 ]
	run -1 mydocker images -f nosuch=1
	[ "$output" = "mydocker images: invalid filter 'nosuch=1'" ]
	run -1 mydocker images --format '{{.Nosuch}}'
	run -1 mydocker tag nosuch x
	[ "$output" = "mydocker tag: no such image: 'nosuch'" ]
	run -1 mydocker tag "$app" 'X'
	[ "$output" = "mydocker tag: 'X': invalid reference format: repository name must be lowercase" ]
	run -0 mydocker history "$app"
	[ "${#lines[@]}" -eq 15 ] || [ "${#lines[@]}" -ge 5 ]
	run -1 mydocker history nosuch
}

@test "rmi: names, use by containers, layers shared with others; prune" {
	mydocker pull -q "$app"
	mydocker tag "$app" "t$UNIQ"
	short=$(mydocker images -q "t$UNIQ")
	run -1 mydocker rmi "$short"
	[ "$output" = "mydocker rmi: cannot remove '$short': it has 2 names; remove them by name or use -f" ]
	run -0 mydocker rmi "t$UNIQ"
	[ "$output" = "Untagged: t$UNIQ:latest" ]
	mydocker run -d --name "c$UNIQ" --net none --entrypoint sleep "$app" 1000 >/dev/null
	run -1 mydocker rmi "$app"
	[[ $output == "mydocker rmi: cannot remove '$app': the running container "*" uses it" ]]
	run -1 mydocker rmi -f "$app"
	mydocker stop -t 0 "c$UNIQ" >/dev/null
	run -1 mydocker rmi "$app"
	[[ $output == *"which has ended, uses it; -f takes its names away" ]]
	run -0 mydocker rmi -f "$app"
	[ "$output" = "Untagged: $app" ]
	run -0 mydocker image prune -f
	[ "$(ls "$MYDOCKER_ROOT/layers" | wc -l)" -eq 4 ]
	mydocker rm "c$UNIQ" >/dev/null
	run -0 mydocker image prune -f
	[[ $output == *"Deleted: sha256:"*"Total reclaimed space: "[1-9]*MB ]]
	store_is_empty
	run -1 mydocker rmi nosuch
	[ "$output" = "mydocker rmi: no such image: 'nosuch'" ]
	run -0 mydocker rmi -f nosuch
}

@test "layers that two images share are there once and go with the second" {
	mydocker pull -q "$app"
	printf 'x\n' >"$TMP/x"
	umoci insert --image "$BATS_FILE_TMPDIR/oci:app" --tag "more$UNIQ" "$TMP/x" /srv/x
	mkdir "$TMP/more"
	skopeo copy -q "oci:$BATS_FILE_TMPDIR/oci:more$UNIQ" "docker-archive:$TMP/more.tar:more:1"
	mydocker load -q -i "$TMP/more.tar"
	[ "$(ls "$MYDOCKER_ROOT/layers" | wc -l)" -eq 5 ]
	mydocker rmi "$app" >/dev/null
	[ "$(ls "$MYDOCKER_ROOT/layers" | wc -l)" -eq 5 ]
	run -0 mydocker run --rm --net none --entrypoint cat more:1 /srv/x /srv/hello
	[ "$output" = x$'\n'hello ]
	mydocker rmi more:1 >/dev/null
	store_is_empty
}

@test "a layer that is not what its image says is refused, and one that attacks stays inside" {
	local blob
	mkdir "$TMP/victim"
	echo secret >"$TMP/victim/file"
	cp -a "$BATS_FILE_TMPDIR/oci" "$TMP/oci"
	# An honest layout whose configuration names another sum.
	python3 - "$TMP/oci" <<-'END'
		import hashlib, json, os, sys
		d = sys.argv[1]
		blob = lambda digest: os.path.join(d, 'blobs', *digest.split(':'))
		def put(data):
		    digest = 'sha256:' + hashlib.sha256(data).hexdigest()
		    open(blob(digest), 'wb').write(data)
		    return {'digest': digest, 'size': len(data)}
		index = json.load(open(d + '/index.json'))
		index['manifests'] = [m for m in index['manifests'] if m['annotations']['org.opencontainers.image.ref.name'] == 'app']
		manifest = json.load(open(blob(index['manifests'][0]['digest'])))
		config = json.load(open(blob(manifest['config']['digest'])))
		config['rootfs']['diff_ids'][1] = 'sha256:' + '0' * 64
		manifest['config'].update(put(json.dumps(config).encode()))
		index['manifests'][0].update(put(json.dumps(manifest).encode()))
		json.dump(index, open(d + '/index.json', 'w'))
	END
	run -1 --separate-stderr mydocker load -q -i "$TMP/oci"
	[[ $stderr == *"when unpacked, not sha256:0000"*" as the image says" ]]
	[ ! -e "$MYDOCKER_ROOT/layers/$(printf '%064d' 0)" ]
	# A blob that is not its own sum.
	rm -r "$TMP/oci" && cp -a "$BATS_FILE_TMPDIR/oci" "$TMP/oci"
	blob=$(find "$TMP/oci/blobs" -type f -size +100k | head -1)
	printf 'x' | dd of="$blob" bs=1 seek=5000 conv=notrunc status=none
	run -1 --separate-stderr mydocker load -q -i "$TMP/oci"
	[ "${#stderr_lines[@]}" -eq 1 ]
	# A link in one layer, a file through it in the next: it is what escapes when layers lie in one directory.
	python3 - "$TMP" <<-'END'
		import hashlib, io, json, sys, tarfile
		d = sys.argv[1]
		def layer(entries):
		    out = io.BytesIO()
		    t = tarfile.open(fileobj=out, mode='w')
		    for name, kind, link, data in entries:
		        i = tarfile.TarInfo(name)
		        i.type, i.linkname, i.size, i.mode = kind, link, len(data), 0o755
		        t.addfile(i, io.BytesIO(data))
		    t.close()
		    return out.getvalue()
		layers = [layer([('out', tarfile.SYMTYPE, d + '/victim', b''), ('up', tarfile.SYMTYPE, '../' * 20 + d + '/victim', b'')]),
		          layer([('out/file', tarfile.REGTYPE, '', b'overwritten'), ('up/file', tarfile.REGTYPE, '', b'overwritten'), ('.wh.gone', tarfile.REGTYPE, '', b'')])]
		config = json.dumps({'architecture': 'amd64', 'os': 'linux', 'config': {}, 'rootfs': {'type': 'layers', 'diff_ids': ['sha256:' + hashlib.sha256(l).hexdigest() for l in layers]}}).encode()
		t = tarfile.open(d + '/evil.tar', 'w')
		def add(name, data):
		    i = tarfile.TarInfo(name)
		    i.size = len(data)
		    t.addfile(i, io.BytesIO(data))
		for n, l in enumerate(layers):
		    add('%d.tar' % n, l)
		add('c.json', config)
		add('manifest.json', json.dumps([{'Config': 'c.json', 'RepoTags': ['evil:1'], 'Layers': ['0.tar', '1.tar']}]).encode())
		t.close()
	END
	run mydocker load -q -i "$TMP/evil.tar"
	[ "$(cat "$TMP/victim/file")" = secret ]
	[ "$(ls "$TMP/victim")" = file ]
	no_work_left
}

@test "a disk that is full: one line, and the store is as before" {
	mkdir "$TMP/small"
	mount -t tmpfs -o size=6m none "$TMP/small"
	run -1 --separate-stderr mydocker --root "$TMP/small/root" pull -q "$app"
	left=$(find "$TMP/small/root/tmp" "$TMP/small/root/layers" "$TMP/small/root/images" -mindepth 1 | head)
	umount "$TMP/small"
	[[ $stderr == "mydocker pull: "* || $stderr == "layertar: "*"No space left on device"* ]]
	[ "${#stderr_lines[@]}" -le 2 ]
	[ -z "$left" ]
}

@test "a registry with TLS and a password: a CA of the test, login, push, pull, logout" {
	requires tool_openssl
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test -addext subjectAltName=IP:127.0.0.1 \
		-keyout "$TMP/key.pem" -out "$TMP/cert.pem" 2>/dev/null
	mkdir "$TMP/certs" "$TMP/reg"
	cp "$TMP/cert.pem" "$TMP/certs/ca.crt"
	python3 - >"$TMP/htpasswd" <<-'END' || skip "no bcrypt"
		import crypt
		print('user:' + crypt.crypt('secret', crypt.mksalt(crypt.METHOD_BLOWFISH, rounds=32)).replace('$2b$', '$2y$'))
	END
	start_registry "$TMP/reg/data" 127.0.0.1:5057 ", tls: {certificate: '$TMP/cert.pem', key: '$TMP/key.pem'}" \
		"auth: {htpasswd: {realm: test, path: '$TMP/htpasswd'}}"
	name=127.0.0.1:5057/private:1
	with() { mydocker "$1" --tls-verify --cert-dir "$TMP/certs" --authfile "$TMP/auth.json" "${@:2}"; }
	mydocker tag busybox "$name"
	run -1 --separate-stderr mydocker push -q --tls-verify --authfile "$TMP/auth.json" "$name"
	[ "$stderr" = "mydocker push: push '$name': the certificate is signed by an unknown authority; --cert-dir DIRECTORY names one that is known" ]
	run -1 --separate-stderr with push -q "$name"
	[ "$stderr" = "mydocker push: push '$name': 127.0.0.1:5057 wants a password; see 'mydocker login --help'" ]
	run -1 --separate-stderr with login -u user --password-stdin 127.0.0.1:5057 <<<"wrong"
	run -0 with login -u user --password-stdin 127.0.0.1:5057 <<<"secret"
	run -0 with push -q "$name"
	mydocker rmi "$name" >/dev/null
	run -0 with pull -q "$name"
	[ "$output" = "$name" ]
	run -0 mydocker logout --authfile "$TMP/auth.json" 127.0.0.1:5057
	run -1 --separate-stderr with pull -q "$name"
	[ "$stderr" = "mydocker pull: pull '$name': 127.0.0.1:5057 wants a password; see 'mydocker login --help'" ]
	kill "$(cat "$TMP/reg/data.pid")"
}

@test "build: buildah reads the Dockerfile, the store takes the image" {
	requires tool_buildah
	# Not the storage of this machine's own buildah.
	export CONTAINERS_STORAGE_CONF=$TMP/storage.conf
	printf '[storage]\ndriver = "vfs"\ngraphroot = "%s"\nrunroot = "%s"\n' "$TMP/graph" "$TMP/runroot" >"$CONTAINERS_STORAGE_CONF"
	mkdir "$TMP/ctx"
	cp -a "$BATS_FILE_TMPDIR/base/images/busybox/"layer.* "$TMP/ctx/root"
	printf '%s\n' 'FROM scratch' 'COPY root /' 'RUN echo built >/built && echo me:x:1001:1001::/:/bin/sh >>/etc/passwd' 'USER me' \
		'ENV X=y' 'CMD id -u; cat /built; echo $X' >"$TMP/ctx/Dockerfile"
	run -0 --separate-stderr mydocker build -t "built$UNIQ:1" "$TMP/ctx"
	[[ $output =~ ^sha256:[0-9a-f]{64}$ ]]
	run -0 mydocker run --rm --net none "built$UNIQ:1"
	[ "$output" = $'1001\nbuilt\ny' ]
	run -1 --separate-stderr mydocker build "$TMP/nosuch"
	[ "${stderr_lines[-1]}" = "mydocker build: buildah failed" ]
	run -1 --separate-stderr mydocker build -t X "$TMP/ctx"
	[ "$stderr" = "mydocker build: 'X': invalid reference format: repository name must be lowercase" ]
	no_work_left
	umount -R "$TMP/graph" 2>/dev/null || true
}

@test "run --rootfs: a plain directory, without an import" {
	requires tool_jq
	cp -a "$BATS_FILE_TMPDIR/base/images/busybox/"layer.* "$TMP/plain"
	run -0 mydocker run --rm --net none --rootfs "$TMP/plain" sh -c 'echo x >/written; cat /written'
	[ "$output" = x ]
	[ ! -e "$TMP/plain/written" ]
	run -125 mydocker run --rm --net none --rootfs "$TMP/nosuch" true
	[ "$output" = "mydocker run: --rootfs: '$TMP/nosuch' is not a directory" ]
	run -125 mydocker run --rm --net none --rootfs "$TMP/plain"
	[[ $output == "mydocker run: no command"* ]]
}
