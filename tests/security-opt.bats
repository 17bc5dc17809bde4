#!/usr/bin/env bats
# security-opt.bats - the options that make a container stronger or weaker do that, in run and in exec.

load helpers

setup() {
	requires root overlay
	common_setup
}

@test "seccomp=FILE: docker's form, in run and exec, by the capabilities, and the file may go" {
	cat >"$TMP/profile" <<-'END'
		{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
			{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 7},
			{"names": ["chmod", "fchmodat", "fchmod"], "action": "SCMP_ACT_ERRNO", "excludes": {"caps": ["CAP_NET_ADMIN"]}}]}
	END
	run -1 mydocker run --rm --net none --security-opt "seccomp=$TMP/profile" busybox sh -c 'chmod 700 /tmp || mkdir /x'
	[[ $output == *"Operation not permitted"*"Argument list too long"* ]]
	run -0 mydocker run --rm --net none --cap-add net_admin --security-opt "seccomp=$TMP/profile" busybox chmod 700 /tmp
	mydocker run -d --name "s$UNIQ" --net none --security-opt "seccomp=$TMP/profile" busybox sleep 1000
	rm "$TMP/profile"
	run -1 mydocker exec "s$UNIQ" mkdir /x
	[[ $output == *"Argument list too long"* ]]
	mydocker rm -f "s$UNIQ"
	printf '{"defaultAction": "SCMP_ACT_ALLOW",\n"syscalls": [{"names": ["nosuchcall"]}]}' >"$TMP/profile"
	run -125 --separate-stderr mydocker run --net none --security-opt "seccomp=$TMP/profile" busybox true
	[[ $stderr == *"syscalls[0]: 'action' is missing"* ]]
	[ "${#stderr_lines[@]}" -eq 1 ]
}

@test "no_new_privs: a set-uid program gains nothing, unless it was asked for; a set-uid program in a volume neither" {
	"${CC:-cc}" -static -x c -o "$TMP/ids" - <<-'END'
		#include <stdio.h>
		#include <unistd.h>
		int main(void) { return printf("%u\n", geteuid()) < 0; }
	END
	chmod 4755 "$TMP/ids"
	run -0 mydocker run --rm --net none -u 1000 -v "$TMP/ids:/ids" busybox /ids
	[ "$output" = 1000 ]
	# What it would do without.
	run -0 mydocker run --rm --net none -u 1000 --security-opt no-new-privileges=false -v "$TMP/ids:/ids" busybox /ids
	[ "$output" = 0 ]
	mydocker run -d --name "s$UNIQ" --net none --security-opt no-new-privileges:false -v "$TMP/ids:/ids" busybox sleep 1000
	run -0 mydocker exec -u 1000 "s$UNIQ" /ids
	[ "$output" = 0 ]
	mydocker rm -f "s$UNIQ"
}

@test "capabilities: docker's words, in any order, and exec has the same; apparmor and label where the kernel has none" {
	caps() {
		mydocker run --rm --net none "$@" busybox sed -n 's/^CapBnd:\t0*//p' /proc/self/status
	}
	[ "$(caps --cap-add NET_RAW --cap-drop ALL)" = 2000 ]
	[ "$(caps --cap-drop all --cap-add cap_chown --cap-add CAP_KILL)" = 21 ]
	[ "$(caps --cap-drop CHOWN --cap-add ALL)" = "$(printf '%x' "$((0x$(sed -n 's/^CapBnd:\t//p' /proc/self/status) & ~1))")" ]
	mydocker run -d --name "s$UNIQ" --net none --cap-drop ALL --cap-add NET_RAW --ulimit nofile=99 --group-add 77 -u 5 busybox sleep 1000
	run -0 mydocker exec "s$UNIQ" sh -c 'sed -n "s/^CapBnd:\t0*//p; s/^Groups:\t//p" /proc/self/status; ulimit -n'
	[[ $output == *"77 "$'\n'"2000"$'\n'"99" ]]
	run -0 mydocker exec --privileged -u 0 "s$UNIQ" sed -n 's/^CapEff:\t//p' /proc/self/status
	[ "$output" = "$(sed -n 's/^CapBnd:\t//p' /proc/self/status)" ]
	mydocker rm -f "s$UNIQ"
	run -0 mydocker run --rm --net none --security-opt apparmor=unconfined --security-opt label=disable busybox true
	run -0 mydocker run --rm --net none --userns host --cgroupns private busybox true
	[ -e /sys/fs/selinux/enforce ] || mydocker run --rm --net none --security-opt label=type:x busybox true
	[ -e /sys/kernel/security/apparmor ] || mydocker run --rm --net none --security-opt apparmor=docker-default busybox true
}

@test "--device: a node of the container's own, by the access that was given; in run and exec; the host's stays as it is" {
	local before
	before=$(stat -c '%a %u' /dev/kmsg)
	try='dd if=/dev/k of=/dev/null bs=1 count=0 2>/dev/null && echo read; (: >/dev/k) 2>/dev/null && echo written; [ -c /dev/second ] && echo second; true'
	run -0 mydocker run --rm --net none --cap-add SYSLOG --device /dev/kmsg:/dev/k:r --device /dev/null:/dev/second busybox sh -c "$try; chmod 777 /dev/k"
	[ "$output" = "read
second" ]
	mydocker run -d --name "s$UNIQ" --net none --cap-add SYSLOG --device /dev/kmsg:/dev/k busybox sleep 1000
	run -0 mydocker exec "s$UNIQ" sh -c "$try; chown 5 /dev/k"
	[ "$output" = "read
written" ]
	mydocker rm -f "s$UNIQ"
	# All of the host's, for what is privileged anyway.
	run -0 mydocker run --rm --net none --privileged --device /dev busybox sh -c '[ -c /dev/kmsg ] && [ -c /dev/ptmx ] && (: >/dev/kmsg) && echo fine'
	[ "$output" = fine ]
	[ "$(stat -c '%a %u' /dev/kmsg)" = "$before" ]
}

@test "systempaths=unconfined: nothing of /proc is hidden or read-only, the rest holds, at the second start too; inspect tells the paths" {
	# A hidden file is the null device.
	local look='test -c /proc/interrupts && echo hidden; grep -q " /proc/sys " /proc/mounts && echo protected; grep -q " /sys sysfs ro" /proc/mounts && echo sys'
	local paths='.[0].HostConfig | [(.MaskedPaths | length > 0), (.ReadonlyPaths | index("/proc/sys") != null), .SecurityOpt]'
	run -0 mydocker run --name "c$UNIQ" --net none busybox sh -c "$look"
	[ "$output" = $'hidden\nprotected\nsys' ]
	run -0 mydocker run --name "o$UNIQ" --net none --security-opt systempaths=unconfined busybox sh -c "$look"
	[ "$output" = sys ]
	run -0 mydocker start -a "o$UNIQ"
	[ "$output" = sys ]
	[ "$(mydocker inspect "c$UNIQ" | jq -c "$paths")" = '[true,true,null]' ]
	[ "$(mydocker inspect "o$UNIQ" | jq -c "$paths")" = '[false,false,null]' ]
	run -125 mydocker run --net none --security-opt systempaths=confined busybox true
	mydocker rm "c$UNIQ" "o$UNIQ"
	# What --dry-run tells is what is done.
	run -0 "$BIN/rootfs-pivot" --dry-run --profile default --open-paths / true
	[[ $output != *kcore* ]]
	run -0 "$BIN/rootfs-pivot" --dry-run --profile default / true
	[[ $output == *kcore* ]]
}
