# The floor: the kernel's part of a container, stage by stage, and mydocker's distance from it.
# shellcheck shell=bash disable=SC2154 # the frame's variables

section_limit() {
	local name
	begin limit "Run with limits, the default network and a port, beside the kernel's part of the same"
	{ ip link add limit0 type bridge && ip addr add 198.18.250.1/24 dev limit0 && ip link set limit0 up; } || die "no bridge"
	nft 'add table ip mdlimit; add map ip mdlimit ports { type inet_service : ipv4_addr . inet_service; }' || die "no nft"
	mkdir -p "$work/limit"
	for name in alone network; do
		printf '%s:\n' "the kernel's part, $name"
		limit_run "$name"
	done
	add "mydocker run -m -p" check_run -- "$mydocker" run --rm -m 64m --cpus 1 --pids-limit 100 -p 18081:80 busybox true
	finish
	jq -s '.[0] + { stages: .[1:], note: "\(.[0].commands[0].median_ms * 1e5 / .[2].total_us | round / 100) times the kernel alone." }' "$results/limit.json" "$work/limit-alone.json" "$work/limit-network.json" >"$work/new" &&
		mv "$work/new" "$results/limit.json"
	ip link del limit0
	nft delete table ip mdlimit
}

# limit_run alone|network: the table of the stages.
limit_run() {
	set -- "$1" "$top/build/bench/limit" -n $((rounds * 4)) -j "$work/limit-$1.json"
	[ "$1" = alone ] || set -- "$@" -N
	"${@:2}" "$work/limit" "$layer" "$top/build/bench/nothing" || die "limit failed"
}
