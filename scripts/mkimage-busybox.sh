#!/bin/sh
# mkimage-busybox.sh: make the image "busybox" from the distribution's static busybox
#
# Usage: mkimage-busybox.sh [--busybox FILE] [--ping FILE] [--force] [ROOT]
#
# ROOT/images/busybox/ (ROOT: $MYDOCKER_ROOT, else /var/lib/mydocker) receives
#
#   layers    one layer directory a line, topmost first, relative to the image's directory
#   cmd, env  lists of NUL-ended entries
#   size      bytes of its files
#   created   RFC 3339; the time of the busybox binary, so that two runs make the same image
#   id        sha256: of a sorted list of the layer's files
#   source    what it was made from; a call that finds it unchanged returns after two stats
#   layer.ID  the root file system
#
# The image is built beside its place and renamed into it: a reader sees all of it or nothing, and of two makers one
# wins. A newer busybox becomes a layer directory of its own; the earlier one stays, since containers may lie on it.
#
# Names: a static glibc program loads libnss_*.so of exactly its own version, unless it has "files" and "dns" built in,
# as glibc has since 2.34. So nothing is copied for it; with an older one this script says that names will not resolve.
#
# ping: busybox opens only a raw socket, for which a container has no capability. The host's ping knows the kernel's
# unprivileged ICMP sockets (sysctl net.ipv4.ping_group_range); it is copied with the libraries that it is linked with.
# Debian's busybox sh prefers its own applets to PATH, so the applet must not be called ping any more: in the copy's
# table of names ping and ping6 become pinr and pinr6, which sort the same. With --ping none not a byte is changed.

set -euf
LC_ALL=C
export LC_ALL
nl='
'
me=mkimage-busybox.sh

die() {
	printf '%s: %s\n' "$me" "$*" >&2
	exit 1
}

note() {
	printf '%s: %s\n' "$me" "$*" >&2
}

usage() {
	printf '%s\n' "Usage: $me [--busybox FILE] [--ping FILE|none] [--force] [ROOT]" \
		"Make the image \"busybox\" in ROOT/images from a static busybox." "" \
		"      --busybox FILE  the static busybox to use (default: the distribution's)" \
		"      --ping FILE     the ping to put in its place (default: the host's; none: busybox's own)" \
		"      --force         build even if the image is up to date" \
		"  -h, --help          show this help"
}

bad_usage() {
	printf '%s: %s\n' "$me" "$*" >&2
	printf '%s\n' "Try '$me --help'." >&2
	exit 2
}

parse() {
	busybox='' ping='' force=0 root=''
	while [ $# -gt 0 ]; do
		case $1 in
		--busybox | --ping)
			[ $# -ge 2 ] || bad_usage "$1: a file is missing"
			case $1 in --busybox) busybox=$2 ;; *) ping=$2 ;; esac
			shift
			;;
		--busybox=*) busybox=${1#*=} ;;
		--ping=*) ping=${1#*=} ;;
		--force) force=1 ;;
		-h | --help)
			usage
			exit 0
			;;
		-*) bad_usage "unknown option: '$1'" ;;
		*)
			[ -z "$root" ] || bad_usage "one ROOT only: '$1'"
			[ -n "$1" ] || bad_usage "ROOT is empty"
			root=$1
			;;
		esac
		shift
	done
	root=${root:-${MYDOCKER_ROOT:-/var/lib/mydocker}}
	case $root in /*) ;; *) root=$PWD/$root ;; esac
	images=$root/images
	image=$images/busybox
}

check_program() {
	[ -f "$1" ] || die "'$1': no such file"
	[ -x "$1" ] || die "'$1': not executable"
}

# The first of the places where distributions put a static busybox (Debian and Fedora, Alpine, Arch).
find_busybox() {
	if [ -n "$busybox" ]; then
		check_program "$busybox"
		return 0
	fi
	for busybox in /bin/busybox.static /usr/bin/busybox /bin/busybox /usr/sbin/busybox /sbin/busybox; do
		[ ! -x "$busybox" ] || return 0
	done
	die "no busybox here; install the package busybox-static"
}

find_ping() {
	case $ping in
	none) ping='' ;;
	'') for ping in /usr/bin/ping /bin/ping ''; do
		[ ! -x "$ping" ] || break
	done ;;
	*) check_program "$ping" ;;
	esac
	# A link to busybox is what the image has anyway.
	case $(readlink -f -- "${ping:-/}") in */busybox*) ping='' ;; esac
}

# Sets $source: everything that the image depends on.
describe_source() {
	source=$(stat -L -c '%n %s %Y' -- "$0" "$busybox" ${ping:+"$ping"})
}

up_to_date() {
	[ -s "$image/layers" ] && [ -s "$image/source" ] && [ "$source" = "$(cat -- "$image/source")" ] || return 1
	IFS= read -r layer <"$image/layers" && [ -x "$image/$layer/bin/busybox" ]
}

# Removes what makers that were killed have left; a live one's directory carries a live pid.
remove_leftovers() {
	set +f
	for dir in "$images"/.busybox.*; do
		pid=${dir##*.}
		[ ! -d "$dir" ] || kill -0 "$pid" 2>/dev/null || rm -rf -- "$dir"
	done
	set -f
}

make_directories() {
	mkdir -p -- "$tmp/layer"
	cd -- "$tmp/layer"
	mkdir -p bin sbin lib usr/bin usr/sbin usr/lib usr/share usr/local/bin usr/local/sbin etc/init.d dev proc sys run \
		home media mnt opt srv www var/log var/cache var/lib var/spool/cron/crontabs root tmp var/tmp
	chmod 700 root
	chmod 1777 tmp var/tmp
	ln -s ../run var/run
	ln -s ../www var/www
}

# Nothing but busybox itself is in the new root, so that a dynamic one shows itself by not starting.
install_applets() {
	cp -- "$busybox" bin/busybox
	chmod 755 bin/busybox
	chroot . /bin/busybox true 2>/dev/null ||
		die "'$busybox' does not start in an empty root: not static (install busybox-static), or no right to chroot"
	if [ -n "$ping" ]; then
		hide_ping_applet
	else
		note "no ping but busybox's own, which needs the capability NET_RAW (install iputils-ping)"
	fi
	chroot . /bin/busybox --install
	if [ -n "$ping" ]; then
		rm -f bin/ping bin/ping6 bin/pinr bin/pinr6
		install_ping
	fi
}

# Copies a program's libraries, each to the path at which the loader will look for it.
copy_libraries() {
	ldd "$1" 2>/dev/null | while read -r name arrow path _; do
		case $name in /*) path=$name arrow='=>' ;; esac
		case $arrow$path in
		'=>'/*)
			mkdir -p ".${path%/*}"
			cp -L -- "$path" ".$path"
			chmod 755 ".$path"
			;;
		esac
	done
}

# Takes the name ping from the applet, unless busybox's table of names is not the one that we know.
# sed is named by its path, since busybox ash would take its own, which knows no NUL.
hide_ping_applet() {
	cp bin/busybox bin/busybox.orig
	/bin/sed 's/\x00ping\x00ping6\x00/\x00pinr\x00pinr6\x00/' bin/busybox.orig >bin/busybox
	applets=$(chroot . /bin/busybox --list 2>/dev/null) || applets=
	case $nl$applets$nl in
	*"${nl}pinr${nl}pinr6${nl}"*) ;;
	*)
		cat bin/busybox.orig >bin/busybox
		note "'$busybox': its table of applets is not as expected; in its sh call ping as /bin/ping"
		;;
	esac
	rm bin/busybox.orig
}

install_ping() {
	cp -L -- "$ping" bin/ping
	chmod 755 bin/ping
	ln bin/ping bin/ping6
	copy_libraries "$ping"
	chroot . /bin/ping -V >/dev/null 2>&1 || die "'$ping' does not start in the image: a library of it is missing"
}

write_accounts() {
	cat >etc/passwd <<-'END'
		root:x:0:0:root:/root:/bin/sh
		daemon:x:1:1:daemon:/usr/sbin:/bin/false
		bin:x:2:2:bin:/bin:/bin/false
		sys:x:3:3:sys:/dev:/bin/false
		sync:x:4:100:sync:/bin:/bin/sync
		mail:x:8:8:mail:/var/spool/mail:/bin/false
		www-data:x:33:33:www-data:/var/www:/bin/false
		operator:x:37:37:operator:/var:/bin/false
		nobody:x:65534:65534:nobody:/home:/bin/false
	END
	cat >etc/group <<-'END'
		root:x:0:
		daemon:x:1:
		bin:x:2:
		sys:x:3:
		adm:x:4:
		tty:x:5:
		disk:x:6:
		lp:x:7:
		mail:x:8:
		kmem:x:9:
		wheel:x:10:root
		dialout:x:18:
		audio:x:29:
		www-data:x:33:
		operator:x:37:
		utmp:x:43:
		video:x:44:
		users:x:100:
		nobody:x:65534:
	END
	sed 's/^\([^:]*\):.*/\1:*:10933:0:99999:7:::/' etc/passwd >etc/shadow
	chmod 600 etc/shadow
}

# What names, ports and protocols resolve from; a container gets its own hosts, hostname and resolv.conf over these.
write_network_files() {
	printf '127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n' >etc/hosts
	printf 'localhost\n' >etc/hostname
	: >etc/resolv.conf
	printf '%s: files\n' passwd group shadow services protocols networks >etc/nsswitch.conf
	printf 'hosts: files dns\n' >>etc/nsswitch.conf
	printf '%s\n' 'ip 0 IP' 'icmp 1 ICMP' 'tcp 6 TCP' 'udp 17 UDP' 'ipv6 41 IPv6' 'ipv6-icmp 58 IPv6-ICMP' \
		'sctp 132 SCTP' >etc/protocols
	printf '%s\n' 'ftp 21/tcp' 'ssh 22/tcp' 'telnet 23/tcp' 'smtp 25/tcp' 'time 37/tcp' 'time 37/udp' 'domain 53/tcp' \
		'domain 53/udp' 'bootps 67/udp' 'bootpc 68/udp' 'tftp 69/udp' 'http 80/tcp www' 'pop3 110/tcp' 'ntp 123/udp' \
		'imap2 143/tcp imap' 'snmp 161/udp' 'https 443/tcp' 'syslog 514/udp' >etc/services
}

write_settings() {
	printf 'NAME="BusyBox"\nID=busybox\nPRETTY_NAME="%s"\n' "$(chroot . /bin/busybox | sed -n '1s/ multi-call.*//p')" \
		>etc/os-release
	printf '%s\n' /bin/sh /bin/ash >etc/shells
	cat >etc/profile <<-'END'
		PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
		export PATH
		umask 022
	END
	# httpd reads this by itself: types that it does not know by itself.
	cat >etc/httpd.conf <<-'END'
		.htm:text/html
		.html:text/html
		.css:text/css
		.js:text/javascript
		.json:application/json
		.md:text/markdown; charset=utf-8
		.svg:image/svg+xml
		.txt:text/plain; charset=utf-8
		.wasm:application/wasm
		.webp:image/webp
		.xml:application/xml
	END
	printf '<!DOCTYPE html>\n<title>It works</title>\n<p>It works: busybox httpd in a container.\n' >www/index.html
}

# Says so when the C library inside busybox is too old to have the resolver's parts built in.
check_resolver() {
	built=$(dpkg-query -W -f '${Built-Using}' busybox-static 2>/dev/null) || return 0
	case $built in
	*'glibc (= 2.'*)
		minor=${built#*'glibc (= 2.'}
		minor=${minor%%[!0-9]*}
		[ "${minor:-0}" -ge 34 ] ||
			note "busybox has glibc 2.$minor in it: host names will not resolve in the image (2.34 or later does)"
		;;
	esac
}

# What the layer's id is the sum of: name, type, mode and owner of everything, links' targets, files' sums. The
# applets are one file under many names, which is summed once.
list_layer() {
	find . -exec stat -c '%f %u %g %n' {} +
	find . -type l -exec stat -c %N {} +
	find . -type f -links 1 -exec sha256sum {} +
	sha256sum bin/busybox bin/ping
}

# The same input gives the same bytes: all times are those of the busybox binary.
seal_layer() {
	when=$(stat -L -c %Y -- "$busybox")
	find . -exec touch -h -d "@$when" {} +
	list_layer >../list
	id=$(sort ../list | sha256sum)
	id=${id%% *}
	short=$(printf '%.12s' "$id")
	cd ..
	rm list
	mv layer "layer.$short"
}

write_image_facts() {
	printf '%s\n' "layer.$short" >layers
	printf 'sh\0' >cmd
	printf 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\0' >./env
	date -u -d "@$when" +%Y-%m-%dT%H:%M:%SZ >created
	printf 'sha256:%s\n' "$id" >id
	printf '%s\n' "$source" >source
	du -s --apparent-size --block-size=1 "layer.$short" | cut -f 1 >size
}

# A new image is one rename. An existing one gets the layer first and its list of layers last.
publish() {
	mv -T -- "$tmp" "$image" 2>/dev/null && return 0
	[ -d "$image" ] || die "rename: '$image': cannot be made"
	[ -d "$image/layer.$short" ] || mv -T -- "$tmp/layer.$short" "$image/layer.$short" 2>/dev/null ||
		[ -d "$image/layer.$short" ] || die "rename: '$image/layer.$short': cannot be made"
	for fact in cmd env created size id layers source; do
		mv -f -- "$tmp/$fact" "$image/$fact"
	done
}

build() {
	umask 077
	mkdir -p -- "$images" || die "mkdir: '$images': cannot be made"
	umask 022
	remove_leftovers
	tmp=$images/.busybox.$$
	trap 'cd / && rm -rf -- "$tmp"' EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
	make_directories
	install_applets
	write_accounts
	write_network_files
	write_settings
	check_resolver
	seal_layer
	write_image_facts
	cd /
	publish
}

parse "$@"
find_busybox
find_ping
describe_source
if [ "$force" = 1 ] || ! up_to_date; then
	build
fi
