# Many running containers: the time of a list, and what each costs in memory.
# shellcheck shell=bash disable=SC2154 # the frame's variables

section_list() {
	local i
	begin list "List $containers running containers (podman: created ones)"
	printf 'starting %s containers of each\n' "$containers"
	import_for_podman
	for ((i = 0; i < containers; i++)); do
		"$mydocker" run -d --name "bench$i" --net none busybox sleep 100000 >/dev/null || die "run -d failed"
		in_v1 crun --root /run/crun run -d -b "$work/bundle/sleep" "bench$i" </dev/null >/dev/null 2>&1
		runc --root /run/runc run -d -b "$work/bundle/sleep" "bench$i" </dev/null >/dev/null 2>&1
		in_v1 "${podman[@]}" create --name "bench$i" --network none localhost/busybox sleep 100000 >/dev/null 2>&1
	done
	add "mydocker ps" check_lines -- "$mydocker" ps
	add "mydocker ps -q" check_lines -- "$mydocker" ps -q
	add "crun list$at" check_lines -- crun --root /run/crun list
	add "runc list" check_lines -- runc --root /run/runc list
	add "podman ps -a$at" check_lines -- "${podman[@]}" ps -a
	finish
	supervisors
	for ((i = 0; i < containers; i++)); do
		set -- "$@" "bench$i"
	done
	"$mydocker" rm -f "$@" >/dev/null
	for i; do
		in_v1 crun --root /run/crun delete -f "$i" 2>/dev/null
		runc --root /run/runc delete -f "$i" 2>/dev/null
	done
}

# What a running container costs beside its command: the supervisors' share of memory.
supervisors() {
	add_note "Memory beside the command: $(pss nsrun logwrite) KiB a container (supervisor and log writer, proportional share)."
}
