# attach.sh - the way from the caller's side to a container that runs, and back.
#
# Needs: base.sh, state.sh, await.sh; $no_stdin, $sig_proxy, $detach_keys. Leaves: nothing; exits with the container's
# status.
# shellcheck shell=sh

# The value of --detach-keys; sets $detach_keys.
take_keys() {
	local IFS key
	IFS=,
	for key in $option_value; do
		case $key in
		[!-~] | ctrl-[a-z@^_\\] | 'ctrl-[' | 'ctrl-]') ;;
		*) die 125 "--detach-keys: '$option_value' is not a list of keys such as ctrl-p,ctrl-q" ;;
		esac
	done
	detach_keys=$option_value
}

# attach_container: $id, from now on. The clients run beside the shell, which thus can do something when a signal comes.
attach_container() {
	await_begin
	client=
	typist=
	followed=
	trap 'end_clients "$?"' EXIT
	exec 7<&0
	if [ -S "$run/$id/attach" ]; then
		attach_terminal
	else
		attach_streams
	fi
	attach_wait
}

# Until the client has ended; then out, with the container's status or that of leaving it.
attach_wait() {
	await_client
	case $client_status in
	0)
		# A log that is followed ends behind its container; before that it is who reads what we print that has gone.
		[ -z "$followed" ] || ! is_running "$id" || end_clients 141
		await_end
		end_clients "$exit_status"
		;;
	3) exit 0 ;;
	*) exit "$client_status" ;;
	esac
}

# The client has the caller's terminal and puts it back when one of these ends it.
attach_terminal() {
	local signal
	[ -n "$no_stdin" ] || [ -t 0 ] || die 1 "the input device is not a TTY; use --no-stdin to look only"
	set -- "${tools}ptyrun" --attach "$run/$id/attach" --detach-keys "$detach_keys" ${no_stdin:+--no-stdin}
	trace_words "$@"
	"$@" <&7 &
	client=$!
	for signal in HUP INT QUIT TERM; do
		# shellcheck disable=SC2064 # a word of ours
		trap "kill -s $signal \"\$client\" || :" "$signal"
	done
}

attach_streams() {
	local now log driver
	log=$root/containers/$id/log
	{ read -r driver <"$root/containers/$id/log-driver"; } 2>/dev/null || driver=
	[ "$driver" != none ] || log=$run/$id/log
	[ -e "$log" ] || die 1 "container '$id' keeps no log that could be followed"
	pass_signals
	if [ "$driver" = raw ]; then
		follow_log raw --tail 0
	else
		now=$("${tools}ctstate" now)
		follow_log '' --since "$now"
	fi
	followed=$log
	if [ -z "$no_stdin" ] && [ -p "$run/$id/stdin" ]; then
		cat <&7 >"$run/$id/stdin" &
		typist=$!
	fi
}

# follow_log DRIVER WORD...: the client is what reads $log until the container ends.
follow_log() {
	case $1 in
	raw) shift && set -- --format raw "$@" ;;
	*) shift ;;
	esac
	set -- "${tools}logwrite" --read "$log" --follow --until-file "$run/$id/exit" "$@"
	trace_words "$@"
	"$@" &
	client=$!
}

# Signals that come are the command's, unless they are to stay here.
pass_signals() {
	local signal
	for signal in HUP INT QUIT TERM USR1 USR2; do
		# shellcheck disable=SC2064 # a word of ours
		[ -z "$sig_proxy" ] || trap "pass_signal $signal" "$signal"
	done
}

# pass_signal NAME: one that comes while a start of ours is still under way, without a command, ends that.
pass_signal() {
	[ -e "$run/$id/pid" ] || [ -z "${armed-}" ] || exit 130
	tool pidctl --quiet --signal "$1" "$run/$id/pid" || :
}

# Until the client has ended; a signal with a trap ends the shell's wait, not the client.
await_client() {
	while :; do
		client_status=0
		wait "$client" || client_status=$?
		[ "$client_status" -gt 128 ] && kill -s 0 "$client" 2>/dev/null || return 0
	done
}

# end_clients STATUS: the EXIT trap; mksh would take the status of its last command.
end_clients() {
	trap - EXIT
	rm -f -- "$awaited"
	# shellcheck disable=SC2086 # pids
	[ -z "$client$typist" ] || kill $client $typist 2>/dev/null || :
	exit "$1"
}
