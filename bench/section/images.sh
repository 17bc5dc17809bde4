# Images: what layers cost a start, an import beside tar, a load, a pull and a commit beside podman's, a list of 100.
# shellcheck shell=bash disable=SC2154,SC2016,SC2034 # the frame's variables; inner shells expand their own

section_images() {
	image_layers
	image_list
	image_moves
}

# An image of ten layers is the one of the frame and nine small ones, in the store's own files.
image_layers() {
	local n dir=$MYDOCKER_ROOT/images/ten
	mkdir -p "$dir"
	cp "$MYDOCKER_ROOT/images/busybox/"{cmd,env,id,created} "$dir"
	for ((n = 9; n > 0; n--)); do
		mkdir -p "$dir/layer.$n/srv"
		echo "$n" >"$dir/layer.$n/srv/$n"
		echo "layer.$n" >>"$dir/layers"
	done
	sed 's|^|../busybox/|' "$MYDOCKER_ROOT/images/busybox/layers" >>"$dir/layers"
	begin layers "Run true in an image of one layer and in one of ten"
	add "run, one layer" check_run -- "$mydocker" run --rm --net none busybox true
	add "run, ten layers" check_run -- "$mydocker" run --rm --net none ten true
	finish
	rm -rf "$dir"
}

# Names alone: an image with a hundred tags is a hundred lines, each read from its own files.
image_list() {
	local n
	"$mydocker" tag busybox "many:0"
	for ((n = 1; n < 100; n++)); do
		cp "$MYDOCKER_ROOT/tags/many:0" "$MYDOCKER_ROOT/tags/many:$n"
	done
	begin images "List 100 images"
	add "mydocker images" check_lines -- "$mydocker" images
	import_for_podman
	for ((n = 0; n < 100; n++)); do
		in_v1 "${podman[@]}" tag localhost/busybox "localhost/many:$n"
	done
	add "podman images$at" check_lines -- "${podman[@]}" images
	finish
	rm -f "$MYDOCKER_ROOT/tags/many:"*
}

# On the disk: a tree of 2000 files, 500 MB in all (50 in a quick run), as a tar; what podman needs as well is asked of both in
# the same way: what is there already is removed first.
image_moves() {
	local mb=500 n work=$disk podman podman_root
	local -x MYDOCKER_ROOT=$disk/root MYDOCKER_RUN=/run/mydocker-disk
	podman_in "$disk/podman" /run/podman-disk
	import_for_podman
	[ "$rounds" -gt 15 ] || mb=50
	mkdir -p "$work/tree"
	for ((n = 0; n < 20; n++)); do
		mkdir "$work/tree/$n"
		head -c $((mb * 52428)) /dev/urandom | split -b $((mb * 524)) -a 3 - "$work/tree/$n/f"
	done
	cp "$layer/bin/busybox" "$work/tree/busybox"
	tar -C "$work/tree" -cf "$work/tree.tar" .
	rm -rf "$work/tree"
	begin import "Import a tar of $mb MB, beside tar -x, each with what removes it again"
	add "tar -x" check_status -- sh -c 'mkdir "$1" && tar -C "$1" -xf "$2" && rm -rf "$1"' sh "$work/x" "$work/tree.tar"
	add "mydocker import" check_status -- sh -c '"$1" rmi -f "$("$1" import "$2")"' sh "$mydocker" "$work/tree.tar"
	add "podman import$at" check_status -- sh -c 'tar=$1; shift; "$@" rmi -f "$("$@" import -q "$tar")"' sh "$work/tree.tar" "${podman[@]}"
	finish_with "$((rounds / 10))"
	rm -f "$work/tree.tar"
	image_commit
}

# 20 MB written on top of the image.
image_commit() {
	begin commit "Commit a container that has written 20 MB"
	"$mydocker" run --name benchcommit --net none busybox dd if=/dev/urandom of=/data bs=1M count=20 2>/dev/null
	in_v1 "${podman[@]}" run --name benchcommit --network none localhost/busybox dd if=/dev/urandom of=/data bs=1M count=20 2>/dev/null
	add "mydocker commit" check_status -- sh -c '"$1" rmi "$("$1" commit benchcommit)"' sh "$mydocker"
	add "podman commit$at" check_status -- sh -c '"$@" rmi "$("$@" commit -q benchcommit)"' sh "${podman[@]}"
	finish_with "$((rounds / 2))"
	"$mydocker" rm benchcommit >/dev/null
	in_v1 "${podman[@]}" rm benchcommit >/dev/null 2>&1
}
