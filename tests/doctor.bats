#!/usr/bin/env bats
# doctor.bats - mydocker doctor.

load helpers

setup() {
	requires root
	common_setup
}

@test "what this machine can do is done once, said, and leaves nothing" {
	requires overlay nft
	run -0 --separate-stderr mydocker doctor
	[ -z "$stderr" ]
	[ "${#lines[@]}" -gt 20 ]
	for check in root kernel tools overlay 'namespace mount' 'namespace net' 'control groups' nft seccomp; do
		grep -q "^ok  *$check " <<<"$output"
	done
	[ -z "$(grep -vE '^(ok|advice|missing) +[a-z]' <<<"$output" || :)" ]
	mydocker doctor --json >"$TMP/json"
	jq -es 'map(select(.Check == "root"))[0].State == "ok" and all(.[]; (.State | test("^(ok|advice|missing)$")) and (.State == "ok" or .Remedy != ""))' "$TMP/json"
	[ "$(wc -l <"$TMP/json")" = "${#lines[@]}" ]
	[ -z "$(find "$TMP" -mindepth 1 -maxdepth 1 ! -name '*json*' ! -name '*root*')" ] && [ -z "$(find "$TMP" -name '.doctor*')" ]
}

@test "what is missing is said with its remedy, and is the status" {
	mkdir "$TMP/empty"
	run -1 env MYDOCKER_TOOLS="$TMP/empty" $MYDOCKER_SH "$TOP/scripts/mydocker.sh" doctor
	[[ $output == *"missing  tools "*"not there: nsrun rootfs-pivot"*"MYDOCKER_TOOLS says where they are"* ]]
	[[ $output == *"missing  namespace mount"* ]]
	chmod 755 "$TMP"
	run -1 setpriv --reuid 65534 --regid 65534 --clear-groups env MYDOCKER_ROOT=/proc/nowhere MYDOCKER_RUN=/proc/nowhere2 \
		$MYDOCKER_SH "$TOP/scripts/mydocker.sh" doctor
	[[ $output == *"missing  root  "*"not root; run it by sudo"* ]]
	[[ $output == *"missing  state "*"cannot be written to"* ]]
	run -125 mydocker doctor extra
	run -125 mydocker doctor --nope
}
