#!/bin/sh
# debian-root.sh FILE - a Debian with systemd, AppArmor, firewalls, a C compiler and what the tests use, as a tar, out of the packages of
# this machine's sources. Once: a FILE that is there stays.
set -eu
[ ! -s "$1" ] || exit 0
mkdir -p "$(dirname "$1")"
release=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
system=systemd,systemd-sysv,dbus,dbus-user-session,libpam-systemd,kmod,apparmor,iptables,nftables,ufw,iproute2,login,passwd
system=$system,uidmap,firewalld
libraries=libmount1,libarchive13,libcap-ng0
tests=bats,socat,jq,python3-minimal,strace,tmux,procps,psmisc,busybox-static,netcat-openbsd,libcap2-bin,attr,acl,bsdextrautils
tests=$tests,bsdutils,file,xxd,mawk,mksh,runit,cgroup-tools,keyutils,iputils-ping,dnsmasq-base
tests=$tests,gcc,libc6-dev,curl,openssl,skopeo,umoci,docker-registry,buildah
mmdebstrap --quiet --variant=minbase --include="$system,$libraries,$tests" --dpkgopt='path-exclude=/usr/share/doc/*' \
	--dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' "${release:-stable}" "$1.new.tar"
mv "$1.new.tar" "$1"
