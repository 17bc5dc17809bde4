#!/usr/bin/env bats
# The landing (lib/common/land.c) as rootfs-pivot uses it: who the command is, what it may do, what it inherits.
#
# shellcheck disable=SC2016 # scripts for the shell inside are in single quotes

load helpers
load pivot-lib

setup() {
	pivot_setup
	mkdir -m 700 "$R/root"
	cat >"$R/etc/passwd" <<-'END'
		root:x:0:0:root:/root:/bin/sh
		a bad line
		user:x:1000:1001::/home/user:/bin/sh
		user:x:1:1::/twice:/bin/sh
		nohome:x:1002:1002:::
		4242:x:7:7:::
	END
	printf 'root:x:0:\nwheel:x:10:root,other\nuser:x:1001:\nextra:x:33:other,user\nuserx:x:34:xuser,userx\n' >"$R/etc/group"
}

# facts OPTION...: the lines of /proc/self/status that the landing decides, as a process inside sees them.
facts() {
	pivot --proc "$@" "$R" sh -c 'grep -E "^(Cap|NoNewPrivs|Groups|Uid|Gid)" /proc/self/status | sed "s/[[:space:]]*$//" | tr "\t" " "'
}

@test "landing: the default capabilities, in every set, word for word" {
	run facts
	[ "$output" = "Uid: 0 0 0 0
Gid: 0 0 0 0
Groups: 0 10
CapInh: 0000000000000000
CapPrm: 00000000800405fb
CapEff: 00000000800405fb
CapBnd: 00000000800405fb
CapAmb: 0000000000000000
NoNewPrivs: 1" ]
}

@test "landing: another user has no capability and no way back to one" {
	run facts --user user
	[ "$output" = "Uid: 1000 1000 1000 1000
Gid: 1001 1001 1001 1001
Groups: 33 1001
CapInh: 0000000000000000
CapPrm: 0000000000000000
CapEff: 0000000000000000
CapBnd: 00000000800405fb
CapAmb: 0000000000000000
NoNewPrivs: 1" ]
}

@test "landing: inherited inheritable and ambient capabilities are gone (CVE-2022-24769)" {
	# The weak way: they arrive.
	run setpriv --inh-caps=+net_raw --ambient-caps=+net_raw grep -E '^Cap(Inh|Amb)' /proc/self/status
	[[ $output != *"Inh:	0000000000000000"* ]]
	run setpriv --inh-caps=+net_raw --ambient-caps=+net_raw "$BIN/rootfs-pivot" --unshare --proc "$R" grep -E '^Cap(Inh|Amb)' /proc/self/status
	[ "$output" = "CapInh:	0000000000000000
CapAmb:	0000000000000000" ]
}

@test "landing: --cap-add and --cap-drop in order, either spelling, ALL" {
	caps() {
		pivot --proc "$@" "$R" sed -n 's/^CapBnd:\t0*//p' /proc/self/status
	}
	[ "$(caps --cap-add NET_RAW)" = 800425fb ]
	[ "$(caps --cap-add cap_net_raw --cap-drop CHOWN)" = 800425fa ]
	[ "$(caps --cap-drop ALL --cap-add chown)" = 1 ]
	[ "$(caps --cap-drop ALL)" = "" ]
	all=$(sed -n 's/^CapBnd:\t0*//p' /proc/self/status)
	[ "$(caps --cap-add ALL)" = "$all" ]
	[ "$(caps --profile privileged)" = "$all" ]
	[ "$(caps --profile none)" = "$all" ]
}

@test "landing: --cap-ambient for a user other than 0, and only what is kept at all" {
	run pivot --proc --user 1000 --cap-ambient net_bind_service --cap-ambient CAP_KILL "$R" sh -c 'grep ^Cap /proc/self/status | tr "\t" " "'
	[ "${lines[0]}" = "CapInh: 0000000000000420" ]
	[ "${lines[1]}" = "CapPrm: 0000000000000420" ]
	[ "${lines[2]}" = "CapEff: 0000000000000420" ]
	[ "${lines[4]}" = "CapAmb: 0000000000000420" ]
	run pivot --proc --user 1000 --cap-ambient sys_admin "$R" true
	[ "$status" = 125 ]
	[[ $output == *"'sys_admin' is not kept at all; --cap-add keeps it" ]]
	run pivot --proc --cap-ambient frob "$R" true
	[[ $output == *"no capability is called 'frob'" ]]
}

@test "landing: a capability that this process lacks is refused to add, and no matter to drop" {
	run setpriv --bounding-set=-net_raw "$BIN/rootfs-pivot" --unshare --cap-add NET_RAW "$R" sh
	[ "$status" = 125 ]
	[[ $output == *"'NET_RAW' cannot be added: it is not in this process's own bounding set"* ]]
	run setpriv --bounding-set=-net_raw "$BIN/rootfs-pivot" --unshare --cap-drop NET_RAW --cap-add ALL "$R" sh -c 'exit 3'
	[ "$status" = 3 ]
}

@test "landing: no_new_privs as the profile has it and as asked" {
	nnp() {
		pivot --proc "$@" "$R" sed -n 's/^NoNewPrivs:\t//p' /proc/self/status
	}
	[ "$(nnp)$(nnp --no-new-privs=false)$(nnp --profile none)$(nnp --profile privileged)" = 1000 ]
	[ "$(nnp --profile none --no-new-privs)$(nnp --profile none --no-new-privs=true)" = 11 ]
}

@test "landing: users and groups by the root's own files, docker's rules" {
	who() {
		pivot --proc "$@" "$R" sh -c 'echo "$(id -u):$(id -g):$(sed -n "s/^Groups:[[:space:]]*//p" /proc/self/status)" | tr " " ","' | sed 's/,$//'
	}
	[ "$(who)" = 0:0:0,10 ]
	[ "$(who --user 1000)" = 1000:1001:33,1001 ]
	[ "$(who --user user:extra)" = 1000:33:33 ]
	[ "$(who --user user:77)" = 1000:77:77 ]
	[ "$(who --user 5555)" = 5555:0:0 ]
	[ "$(who --user 5555:6666)" = 5555:6666:6666 ]
	[ "$(who --user 4242)" = 4242:0:0 ]
	[ "$(who --user 0:0 --group-add extra --group-add 99)" = 0:0:0,33,99 ]
	for bad in nosuch user: :user -1 4294967295 'us er' user:nosuch; do
		run pivot --proc --user "$bad" "$R" sh
		[ "$status" = 125 ] || { echo "$bad"; return 1; }
	done
	run pivot --proc --user "" "$R" sh
	[ "$status" = 125 ]
}

@test "landing: the host's accounts and NSS count for nothing" {
	getent passwd nobody
	run pivot --proc --user nobody "$R" sh
	[ "$status" = 125 ]
	mkdir -p "$R/lib/x86_64-linux-gnu"
	echo 'passwd: evil' >"$R/etc/nsswitch.conf"
	run strace -f -o "$TMP/trace" unshare --mount "$BIN/rootfs-pivot" --unshare --user user "$R" sh -c :
	[ "$status" = 0 ]
	# After the pivot nothing is opened but what the landing itself asks for.
	[ "$(sed -n '/pivot_root(/,/execve(/p' "$TMP/trace" | grep -c 'open.*\(nss\|/proc\|/lib\|/etc\)')" = 0 ]
}

@test "landing: a root without passwd takes numbers, and root" {
	rm "$R/etc/passwd" "$R/etc/group"
	run pivot --proc "$R" id -u
	[ "$output" = 0 ]
	run pivot --proc --user 5 "$R" id -u
	[ "$output" = 5 ]
	run pivot --proc --user user "$R" id -u
	[ "$status" = 125 ]
	[[ $output == *"no user 'user' in the root's '/etc/passwd'" ]]
}

@test "landing: the environment is exactly what was given, any byte" {
	printf 'A=one\ntwo \0B=\0A=later\nx\0C=$(id) "q"\0' >"$TMP/env"
	environ() {
		pivot --proc --clear-env "$@" "$R" cat /proc/self/environ | tr '\0' '|'
	}
	run environ --env-file "$TMP/env" --env D=d --env B=b
	[ "$output" = 'A=later
x|B=b|C=$(id) "q"|D=d|HOME=/root|' ]
	run pivot --proc --clear-env --user user "$R" env
	[[ $output == *HOME=/home/user* ]]
	run pivot --proc --clear-env --user nohome "$R" env
	[[ ${lines[*]} == *"HOME=/"* && $output != *HOME=/home* ]]
	run pivot --proc --clear-env --env HOME= "$R" env
	[[ ${lines[*]} == *HOME=* && $output != *HOME=/* ]]
	run env KEEP=kept "$BIN/rootfs-pivot" --unshare --clear-env --env KEEP --env NOTSET "$R" /bin/env
	[[ $output == *KEEP=kept* && $output != *NOTSET* ]]
	run pivot --proc --env =x "$R" env
	[ "$status" = 125 ]
}

@test "landing: PATH is the command's own, looked up inside" {
	printf '#!/bin/sh\necho inside\n' >"$R/etc/here"
	chmod 755 "$R/etc/here"
	run pivot --proc --clear-env --env PATH=/etc:/bin "$R" here
	[ "$output" = inside ]
	run -127 pivot --proc --clear-env --env PATH=/nowhere "$R" here
}

@test "landing: resource limits" {
	hard=$(ulimit -Hn)
	run pivot --proc --rlimit "nofile=77:$hard" --rlimit core=0 --user 1000 "$R" sh -c 'ulimit -n; ulimit -Hn; ulimit -c'
	[ "$output" = "77
$hard
0" ]
	for bad in nofile nofil=1 nofile=x nofile=2:1 nofile=1:2:3 =1; do
		run pivot --proc --rlimit "$bad" "$R" true
		[ "$status" = 125 ] && [ "${#lines[@]}" = 1 ] && [[ $output == "rootfs-pivot: "*limit* || $output == "rootfs-pivot: not "*"'${bad#*=}'" ]]
	done
}

@test "landing: descriptors above 2 are closed (CVE-2024-21626)" {
	exec 8</ 9>"$TMP/leak"
	# The weak way: they are inherited.
	run unshare --mount chroot "$R" /bin/sh -c 'cd /proc/self/fd 2>/dev/null; echo x >&9 && echo leaked'
	[[ $output == *leaked* ]]
	run pivot --proc --dev "$R" sh -c 'for f in 3 4 5 6 7 8 9 10 11; do readlink /proc/self/fd/$f; done; cd /proc/self/fd/8 2>/dev/null && echo out; (echo x >&9) 2>/dev/null && echo leaked; echo end'
	exec 8<&- 9>&-
	[ "$output" = end ]
}

@test "landing: a working directory outside cannot be had by a link or /proc" {
	ln -s /proc/self/fd/8 "$R/way"
	ln -s /proc/1/cwd "$R/way2"
	for d in /proc/self/fd/8 /proc/self/fd/8/tmp /proc/self/cwd /way /way2; do
		run pivot --proc --cwd "$d" "$R" pwd 8</
		[ "$status" = 125 ] || { echo "$d: $output"; return 1; }
	done
	run pivot --proc --cwd /etc/../../../.. "$R" pwd
	[ "$output" = / ]
}

@test "landing: a working directory that is closed to the user is entered, one that is missing is made" {
	run pivot --proc --user user --cwd /root "$R" sh -c 'readlink /proc/self/cwd; ls /root'
	[ "${lines[0]}" = /root ]
	[[ ${lines[1]} == *"Permission denied"* ]]
	run pivot --proc --cwd /new/deep --cwd-make --umask 077 "$R" sh -c 'pwd; umask; stat -c %a /new/deep'
	[ "$output" = "/new/deep
0077
755" ]
}

# keyring_tool: "hold NAME COMMAND..." runs it in a session keyring with a key of that name, "find NAME" says whether the session keyring has it.
keyring_tool() {
	cat >"$TMP/keyring.c" <<-'END'
		#include <linux/keyctl.h>
		#include <stdio.h>
		#include <sys/syscall.h>
		#include <unistd.h>
		int main(int argc, char **argv)
		{
			if (argc == 3)
				return puts(syscall(SYS_keyctl, KEYCTL_SEARCH, KEY_SPEC_SESSION_KEYRING, "user", argv[2], 0) > 0 ? "found" : "none") < 0;
			if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, 0) < 0 ||
			    syscall(SYS_add_key, "user", argv[2], "x", 1, KEY_SPEC_SESSION_KEYRING) < 0)
				return 99;
			execvp(argv[3], argv + 3);
			return 98;
		}
	END
	gcc -static -o "$TMP/keyring" "$TMP/keyring.c"
	cp "$TMP/keyring" "$R/bin/keyring"
}

@test "landing: the caller's session keyring is out of reach" {
	keyring_tool
	run "$TMP/keyring" hold "k$UNIQ" "$BIN/rootfs-pivot" --unshare --profile none "$R" /bin/keyring find "k$UNIQ"
	[ "$output" = found ]
	for profile in privileged default; do
		run "$TMP/keyring" hold "k$UNIQ" "$BIN/rootfs-pivot" --unshare --profile "$profile" "$R" /bin/keyring find "k$UNIQ"
		[ "$output" = none ]
	done
}

@test "landing: more groups than fit are an error, not a silent cut" {
	for i in $(seq 300); do echo "g$i:x:$((2000 + i)):user"; done >>"$R/etc/group"
	run pivot --proc --user user "$R" id
	[ "$status" = 125 ]
	[[ $output == *"more than 256 groups"* ]]
}

@test "a static tool has everything that it calls: a linker that is told to be quiet hides what is missing" {
	requires tool_nm
	local t n=0
	for t in "$BIN"/*; do
		! ldd "$t" >/dev/null 2>&1 || continue
		run nm -u "$t"
		[ -z "$(grep -Ev ' (w .*|U __tls_get_addr)$' <<<"$output")" ] || { echo "$t: $output"; false; }
		n=$((n + 1))
	done
	[ "$n" -gt 0 ] || skip "a build with libraries"
}
