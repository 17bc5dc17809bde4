#!/usr/bin/env bats
# scripts/install-deps.sh: what it finds missing and what it asks of the package manager. The managers are stand-ins
# that write down how they were called; nothing is installed.

load helpers

setup() {
	common_setup
	deps=$TOP/scripts/install-deps.sh
	mkdir "$TMP/bin"
	# Only these programs are on PATH, so that every command of the sets is missing.
	for tool in cat id mktemp rm tail; do
		ln -s "$(command -v "$tool")" "$TMP/bin/$tool"
	done
}

# manager NAME [STATUS]: a stand-in that logs its arguments and makes the commands that it is told to install.
manager() {
	cat >"$TMP/bin/$1" <<-END
		#!/bin/sh
		echo "$1 \$*" >>"$TMP/calls"
		[ -z "\${FAIL-}" ] || { echo "E: no such mirror"; exit 100; }
		for word; do
			case \$word in
			bats | shellcheck | cppcheck | clang | clang-tidy | clang-format | mandoc | tmux | jq | dash | mksh | socat | strace | runc | crun | podman | skopeo | iperf3)
				printf '#!/bin/sh\n' >"$TMP/bin/\$word" ;;
			iputils-ping) printf '#!/bin/sh\n' >"$TMP/bin/ping" ;;
			containernetworking-plugins) printf '#!/bin/sh\n' >"$TMP/bin/host-local" ;;
			gnuplot-nox) printf '#!/bin/sh\n' >"$TMP/bin/gnuplot" ;;
			cgroup-tools) printf '#!/bin/sh\n' >"$TMP/bin/cgexec" ;;
			procps) printf '#!/bin/sh\n' >"$TMP/bin/pgrep" ;;
			bubblewrap) printf '#!/bin/sh\n' >"$TMP/bin/bwrap" ;;
			busybox-static | nftables) ;;
			*) continue ;;
			esac
			/bin/chmod +x "$TMP/bin/"*
		done
	END
	chmod +x "$TMP/bin/$1"
}

@test "install-deps: bad usage is 2 with a line that says so" {
	run "$deps"
	[ "$status" -eq 2 ]
	run "$deps" everything
	[ "$status" -eq 2 ]
	[ "$output" = "install-deps.sh: unknown set: 'everything' (build, run, check or bench)" ]
	run "$deps" --help
	[ "$status" -eq 0 ]
}

@test "install-deps: --dry-run names each missing package once" {
	manager apt-get
	PATH=$TMP/bin run "$deps" -n bench check build
	[ "$status" -eq 0 ]
	[ "$(grep -c '^crun$' <<<"$output")" -eq 1 ]
	[ "$(grep -c '^shellcheck$' <<<"$output")" -eq 1 ]
	[ "$(sort <<<"$output" | uniq -d)" = "" ]
	grep -q -x musl-tools <<<"$output"
	[ ! -e "$TMP/calls" ]
}

@test "install-deps: updates once, installs what is missing without recommends, is quiet about the rest" {
	requires root
	manager apt-get
	PATH=$TMP/bin run "$deps" bench
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 1 ]
	[[ $output == "Installing with apt-get: "*"crun podman bubblewrap cgroup-tools" ]]
	[ "$(grep -c ' update$' "$TMP/calls")" -eq 1 ]
	[ "$(grep -c ' install --no-install-recommends' "$TMP/calls")" -eq 1 ]
	: >"$TMP/calls"
	PATH=$TMP/bin run "$deps" bench
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	[ ! -s "$TMP/calls" ]
}

@test "install-deps: a failure is tried twice and shows the end of the log" {
	requires root
	manager apt-get
	mkdir "$TMP/tmp"
	FAIL=1 PATH=$TMP/bin TMPDIR=$TMP/tmp run "$deps" bench
	[ "$status" -eq 1 ]
	[ "$(grep -c ' install ' "$TMP/calls")" -eq 2 ]
	[[ $output == *"E: no such mirror"* ]]
	[[ ${lines[-1]} == "install-deps.sh: apt-get install failed for:"*"crun"* ]]
	[ -z "$(ls -A "$TMP/tmp")" ]
}

@test "install-deps: other distributions get the list by their own names" {
	for manager in "dnf install" "apk add" "pacman -S"; do
		rm -f "$TMP/bin/dnf" "$TMP/bin/apk"
		manager "${manager%% *}"
		PATH=$TMP/bin run "$deps" check
		[ "$status" -eq 1 ]
		[[ $output == *"missing; as root: $manager "* ]]
		[ ! -e "$TMP/calls" ]
	done
	[[ $output == *" bash-bats "* ]]
	rm "$TMP/bin/pacman"
	PATH=$TMP/bin run "$deps" bench
	[ "$status" -eq 1 ]
	[[ $output == *"no package manager"*bubblewrap* ]]
}

@test "install-deps: nothing to do costs no process and no output" {
	requires tool_strace
	PATH=/usr/bin:/bin "$deps" -n build >"$TMP/missing"
	[ ! -s "$TMP/missing" ] || skip "this machine lacks $(head -n 1 "$TMP/missing")"
	run strace -f -c -e trace=execve -o "$TMP/trace" "$deps" build
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	[ "$(awk '$NF == "execve" { print $4 }' "$TMP/trace")" -le 2 ]
}
