# Many starts at once.
# shellcheck shell=bash disable=SC2154,SC2016 # the frame's variables; inner shells expand their own

section_parallel() {
	local count=100
	begin parallel "$count runs of true without a network, 8 at a time"
	add "mydocker run --rm --net none" check_many -- sh -c 'seq "$1" | xargs -P 8 -I N "$2" run --rm --net none busybox true' sh "$count" "$mydocker"
	add "crun run$at" check_status_v1 -- sh -c 'seq "$1" | xargs -P 8 -I N crun --root /run/crun run -b "$2" benchN' sh "$count" "$work/bundle/true"
	add "runc run" check_status -- sh -c 'seq "$1" | xargs -P 8 -I N runc --root /run/runc run -b "$2" benchN' sh "$count" "$work/bundle/true"
	finish_with "$((rounds / 5))"
}

# As many times as it should, the image's own file is printed.
check_many() {
	local n
	n=$(seq 5 | xargs -P 8 -I N "$mydocker" run --rm --net none busybox cat /etc/os-release | grep -c '^NAME="BusyBox"')
	[ "$n" = 5 ] && shift && "$@"
}
