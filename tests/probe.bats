#!/usr/bin/env bats
# probe.bats - what can be reached from inside a container, tried by a static program and compared with docs/profile.txt
# word for word.

load helpers

setup() {
	requires root overlay
	common_setup
	"${CC:-cc}" -std=gnu11 -D_GNU_SOURCE -O1 -static -o "$TMP/probe" "$TOP"/tests/probe/*.c
	caps=$(sed -n 's/^CapBnd:\t//p' /proc/self/status)
	namespaces=$(readlink /proc/self/ns/*)
}

# section NAME: of the profile, between its heading and the next.
section() {
	awk -v name="== $1" '/^== / { on = $0 == name; next } on && NF' "$TOP/docs/profile.txt"
}

# compare NAME: what is on standard input with the section of that name.
compare() {
	grep -v '^/etc/probe ' >"$TMP/seen"
	section "$1" | diff -u - "$TMP/seen"
}

@test "run and exec reach what the profile says, and nothing else" {
	mydocker run --rm -v "$TMP/probe:/etc/probe:ro" busybox /etc/probe "$caps" "$namespaces" | compare "run, exec"
	# A caller with more on him: descriptors, a directory, inheritable capabilities, an unusual umask.
	(
		cd /proc
		umask 000
		exec 8</ 9>"$TMP/leak"
		setpriv --inh-caps=+net_raw --ambient-caps=+net_raw $MYDOCKER_SH "$TOP/scripts/mydocker.sh" run --rm -v "$TMP/probe:/etc/probe:ro" \
			busybox /etc/probe "$caps" "$namespaces"
	) | compare "run, exec"
	mydocker run -d --name "p$UNIQ" -v "$TMP/probe:/etc/probe:ro" busybox sleep 1000
	mydocker exec "p$UNIQ" /etc/probe "$caps" "$namespaces" | compare "run, exec"
	(
		cd /proc
		umask 000
		exec 8</ 9>"$TMP/leak"
		setpriv --inh-caps=+net_raw --ambient-caps=+net_raw $MYDOCKER_SH "$TOP/scripts/mydocker.sh" exec "p$UNIQ" /etc/probe "$caps" "$namespaces"
	) | compare "run, exec"
	mydocker rm -f "p$UNIQ"
}

@test "run --privileged reaches what its profile says, exec in it as well" {
	mydocker run -d --privileged --name "p$UNIQ" -v "$TMP/probe:/etc/probe:ro" busybox /etc/probe --privileged "$caps" "$namespaces"
	mydocker wait "p$UNIQ"
	mydocker logs "p$UNIQ" | compare "run --privileged"
	mydocker rm -f "p$UNIQ"
	mydocker run -d --privileged --name "p$UNIQ" -v "$TMP/probe:/etc/probe:ro" busybox sleep 1000
	mydocker exec "p$UNIQ" /etc/probe --privileged "$caps" "$namespaces" | compare "run --privileged"
	mydocker rm -f "p$UNIQ"
}

@test "the probe sees a weaker profile: each option is the difference that it should be" {
	# changes OPTION...: the lines that differ from the profile.
	changes() {
		mydocker run --rm -v "$TMP/probe:/etc/probe:ro" "$@" busybox /etc/probe "$caps" "$namespaces" | compare "run, exec" |
			sed -n '4,$s/^+//p'
	}
	run changes --cap-add NET_RAW
	[[ $output == *"inet raw: allowed"*"packet raw: allowed"* ]]
	[[ ${lines[0]} == "CapPrm: "*" net_raw "* ]]
	[ "${#lines[@]}" -eq 6 ]
	run changes --security-opt no-new-privileges=false
	[ "$output" = "NoNewPrivs: 0" ]
	run changes --security-opt seccomp=unconfined
	[[ $output == *"Seccomp: 0"*"io_uring_setup: allowed"*"keyctl: allowed"*"vsock stream: allowed"* ]]
	run changes --net host
	[[ $output == *"namespaces shared: net time user"* ]]
	run changes --read-only
	[ "$output" = "new node of null: EROFS
new node of kmsg: EROFS
new directory /probe-directory: EROFS
/ overlay ro" ]
}
