#!/usr/bin/env bats
# What the completion offers is what the programs have.

load helpers

setup() { common_setup; }
teardown() { common_teardown; }

# completes WORD...: what is offered for the last word.
completes() {
	bash -c '
		. "$0/completions/mydocker.bash"
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		case ${1##*/} in
		mydocker*) _mydocker "$1" ;;
		*) _mydocker_tool "$1" ;;
		esac
		printf "%s\n" "${COMPREPLY[@]}"' "$TOP" "$@" | sort
}

@test "every subcommand is offered" {
	run completes "$TOP/scripts/mydocker.sh" ''
	for f in "$TOP"/scripts/cmd/*.sh; do
		name=$(basename "$f" .sh)
		[ "$name" = help ] || grep -qx "$name" <<<"$output" || {
			echo "not offered: $name"
			return 1
		}
	done
	run completes "$TOP/scripts/mydocker.sh" ru
	[ "$output" = run ]
}

@test "a subcommand's options are those of its --help" {
	run completes "$TOP/scripts/mydocker.sh" run --pub
	[ "$output" = $'--publish\n--publish-all' ]
	run completes "$TOP/scripts/mydocker.sh" --root /x stop --ti
	[ "$output" = --time ] || [ "$output" = --timeout ]
}

@test "volume: its subcommands, then names of volumes" {
	mkdir -p "$MYDOCKER_ROOT/volumes/cache" "$MYDOCKER_ROOT/volumes/data"
	run completes "$TOP/scripts/mydocker.sh" volume i
	[ "$output" = inspect ]
	run completes "$TOP/scripts/mydocker.sh" volume rm c
	[ "$output" = cache ]
}

@test "names of containers and images are offered" {
	mkdir -p "$MYDOCKER_ROOT/names" "$MYDOCKER_ROOT/images/busybox2"
	echo x >"$MYDOCKER_ROOT/names/web"
	run completes "$TOP/scripts/mydocker.sh" stop w
	[ "$output" = web ]
	run completes "$TOP/scripts/mydocker.sh" run busybox2
	[ "$output" = busybox2 ]
	rm -r "$MYDOCKER_ROOT/names"
}

@test "every tool's options are offered, all of them" {
	for tool in nsrun rootfs-pivot cgset netns-veth nsenter-lite ptyrun logwrite pidctl; do
		run completes "$BIN/$tool" --
		[ "$output" = "$("$BIN/$tool" --help | grep -oE '^ *(-., )?--[a-z0-9-]+' | grep -oE -- '--.*' | sort)" ]
		[ "${#lines[@]}" -gt 2 ]
	done
}
