#!/usr/bin/env bats
# Profiles of AppArmor in a kernel that has it: rootfs-pivot --apparmor-profile, nsenter-lite --like-target, run and exec.

load ../helpers

setup() {
	common_setup
	requires root overlay
	[ -e /sys/kernel/security/apparmor/.replace ] || skip "no AppArmor in this kernel"
	requires tool_apparmor_parser
	PATH=$BIN:$PATH
	P=mdt-$UNIQ
	profile "$P"
}

teardown() {
	local p
	[ ! -e "$TMP/pid" ] || pidctl -s KILL --file "$TMP/pid" || true
	mydocker rm -f "c$UNIQ" 2>/dev/null || true
	for p in "$TMP"/*.profile; do
		[ ! -e "$p" ] || apparmor_parser -R "$p" || true
	done
	common_teardown
}

# profile NAME: loads one that allows everything but /etc/secret and mounting.
profile() {
	printf 'profile %s flags=(attach_disconnected) {\n file,\n network,\n capability,\n signal,\n ptrace,\n deny /etc/secret rwklx,\n deny mount,\n}\n' \
		"$1" >"$TMP/$1.profile"
	apparmor_parser -K -r "$TMP/$1.profile"
}

# A root with a busybox and the file that the profile hides.
make_root() {
	mkdir -p "$TMP/r/bin" "$TMP/r/etc" "$TMP/r/proc" "$TMP/r/dev" "$TMP/r/sys"
	cp "$(command -v busybox)" "$TMP/r/bin/busybox"
	ln -s busybox "$TMP/r/bin/sh"
	echo hidden >"$TMP/r/etc/secret"
	echo shown >"$TMP/r/etc/open"
}

look='/bin/busybox cat /proc/self/attr/current /etc/open /etc/secret 2>&1'
confined() {
	[ "${lines[0]}" = "$P (enforce)" ]
	[ "${lines[1]}" = shown ]
	[[ ${lines[2]} == */etc/secret*"Permission denied" ]]
}

@test "rootfs-pivot: the command is in the profile, with no_new_privs or not, under the reaper, as a user, in a user namespace" {
	make_root
	run nsrun --pid --mount -- rootfs-pivot --proc "$TMP/r" /bin/sh -c "$look"
	[ "${lines[0]}" = unconfined ]
	[ "${lines[2]}" = hidden ]
	for o in --no-new-privs=true --no-new-privs=false "--dev --init $BIN/ctinit" "--user 1000"; do
		# shellcheck disable=SC2086 # words
		run nsrun --pid --mount -- rootfs-pivot --proc --apparmor-profile "$P" $o "$TMP/r" /bin/sh -c "$look"
		confined
	done
	run nsrun --pid --mount --user --map-root-user -- rootfs-pivot --proc --apparmor-profile "$P" "$TMP/r" /bin/sh -c "$look"
	confined
	# What it starts is in it too, and cannot leave it.
	run -0 nsrun --pid --mount -- rootfs-pivot --proc --apparmor-profile "$P" "$TMP/r" /bin/sh -c \
		'(echo "exec unconfined" >/proc/self/attr/apparmor/exec) 2>/dev/null; /bin/busybox cat /proc/self/attr/current'
	[ "$output" = "$P (enforce)" ]
	run -0 nsrun --pid --mount -- rootfs-pivot --proc --apparmor-profile unconfined "$TMP/r" /bin/busybox cat /proc/self/attr/current
	[ "$output" = unconfined ]
}

@test "a profile that is not loaded is named, with the remedy, before the command" {
	make_root
	run -125 nsrun --pid --mount -- rootfs-pivot --apparmor-profile "no-$UNIQ" "$TMP/r" /bin/sh -c 'echo started'
	[[ $output == *"'exec no-$UNIQ'"*"apparmor_parser"* ]]
	[ "${#lines[@]}" = 1 ]
	run -125 mydocker run --rm --net none --security-opt apparmor="no-$UNIQ" busybox echo started
	[[ $output == *"apparmor_parser"* && $output != *$'\n'started* ]]
}

@test "nsenter-lite --like-target and --follow-context land in the target's profile; without them it is the caller's" {
	make_root
	nsrun --detach --pid-file "$TMP/pid" --pid --mount -- rootfs-pivot --proc --apparmor-profile "$P" "$TMP/r" /bin/busybox sleep 1000 3>&-
	run nsenter-lite --target-file "$TMP/pid" --all --like-target -- /bin/sh -c "$look"
	confined
	run nsenter-lite --target-file "$TMP/pid" --all --like-target --run-as 1000 -- /bin/sh -c "$look"
	confined
	run nsenter-lite --target-file "$TMP/pid" --all --follow-context -- /bin/sh -c "$look"
	confined
	run -0 nsenter-lite --target-file "$TMP/pid" --all -- /bin/sh -c "$look"
	[ "${lines[0]}" = unconfined ]
}

@test "run --security-opt apparmor=NAME: run, exec, start again, inspect; mydocker-default where it is loaded" {
	local n=c$UNIQ label='cat /proc/self/attr/current'
	# shellcheck disable=SC2086 # words
	mydocker run -d --name "$n" --net none --security-opt apparmor="$P" busybox sleep 1000
	run -0 mydocker exec "$n" $label
	[ "$output" = "$P (enforce)" ]
	run -0 mydocker exec -u 1000 "$n" $label
	[ "$output" = "$P (enforce)" ]
	[ "$(cat "/proc/$(mydocker inspect -f '{{.State.Pid}}' "$n")/attr/current")" = "$P (enforce)" ]
	[ "$(mydocker inspect -f '{{.AppArmorProfile}} {{.HostConfig.SecurityOpt}}' "$n")" = "$P [apparmor=$P]" ]
	mydocker stop -t 0 "$n"
	mydocker start "$n"
	run -0 mydocker exec "$n" $label
	[ "$output" = "$P (enforce)" ]
	mydocker rm -f "$n"

	run -0 mydocker run --rm --net none busybox $label
	[ "$output" = unconfined ]
	cp "$TOP/examples/apparmor/mydocker-default" "$TMP/default.profile"
	apparmor_parser -K -r "$TMP/default.profile"
	run -0 mydocker run --rm --init --net none busybox sh -c "$label; mount -t tmpfs x /mnt || kill -0 1 && ls /proc >/dev/null && echo fine"
	[ "${lines[0]}" = 'mydocker-default (enforce)' ]
	[ "${lines[-1]}" = fine ]
	run -0 mydocker run --rm --net none --security-opt apparmor=unconfined busybox $label
	[ "$output" = unconfined ]
	run -0 mydocker run --rm --net none --privileged busybox $label
	[ "$output" = unconfined ]
	# The second wall: root with every capability, and no first one.
	run -0 mydocker run --rm --net none --privileged --security-opt apparmor=mydocker-default busybox sh -c \
		"$label; mount -t tmpfs x /mnt || echo refused; echo x >/proc/sys/kernel/core_pattern || echo refused; cat /proc/kcore >/dev/null || echo refused"
	[ "${lines[0]}" = 'mydocker-default (enforce)' ]
	[ "$(printf '%s\n' "${lines[@]}" | grep -cx refused)" = 3 ]
	# stop and kill reach into it.
	mydocker run -d --name "$n" --net none busybox sh -c 'trap "exit 7" TERM; while :; do sleep 1; done'
	mydocker stop -t 100 "$n"
	[ "$(mydocker inspect -f '{{.State.ExitCode}}' "$n")" = 7 ]
	mydocker rm "$n"
}
