# The same with the default network.
# shellcheck shell=bash disable=SC2154 # the frame's variables

section_network() {
	begin network "The same with the default network: an interface, an address, a bridge, NAT"
	add "mydocker run --rm" check_run -- "$mydocker" run --rm busybox true
	import_for_podman
	add "podman run --rm$at" check_run_v1 -- "${podman[@]}" run --rm localhost/busybox true
	finish
}
