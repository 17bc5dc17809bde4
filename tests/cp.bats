#!/usr/bin/env bats
# cp.bats - mydocker cp, diff and export, ctcp, ctstate diff.

load helpers

setup() {
	requires root overlay
	common_setup
	name=c$UNIQ
	cd "$TMP"
}

# A tree that is hard to copy: link out, link to a directory, hard link, FIFO, odd names, modes, owners, times, attributes.
tree() {
	mkdir -p "$1/d/sub/$(printf 'odd\nname')" "$1/target"
	echo one >"$1/d/f"
	ln "$1/d/f" "$1/d/hard"
	ln -s /etc/passwd "$1/d/sub/out"
	ln -s target "$1/link"
	mkfifo "$1/d/fifo"
	: >"$1/d/-rf" && : >"$1/d/a b" && : >"$1/d/$(printf '\xff\xfe')"
	echo t >"$1/target/t"
	chmod 4751 "$1/d/f"
	chown 12:34 "$1/d/f" "$1/d/sub"
	chmod 700 "$1/d/sub"
	touch -d 2001-02-03T04:05:06.789Z "$1/d/f" "$1/d/sub"
}

# What there is of a tree: names, kinds, modes, owners, times, links.
list() {
	(cd "$1" && find . -mindepth 1 ! -type d -printf '%P %y %m %U:%G %T@ %n %l\n' -o -mindepth 1 -printf '%P %y %m %U:%G\n' | LC_ALL=C sort)
}

@test "docker's rules: files and directories, into, onto, as; with /. and with slashes" {
	mkdir -p r/dir/in there exists/dir
	echo f >r/file && echo in >r/dir/in/x && echo old >there/file && echo old >plain
	copy() { "$BIN/ctcp" copy "$TMP/r" "$1" / "$TMP/$2"; }
	copy /file new && [ "$(<new)" = f ]
	copy /file plain && [ "$(<plain)" = f ]
	copy /file there && [ "$(<there/file)" = f ]
	copy /file there/ && [ "$(<there/file)" = f ]
	run -1 copy /file missing/
	[ "$output" = "ctcp: copy to '$TMP/missing/': the destination directory does not exist" ]
	run -1 copy /file missing/deep
	[ ! -e missing ]
	copy /dir made && [ "$(<made/in/x)" = in ] && [ ! -e made/dir ]
	copy /dir made2/ && [ "$(<made2/in/x)" = in ]
	copy /dir exists && [ "$(<exists/dir/in/x)" = in ]
	copy /dir/. exists && [ "$(<exists/in/x)" = in ]
	run -1 copy /dir plain
	[ "$output" = "ctcp: copy to '$TMP/plain': a directory cannot become a file" ]
	run -1 copy /nosuch x
	[ "$output" = "ctcp: find '/nosuch': No such file or directory" ]
	run -1 copy /file/ x
	# Twice is as good as once.
	copy /dir exists && [ "$(<exists/dir/in/x)" = in ]
	# ".." takes a name away; a name that ends with a dot is a name.
	mkdir up && ln -s file r/dir/in/link.
	copy /dir/in/.. up && [ "$(<up/dir/in/x)" = in ]
	copy /dir/in/../in up && [ "$(<up/in/x)" = in ]
	copy /dir/.. up/all && [ "$(<up/all/dir/in/x)" = in ]
	[ "$("$BIN/ctcp" get "$TMP/r" /dir/in/.. | tar tf - | head -n 1)" = dir/ ]
	copy /dir/in/link. up && [ "$(readlink up/link.)" = file ]
	# A link that leads to nothing stands for what it leads to, one that leads round does not.
	ln -s ../there/later up/l1 && ln -s l1 up/l2 && ln -s l4 up/l3 && ln -s l3 up/l4
	copy /file up/l2 && [ -L up/l2 ] && [ -L up/l1 ] && [ "$(<there/later)" = f ]
	run -1 copy /file up/l3
	[ "$output" = "ctcp: copy to '$TMP/up/l3': Too many levels of symbolic links" ]
}

@test "a tree that is in use: what goes meanwhile is left out, what becomes shorter ends with zeros" {
	requires tool_strace
	local gone call
	mkdir -p r/d/sub && echo f >r/d/f && echo g >r/d/g && ln -s x r/d/link && echo s >r/d/sub/s
	for gone in f link sub/s sub; do
		for call in newfstatat openat readlink; do
			env ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o trace -P "/d/$gone" -e "trace=$call" -e "inject=$call:error=ENOENT" \
				"$BIN/ctcp" get "$TMP/r" /d >d.tar
			tar tf d.tar >list
			! grep -q INJECTED trace || [ "$gone" = sub ] || ! grep -qx "d/$gone" list
			grep -qx d/g list
		done
		# None of the three may have become another call.
		grep -q "/d/$gone" trace || [ "$gone" != link ]
	done
	# The kernel says of these files that they have 4096 bytes.
	run -0 --separate-stderr "$BIN/ctcp" get / /sys/kernel/uevent_seqnum
	[ "$stderr" = "ctcp: files that became shorter while they were read, and have zeros at their ends: 1" ]
	[ "$("$BIN/ctcp" get / /sys/kernel/uevent_seqnum 2>/dev/null | tar tvf - | awk '{ print $3 }')" = 4096 ]
}

@test "ctcp keeps what there is to keep, and gives it to the caller unless -a" {
	mkdir r out
	tree r
	"$BIN/ctcp" copy -a "$TMP/r" /d / "$TMP/out"
	diff <(list r/d) <(list out/d)
	"$BIN/ctcp" copy "$TMP/r" /d / "$TMP/mine"
	[ "$(stat -c '%u:%g' mine/f mine/sub | sort -u)" = 0:0 ]
	"$BIN/ctcp" copy "$TMP/r" /link / "$TMP/l1" && [ "$(readlink l1)" = target ]
	"$BIN/ctcp" copy -L "$TMP/r" /link / "$TMP/l2" && [ "$(<l2/t)" = t ]
	"$BIN/ctcp" copy "$TMP/r" /link/. / "$TMP/l3" && [ "$(<l3/t)" = t ]
	"$BIN/ctcp" get "$TMP/r" /d >d.tar
	mkdir u && tar -C u --numeric-owner -xf d.tar
	diff <(list r/d) <(list u/d)
	"$BIN/ctcp" put "$TMP" u <d.tar
	gzip -c d.tar >d.tgz && mkdir v && "$BIN/ctcp" put "$TMP" v <d.tgz
	diff <(list r/d) <(list v/d)
	[ "$("$BIN/ctcp" get "$TMP/r" /target/. | tar tf - | tr '\n' ' ')" = './ ./t ' ]
	[ "$("$BIN/ctcp" get --members "$TMP/r" /target | tar tf -)" = t ]
}

@test "nothing leads out of a root: links, archives, swaps" {
	local i
	mkdir -p r/dst host
	echo secret >host/secret
	ln -s "$TMP/host" r/abs && ln -s ../host r/rel && ln -s ../../../../../../../../../../../etc r/up
	# Reading and writing through links stays inside.
	run -1 "$BIN/ctcp" copy "$TMP/r" /abs/secret / "$TMP/stolen"
	run -1 "$BIN/ctcp" copy -L "$TMP/r" /rel/secret / "$TMP/stolen"
	run -1 "$BIN/ctcp" get "$TMP/r" /up/passwd
	echo new >f
	run -1 "$BIN/ctcp" copy / "$TMP/f" "$TMP/r" /abs/planted
	run -1 "$BIN/ctcp" copy / "$TMP/f" "$TMP/r" /up/planted
	[ ! -e stolen ] && [ ! -e host/planted ] && [ ! -e /etc/planted ]
	# Archives with names that lead out, and with a link that a later member goes through.
	mkdir a && (cd a && ln -s "$TMP/host" evil && tar cf ../evil.tar evil && rm evil && mkdir evil && echo x >evil/planted && tar rf ../evil.tar evil/planted)
	"$BIN/ctcp" put "$TMP/r" dst <evil.tar || true
	[ ! -e host/planted ]
	tar cf up.tar --transform 's,^f$,../../up,' -P f
	run -1 "$BIN/ctcp" put "$TMP/r" dst <up.tar
	[[ $output == *"leads out of the archive" ]]
	# A directory that is swapped for a link all the time.
	mkdir -p r/swap/deep && echo inside >r/swap/deep/secret
	( while [ ! -e stop ]; do mv r/swap/deep r/swap/d2; ln -s "$TMP/host" r/swap/deep; rm r/swap/deep; mv r/swap/d2 r/swap/deep; done ) 2>/dev/null 3>&- &
	for i in 1 2 3 4 5 6 7 8 9 10; do
		"$BIN/ctcp" copy "$TMP/r" /swap/deep/secret / "$TMP/got" 2>/dev/null && [ "$(<got)" = inside ] || true
		"$BIN/ctcp" copy / "$TMP/f" "$TMP/r" /swap/deep/planted 2>/dev/null || true
		"$BIN/ctcp" copy "$TMP/r" /swap / "$TMP/tree$i" 2>/dev/null || true
	done
	touch stop
	wait $!
	[ ! -e host/planted ]
	! grep -rqs secret tree* got
}

@test "cp into and out of a running container and one that has ended" {
	mkdir t out vol
	tree t
	echo v >vol/v
	mydocker run -d --name "$name" --net none -v "$TMP/vol:/vol" busybox sleep 1000
	for state in running exited; do
		mydocker cp t/d "$name:/$state"
		mydocker cp "$name:/$state" out
		[ "$(<"out/$state/f")" = one ]
		[ "$(stat -c %u:%g "out/$state/f")" = 0:0 ]
		[ "$(readlink "out/$state/sub/out")" = /etc/passwd ]
		mydocker cp -a t/d/. "$name:/a$state"
		mydocker cp -a "$name:a$state" out
		diff <(list t/d) <(list "out/a$state")
		[ "$(mydocker cp "$name:/etc/hostname" - | tar tf -)" = hostname ]
		tar cf - -C t target | mydocker cp - "$name:/opt"
		[ "$(mydocker cp "$name:/opt/target/t" - | tar xOf -)" = t ]
		# What is bound there is seen, and written to.
		[ "$(mydocker cp "$name:/vol/v" - | tar xOf -)" = v ]
		mydocker cp t/target/t "$name:/vol/$state" && [ "$(<"vol/$state")" = t ]
		# No copy of the kernel's own.
		mydocker cp "$name:/" - | tar tf - >list
		grep -qx ./etc/passwd list
		! grep -qE '^\./(proc|sys|dev)/.' list
		mydocker export "$name" | tar tf - >list
		grep -qx etc/passwd list && grep -qx "$state/f" list
		! grep -qE '^(proc|sys|dev|vol)/.' list
		[ "$state" = exited ] || mydocker stop -t 0 "$name"
	done
	[ -z "$(ls -A "$MYDOCKER_ROOT"/containers/*/merged)" ]
	mydocker export -o x.tar "$name"
	tar tf x.tar | grep -qx exited/f
	[ "$(stat -c %a x.tar)" = 600 ]
	# A device is written to, and stays where that fails; so does a file that was there.
	mknod null c 1 3 && mkdir broken && ln -s "$BIN"/* broken && ln -sf /bin/false broken/ctcp
	mydocker export -o null "$name" && [ -c null ]
	MYDOCKER_TOOLS=$TMP/broken run -1 mydocker export -o null "$name"
	[ -c null ]
	MYDOCKER_TOOLS=$TMP/broken run -1 mydocker export -o x.tar "$name"
	tar tf x.tar | grep -qx exited/f
	MYDOCKER_TOOLS=$TMP/broken run -1 mydocker export -o y.tar "$name"
	run -1 mydocker export -o nosuch/x "$name"
	[ "$output" = "mydocker export: --output: 'nosuch/x' cannot be written" ]
	[ -z "$(ls -d y.tar* x.tar.* 2>/dev/null)" ]
	mydocker rm "$name"
}

@test "what is mounted in a container stays there: cp writes to it, and does not replace it" {
	local state
	echo host >conf && mkdir vol evil && echo new >f && ln -s / evil/vol
	mydocker run -d --name "$name" --net none -v "$TMP/conf:/conf" -v "$TMP/vol:/vol" busybox sleep 1000
	for state in running exited; do
		run -1 mydocker cp f "$name:/conf"
		[ "$output" = "ctcp: write 'conf': something is mounted there: Device or resource busy; what is mounted can be written to, not replaced" ]
		run -1 mydocker cp evil/. "$name:/"
		[[ $output == "ctcp: write 'vol': something is mounted there"* ]]
		mydocker cp f "$name:/vol/$state" && [ "$(<"vol/$state")" = new ]
		[ "$state" = exited ] || [ "$(mydocker exec "$name" sh -c 'cat /conf; ls /vol')" = "host"$'\n'"running" ]
		[ "$state" = exited ] || mydocker stop -t 0 "$name"
	done
	[ "$(<conf)" = host ]
	mydocker rm "$name"
}

@test "cp: what cannot be is one line and 1" {
	echo f >f
	mydocker run --name "$name" --net none --read-only busybox true
	for args in "f x" "$name:/a $name:/b" "nobody:/a ." "f nobody:/a" "$name:/nosuch ." "f $name:/nosuch/x" ":x ." "f" "f $name:/ x" \
		"$name:/etc/passwd nosuch/x" "f $name:/etc/f"; do
		# shellcheck disable=SC2086 # split on purpose
		run -1 mydocker cp $args
		[ "${#lines[@]}" = 1 ] || { echo "$args"; false; }
	done
	run -1 mydocker cp - "$name:/nosuch" </dev/null
	run -1 mydocker export nobody
	run -1 mydocker export -o "$TMP" "$name"
	run -1 mydocker diff nobody
	run -2 "$BIN/ctcp"
	run -2 "$BIN/ctcp" copy a b c
	run -2 "$BIN/ctcp" steal a b
	run -1 "$BIN/ctcp" get pid:/nosuch /
	echo "4194304 1 $(</proc/sys/kernel/random/boot_id)" >gone
	run -1 "$BIN/ctcp" get "pid:$TMP/gone" /
	mydocker rm "$name"
}

@test "diff: A, C and D, and nothing for what was only mounted" {
	mydocker run --name "$name" busybox sh -c 'mkdir -p /new/deep; echo x >/new/deep/f; echo y >>/etc/profile; rm /bin/vi; rm -r /etc/init.d; mkdir /etc/init.d; : >/etc/init.d/own
		chmod 711 /root; ln -s /x /new/l' || true
	run -0 mydocker diff "$name"
	[ "$output" = 'C /bin
D /bin/vi
C /etc
C /etc/init.d
A /etc/init.d/own
C /etc/profile
A /new
A /new/deep
A /new/deep/f
A /new/l
C /root' ]
	mydocker rm "$name"
	mydocker run --name "$name" busybox true
	[ -z "$(mydocker diff "$name")" ]
	mydocker rm "$name"
}
