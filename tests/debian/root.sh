#!/bin/sh
# root.sh FILE - a small Debian with a C compiler and locales as a tar, out of the packages of this machine's sources. Once:
# a FILE that is there stays.
set -eu
[ ! -s "$1" ] || exit 0
mkdir -p "$(dirname "$1")"
release=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
mmdebstrap --quiet --variant=minbase --include=gcc,libc6-dev,locales --dpkgopt='path-exclude=/usr/share/doc/*' \
	--dpkgopt='path-exclude=/usr/share/man/*' "${release:-stable}" "$1.new.tar"
mv "$1.new.tar" "$1"
