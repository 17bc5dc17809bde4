#!/usr/bin/env bats
# volumes.bats - -v, --mount, --tmpfs, --volumes-from: what is mounted, what a volume holds, and that nothing of the host's
# is ever lost with a container.

load helpers

setup() {
	requires root overlay
	common_setup
	V=$MYDOCKER_ROOT/volumes
}

# make_image NAME COMMAND: an image of busybox and what COMMAND does in a layer's directory on top.
make_image() {
	local image=$MYDOCKER_ROOT/images/$1 base=$MYDOCKER_ROOT/images/busybox

	mkdir -p "$image/top"
	(cd "$image/top" && eval "$2")
	printf '%s\n' top "$(cd "$base" && pwd -P)/$(cat "$base/layers")" >"$image/layers"
}

@test "a named volume: filled from the image the first time, with owners, modes and links; then kept" {
	make_image "i$UNIQ" 'mkdir -p data/sub/deep; echo one >data/f; ln data/f data/sub/hard; ln -s /etc/passwd data/link; mkfifo data/fifo
		chown 5:6 data/sub; chmod 2751 data/sub; echo x >data/sub/suid; chmod 4755 data/sub/suid; touch -d 2001-02-03 data/sub/deep
		chown 7:8 data; chmod 1770 data'
	run -0 mydocker run --rm --net none -v "v$UNIQ:/data" "i$UNIQ" sh -c 'stat -c "%u:%g %a %F" /data /data/sub /data/link /data/fifo /data/sub/suid; echo two >/data/f; cat /data/sub/hard'
	[ "$output" = "7:8 1770 directory
5:6 2751 directory
0:0 777 symbolic link
0:0 644 fifo
0:6 4755 regular file
two" ]
	[ "$(stat -c %y "$V/v$UNIQ/_data/sub/deep" | cut -c1-10)" = 2001-02-03 ]
	[ "$(cat "$MYDOCKER_ROOT/images/i$UNIQ/top/data/f")" = one ]
	rm "$V/v$UNIQ/_data/f"
	# Not filled again, and by a read-only mount neither.
	run -1 mydocker run --rm --net none -v "v$UNIQ:/data:ro" "i$UNIQ" sh -c 'cat /data/f || touch /data/g'
	run -0 mydocker run --rm --net none -v "n$UNIQ:/data:nocopy" "i$UNIQ" ls -A /data
	[ -z "$output" ]
	run -0 mydocker run --rm --net none -v "r$UNIQ:/data:ro" "i$UNIQ" cat /data/f
	[ "$output" = one ]
	run -0 mydocker run --rm --net none --mount "source=m$UNIQ,target=/data,volume-nocopy" "i$UNIQ" ls -A /data
	[ -z "$output" ]
}

@test "a volume without a name: kept by rm, gone with rm -v, with --rm and with a start that fails" {
	local volume
	mydocker run --name "a$UNIQ" --net none -v /data busybox sh -c 'echo x >/data/f'
	volume=$(ls "$V")
	[ "${#volume}" -eq 64 ]
	mydocker rm "a$UNIQ"
	[ -e "$V/$volume/_data/f" ]
	# Another one uses it: it stays until the last is gone.
	mydocker run --name "b$UNIQ" --net none -v /data --mount type=volume,dst=/more busybox true
	[ "$(ls "$V" | wc -l)" -eq 3 ]
	mydocker run --name "c$UNIQ" --net none --volumes-from "b$UNIQ" busybox sh -c 'grep -c -e " /data " -e " /more " /proc/mounts'
	mydocker rm -v "b$UNIQ"
	[ "$(ls "$V" | wc -l)" -eq 3 ]
	mydocker rm -v "c$UNIQ"
	[ "$(ls "$V")" = "$volume" ]
	mydocker run --rm --net none -v /data -v "named$UNIQ:/n" busybox true
	run -127 mydocker run --net none -v /data busybox nosuchcommand
	eventually 5 eval '[ -z "$(ls "$MYDOCKER_ROOT/containers")" ]'
	mydocker rm -f "$output" 2>/dev/null || true
	eventually 5 eval '[ "$(ls "$V" | sort | tr "\n" " ")" = "$(printf "%s\n" "$volume" "named$UNIQ" | sort | tr "\n" " ")" ]'
}

@test "--mount: binds, tmpfs and volumes, quoted, read-only, not recursive" {
	mkdir -p "$TMP/a,b" "$TMP/tree/below"
	echo host >"$TMP/a,b/f"
	mount -t tmpfs none "$TMP/tree/below"
	touch "$TMP/tree/below/deep"
	run -0 mydocker run --rm --net none --mount "type=bind,\"src=$TMP/a,b\",dst=/m,ro" \
		--mount "type=tmpfs,destination=/t,tmpfs-size=64k,tmpfs-mode=0710" --mount "type=volume,src=v$UNIQ,target=/v,readonly=false" \
		--mount "type=bind,source=$TMP/tree,target=/one,bind-recursive=disabled" --mount "type=bind,source=$TMP/tree,target=/all,ro" \
		busybox sh -c 'cat /m/f; (echo x >/m/f) 2>/dev/null || echo ro; stat -c %a /t; df -k /t | tail -n1 | tr -s " " | cut -d" " -f2
			ls /one/below /all/below; (echo x >/all/below/y) 2>/dev/null || echo ro; echo kept >/v/f'
	umount "$TMP/tree/below"
	[ "$output" = "host
ro
710
64
/all/below:
deep

/one/below:
ro" ]
	[ "$(cat "$V/v$UNIQ/_data/f")" = kept ]
}

@test "propagation: rslave and rshared see what the host mounts later, private does not, also when started again; nothing comes out" {
	local n=p$UNIQ
	mkdir "$TMP/vol"
	mount -t tmpfs tmpfs "$TMP/vol"
	mount --make-shared "$TMP/vol"
	mkdir "$TMP/vol/sub" "$TMP/vol/inner"
	mydocker run -d --name "$n" --net none --privileged -v "$TMP/vol:/private" -v "$TMP/vol:/slave:rslave" --mount "type=bind,src=$TMP/vol,dst=/shared,bind-propagation=rshared" \
		busybox sleep 1000
	mount -t tmpfs tmpfs "$TMP/vol/sub"
	touch "$TMP/vol/sub/seen"
	run -0 mydocker exec "$n" sh -c 'cd / && ls private/sub slave/sub shared/sub; mount -t tmpfs tmpfs /shared/inner'
	[ "${output//$'\n'/ }" = 'private/sub:  shared/sub: seen  slave/sub: seen' ]
	run ! mountpoint -q "$TMP/vol/inner"
	umount "$TMP/vol/sub"
	mydocker restart -t 0 "$n"
	mount -t tmpfs tmpfs "$TMP/vol/sub"
	run -0 mydocker exec "$n" grep -c ' /slave/sub ' /proc/self/mountinfo
	mydocker rm -f "$n"
	umount "$TMP/vol/sub" "$TMP/vol"
}

@test "a path is mounted before those below it, whatever the order; an image's own volumes; --volumes-from" {
	make_image "i$UNIQ" 'mkdir -p srv own; echo image >own/f'
	printf '/own\0/srv/\0' >"$MYDOCKER_ROOT/images/i$UNIQ/volumes"
	mkdir "$TMP/outer" "$TMP/inner"
	touch "$TMP/outer/o" "$TMP/inner/i"
	run -0 mydocker run --name "a$UNIQ" --net none -v "$TMP/inner:/srv/x/y" -v "$TMP/outer:/srv" --tmpfs /srv/x "i$UNIQ" \
		sh -c 'ls /srv /srv/x/y; cat /own/f; echo changed >/own/f'
	[ "$output" = "/srv:
o
x

/srv/x/y:
i
image" ]
	# /srv was given: one volume, for /own. Its owner's mode is ro or its own.
	[ "$(ls "$V" | wc -l)" -eq 1 ]
	run -0 mydocker run --rm --net none --volumes-from "a$UNIQ:ro" -v "$TMP/inner:/srv" busybox sh -c 'cat /own/f; ls /srv; (echo x >/own/f) 2>/dev/null || echo ro; [ ! -e /srv/x/y/i ] || echo below'
	[ "$output" = "changed
i
x
ro
below" ]
	mydocker rm -v "a$UNIQ"
	[ -z "$(ls "$V")" ]
	[ -e "$TMP/outer/o" ]
	[ -e "$TMP/inner/i" ]
}

@test "limits of resources, parameters of the kernel, /dev/shm: in run and in exec" {
	mydocker run -d --name "l$UNIQ" --ulimit nofile=200:300 --ulimit core=0 --ulimit memlock=65536 --sysctl net.ipv4.ip_unprivileged_port_start=77 \
		--sysctl kernel.msgmax=1234 --shm-size 1m busybox sleep 100
	run -0 mydocker exec "l$UNIQ" sh -c 'ulimit -n; ulimit -Hn; ulimit -c; ulimit -l; cat /proc/sys/net/ipv4/ip_unprivileged_port_start /proc/sys/kernel/msgmax; df -k /dev/shm | tail -n1 | tr -s " " | cut -d" " -f2'
	[ "$output" = "200
300
0
64
77
1234
1024" ]
	mydocker rm -f "l$UNIQ"
	run -0 mydocker run --rm --net none --ulimit nofile=200 --sysctl net/ipv4/ip_forward=1 busybox sh -c 'ulimit -Hn; cat /proc/sys/net/ipv4/ip_forward'
	[ "$output" = "200
1" ]
}

@test "volume: create, ls, inspect, rm, prune" {
	local id
	requires tool_jq
	[ "$(mydocker volume create --label a=b --label 'c d' "n$UNIQ")" = "n$UNIQ" ]
	[ "$(mydocker volume create "n$UNIQ")" = "n$UNIQ" ]
	id=$(mydocker volume create)
	mydocker run --name "u$UNIQ" --net none -v "$id:/x" -v "used$UNIQ:/y" busybox true
	run -0 mydocker volume ls
	[ "${lines[0]}" = "DRIVER    VOLUME NAME" ]
	[ "${#lines[@]}" -eq 4 ]
	[ "$(mydocker volume ls -q --filter name="n$UNIQ")" = "n$UNIQ" ]
	[ "$(mydocker volume ls -q --filter dangling=true)" = "n$UNIQ" ]
	[ "$(mydocker volume ls -q --filter dangling=false | wc -l)" -eq 2 ]
	[ "$(mydocker volume ls --filter label=a=b --format '{{.Name}} {{.Label "a"}} {{.Scope}}')" = "n$UNIQ b local" ]
	mydocker volume ls --filter "label=c d" --format json | jq -e ".Name == \"n$UNIQ\" and .Driver == \"local\""
	mydocker volume inspect "n$UNIQ" "$id" | jq -e '.[0].Labels == {"a": "b", "c d": ""} and (.[1].Labels | has("com.docker.volume.anonymous"))
		and (.[0].CreatedAt | test("^2[0-9-]*T[0-9:]*Z$"))'
	[ "$(mydocker volume inspect -f '{{.Mountpoint}}' "n$UNIQ")" = "$V/n$UNIQ/_data" ]
	[ "$(mydocker ps -a --filter "volume=used$UNIQ" --format '{{.Names}} {{.LocalVolumes}}')" = "u$UNIQ 2" ]
	run -1 --separate-stderr mydocker volume inspect nosuch
	[ "$output" = "[]" ]
	run -1 --separate-stderr mydocker volume rm "used$UNIQ"
	[[ $stderr == *"is in use by "* ]]
	# A question is asked; nothing is removed without a yes.
	[[ $(mydocker volume prune -a </dev/null) == *"[y/N] " ]]
	[ "$(mydocker volume ls -q | wc -l)" -eq 3 ]
	mydocker rm "u$UNIQ"
	[[ $(echo y | mydocker volume prune) == *"Deleted Volumes:"*"$id"*"Total reclaimed space: "* ]]
	[ "$(mydocker volume ls -q)" = "n$UNIQ
used$UNIQ" ]
	mydocker volume prune -af --filter 'label!=a'
	[ "$(mydocker volume rm "n$UNIQ")" = "n$UNIQ" ]
	[ -z "$(ls "$V")" ]
	run -0 mydocker volume rm -f nosuch
}

@test "inspect shows mounts, devices, limits and options as docker does" {
	requires tool_jq
	mydocker run --name "s$UNIQ" --net none -v "$TMP:/d:ro" -v "v$UNIQ:/v" --tmpfs /t:size=1m --cap-add chown --cap-drop ALL --ulimit nofile=10:20 \
		--sysctl kernel.msgmax=5 --shm-size 2m --security-opt no-new-privileges --group-add 7 busybox true
	mydocker inspect "s$UNIQ" | jq -e '.[0] | .HostConfig as $h | $h.CapAdd == ["chown"] and $h.CapDrop == ["ALL"] and $h.ShmSize == 2097152
		and $h.Ulimits == [{"Name": "nofile", "Hard": 20, "Soft": 10}] and $h.Sysctls == {"kernel.msgmax": "5"} and $h.GroupAdd == ["7"]
		and $h.SecurityOpt == ["no-new-privileges"] and $h.Tmpfs == {"/t": "size=1m"} and ($h.Binds | length) == 2
		and ([.Mounts[].Type] == ["bind", "volume", "tmpfs"]) and .Mounts[0].RW == false and .Mounts[1].Driver == "local"'
	[ "$(mydocker inspect -f '{{range .Mounts}}{{.Destination}} {{end}}' "s$UNIQ")" = "/d /v /t " ]
	mydocker rm "s$UNIQ"
}

# Everything that a test of safety looks at: files that no removal may reach.
safe() {
	[ "$(cat "$TMP/busy/f" "$TMP/mounted/f" "$TMP/outer/f" "$TMP/inner/f" "$TMP/linked/f" "$V/named$UNIQ/_data/f" | tr '\n' ' ')" = "b m o i l n " ]
}

@test "no removal reaches a file of the host: volumes that are busy, mounts, nested, on a link" {
	local pid d how volumes
	mkdir -p "$TMP"/{busy,mounted,outer,inner,linked,root/mnt} "$V/named$UNIQ/_data"
	mount -t tmpfs tmpfs "$TMP/mounted"
	mount -t tmpfs tmpfs "$V/named$UNIQ/_data"
	for d in busy mounted outer inner linked; do
		printf '%s\n' "${d:0:1}" >"$TMP/$d/f"
	done
	echo n >"$V/named$UNIQ/_data/f"
	# As a script of a tutorial does it, the volume goes with the container.
	mkdir -p "$TMP/tutorial/mnt" "$TMP/lost"
	touch "$TMP/lost/f"
	unshare --mount sh -c 'mount --bind "$1/lost" "$1/tutorial/mnt"; rm -rf "$1/tutorial" 2>/dev/null' sh "$TMP" || true
	[ ! -e "$TMP/lost/f" ]
	make_image "i$UNIQ" "mkdir dir; ln -s /dir link; ln -s ../../../../../../../../../..$TMP/linked out"
	volumes=(-v "$TMP/busy:/busy" -v "$TMP/mounted:/mounted" -v "$TMP/outer:/outer" -v "$TMP/inner:/outer/inner" -v "$TMP/linked:/link" -v "$TMP/linked:/out"
		-v "named$UNIQ:/named" -v /anonymous)
	# Somebody of the host's works in it.
	(cd "$TMP/busy" && exec sleep 1000 3>&- 9<f) &
	pid=$!
	for how in "rm -f" "rm -fv"; do
		mydocker run -d --name "s$UNIQ" --net none "${volumes[@]}" "i$UNIQ" sh -c 'exec 9<>/busy/w; cd /outer/inner; echo x >/out/w; echo x >/link/w; sleep 1000'
		eventually 10 test -e "$TMP/linked/w"
		mydocker exec "s$UNIQ" sh -c 'cat /named/f /mounted/f /outer/inner/f'
		mydocker $how "s$UNIQ"
		safe
	done
	mydocker run --rm --net none "${volumes[@]}" "i$UNIQ" sh -c 'umount /busy; rm -rf /anonymous/*; true'
	run -127 mydocker run --rm --net none "${volumes[@]}" "i$UNIQ" nosuchcommand
	safe
	# A supervisor that is killed, a shell that is killed: what gc removes then.
	mydocker run -d --rm --name "s$UNIQ" --net none "${volumes[@]}" "i$UNIQ" sleep 1000
	kill -KILL "$(cut -d' ' -f1 "$MYDOCKER_RUN"/*/supervisor)"
	kill -KILL "$(cut -d' ' -f1 "$MYDOCKER_RUN"/*/pid)"
	eventually 10 eval 'mydocker gc; [ -z "$(ls "$MYDOCKER_ROOT/containers")" ]'
	safe
	# The volume that is a mount is not begun to be removed.
	run -1 --separate-stderr mydocker volume rm "named$UNIQ"
	[[ $stderr == *"something is mounted in"* ]]
	mydocker volume prune -af
	safe
	kill "$pid"
	umount "$TMP/mounted" "$V/named$UNIQ/_data"
	mydocker volume rm "named$UNIQ"
}
