#!/usr/bin/env bats
# rootfs-pivot: what a hostile image, or somebody who shares a volume with it, may not do.
#
# shellcheck disable=SC2016 # scripts for the shell inside are in single quotes

load helpers
load pivot-lib

@test "rootfs-pivot: links in the image lead to places inside, or are refused" {
	mkdir "$TMP/v" "$TMP/victim"
	mkdir -p "$R$TMP/victim"
	ln -s "$TMP/victim" "$R/abs"
	ln -s ../../../../../../../../../"$TMP/victim" "$R/rel"
	ln -s /proc/1/root/tmp "$R/magic"
	ln -s nowhere "$R/dangling"
	# The attack works on a plain mount by path:
	unshare --mount sh -c 'mount -t tmpfs tmpfs "$1/abs" && touch "$2/x" && findmnt "$2"' sh "$R" "$TMP/victim"
	run pivot --bind "$TMP/v:/abs/in" --tmpfs /rel/in2 "$R" sh -c 'touch /abs/in/y'
	[ "$status" = 0 ]
	[ -e "$TMP/v/y" ]
	[ -z "$(ls -A "$TMP/victim")" ]
	run pivot --proc --tmpfs /magic/x "$R" true
	[ "$status" = 125 ]
	# One that leads to nothing is followed inside, as images rely on (/etc/resolv.conf to somewhere in /run).
	ln -s "/run$TMP/resolv" "$R/etc/resolv.conf"
	run pivot --tmpfs /dangling/x --bind "$TMP/v/y:/etc/resolv.conf" "$R" sh -c 'ls -d /nowhere/x "/run$1/resolv"' sh "$TMP"
	[ "$status" = 0 ]
	[ "${#lines[@]}" = 2 ]
	[ -z "$(ls -A "$TMP/victim")" ]
}

@test "rootfs-pivot: /proc, /dev and /sys that are links or files are refused" {
	for d in proc dev sys; do
		ln -s etc "$R/$d"
		run pivot "--$d" "$R" true
		[ "$status" = 125 ]
		[[ $output == *"/$d' inside the root: it is not a directory"* ]]
		rm "$R/$d"
		touch "$R/$d"
		run pivot "--$d" "$R" true
		[ "$status" = 125 ]
		rm "$R/$d"
	done
}

@test "rootfs-pivot: an image's own /dev/null and /etc/passwd FIFO do no harm" {
	mkdir "$R/dev"
	mkfifo "$R/dev/null"
	echo x >"$R/etc/shadow"
	rm "$R/etc/passwd"
	mkfifo "$R/etc/passwd"
	run timeout 120 unshare --mount --pid --fork --kill-child --mount-proc "$BIN/rootfs-pivot" --proc --mask /etc/shadow "$R" cat /proc/interrupts /etc/shadow
	[ "$status" = 125 ]
	[[ $output == *"'/etc/passwd' inside the root: not a regular file"* ]]
	rm "$R/etc/passwd"
	run pivot --proc --mask /etc/shadow "$R" cat /proc/interrupts /etc/shadow
	[ "$status" = 0 ]
	[ "$output" = "" ]
}

@test "rootfs-pivot: nothing is laid on the root itself, which a link of the image may lead to" {
	mkdir "$TMP/v" "$R/etc/deep"
	ln -s / "$R/data"
	ln -s ../.. "$R/etc/deep/up"
	for options in "--bind $TMP/v:/data" "--bind $TMP/v:/etc/deep/up:copy" "--tmpfs /data" "--mask /data" "--read-only-path /etc/deep/up"; do
		# shellcheck disable=SC2086 # two words
		run pivot $options "$R" true
		[ "$status" = 125 ] && [ "${#lines[@]}" = 1 ]
		[[ $output == "rootfs-pivot: "*": it leads to the root itself" ]]
	done
	[ -z "$(ls -A "$TMP/v")" ]
}

@test "rootfs-pivot: a lock that a container holds on its volume stops no other" {
	requires tool_flock
	mkdir "$TMP/v" "$R/data"
	touch "$R/data/file"
	run flock "$TMP/v" timeout -k 1 60 "$BIN/rootfs-pivot" --unshare --bind "$TMP/v:/data:copy" "$R" true
	[ "$status" = 0 ]
	[ -e "$TMP/v/file" ]
}

@test "rootfs-pivot: accounts are not read from files of the kernel" {
	for file in /etc/passwd /etc/group; do
		mv "$R$file" "$TMP/kept"
		# Reading from this one takes what is read away from the host's log.
		ln -s /proc/kmsg "$R$file"
		run "$BIN/rootfs-pivot" --unshare --proc "$R" true
		[ "$status" = 125 ]
		[ "$output" = "rootfs-pivot: read '$file' inside the root: it is a file of the kernel: Invalid argument" ]
		mv "$TMP/kept" "$R$file"
	done
}

@test "rootfs-pivot: nothing executed inside runs before the command" {
	mkdir -p "$R/sbin"
	printf '#!/bin/sh\ntouch /ran\n' >"$R/sbin/mount.tmpfs"
	chmod 755 "$R/sbin/mount.tmpfs"
	rm -f "$R/bin/modprobe"
	cp "$R/sbin/mount.tmpfs" "$R/bin/modprobe"
	run pivot --tmpfs /t "$R" true
	[ "$status" = 0 ]
	[ ! -e "$R/ran" ]
}

# exe_attack DIR: a root whose /evil is a script run by /proc/self/exe, that is by the file that exec'd it, with a loader of
# its own, which opens that file and hands it to a shell that tries to write to it (CVE-2019-5736).
exe_attack() {
	cat >"$TMP/loader.c" <<-'END'
		static long call(long n, long a, long b, long c)
		{
			long r;

			__asm__ volatile("syscall" : "=a"(r) : "a"(n), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
			return r;
		}
		void _start(void)
		{
			static const char script[] = "(: >>/proc/self/fd/9) && echo writable || echo refused";
			const char *const argv[] = {"sh", "-c", script, (char *)0}, *const env[] = {"PATH=/bin", (char *)0};
			long fd = call(2, (long)"/proc/self/exe", 010000000, 0);

			if (fd >= 0 && call(33, fd, 9, 0) == 9)
				call(59, (long)"/bin/sh", (long)argv, (long)env);
			call(60, 99, 0, 0);
		}
	END
	gcc -O1 -nostdlib -static -fno-stack-protector -ffreestanding -o "$TMP/loader" "$TMP/loader.c"
	mkdir -p "$1/lib64"
	cp "$TMP/loader" "$1/lib64/ld-linux-x86-64.so.2"
	printf '#!/proc/self/exe\n' >"$1/evil"
	chmod 755 "$1/evil"
}

@test "rootfs-pivot: the host's program cannot be written to through /proc/self/exe" {
	[ "$(uname -m)" = x86_64 ] || skip "the attack is written for x86_64"
	exe_attack "$R"
	mkdir -p "$R/proc"
	cp "$(command -v chroot)" "$TMP/victim"
	# The attack on a program that does not protect itself:
	run unshare --mount --pid --fork --kill-child --mount-proc="$R/proc" "$TMP/victim" "$R" /evil
	[ "${lines[-1]}" = writable ]
	# The static program loads nothing of the image: it only starts once more and finds no command.
	run pivot --proc "$R" /evil
	[[ ${lines[-1]} == refused || ${lines[-1]} == *"a command is missing"* ]]
	# With libmount it has the image's loader.
	run pivot --proc --fstab /dev/null "$R" /evil
	[ "${lines[-1]}" = refused ]
	run unshare --pid --fork --kill-child "$BIN/rootfs-pivot" --unshare --proc --fstab /dev/null --profile privileged "$R" /evil
	[ "${lines[-1]}" = refused ]
	# A file that is open for writing on the same mount must not open the way.
	cp "$BIN/rootfs-pivot" "$BIN/rootfs-pivot-fstab" "$TMP"
	run unshare --mount --pid --fork --kill-child --mount-proc bash -c '
		exec 8>"$1.open"; exec "$1" --proc --fstab /dev/null "$2" /evil' bash "$TMP/rootfs-pivot" "$R"
	[ "${lines[-1]}" = refused ]
}

@test "rootfs-pivot: a chroot with an open directory leads out of a chroot, and not out of here" {
	cat >"$TMP/esc.c" <<-'END'
		#include <fcntl.h>
		#include <stdio.h>
		#include <sys/stat.h>
		#include <unistd.h>

		int main(void)
		{
			struct stat st;
			int fd = open(".", O_RDONLY);

			mkdir("/deeper", 0755);
			if (chroot("/deeper") || fchdir(fd))
				return 1;
			for (int i = 0; i < 50; i++)
				if (chdir(".."))
					return 1;
			if (chroot("."))
				return 1;
			puts(stat("/inside", &st) ? "outside" : "inside");
			return 0;
		}
	END
	gcc -static -O1 -o "$R/bin/esc" "$TMP/esc.c"
	touch "$R/inside"
	run chroot "$R" /bin/esc
	[ "$output" = outside ]
	run pivot "$R" esc
	[ "$output" = inside ]
	# What is done where / is the initramfs: the new root is moved over it and entered by chroot.
	run unshare --mount sh -c 'mount --rbind "$1" "$1" && cd "$1" && mount --move . / && exec chroot . /bin/esc' sh "$R"
	[ "$output" = inside ]
}

@test "rootfs-pivot: the process is not dumpable until the exec" {
	run strace -f -o "$TMP/trace" unshare --mount --pid --fork --kill-child --mount-proc "$BIN/rootfs-pivot" "$R" true
	[ "$status" = 0 ]
	grep -q 'prctl(PR_SET_DUMPABLE, SUID_DUMP_DISABLE' "$TMP/trace"
	run ! grep -q 'PR_SET_DUMPABLE, SUID_DUMP_USER' "$TMP/trace"
}

@test "rootfs-pivot: --file writes to no file of the kernel, whatever links the image has" {
	local value

	value=$(cat /proc/sys/kernel/domainname)
	for victim in /proc/sys/kernel/domainname /sys/kernel/mm/ksm/run; do
		[ -e "$victim" ] || continue
		ln -sf "$victim" "$R/etc/conf"
		# The value that it has, so that nothing happens where it is written.
		value=$(cat "$victim")
		run pivot --profile privileged --proc --sys --file 9 /etc/conf "$R" true 9<<<"$value"
		[ "$status" = 125 ] && [ "${#lines[@]}" = 1 ]
		[[ $output == "rootfs-pivot: --file: '/etc/conf' inside the root leads to a file of the kernel"* ]]
	done
}

@test "rootfs-pivot: a new volume is filled from the image, not from what a link leads to in /sys" {
	mkdir "$TMP/v"
	ln -s /sys/kernel "$R/data"
	run pivot --proc --sys --bind "$TMP/v:/data:copy" "$R" ls -A /sys/kernel
	[ "$status" = 0 ]
	[ "$output" = "" ]
	[ -z "$(ls -A "$TMP/v")" ]
}

# stopped SYSCALL N FILE...: fills the volume $TMP/v from /data and stops when the system call has been made for the Nth time, which
# is when all the files are there. Its pid is $PID then.
stopped() {
	local call=$1 n=$2

	shift 2
	strace -f -o "$TMP/trace" -e "trace=$call" -e "inject=$call:signal=STOP:when=$n" \
		"$BIN/rootfs-pivot" --unshare --bind "$TMP/v:/data:copy" "$R" true >"$TMP/out" 2>&1 3>&- &
	STRACE=$!
	for f; do
		eventually 20 test -e "$f"
	done
	# The list has no newline.
	read -r PID _ <"/proc/$STRACE/task/$STRACE/children" || [ -n "$PID" ]
}

# goes_on: lets it go on, and waits for its end. CONT is sent more than once: the stop may still be on its way.
goes_on() {
	has_ended() {
		kill -CONT "$PID" 2>/dev/null
		[ ! -e "/proc/$STRACE" ] || grep -q '^State:.*Z' "/proc/$STRACE/status"
	}
	eventually 20 has_ended
	wait "$STRACE" || true
}

@test "rootfs-pivot: who shares a volume that is being filled cannot lead a change of mode or owner outside" {
	requires tool_strace
	mkdir "$TMP/v" "$R/data"
	mkfifo -m 666 "$R/data/fifo"
	chown 5:5 "$R/data/fifo"
	echo secret >"$TMP/victim"
	chmod 600 "$TMP/victim"
	stopped mknodat 1 "$TMP/v/fifo"
	rm "$TMP/v/fifo"
	ln -s "$TMP/victim" "$TMP/v/fifo"
	goes_on
	[ "$(stat -c '%a %u' "$TMP/victim")" = "600 0" ]
	grep -q "fill the volume of '/data': .*'fifo'" "$TMP/out"
}

@test "rootfs-pivot: who shares a volume that is being filled gets no hard link to a file outside" {
	requires tool_strace
	local first=one second=two

	mkdir -p "$TMP/v" "$R/data/one" "$R/data/two" "$TMP/outside"
	echo image >"$R/data/one/a"
	ln "$R/data/one/a" "$R/data/two/a"
	echo secret >"$TMP/outside/a"
	stopped mkdirat 2 "$TMP/v/one" "$TMP/v/two"
	[ -e "$TMP/v/one/a" ] || first=two second=one
	mv "$TMP/v/$first" "$TMP/v/was"
	ln -s "$TMP/outside" "$TMP/v/$first"
	goes_on
	[ "$(stat -c %h "$TMP/outside/a")" = 1 ]
	[ ! -e "$TMP/v/$second/a" ]
}

@test "rootfs-pivot: descriptors are closed, or it is refused, where the kernel or a filter knows no close_range" {
	mkdir -p "$TMP/all" "$R/proc/self/fd"
	printf '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["close_range"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38}]}' |
		"$BIN/seccompile" -o "$TMP/f" -
	nested() {
		# shellcheck disable=SC2016
		run unshare --mount --pid --fork --kill-child --mount-proc sh -c '
			a=$1 f=$2; shift 2
			mount --rbind / "$a" && exec "$0" --profile none --seccomp "$f" "$a" /bin/sh -c "exec \"\$@\" 9</etc/passwd" sh "$0" --unshare "$@" \
				/bin/sh -c "cat <&9"' "$BIN/rootfs-pivot" "$TMP/all" "$TMP/f" "$@"
		[[ $output != *root:* ]]
	}
	nested --proc "$R"
	[[ $output == *"9: Bad file descriptor"* || $output == *"bad file descriptor"* ]]
	# A directory that the image has there lists none.
	nested "$R"
	[ "$status" = 125 ]
	[[ $output == "rootfs-pivot: close the caller's descriptors"*"--proc"* ]]
}
