# pivot-lib.bash - what the tests of rootfs-pivot share: the smallest root, in $R, and a way into it.

# The programs of a root, linked once: a process for each of 270 links is what a test would spend most of its time with.
setup_file() {
	local bin=$BATS_FILE_TMPDIR/bin l
	mkdir "$bin"
	cp "$(command -v busybox)" "$bin/busybox"
	"$bin/busybox" --install -s "$bin" && for l in "$bin"/*; do [ ! -L "$l" ] || ln -sf busybox "$l"; done
}

setup() { pivot_setup; }

pivot_setup() {
	common_setup
	requires root
	R=$TMP/r
	# Where a command is found inside, too.
	PATH=$PATH:/bin
	make_root "$R"
}

# make_root DIR: busybox and two accounts.
make_root() {
	mkdir -p "$1/etc" "$1/tmp"
	cp -a "$BATS_FILE_TMPDIR/bin" "$1/bin"
	printf 'root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000::/home/user:/bin/sh\n' >"$1/etc/passwd"
	printf 'root:x:0:\nuser:x:1000:\nextra:x:33:user\n' >"$1/etc/group"
}

# pivot OPTION... ROOT COMMAND...: in namespaces of its own, as nsrun would start it.
pivot() {
	unshare --mount --pid --ipc --cgroup --fork --kill-child --mount-proc env PATH=/bin:/usr/bin "$BIN/rootfs-pivot" "$@"
}
