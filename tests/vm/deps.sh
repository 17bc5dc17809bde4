#!/bin/sh
# deps.sh - installs what run.sh needs on the host, by the distribution's package manager: qemu, depmod, bats, static busybox.
set -eu
missing=
need() { command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ] || missing="$missing $2"; }
need qemu-system-x86_64 qemu-system-x86
need depmod kmod
need bats bats
need busybox busybox-static
need xz xz-utils
need zstd zstd
need mawk mawk
need mmdebstrap mmdebstrap
need mke2fs e2fsprogs
[ -n "$missing" ] || exit 0
printf 'installing:%s\n' "$missing"
# shellcheck disable=SC2086 # a list
DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
