#!/usr/bin/env bats
# The clock of the benchmarks (bench/timeit.c) and the tables made of its results.
#
# shellcheck disable=SC2016 # inner shells expand their own scripts

load helpers

setup() {
	common_setup
	timeit=$BATS_FILE_TMPDIR/timeit
}

setup_file() {
	"${CC:-cc}" -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -o "$BATS_FILE_TMPDIR/timeit" \
		"$BATS_TEST_DIRNAME/../bench/timeit.c"
}

@test "timeit: commands run interleaved, warm-up rounds included" {
	run "$timeit" -n 3 -w 1 a sh -c "echo a >>'$TMP/order'" ';;' b sh -c "echo b >>'$TMP/order'"
	[ "$status" -eq 0 ]
	[ "$(tr -d '\n' <"$TMP/order")" = abababab ]
	[ "${#lines[@]}" -eq 3 ]
}

@test "timeit: a sleep takes its time, and the ratio says so" {
	requires tool_jq
	run "$timeit" -n 3 -w 0 -j "$TMP/j" true true ';;' sleep sleep 0.05
	[ "$status" -eq 0 ]
	jq -e '.rounds == 3 and .commands[0].ratio == 1 and (.commands[1].samples_ms | length) == 3' "$TMP/j"
	jq -e '.commands[1].min_ms >= 50 and .commands[1].cpu_ms < 40 and .commands[0].median_ms > 0' "$TMP/j"
	# The median of the rounds' own ratios.
	jq -e '.commands[1] as $s | .commands[0].samples_ms as $t | ([range(3) | $s.samples_ms[.] / $t[.]] | sort)[1] / $s.ratio | . > 0.99 and . < 1.01' "$TMP/j"
	jq -e '.commands[1].command == ["sleep", "0.05"]' "$TMP/j"
}

@test "timeit: the pause is not part of the time" {
	requires tool_jq
	run "$timeit" -n 2 -w 0 -p 1000 -j "$TMP/j" true true
	[ "$status" -eq 0 ]
	jq -e '.commands[0].min_ms < 900' "$TMP/j"
}

@test "timeit: any name and argument makes valid JSON" {
	requires tool_jq
	name=$'a "b" \\ \n\t\001 ü'
	run "$timeit" -n 1 -w 0 -j "$TMP/j" "$name" true "$name"
	[ "$status" -eq 0 ]
	[ "$(jq -r '.commands[0].name' "$TMP/j")" = "$name" ]
	[ "$(jq -r '.commands[0].command[1]' "$TMP/j")" = "$name" ]
}

@test "timeit: a failing command ends the run and is named" {
	run "$timeit" -n 3 good true ';;' bad sh -c 'exit 7'
	[ "$status" -eq 1 ]
	[ "${lines[-1]}" = "timeit: 'bad' ended with status 7" ]
	run "$timeit" -n 3 bad sh -c 'kill -9 $$'
	[ "$status" -eq 1 ]
	[ "${lines[-1]}" = "timeit: 'bad' died of signal 9" ]
	run "$timeit" absent "$TMP/absent"
	[ "$status" -eq 1 ]
	[[ $output == "timeit: cannot run: '$TMP/absent': No such file"* ]]
}

@test "timeit: a command in another mount namespace, and the next one back in ours" {
	requires root
	mkfifo "$TMP/ready"
	unshare --mount sh -c 'echo >"$1" && exec sleep 100' sh "$TMP/ready" &
	holder=$!
	read -r _ <"$TMP/ready"
	there=$(readlink "/proc/$holder/ns/mnt") here=$(readlink /proc/self/ns/mnt)
	[ "$there" != "$here" ]
	run "$timeit" -n 2 "x@/proc/$holder/ns/mnt" sh -c "[ \"\$(readlink /proc/self/ns/mnt)\" = '$there' ]" ';;' \
		y sh -c "[ \"\$(readlink /proc/self/ns/mnt)\" = '$here' ]"
	kill "$holder"
	[ "$status" -eq 0 ]
}

@test "timeit: bad usage is 2" {
	for bad in "" "-n 0 a true" "-n x a true" "-n 1x a true" "name" "name ;; b true" "-Z a true"; do
		# shellcheck disable=SC2086 # words
		run "$timeit" $bad
		[ "$status" -eq 2 ]
	done
}

@test "bench report: a table of each section, with what was not measured" {
	requires tool_jq
	mkdir "$TMP/results"
	echo '{"date":"2026-01-01","commit":"abc","distribution":"D","kernel":"6","cpus":"2","cpu":"C","virtual":"no","memory":"1 MiB","storage":"ext4","cgroups":"v2","shell":"/bin/dash","runc":"1","crun":"2","podman":"3","bwrap":"4","unshare":"5"}' \
		>"$TMP/results/machine.json"
	"$timeit" -n 2 -j "$TMP/timed" one true ';;' two true
	jq '. + { title: "A section", missing: ["three: is not here"] }' <"$TMP/timed" >"$TMP/results/exec.json"
	run "$TOP/bench/report.sh" "$TMP/results"
	[ "$status" -eq 0 ]
	[[ $output == *"### A section"*"| one | "*"| two | "*"Not measured: three: is not here."* ]]
	mkdir "$TMP/pictures"
	: >"$TMP/pictures/exec.svg"
	run -0 "$TOP/bench/report.sh" "$TMP/results" "$TMP/pictures"
	[[ $output == *"![A section](exec.svg)"* ]]
	run "$TOP/bench/report.sh" "$TMP/absent"
	[ "$status" -eq 1 ]
}
