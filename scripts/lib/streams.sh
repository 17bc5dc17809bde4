# streams.sh - `run -a` and `run --sig-proxy=false`: which of the streams of a new container are the caller's, and whether signals
# that the caller gets are passed on.
#
# Where the chain of tools cannot be in the foreground for that, the container runs in the background and is followed from its
# first byte on, as `attach` would.
# Needs: base.sh, chain.sh, state.sh, await.sh, attach.sh when it is followed. Leaves: $streams, $sig_proxy, and in $starter what starts
# the container.
# shellcheck shell=sh

streams='' sig_proxy=true

# One of the options; $option is its name. A stream is stdin, stdout or stderr, in any case.
take_stream() {
	case $option:$1 in
	--sig-proxy:*) option_switch sig_proxy && return 0 ;;
	esac
	case $1 in
	[Ss][Tt][Dd][Ii][Nn]) streams="$streams stdin" ;;
	[Ss][Tt][Dd][Oo][Uu][Tt]) streams="$streams stdout" ;;
	[Ss][Tt][Dd][Ee][Rr][Rr]) streams="$streams stderr" ;;
	*) die 125 "$option: '$1' is none of stdin, stdout, stderr" ;;
	esac
}

# When all options are there.
choose_streams() {
	local follow
	follow=
	case ${o_detach:+detach}$streams in
	'') streams=' stdin stdout stderr' ;;
	detach) streams= && return 0 ;;
	detach*) die 125 "--attach and --detach: there is nobody to be attached" ;;
	*std[oe][ur]*) ;;
	*) die 125 "--attach: stdin alone is not supported; use 'run -d -i', then 'attach'" ;;
	esac
	[ -n "$sig_proxy" ] || follow=--sig-proxy=false
	# With a terminal there is one stream of output.
	case $o_tty$streams in
	true* | *stdout*stderr* | *stderr*stdout*) ;;
	*stdout*) follow=${follow:-"--attach without stderr"} ;;
	*) exec >/dev/null ;;
	esac
	[ -n "$follow" ] || return 0
	[ -z "$o_stdin$o_tty" ] || die 125 "$follow: not with -i or -t; use 'run -d', then 'attach'"
	[ "$o_log_driver" != none ] || die 125 "$follow: needs a log; leave out --log-driver none"
	starter=follow_new
}

# follow_new WORD...: as start_new; then at the container until it ends. The reader is there before the command is, so that one
# that removes itself is not gone before it was read.
follow_new() {
	await_directories
	[ -n "$o_remove" ] || keep_chain "$@"
	load state await attach
	o_detach=true client='' typist='' log=$dir/log followed=$dir/log
	await_begin
	following=true
	trap 'undo_follow "$?"' EXIT
	pass_signals
	: >"$log"
	case $streams in
	*stderr*) follow_log "$o_log_driver" ;;
	*) follow_log "$o_log_driver" 2>/dev/null ;;
	esac
	supervise "$@"
	trap 'end_clients "$?"' EXIT
	attach_wait
}

# undo_follow STATUS: the EXIT trap until it is known that the command runs. Where it does, a signal that stays here has no say.
undo_follow() {
	rm -f -- "$awaited"
	[ -z "$client" ] || kill "$client" 2>/dev/null || :
	if [ -n "$armed" ] && is_running "$id"; then
		state_keep
		tool ctstate remove "$run/starting/$id"
	fi
	state_rollback "$1"
}
