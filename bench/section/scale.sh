# How start and list grow with the containers that run.
# shellcheck shell=bash disable=SC2154 # the frame's variables

section_scale() {
	local n running=0
	begin scale "Start and list with 0, 1, 10, 100 and 500 containers running"
	: >"$work/points"
	for n in 0 1 10 100 500; do
		scale_to "$running" "$n"
		running=$n
		scale_point "$n"
	done
	jq -s --arg title "$title" '{title: $title, points: .}' "$work/points" >"$results/scale.json"
	scale_down "$running"
}

# scale_to FROM TO: further containers of each.
scale_to() {
	local i
	for ((i = $1; i < $2; i++)); do
		"$mydocker" run -d --name "scale$i" --net none busybox sleep 100000 >/dev/null || die "run -d failed"
		in_v1 crun --root /run/crun run -d -b "$work/bundle/sleep" "scale$i" </dev/null >/dev/null 2>&1
	done
}

# Medians at this number, one object.
scale_point() {
	printf '%s running\n' "$1"
	"$top/build/bench/timeit" -n "$((rounds / 2))" -p "$pause" -j "$work/timed.json" "run" "$mydocker" run --rm --net none busybox true ';;' \
		"crun run$at" crun --root /run/crun run -b "$work/bundle/true" scale ';;' "ps" "$mydocker" ps ';;' "crun list$at" crun --root /run/crun list ||
		die "scale: a command failed"
	jq --argjson n "$1" '{n: $n} + (.commands | map({(.name | sub("@.*"; "")): .median_ms}) | add)' "$work/timed.json" >>"$work/points"
}

scale_down() {
	local i
	set -- "$1"
	for ((i = 0; i < $1; i++)); do
		in_v1 crun --root /run/crun delete -f "scale$i" 2>/dev/null
		set -- "$@" "scale$i"
	done
	shift
	"$mydocker" rm -f "$@" >/dev/null
}
