#!/usr/bin/env bats
# seccompile: profiles into filters, and what rootfs-pivot and nsenter-lite do with them. tests/unit/test_seccompile.c
# has the details of every operator, action and mistake.

load helpers

setup() {
	common_setup
	requires root
	chmod 755 "$TMP"
	R=$TMP/r
	mkdir -p "$R/bin"
	cp "$(command -v busybox)" "$R/bin/busybox"
	for c in sh chmod hostname sleep cat grep; do ln -s busybox "$R/bin/$c"; done
	PATH=$PATH:/bin
	cat >"$TMP/nochmod.json" <<-'END'
		{ "defaultAction": "SCMP_ACT_ALLOW",
		  "syscalls": [ { "names": ["chmod", "fchmod", "fchmodat", "fchmodat2"], "action": "SCMP_ACT_ERRNO", "errnoRet": 71 } ] }
	END
}

pivot() {
	unshare --mount --pid --fork --kill-child --mount-proc env PATH=/bin "$BIN/rootfs-pivot" "$@"
}

@test "seccompile: a profile holds in the command that rootfs-pivot starts, with and without no_new_privs" {
	"$BIN/seccompile" -o "$TMP/f" "$TMP/nochmod.json"
	[ "$(stat -c %a "$TMP/f")" = 600 ]
	# shellcheck disable=SC2016
	try='chmod 755 /bin/sh 2>&1; grep -E "^(Seccomp|NoNewPrivs)" /proc/self/status'
	run pivot --proc --seccomp none "$R" sh -c "$try"
	[ "${lines[0]}" = "NoNewPrivs:	1" ]
	for more in --no-new-privs --no-new-privs=false '--profile privileged' '--user 1000:1000'; do
		# shellcheck disable=SC2086 # words
		run pivot --proc $more --seccomp "$TMP/f" "$R" sh -c "$try"
		[[ ${lines[0]} == *"Protocol error"* ]]
		[[ $output == *"Seccomp:	2"*"Seccomp_filters:	2"* ]]
	done
}

@test "seccompile: a command that is executed in a container gets the same filter" {
	"$BIN/seccompile" -o "$TMP/f" "$TMP/nochmod.json"
	mkfifo "$R/ready"
	# shellcheck disable=SC2016
	"$BIN/nsrun" --mount --pid --pid-file "$TMP/pid" -- "$BIN/rootfs-pivot" --proc --seccomp "$TMP/f" "$R" \
		sh -c 'echo >/ready; sleep 1000' &
	read -r _ <"$R/ready"
	run "$BIN/nsenter-lite" --target-file "$TMP/pid" --all --like-target -- /bin/chmod 755 /bin/sh
	[ "$status" = 0 ]
	run "$BIN/nsenter-lite" --target-file "$TMP/pid" --all --like-target --seccomp "$TMP/f" -- /bin/chmod 755 /bin/sh
	[[ $output == *"Protocol error"* ]]
	run "$BIN/nsenter-lite" --target-file "$TMP/pid" --all --seccomp "$TMP/f" -- /bin/sh
	[ "$status" = 125 ]
	[[ $output == *"need --like-target"* ]]
	"$BIN/pidctl" --signal KILL --wait 60 "$TMP/pid" || :
	wait
}

@test "seccompile: what is no filter is refused before anything is done" {
	bad() {
		run pivot --seccomp "$1" "$R" true
		[ "$status" = 125 ] && [[ $output == *"$2"* ]] && [ "${#lines[@]}" = 1 ]
	}
	bad "$TMP/nochmod.json" "'$TMP/nochmod.json': not a compiled system call filter; seccompile makes one"
	bad "$TMP/missing" "open '$TMP/missing': No such file"
	bad frob "'frob': default, none or a file's path"
	"$BIN/seccompile" -o "$TMP/f" "$TMP/nochmod.json"
	head -c 60 "$TMP/f" >"$TMP/cut"
	bad "$TMP/cut" "damaged"
	{ printf 'seccomp1\267\0\0\300' && tail -c +13 "$TMP/f"; } >"$TMP/arm"
	[ "$(uname -m)" != x86_64 ] || bad "$TMP/arm" "another architecture"
}

@test "seccompile: the cache answers without compiling, and only for the same input" {
	S="$BIN/seccompile"
	"$S" --cache "$TMP/c" -o "$TMP/one" "$TMP/nochmod.json"
	[ "$(stat -c %a "$TMP/c")" = 700 ]
	kept=("$TMP"/c/*)
	[ "${#kept[@]}" = 1 ]
	"$S" --cache "$TMP/c" -o "$TMP/two" "$TMP/nochmod.json"
	cmp "$TMP/one" "$TMP/two"
	# The kept file itself is what comes back: it is given another instruction (RET) to see that.
	size=$(stat -c %s "${kept[0]}")
	printf '\007' | dd of="${kept[0]}" bs=1 seek=$((24 + 4)) conv=notrunc status=none
	"$S" --cache "$TMP/c" -o "$TMP/two" "$TMP/nochmod.json"
	run ! cmp "$TMP/one" "$TMP/two"
	# A file made from something else under the same name is not taken, nor a damaged one.
	printf '}' | dd of="${kept[0]}" bs=1 seek=$((size - 1)) conv=notrunc status=none
	"$S" --cache "$TMP/c" -o "$TMP/two" "$TMP/nochmod.json"
	cmp "$TMP/one" "$TMP/two"
	: >"${kept[0]}"
	"$S" --cache "$TMP/c" -o "$TMP/two" "$TMP/nochmod.json"
	cmp "$TMP/one" "$TMP/two"
	# Other capabilities, another kernel, another text are other filters.
	"$S" --cache "$TMP/c" --cap-drop CHOWN -o "$TMP/two" "$TMP/nochmod.json"
	"$S" --cache "$TMP/c" --kernel 5.4 -o "$TMP/two" "$TMP/nochmod.json"
	sed 's/71/72/' "$TMP/nochmod.json" | "$S" --cache "$TMP/c" -o "$TMP/two" -
	kept=("$TMP"/c/*)
	[ "${#kept[@]}" = 4 ]
}

@test "seccompile: what is wrong is named by file and place, and nothing is written" {
	bad() {
		local words=$1

		shift
		run "$BIN/seccompile" -o "$TMP/out" "$@"
		[ "$status" = "$want" ] && [[ $output == "seccompile: "*"$words"* ]] && [ "${#lines[@]}" = 1 ] && [ ! -e "$TMP/out" ]
	}
	printf '{\n"defaultAction": "SCMP_ACT_ALLOW",\n "syscalls": [,] }' >"$TMP/comma"
	printf '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["frob"], "action": "SCMP_ACT_KILL"}]}' >"$TMP/frob"
	want=1
	bad "'$TMP/comma': line 3, column 15: not JSON" "$TMP/comma"
	bad "'$TMP/frob': syscalls[0].names[0]: no system call is called 'frob'" "$TMP/frob"
	bad "open '$TMP/missing': No such file" "$TMP/missing"
	bad "'standard input': line 1, column 1: not JSON" - </dev/null
	bad "'$TMP': Is a directory" "$TMP"
	bad "make the directory '$TMP/x/y'" --cache "$TMP/x/y" "$TMP/nochmod.json"
	want=2
	bad "one profile is expected"
	bad "one profile is expected" a b
	bad "no capability is called 'FROB'" --cap-add FROB "$TMP/nochmod.json"
	bad "'6'" --kernel 6 "$TMP/nochmod.json"
	bad "exclude each other" --raw --cache "$TMP/c" "$TMP/nochmod.json"
}

@test "seccompile: podman's own profile, a bundle's, the readable and the bare form" {
	f=/usr/share/containers/seccomp.json
	[ ! -e "$f" ] || "$BIN/seccompile" -o "$TMP/f" "$f"
	printf '{"ociVersion": "1.0.2", "linux": {"seccomp": %s}}' "$(cat "$TMP/nochmod.json")" >"$TMP/config.json"
	"$BIN/seccompile" --raw -o "$TMP/one" "$TMP/config.json"
	"$BIN/seccompile" --raw "$TMP/nochmod.json" >"$TMP/two"
	cmp "$TMP/one" "$TMP/two"
	[ $(($(stat -c %s "$TMP/one") % 8)) = 0 ]
	run "$BIN/seccompile" --explain "$TMP/nochmod.json"
	[[ $output == *'filter for syscall "chmod"'*'action ERRNO(71)'* ]]
	command -v bwrap || return 0
	run bwrap --bind / / --seccomp 9 chmod 700 "$TMP" 9<"$TMP/one"
	[[ $output == *"Protocol error"* ]]
}
