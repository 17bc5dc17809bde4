#!/usr/bin/env bats
# What the completion offers is what the programs have.

load helpers

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

@test "image, container, system: their subcommands and what these are about" {
	mkdir -p "$MYDOCKER_ROOT/names" "$MYDOCKER_ROOT/images/busybox2"
	echo x >"$MYDOCKER_ROOT/names/web"
	for group in container image network system volume; do
		run completes "$TOP/scripts/mydocker.sh" "$group" ''
		grep -qx prune <<<"$output"
		for sub in $output; do
			mydocker "$group" "$sub" --help >/dev/null
		done
	done
	run completes "$TOP/scripts/mydocker.sh" image rm busybox2
	[ "$output" = busybox2 ]
	run completes "$TOP/scripts/mydocker.sh" image inspect --form
	[ "$output" = --format ]
	run completes "$TOP/scripts/mydocker.sh" container stop w
	[ "$output" = web ]
	run completes "$TOP/scripts/mydocker.sh" container run --pub
	[ "$output" = $'--publish\n--publish-all' ]
	rm -r "$MYDOCKER_ROOT/names"
}

@test "names of containers and images are offered" {
	mkdir -p "$MYDOCKER_ROOT/names" "$MYDOCKER_ROOT/images/busybox2"
	echo x >"$MYDOCKER_ROOT/names/web"
	run completes "$TOP/scripts/mydocker.sh" stop w
	[ "$output" = web ]
	run completes "$TOP/scripts/mydocker.sh" run busybox2
	[ "$output" = busybox2 ]
	mkdir "$MYDOCKER_ROOT/tags"
	echo x >"$MYDOCKER_ROOT/tags/reg.test:5%team%app:1"
	run completes "$TOP/scripts/mydocker.sh" rmi reg
	[ "$output" = reg.test:5/team/app:1 ]
	rm -r "$MYDOCKER_ROOT/names"
}

@test "every tool's options are offered, all of them" {
	for tool in "$BIN"/*; do
		tool=${tool##*/}
		for file in mydocker.bash _mydocker mydocker.fish; do
			grep -qw -e "$tool" "$TOP/completions/$file"
		done
		run completes "$BIN/$tool" --
		[ "$output" = "$("$BIN/$tool" --help | grep -oE '^ *(-., )?--[a-z0-9-]+' | grep -oE -- '--.*' | sort)" ]
		[ "${#lines[@]}" -gt 2 ]
	done
}

# What fish, and zsh (with its own helpers replaced by what prints), offer for a line: its words are in $PATH by their names.
programs() {
	mkdir -p "$TMP/bin" "$MYDOCKER_ROOT/names" "$MYDOCKER_ROOT/volumes/cache"
	ln -sf "$TOP/scripts/mydocker.sh" "$TMP/bin/mydocker"
	: >"$MYDOCKER_ROOT/names/web"
	PATH=$TMP/bin:$BIN:$PATH
}

fish_completes() {
	HOME=$TMP fish --no-config -c 'source $argv[1]; complete -C "$argv[2]"' "$TOP/completions/mydocker.fish" "$1"
}

zsh_completes() {
	# shellcheck disable=SC2016 # zsh's own
	zsh -f -c '_describe() { print -l -- "${(P@)2}"; }; compadd() { print -l -- "${(P@)2}"; }; _files() { :; }; _normal() { :; }
		file=$1; shift; words=("$@"); CURRENT=$#words; . $file' zsh "$TOP/completions/_mydocker" "$@"
}

@test "fish: commands, options with what they say, names" {
	requires tool_fish
	programs
	[ "$(fish_completes 'mydocker sto')" = $'stop\tend a container, by force after a while' ]
	[ "$(fish_completes 'mydocker --root /x stop --ti' | cut -f 1)" = --time ]
	[[ $(fish_completes 'mydocker stop --ti') == *$'\thow long to wait before KILL'* ]]
	[ "$(fish_completes 'mydocker stop w')" = web ]
	[ "$(fish_completes 'mydocker volume rm c')" = cache ]
	[ "$(fish_completes 'mydocker image pr')" = prune ]
	[ "$(fish_completes 'mydocker image inspect --form' | cut -f 1)" = --format ]
	[ "$(fish_completes 'mydocker container stop w')" = web ]
	[ "$(fish_completes 'pidctl --wait-f' | cut -f 1)" = --wait-file ]
	rm -r "$MYDOCKER_ROOT/names"
}

@test "zsh: commands, options with what they say, names" {
	requires tool_zsh
	programs
	zsh_completes mydocker s | grep -qx 'stop:end a container, by force after a while'
	zsh_completes mydocker --root /x stop - | grep -qx -e '--signal:send this one instead'
	[ "$(zsh_completes mydocker stop w)" = web ]
	mkdir -p "$MYDOCKER_ROOT/tags" "$MYDOCKER_ROOT/images/$(printf '%064d' 0)" "$MYDOCKER_ROOT/images"
	echo x >"$MYDOCKER_ROOT/tags/reg.test%app:1"
	zsh_completes mydocker rmi r | grep -qx reg.test/app:1
	[[ $(zsh_completes mydocker rmi r) != *000000* ]]
	[ "$(zsh_completes mydocker volume rm c)" = cache ]
	zsh_completes mydocker image p | grep -qx prune
	zsh_completes mydocker image inspect - | grep -qx -e '--format:json or a template'
	[ "$(zsh_completes mydocker container stop w)" = web ]
	[ "$(zsh_completes pidctl -- | cut -d: -f 1 | sort)" = "$(pidctl --help | grep -oE '^ *(-., )?--[a-z0-9-]+' | grep -oE -- '--.*' | sort)" ]
	rm -r "$MYDOCKER_ROOT/names"
}
