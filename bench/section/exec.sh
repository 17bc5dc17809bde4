# A command in a running container.
# shellcheck shell=bash disable=SC2154 # the frame's variables

section_exec() {
	begin exec "Run true in a running container"
	"$mydocker" run -d --name bench --net none busybox sleep 100000 >/dev/null
	in_v1 crun --root /run/crun run -d -b "$work/bundle/sleep" bench </dev/null >/dev/null 2>&1
	runc --root /run/runc run -d -b "$work/bundle/sleep" bench </dev/null >/dev/null 2>&1
	import_for_podman
	in_v1 "${podman[@]}" run -d --name bench --network none localhost/busybox sleep 100000 >/dev/null 2>&1
	add "mydocker exec" check_run -- "$mydocker" exec bench true
	add "crun exec$at" check_run_v1 -- crun --root /run/crun exec bench true
	add "runc exec" check_run -- runc --root /run/runc exec bench true
	add "nsenter (no groups, privileges kept)" check_run -- nsenter --target \
		"$(runc --root /run/runc state bench 2>/dev/null | jq .pid)" --all true
	add "podman exec$at" check_run_v1 -- "${podman[@]}" exec bench true
	finish
	"$mydocker" rm -f bench >/dev/null
	in_v1 crun --root /run/crun delete -f bench 2>/dev/null
	runc --root /run/runc delete -f bench 2>/dev/null
	in_v1 "${podman[@]}" rm -f -t 0 bench >/dev/null 2>&1
}
