#!/usr/bin/env bats
# layertar: an archive into a directory for overlay and back, and what hostile archives may not do.
#
# shellcheck disable=SC2016 # inner shells expand their own scripts

load helpers

setup() {
	common_setup
	requires root tool_python3
	L=$BIN/layertar
	mkdir "$TMP/d" "$TMP/e" "$TMP/src"
}

# archive FILE PYTHON: runs PYTHON with t, a tar to be written, and add(NAME, TYPE, linkname=, data=, **headers).
archive() {
	python3 - "$1" <<-END
		import io, sys, tarfile
		t = tarfile.open(sys.argv[1], 'w', format=tarfile.PAX_FORMAT, encoding='utf-8', errors='surrogateescape')
		def add(name, type=tarfile.REGTYPE, linkname='', data=b'', mode=0o755, **headers):
		    i = tarfile.TarInfo(name)
		    i.type, i.linkname, i.size, i.mode, i.pax_headers = type, linkname, len(data), mode, headers
		    t.addfile(i, io.BytesIO(data))
		$(sed 's/^\t*//' <<<"$2")
		t.close()
	END
}

# Everything that a listing and a sum can tell of a tree.
describe() {
	(cd "$1" && find . -mindepth 1 -printf '%P %y %m %U:%G %n %l %s\n' | sort && find . -type f -exec sha256sum {} + | sort)
}

@test "a tree goes in and out unchanged: modes, owners, links, holes, times, capabilities, attributes, any name" {
	requires tool_setfattr tool_setcap
	(
		cd "$TMP/src"
		mkdir -p a/b
		echo hi >a/f
		ln a/f a/g
		ln -s /etc abs
		mkfifo p
		truncate -s 10M sparse
		echo x >>sparse
		cp /bin/true suid
		cp /bin/true cap
		chown 1234:555 a/f suid
		chmod 4755 suid
		setcap cap_net_bind_service+ep cap
		setfattr -n user.foo -v bar a/f
		touch -d @1234567890.123456789 a/f
		echo 1 >$'w\xff x\n' 
		echo 2 >ü
		mkdir "$(printf 'l%.0s' {1..200})"
		echo 3 >"$(printf 'l%.0s' {1..200})/$(printf 'm%.0s' {1..200})"
	)
	tar --sparse --xattrs --xattrs-include='*' --format=pax -C "$TMP/src" -cf "$TMP/t.tar" .
	run --separate-stderr "$L" unpack "$TMP/d" <"$TMP/t.tar"
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[[ $output == "sha256:$(sha256sum <"$TMP/t.tar" | cut -c 1-64) $(stat -c %s "$TMP/t.tar") "* ]]
	[ "$(describe "$TMP/d")" = "$(describe "$TMP/src")" ]
	[ "$(stat -c %Y.%y "$TMP/d/a/f")" = "$(stat -c %Y.%y "$TMP/src/a/f")" ]
	[ "$(getcap "$TMP/d/cap")" = "$TMP/d/cap cap_net_bind_service=ep" ]
	[ "$(getfattr --only-values -n user.foo "$TMP/d/a/f")" = bar ]
	[ "$(stat -c %b "$TMP/d/sparse")" -lt 100 ]
	# And back; the same tree gives the same archive.
	"$L" pack --summary "$TMP/sum" "$TMP/d" >"$TMP/o.tar"
	[ "$(cat "$TMP/sum")" = "sha256:$(sha256sum <"$TMP/o.tar" | cut -c 1-64) $(stat -c %s "$TMP/o.tar")" ]
	"$L" pack --summary "$TMP/sum" "$TMP/d" | cmp - "$TMP/o.tar"
	"$L" unpack "$TMP/e" <"$TMP/o.tar"
	[ "$(describe "$TMP/e")" = "$(describe "$TMP/src")" ]
	[ "$(getcap "$TMP/e/cap")" = "$TMP/e/cap cap_net_bind_service=ep" ]
}

@test "directories that an archive does not name have mode 755, whatever the umask" {
	local mask
	archive "$TMP/t.tar" 'add("p/q/f", mode=0o666); add("w/x/.wh.gone")'
	for mask in 000 077; do
		rm -rf "$TMP/d" && mkdir "$TMP/d"
		(umask "$mask" && "$L" unpack "$TMP/d" <"$TMP/t.tar")
		[ "$(stat -c %a "$TMP"/d/{p,p/q,p/q/f,w,w/x} | tr '\n' ' ')" = '755 755 666 755 755 ' ]
	done
}

@test "compressed archives: gzip, bzip2, xz, zstd; the sum is of what is inside" {
	local sum c
	echo hello >"$TMP/src/f"
	tar -C "$TMP/src" -cf "$TMP/t.tar" f
	sum=sha256:$(sha256sum <"$TMP/t.tar" | cut -c 1-64)
	for c in gzip bzip2 xz zstd; do
		command -v "$c" >/dev/null || continue
		rm -rf "$TMP/d" && mkdir "$TMP/d"
		run "$L" unpack --copy "$TMP/copy" "$TMP/d" < <("$c" -c "$TMP/t.tar")
		[ "$status" -eq 0 ]
		[[ $output == "$sum "* ]]
		cmp "$TMP/copy" "$TMP/t.tar"
		[ "$(cat "$TMP/d/f")" = hello ]
	done
}

@test "the sum and the copy are of every byte, with a second thread and where there can be none; a copy that fails is told" {
	requires tool_strace
	local n more
	mkdir "$TMP/tree" "$TMP/out"
	head -c 9000000 /dev/urandom >"$TMP/tree/large"
	tar -C "$TMP/tree" -cf "$TMP/t.tar" .
	for n in 1 2; do
		more=()
		[ "$n" -eq 1 ] || more=(env ASAN_OPTIONS=detect_leaks=0 strace -f -o "$TMP/trace" -e "trace=clone,clone3" -e "inject=clone,clone3:error=EAGAIN")
		run "${more[@]}" "$L" unpack --copy "$TMP/copy" "$TMP/out" <"$TMP/t.tar"
		[ "$status" -eq 0 ]
		[[ $output == "sha256:$(sha256sum <"$TMP/t.tar" | cut -d' ' -f1) $(stat -c %s "$TMP/t.tar") "* ]]
		cmp "$TMP/t.tar" "$TMP/copy"
		rm -rf "$TMP/out/large" "$TMP/copy"
	done
	grep -q INJECTED "$TMP/trace"
	run "$L" unpack --copy /dev/full "$TMP/out" <"$TMP/t.tar"
	[ "$status" -eq 1 ]
	[[ $output == "layertar: write the uncompressed copy: No space left on device"* ]]
}

@test "whiteouts become overlay's and come back" {
	requires tool_getfattr
	archive "$TMP/t.tar" '
		add("a", tarfile.DIRTYPE)
		add("a/.wh.gone")
		add("b/c/.wh..wh..opq")
		add("b/c/new", data=b"n")
		add("kept", data=b"k")
		add(".wh.kept")
		add(".wh.top")
	'
	"$L" unpack "$TMP/d" <"$TMP/t.tar"
	[ "$(stat -c '%F %t %T' "$TMP/d/a/gone")" = "character special file 0 0" ]
	[ "$(stat -c '%F %t %T' "$TMP/d/top")" = "character special file 0 0" ]
	[ "$(cat "$TMP/d/kept")" = k ]
	[ "$(getfattr --only-values -n trusted.overlay.opaque "$TMP/d/b/c")" = y ]
	# overlay itself agrees
	mkdir -p "$TMP/low/a" "$TMP/low/b/c" "$TMP/m"
	touch "$TMP/low/a/gone" "$TMP/low/a/stays" "$TMP/low/b/c/old" "$TMP/low/top"
	mount -t overlay -o "lowerdir=$TMP/d:$TMP/low" none "$TMP/m"
	run ls "$TMP/m" "$TMP/m/a" "$TMP/m/b/c"
	umount "$TMP/m"
	[ "$(echo $output)" = "$TMP/m: a b kept $TMP/m/a: stays $TMP/m/b/c: new" ]
	"$L" pack --summary "$TMP/sum" "$TMP/d" | tar -tf - >"$TMP/list"
	[ "$(grep wh "$TMP/list" | tr '\n' ' ')" = "a/.wh.gone b/c/.wh..wh..opq .wh.top " ]
	"$L" pack --plain --summary "$TMP/sum" "$TMP/d" | tar -tf - >"$TMP/list"
	run grep -c 'wh\|gone\|top' "$TMP/list"
	[ "$output" = 0 ]
	# What a layer has under a name that it hides stays; a directory there hides all of the lower ones, before or behind the mark,
	# named or not. aufs's own names mean nothing.
	archive "$TMP/t.tar" '
		add(".wh.before"); add("before", tarfile.DIRTYPE); add("before/new")
		add("behind", tarfile.DIRTYPE); add("behind/new"); add(".wh.behind")
		add(".wh.unnamed"); add("unnamed/new")
		add("d/f"); add("d/.wh.f"); add(".wh..wh.aufs"); add(".wh..wh.plnk", tarfile.DIRTYPE); add(".wh..wh.plnk/1.2")
	'
	rm -rf "$TMP/d" && mkdir "$TMP/d" "$TMP"/low/{before,behind,unnamed,d}
	touch "$TMP"/low/{before,behind,unnamed}/old "$TMP/low/d/f"
	run --separate-stderr "$L" unpack "$TMP/d" <"$TMP/t.tar"
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	mount -t overlay -o "lowerdir=$TMP/d:$TMP/low" none "$TMP/m"
	run ls -A "$TMP/m" "$TMP"/m/{before,behind,unnamed,d}
	umount "$TMP/m"
	[ "$(echo $output)" = "$TMP/m: a b before behind d top unnamed $TMP/m/before: new $TMP/m/behind: new $TMP/m/d: f $TMP/m/unnamed: new" ]
	archive "$TMP/t.tar" '
		add("a/.wh.gone")
		add("b/c/.wh..wh..opq")
	'
	# --plain takes the names as they are
	"$L" unpack --plain "$TMP/e" <"$TMP/t.tar"
	[ -f "$TMP/e/a/.wh.gone" ]
}

@test "hostile archives stay inside: through a link, a hard link, an absolute name" {
	mkdir "$TMP/out"
	echo secret >"$TMP/out/file"
	archive "$TMP/t.tar" "
		add('link', tarfile.SYMTYPE, '$TMP/out')
		add('link/file', data=b'overwritten')
		add('up', tarfile.SYMTYPE, '../../../../../../../..$TMP/out')
		add('up/new', data=b'x')
		add('hard', tarfile.LNKTYPE, '$TMP/out/file')
	"
	# The plain way, as a program that trusts names does it, shows that the archive is a real attack.
	python3 -c "import tarfile,sys; tarfile.open('$TMP/t.tar').extractall('$TMP/e')" || true
	[ "$(cat "$TMP/out/file")" = overwritten ]
	echo secret >"$TMP/out/file"
	rm -f "$TMP/out/new"
	run "$L" unpack "$TMP/d" <"$TMP/t.tar"
	[ "$(cat "$TMP/out/file")" = secret ]
	[ ! -e "$TMP/out/new" ]
	archive "$TMP/t.tar" "add('$TMP/out/file', data=b'absolute')"
	"$L" unpack "$TMP/d" <"$TMP/t.tar"
	[ "$(cat "$TMP/out/file")" = secret ]
	[ "$(cat "$TMP/d$TMP/out/file")" = absolute ]
}

@test "hostile archives are refused: '..', a hard link out, whiteouts of nothing" {
	local code
	for code in "add('../x', data=b'1')" "add('a/../../x', data=b'1')" "add('..', tarfile.DIRTYPE)" \
		"add('h', tarfile.LNKTYPE, '../etc/passwd')" "add('.wh.')" "add('.wh..')" "add('a/.wh...')"; do
		archive "$TMP/t.tar" "$code"
		run --separate-stderr "$L" unpack "$TMP/d" <"$TMP/t.tar"
		[ "$status" -eq 1 ]
		[ "${#stderr_lines[@]}" -eq 1 ]
		[[ $stderr == "layertar: unpack '"* ]]
		[ -z "$output" ]
	done
	[ ! -e "$TMP/x" ]
}

@test "device nodes are left out, and attributes that overlay would obey" {
	requires tool_getfattr
	archive "$TMP/t.tar" '
		add("null", tarfile.CHRTYPE)
		add("disk", tarfile.BLKTYPE)
		add("f", data=b"x", **{"SCHILY.xattr.trusted.overlay.redirect": "/etc", "SCHILY.xattr.user.overlay.opaque": "y",
			"SCHILY.xattr.user.mine": "kept"})
	'
	run --separate-stderr "$L" unpack "$TMP/d" <"$TMP/t.tar"
	[ "$status" -eq 0 ]
	[ "$stderr" = "layertar: device nodes left out: 2" ]
	[[ $output == *" 3 2" ]]
	[ "$(ls "$TMP/d")" = f ]
	[ "$(getfattr -d -m - --absolute-names "$TMP/d/f" | grep '=')" = 'user.mine="kept"' ]
}

@test "nothing of the archive is loaded: no library, no list of users, no character set" {
	requires tool_strace
	mkdir -p "$TMP/src/etc" "$TMP/src/lib/x86_64-linux-gnu" "$TMP/src/usr/lib/x86_64-linux-gnu/gconv"
	touch "$TMP/src/etc/passwd" "$TMP/src/etc/nsswitch.conf" "$TMP/src/etc/ld.so.cache" \
		"$TMP/src/lib/x86_64-linux-gnu/libnss_files.so.2" "$TMP/src/usr/lib/x86_64-linux-gnu/gconv/gconv-modules" "$TMP/src/ü"
	tar --format=pax -C "$TMP/src" -cf "$TMP/t.tar" .
	strace -f -e trace=%file -o "$TMP/trace" "$L" unpack "$TMP/d" <"$TMP/t.tar"
	sed '1,/chroot(/d' "$TMP/trace" >"$TMP/after"
	[ -s "$TMP/after" ]
	# Opened to be read: directories, whose times are set; no file.
	run grep -E 'open(at)?\(.*O_RDONLY.*= [0-9]' "$TMP/after"
	[ "$(grep -vc O_DIRECTORY <<<"$output")" = 0 ]
}

@test "a name comes again as something else: the last one counts" {
	archive "$TMP/t.tar" '
		add("b", tarfile.DIRTYPE); add("l", tarfile.SYMTYPE, "b"); add("l/", tarfile.DIRTYPE); add("l/f", data=b"1")
		add("f", data=b"1"); add("f", tarfile.DIRTYPE); add("f/x", data=b"2")
		add("s", tarfile.SYMTYPE, "b"); add("s", data=b"3")
		add("e", tarfile.DIRTYPE); add("e", tarfile.SYMTYPE, "b")
		add("full", tarfile.DIRTYPE, mode=0o700); add("full/d/f", data=b"4"); add("full/l", tarfile.SYMTYPE, "/b"); add("full", data=b"5", mode=0o604)
		add("over", tarfile.DIRTYPE, mode=0o700); add("over/f"); add("over", tarfile.SYMTYPE, "b")
	'
	"$L" unpack "$TMP/d" <"$TMP/t.tar"
	[ "$(cd "$TMP/d" && find . -mindepth 1 -printf '%P %y %l\n' | sort | tr '\n' ' ')" = 'b d  e l b f d  f/x f  full f  l d  l/f f  over l b s f  ' ]
	[ "$(stat -c %a "$TMP"/d/{b,full} | tr '\n' ' ')" = '755 604 ' ]
}

@test "limits: size when uncompressed, number of entries" {
	head -c 20000000 /dev/zero >"$TMP/src/zeros"
	tar -C "$TMP/src" -czf "$TMP/bomb.tar.gz" zeros
	run --separate-stderr "$L" unpack --max-size 1m "$TMP/d" <"$TMP/bomb.tar.gz"
	[ "$status" -eq 1 ]
	[ "$stderr" = "layertar: read the archive: more than 1048576 bytes when uncompressed; --max-size allows more" ]
	[ "$(du -sk "$TMP/d" | cut -f 1)" -lt 2000 ]
	archive "$TMP/t.tar" 'for n in range(20): add(str(n))'
	run --separate-stderr "$L" unpack --max-entries 10 "$TMP/e" <"$TMP/t.tar"
	[ "$status" -eq 1 ]
	[ "$stderr" = "layertar: unpack: more than 10 entries" ]
}

@test "a layer whose last block is cut short is taken, plain files are not" {
	echo hello >"$TMP/src/f"
	tar -C "$TMP/src" -cf "$TMP/t.tar" f
	head -c 518 "$TMP/t.tar" >"$TMP/short.tar"
	run "$L" unpack "$TMP/d" <"$TMP/short.tar"
	[ "$status" -eq 0 ]
	[[ $output == "sha256:$(sha256sum <"$TMP/short.tar" | cut -c 1-64) 518 1 0" ]]
	[ "$(cat "$TMP/d/f")" = hello ]
	run "$L" unpack --plain "$TMP/e" <"$TMP/short.tar"
	[ "$status" -eq 1 ]
	[[ $output == "layertar: read the archive: Truncated"* ]]
}

@test "damaged input: one line, status 1" {
	echo hello >"$TMP/src/f"
	tar -C "$TMP/src" -czf "$TMP/t.tgz" f
	run --separate-stderr "$L" unpack "$TMP/d" < <(head -c 60 "$TMP/t.tgz")
	[ "$status" -eq 1 ]
	[ "$stderr" = "layertar: read the archive: truncated gzip input" ]
	# Bytes that were changed, and a sum that was, wherever the compression notices nothing.
	head -c 100000 /dev/urandom >"$TMP/src/r"
	tar -C "$TMP/src" -czf "$TMP/r.tgz" r
	for at in 50000 $(($(stat -c %s "$TMP/r.tgz") - 6)); do
		cp "$TMP/r.tgz" "$TMP/bad.tgz"
		printf 'XXXX' | dd of="$TMP/bad.tgz" bs=1 seek="$at" conv=notrunc status=none
		for tool in "$L unpack $TMP/d" "$BIN/ctcp put $TMP d"; do
			# shellcheck disable=SC2086 # words
			run --separate-stderr $tool <"$TMP/bad.tgz"
			[ "$status" -eq 1 ]
			[ "$stderr" = "$(basename "${tool%% *}"): read the archive: damaged gzip input" ]
		done
	done
	cat "$TMP/r.tgz" "$TMP/r.tgz" | "$L" unpack "$TMP/d"
	cmp "$TMP/d/r" "$TMP/src/r"
	run --separate-stderr "$L" unpack "$TMP/d" < <(echo this is no archive)
	[ "$status" -eq 1 ]
	[ "$stderr" = "layertar: read the archive: Unrecognized archive format" ]
	mkdir "$TMP/small"
	mount -t tmpfs -o size=64k none "$TMP/small"
	head -c 200000 /dev/urandom >"$TMP/src/f"
	run --separate-stderr "$L" unpack "$TMP/small" < <(tar -C "$TMP/src" -cf - f)
	umount "$TMP/small"
	[ "$status" -eq 1 ]
	[ "$stderr" = "layertar: unpack 'f': No space left on device" ]
}

@test "bad usage is 2, a directory that is none 1" {
	local bad
	for bad in "" "pack" "unpack" "unpack a b" "mix d" "unpack --max-size x d" "unpack --max-entries 0 d" "pack d" "unpack --nope d"; do
		# shellcheck disable=SC2086 # words
		run "$L" $bad </dev/null
		[ "$status" -eq 2 ]
	done
	run "$L" unpack "$TMP/none" </dev/null
	[ "$status" -eq 1 ]
	[ "$output" = "layertar: enter '$TMP/none': No such file or directory" ]
	touch "$TMP/file"
	run "$L" pack --summary "$TMP/s" "$TMP/file"
	[ "$status" -eq 1 ]
	[ "$output" = "layertar: enter '$TMP/file': Not a directory" ]
}
