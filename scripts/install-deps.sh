#!/bin/sh
# install-deps.sh: install what the build, the run, the tests or the benchmarks need and is missing
#
# Usage: install-deps.sh [--dry-run] build|run|check|bench...
#
# A thing is there when its command is found or its file exists, which costs no process: a call that finds everything
# takes a few milliseconds and prints nothing. What is missing is installed by apt-get on Debian and Ubuntu. For other
# distributions the names of their packages are printed, to install by hand, and the status is 1.

set -euf
LC_ALL=C PATH=$PATH:/usr/sbin:/sbin:/usr/lib/cni
export LC_ALL PATH
me=install-deps.sh

# One need a line: the sets it belongs to; a command, or a file (patterns parted by |), that shows it is there; its
# package in Debian and Ubuntu (alternatives parted by |), Fedora, Alpine and Arch, - where none is needed.
needs() {
	cat <<'END'
build command gcc gcc gcc gcc gcc
build command make make make make make
build command musl-gcc musl-tools musl-gcc - musl
build file /usr/include/stdio.h libc6-dev glibc-devel musl-dev glibc
build file /usr/include/linux/if_link.h linux-libc-dev kernel-headers linux-headers linux-api-headers
build file /usr/include/libmount/libmount.h libmount-dev libmount-devel util-linux-dev util-linux-libs
build file /usr/include/cap-ng.h libcap-ng-dev libcap-ng-devel libcap-ng-dev libcap-ng
build file /usr/include/seccomp.h libseccomp-dev libseccomp-devel libseccomp-dev libseccomp
build file /usr/include/archive.h libarchive-dev libarchive-devel libarchive-dev libarchive
build file /usr/include/zlib.h zlib1g-dev zlib-devel zlib-dev zlib
build file /usr/include/nettle/sha2.h nettle-dev nettle-devel nettle-dev nettle
build file /usr/include/json-c/json.h libjson-c-dev json-c-devel json-c-dev json-c
run,check,bench static-busybox busybox busybox-static busybox busybox-static busybox
run,check,bench command nft nftables nftables nftables nftables
run,check,bench command ping iputils-ping iputils iputils iputils
check command bats bats bats bats bash-bats
check command shellcheck shellcheck ShellCheck shellcheck shellcheck
check command cppcheck cppcheck cppcheck cppcheck cppcheck
check command clang clang clang clang clang
check command clang-tidy clang-tidy clang-tools-extra clang-extra-tools clang
check command clang-format clang-format clang-tools-extra clang-extra-tools clang
check file /usr/lib/llvm-*/lib/clang/*/lib/*/libclang_rt.fuzzer*.a|/usr/lib*/clang/*/lib/*/libclang_rt.fuzzer*.a libclang-rt-dev|libclang-common-14-dev compiler-rt compiler-rt compiler-rt
check command mandoc mandoc mandoc mandoc mandoc
check command tmux tmux tmux tmux tmux
check,bench command jq jq jq jq jq
check command dash dash dash dash dash
check command mksh mksh mksh mksh mksh
check command ip iproute2 iproute iproute2 iproute2
check command socat socat socat socat socat
check command dnsmasq dnsmasq-base dnsmasq dnsmasq dnsmasq
check,bench command pgrep procps procps-ng procps-ng procps-ng
check command curl curl curl curl curl
check command col bsdextrautils util-linux util-linux-misc util-linux
check command script bsdutils util-linux-script util-linux-misc util-linux
check command setpriv util-linux util-linux setpriv util-linux
check,bench command strace strace strace strace strace
check command zsh zsh zsh zsh zsh
check command fish fish fish fish fish
check command python3 python3 python3 python3 python
check command setfattr attr attr attr attr
check command setcap libcap2-bin libcap libcap libcap
check command xz xz-utils xz xz xz
check command zstd zstd zstd zstd zstd
check,bench command skopeo skopeo skopeo skopeo skopeo
check command mmdebstrap mmdebstrap - - -
check command buildah buildah buildah buildah buildah
check command umoci umoci umoci umoci umoci
check command docker-registry docker-registry - docker-registry -
check command bsdtar libarchive-tools bsdtar libarchive-tools libarchive
check command openssl openssl openssl openssl openssl
check command newuidmap uidmap shadow-utils shadow-uidmap shadow
check command runsv runit - runit -
bench command host-local containernetworking-plugins containernetworking-plugins cni-plugins cni-plugins
bench command iperf3 iperf3 iperf3 iperf3 iperf3
bench command gnuplot gnuplot-nox gnuplot gnuplot gnuplot
bench command runc runc runc runc runc
bench command crun crun crun crun crun
bench command podman podman podman podman podman
bench command bwrap bubblewrap bubblewrap bubblewrap bubblewrap
bench command cgexec cgroup-tools libcgroup-tools - -
END
}

die() {
	printf '%s: %s\n' "$me" "$1" >&2
	exit "${2:-1}"
}

usage() {
	printf '%s\n' "Usage: $me [--dry-run] SET..." "Install what is missing of each SET: build, run, check, bench." "" \
		"  -n, --dry-run   print the packages that are missing, one a line, and install nothing" \
		"  -h, --help      show this help"
}

parse() {
	dry_run=0 sets=
	for arg; do
		case $arg in
		-n | --dry-run) dry_run=1 ;;
		-h | --help)
			usage
			exit 0
			;;
		build | run | check | bench) sets="$sets $arg" ;;
		*) die "unknown set: '$arg' (build, run, check or bench)" 2 ;;
		esac
	done
	[ -n "$sets" ] || die "which set: build, run, check or bench?" 2
}

# Whether a need with the given list of sets is asked for.
wanted() {
	for set in $sets; do
		case ,$1, in *",$set,"*) return 0 ;; esac
	done
	return 1
}

# Whether one of the patterns, parted by |, names anything.
exists() {
	set +f
	IFS='|'
	for path in $1; do
		[ ! -e "$path" ] || break
	done
	unset IFS
	set -f
	[ -e "$path" ]
}

# Debian's dynamic busybox has the same command name; only the package's own file tells.
has_static_busybox() {
	if [ -d /var/lib/dpkg/info ]; then
		[ -e /var/lib/dpkg/info/busybox-static.list ]
	else
		command -v busybox >/dev/null
	fi
}

present() {
	case $1 in
	command) command -v "$2" >/dev/null ;;
	file) exists "$2" ;;
	static-busybox) has_static_busybox ;;
	esac
}

# Sets $manager, and $column: where the package's name stands in a line of needs.
find_manager() {
	for manager in apt-get:4 dnf:5 apk:6 pacman:7 none:4; do
		column=${manager#*:} manager=${manager%:*}
		! command -v "$manager" >/dev/null || return 0
	done
}

# Sets $missing to the package names, each once, with a blank around each.
find_missing() {
	missing=' '
	while read -r in kind name deb rpm apk arch; do
		wanted "$in" || continue
		! present "$kind" "$name" || continue
		case $column in 4) package=$deb ;; 5) package=$rpm ;; 6) package=$apk ;; 7) package=$arch ;; esac
		case $package$missing in
		-* | *" $package "*) ;;
		*) missing="$missing$package " ;;
		esac
	done <<-END
		$needs
	END
}

# Replaces alternatives (a|b) in $missing by the first that apt knows.
choose_alternatives() {
	chosen=
	for package in $missing; do
		while :; do
			first=${package%%"|"*}
			[ "$first" != "$package" ] || break
			! apt-cache show "$first" >/dev/null 2>&1 || break
			package=${package#*"|"}
		done
		chosen="$chosen $first"
	done
	missing=$chosen
}

apt() {
	DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=120 -o Acquire::Retries=2 "$@" \
		</dev/null >>"$log" 2>&1
}

# The lists first: on a fresh machine there are none, on an old one the versions are gone from the mirror.
install_by_apt() {
	[ "$(id -u)" = 0 ] || {
		choose_alternatives
		die "not root; as root: apt-get install --no-install-recommends$missing"
	}
	log=$(mktemp "${TMPDIR:-/tmp}/install-deps.XXXXXX")
	trap 'rm -f -- "$log"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	apt update || printf '%s: apt-get update failed; going on with the lists that are there\n' "$me" >&2
	choose_alternatives
	printf 'Installing with apt-get:%s\n' "$missing"
	# shellcheck disable=SC2086 # a list of package names
	apt install --no-install-recommends $missing && return 0
	apt update || :
	# shellcheck disable=SC2086
	apt install --no-install-recommends $missing && return 0
	tail -n 15 "$log" >&2
	die "apt-get install failed for:$missing"
}

install_missing() {
	case $manager in
	apt-get)
		install_by_apt
		;;
	none)
		die "no package manager that we know; missing, by Debian's names:${missing% }"
		;;
	*)
		case $manager in dnf) verb=install ;; apk) verb=add ;; pacman) verb=-S ;; esac
		die "missing; as root: $manager $verb${missing% }"
		;;
	esac
}

parse "$@"
needs=$(needs)
find_manager
find_missing
[ "$missing" != ' ' ] || exit 0
if [ "$dry_run" = 1 ]; then
	[ "$manager" != apt-get ] || choose_alternatives
	# shellcheck disable=SC2086
	printf '%s\n' $missing
	exit 0
fi
install_missing
find_missing
[ "$missing" = ' ' ] || die "installed, and yet not found: what these packages bring:${missing% }"
