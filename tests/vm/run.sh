#!/bin/sh
# run.sh - boots Debian's kernels in qemu (no KVM needed) and runs bats files in the guest.
#
#   tests/vm/run.sh [-k SERIES]... [-m v1|v2]... [-t SECONDS] [-f REGEX] [-i | -d | -s] [FILE.bats ...]
#
# -f runs the tests whose names match; -i leaves the guest in the initramfs, where pivot_root(2) does not work. -d gives it a whole Debian on a
# disk (debian-root.sh), -s the same with systemd as its first process; tests of this machine kind alone are in tests/vm/*.bats.
#
# SERIES is 6.1 or 6.12 (default: both, as far as the distribution has them); -m says how control groups are mounted in the guest (default: v2
# on every kernel, v1 on the first). The root file system is an initramfs made of build/bin, tests, bats and the programs that they need; the
# host lends nothing else and nothing is installed but qemu. Prints the guest's TAP; the last line is "N passed, N failed, N skipped".
# A guest that hangs is ended after SECONDS (default 900) and counts as a failure.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
cache=$top/build/vm
work=$(mktemp -d "${TMPDIR:-/tmp}/mdvm.XXXXXX") || exit 1
trap 'rm -rf --one-file-system "$work"' EXIT
trap 'exit 130' INT TERM HUP
seconds=900 kernels='' modes='' filter='' words='' disk=''

say() { printf '# vm: %s\n' "$*"; }
die() {
	printf 'vm: %s\n' "$*" >&2
	exit 1
}

while getopts k:m:t:f:ids o; do
	case $o in
	k) kernels="$kernels $OPTARG" ;;
	m) modes="$modes $OPTARG" ;;
	t) seconds=$OPTARG ;;
	f) filter=$OPTARG ;;
	i) words=mdtest.stay ;;
	d) disk=y words=mdtest.plain ;;
	s) disk=y words='mdtest.systemd systemd.mask=serial-getty@ttyS0.service systemd.show_status=0 systemd.mask=ufw.service systemd.mask=firewalld.service systemd.mask=docker-registry.service' ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || set -- cgset.bats cgset-groups.bats

# The package of a series' newest kernel for virtual machines, or nothing.
kernel_package() {
	case $1 in
	6.1) meta=linux-image-cloud-amd64 ;;
	*) meta=linux-image-$1-cloud-amd64 ;;
	esac
	apt-cache depends "$meta" 2>/dev/null | sed -n "s/^ *Depends: \\(linux-image-$1\\..*\\)/\\1/p" | head -n 1
}

# Unpacks a series' kernel below the cache; its directory is $kernel. Not installed: the host's own boot is no business of ours.
fetch_kernel() {
	package=$(kernel_package "$1")
	[ -n "$package" ] || return 1
	kernel=$cache/$package
	[ ! -e "$kernel/done" ] || return 0
	mkdir -p "$kernel" || return 1
	(cd "$work" && apt-get -q download "$package" >"$work/apt.log" 2>&1 && dpkg-deb -x "$package"_*.deb "$kernel") || {
		cat "$work/apt.log"
		return 1
	}
	rm -f "$work"/*.deb
	: >"$kernel/done"
}

# Copies programs of the host with the libraries that they load.
add_programs() {
	for p; do
		for d in /usr/bin /usr/sbin; do
			[ -x "$d/$p" ] || continue
			add_file "$d/$p" "${d#/}/$p"
			break
		done
	done
}
add_file() {
	mkdir -p "$work/root/${2%/*}" && cp -L "$1" "$work/root/$2"
	ldd "$1" 2>/dev/null | sed -n 's/.* => \(\/[^ ]*\) .*/\1/p; s/^[[:space:]]*\(\/[^ ]*\) (.*/\1/p' | while read -r lib; do
		[ -e "$work/root$lib" ] || { mkdir -p "$work/root${lib%/*}" && cp -L "$lib" "$work/root$lib"; }
	done
}

# The tree of the guest, without the kernel's modules.
make_root() {
	root=$work/root
	mkdir -p "$root/proc" "$root/sys" "$root/dev" "$root/tmp" "$root/run" "$root/etc" "$root/root" "$root/usr/bin" "$root/usr/lib" \
		"$root/usr/lib64" "$root/usr/sbin" "$root/usr/libexec" "$root/src"
	for d in bin sbin lib lib64; do ln -s "usr/$d" "$root/$d"; done
	cp /bin/busybox "$root/usr/bin/busybox"
	# The programs that the tests are used to, and an applet of busybox for every other.
	add_programs bash dash mawk find grep sed od comm sort stat timeout tr cut head tail cat mktemp readlink basename dirname env sleep \
		kill ps id ln cp mv rm mkdir rmdir touch chmod chown date seq wc tee nproc uname nice unshare nsenter setpriv lsns ip nft flock \
		mount umount mountpoint findmnt setfattr script taskset getent pgrep diff cmp xargs printf test true false echo bats
	ln -s mawk "$root/usr/bin/awk"
	for a in $(busybox --list); do
		[ -e "$root/usr/bin/$a" ] || [ -e "$root/usr/sbin/$a" ] || ln -s busybox "$root/usr/bin/$a"
	done
	ln -sf dash "$root/usr/bin/sh"
	cp -a /usr/lib/bats-core "$root/usr/lib/" || die 'bats is not installed'
	cp -a /usr/libexec/bats-core "$root/usr/libexec/" || die 'bats is not installed'
	cp /usr/share/base-passwd/passwd.master "$root/etc/passwd"
	cp /usr/share/base-passwd/group.master "$root/etc/group"
	for t in "$top"/build/bin/*; do [ ! -x "$t" ] || add_file "$t" "src/build/bin/${t##*/}"; done
	install -m 755 "$top/tests/vm/init" "$root/init"
}

# What is tested, below the directory $1: the checkout, its programs and image, which files and tests to run.
add_checkout() {
	src=$1/src
	shift
	mkdir -p "$src/build/bin"
	(cd "$top" && cp -a tests scripts tools man docs examples completions bench README.md Makefile mk lib "$src/")
	cp -a "$top"/build/bin/* "$src/build/bin/"
	"$top/scripts/mkimage-busybox.sh" "$work/state" >"$work/image.log" 2>&1 && cp -a "$work/state/images" "$src/images"
	printf '%s\n' "$@" >"$src/files"
	printf '%s\n' "$filter" >"$src/filter"
}

# The small initramfs from which a guest with disks goes on to them, and the disks that are the same for every kernel: a whole
# Debian ($cache/debian.ext4, never written to) and the checkout as a tar.
make_disks() {
	root=$work/root
	mkdir -p "$root/usr/bin" "$root/proc" "$root/dev" "$root/root" "$work/disk"
	ln -s usr/bin "$root/bin"
	cp /bin/busybox "$root/usr/bin/busybox"
	install -m 755 "$top/tests/vm/disk-init" "$root/init"
	add_checkout "$work/disk" "$@"
	units=$work/disk/etc/systemd/system
	mkdir -p "$units/multi-user.target.wants"
	cp "$top/tests/vm/mdtest.service" "$units/"
	ln -s ../mdtest.service "$units/multi-user.target.wants/mdtest.service"
	tar -C "$work/disk" --owner=0 --group=0 -cf "$work/disk.tar" . && rm -rf "$work/disk"
	[ -s "$cache/debian.ext4" ] && return
	say 'making a Debian for the guest, once'
	"$top/tests/vm/debian-root.sh" "$cache/debian.tar" && mkdir "$work/debian" && tar -C "$work/debian" -xf "$cache/debian.tar" &&
		truncate -s 4G "$cache/debian.ext4.new" && mke2fs -q -t ext4 -d "$work/debian" "$cache/debian.ext4.new" &&
		mv "$cache/debian.ext4.new" "$cache/debian.ext4" && rm -rf --one-file-system "$work/debian"
}

# The modules in the order in which they can be inserted, as one list for the guest: those that tests need, or the disks' drivers.
add_modules() {
	rm -rf "$work/root/modules"
	mkdir -p "$work/root/modules"
	dir=$(echo "$kernel"/lib/modules/*)
	[ -e "$dir/modules.dep" ] || depmod -b "$kernel" "${dir##*/}" || return 1
	wanted='loop overlay veth bridge nf_tables nft_chain_nat nft_masq nft_fib_inet dummy tun'
	[ -z "$disk" ] || wanted='virtio_pci virtio_blk'
	for m in $wanted; do
		line=$(grep -E "/$m\\.ko(\\.[a-z]*)?:" "$dir/modules.dep") || continue
		# What it needs stands last first.
		for f in $(printf '%s\n' "$line" | tr -d : | awk '{ for (i = NF; i > 0; i--) print $i }'); do
			name=${f##*/}
			name=${name%%.ko*}.ko
			[ ! -e "$work/root/modules/$name" ] || continue
			case $f in
			*.xz) xz -dc "$dir/$f" >"$work/root/modules/$name" ;;
			*.zst) zstd -qdc "$dir/$f" >"$work/root/modules/$name" ;;
			*) cp "$dir/$f" "$work/root/modules/$name" ;;
			esac
			echo "$name" >>"$work/root/modules/list"
		done
	done
}

pack() {
	[ -z "$disk" ] || tar -C "$kernel" --owner=0 --group=0 -cf "$work/modules.tar" --transform 's,^\./lib,./usr/lib,' ./lib/modules
	(cd "$work/root" && find . | busybox cpio -o -H newc 2>/dev/null | gzip -1) >"$work/initrd"
}

# One boot: kernel directory, mode. The guest's console is its report.
boot() {
	log=$work/console.log
	say "$(basename "$1") with control groups $2"
	drives=
	[ -z "$disk" ] || drives="-drive file=$cache/debian.ext4,format=raw,if=virtio,snapshot=on -drive file=$work/disk.tar,format=raw,if=virtio,readonly=on \
		-drive file=$work/modules.tar,format=raw,if=virtio,readonly=on"
	# shellcheck disable=SC2086 # globs, lists of words
	timeout -k 5 "$seconds" qemu-system-x86_64 -M q35 -cpu max -accel tcg,thread=multi -smp 2 -m 2048 -nodefaults -nographic -no-reboot \
		-serial "file:$work/serial" -kernel "$1"/boot/vmlinuz-* -initrd "$work/initrd" $drives \
		-append "console=ttyS0 quiet panic=-1 no_timer_check swapaccount=1 mitigations=off mdtest.mode=$2 $words" </dev/null
	tr -d '\r' <"$work/serial" >"$log"
	sed -n '/^TAP /s/^TAP //p' "$log"
	grep -q '^VM finished$' "$log" || {
		say "the guest did not finish within $seconds s; its console ends with:"
		tail -n 30 "$log" | sed 's/^/# /'
		failed=$((failed + 1))
	}
	passed=$((passed + $(grep '^TAP [^ ]*: ok ' "$log" | grep -vc ' # skip')))
	skipped=$((skipped + $(grep '^TAP [^ ]*: ok ' "$log" | grep -c ' # skip')))
	failed=$((failed + $(grep -c '^TAP [^ ]*: not ok ' "$log")))
}

[ "$(dpkg --print-architecture 2>/dev/null)" = amd64 ] || die 'only Debian kernels for amd64 are booted'
command -v qemu-system-x86_64 >/dev/null || die 'no qemu-system-x86_64: install qemu-system-x86'
if [ -n "$disk" ]; then
	make_disks "$@" || die 'no disk for the guest'
else
	make_root && add_checkout "$work/root" "$@"
fi
passed=0 failed=0 skipped=0 first=y
for k in ${kernels:-6.1 6.12}; do
	fetch_kernel "$k" || {
		say "kernel $k is not to be had here: left out"
		[ -z "$kernels" ] || failed=$((failed + 1))
		continue
	}
	add_modules || die "no modules of $k"
	pack
	if [ -n "$modes" ]; then run=$modes; elif [ "$first" ]; then run='v2 v1'; else run=v2; fi
	for m in $run; do boot "$kernel" "$m"; done
	first=
done
printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
