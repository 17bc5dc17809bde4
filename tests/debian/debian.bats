#!/usr/bin/env bats
# debian.bats - a whole distribution as an image: packages, users, setuid programs, locales, a compiler. tests/debian/root.sh
# has made the root.

load ../helpers

setup_file() {
	local root=$TOP/build/debian.tar
	[ -s "$root" ] || {
		[ -n "${CI:-}" ] || skip "no $root; tests/debian/root.sh makes it"
		echo "no $root"
		return 1
	}
	export MYDOCKER_ROOT=$BATS_FILE_TMPDIR/root MYDOCKER_RUN=$BATS_FILE_TMPDIR/run MYDOCKER_TOOLS=$BIN
	"$TOP/scripts/mydocker.sh" import -c 'CMD bash' -c 'ENV LANG=C.UTF-8' - debian:test <"$root"
	export DEBIAN_STORE=$MYDOCKER_ROOT
}

setup() {
	common_setup
	requires root overlay
	rm -rf "$MYDOCKER_ROOT"
	export MYDOCKER_ROOT=$DEBIAN_STORE
}

@test "the distribution's own tools work: dpkg, apt, users, su" {
	run -0 mydocker run --rm --net none debian:test sh -c 'dpkg --verify | grep -v " /usr/share/"; dpkg -l base-files | tail -1; apt-get --version | head -1; id -un; su nobody -s /bin/sh -c "id -un"'
	[[ ${lines[0]} == "ii  base-files"* ]]
	[[ ${lines[1]} == "apt "* ]]
	[ "${lines[2]} ${lines[3]}" = "root nobody" ]
	run -0 mydocker run --rm --net none debian:test sh -c 'useradd -m me && passwd -d me >/dev/null && su - me -c "pwd; id -un"'
	[ "$output" = $'/home/me\nme' ]
	# A package of its own, made and installed inside.
	run -0 mydocker run --rm --net none debian:test sh -c 'mkdir -p p/DEBIAN p/opt && printf "Package: x\nVersion: 1\nArchitecture: all\nMaintainer: m <m@x.test>\nDescription: d\n" >p/DEBIAN/control &&
		echo hi >p/opt/x && dpkg-deb -b p x.deb >/dev/null && dpkg -i x.deb >/dev/null 2>&1 && cat /opt/x && apt-get -qq remove x >/dev/null 2>&1 && { ls /opt/x 2>/dev/null || echo removed; }'
	[ "$output" = $'hi\nremoved' ]
}

@test "setuid programs give nothing by default, and what they give elsewhere when that is asked for" {
	run -0 mydocker run --rm --net none debian:test sh -c 'passwd -d root >/dev/null; stat -c %A /bin/su; su nobody -s /bin/sh -c "su -c id 2>&1" || echo refused'
	[ "${lines[0]}" = -rwsr-xr-x ]
	[ "${lines[-1]}" = refused ]
	run -0 mydocker run --rm --net none --security-opt no-new-privileges=false debian:test sh -c 'passwd -d root >/dev/null; su nobody -s /bin/sh -c "su -c \"id -u\""'
	[ "$output" = 0 ]
}

@test "a C compiler and locales work" {
	run -0 mydocker run --rm --net none debian:test sh -c 'printf "#include <stdio.h>\nint main(void){puts(\"compiled\");return 0;}\n" >a.c && gcc -Wall -O2 a.c && ./a.out
		localedef -i de_DE -f UTF-8 de_DE.UTF-8 && LC_ALL=de_DE.UTF-8 date -d @0 -u +%A'
	[ "$output" = $'compiled\nDonnerstag' ]
}

@test "commit takes what was installed; save, rmi and load bring it back" {
	mydocker run --name "c$UNIQ" --net none debian:test sh -c 'useradd -u 1234 me; echo data >/home/f; chown me /home/f; rm /etc/motd; ln /home/f /home/g'
	mydocker commit "c$UNIQ" "with$UNIQ:1" >/dev/null
	mydocker rm "c$UNIQ" >/dev/null
	mydocker save -o "$TMP/s.tar" "with$UNIQ:1"
	mydocker rmi "with$UNIQ:1" >/dev/null
	run -0 mydocker load -q -i "$TMP/s.tar"
	[ "$output" = "Loaded image: with$UNIQ:1" ]
	run -0 mydocker run --rm --net none -u me "with$UNIQ:1" sh -c 'stat -c "%U %h" /home/f; test ! -e /etc/motd && id -u'
	[ "$output" = $'me 2\n1234' ]
	mydocker rmi "with$UNIQ:1" >/dev/null
}
