# A container without a network, from nothing to nothing, beside everybody who can do it.
# shellcheck shell=bash disable=SC2154 # the frame's variables

section_create() {
	begin create "Run true in a new container without a network, in the foreground, and remove it"
	add "mydocker run --rm --net none" check_run -- "$mydocker" run --rm --net none busybox true
	add "mydocker run --rm --net none, state on the disk" check_run -- "$mydocker" --root "$disk/root" --run /run/mydocker-disk \
		run --rm --net none busybox true
	mkdir -p "$work/alone/upper" "$work/alone/work" "$work/alone/root"
	add "nsrun, rootfs-pivot (no group, no state)" check_run -- "$bin/nsrun" --mount --uts --ipc --pid --cgroup --net -- \
		"$bin/rootfs-pivot" --profile default --overlay "$layer,$work/alone/upper,$work/alone/work" --proc --dev --sys \
		"$work/alone/root" -- true
	add "crun run$at" check_bundle -- crun --root /run/crun run -b "$work/bundle/true" bench
	add "runc run" check_bundle -- runc --root /run/runc run -b "$work/bundle/true" bench
	add "bwrap (no groups, no overlay)" check_run -- bwrap --unshare-all --ro-bind "$layer" / --proc /proc --dev /dev true
	add "unshare (no groups, no pivot)" check_run -- unshare --fork --pid --mount --uts --ipc --net --cgroup \
		--root="$layer" --mount-proc true
	import_for_podman
	add "podman run --network none$at" check_run_v1 -- "${podman[@]}" run --rm --network none localhost/busybox true
	finish
}
