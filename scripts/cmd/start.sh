# start - start containers that were created or have ended.
#
# Group and network are made anew, from the container's facts; what it runs and where is its chain, made with it.
# shellcheck shell=sh

start_help='Usage: mydocker start [OPTION]... CONTAINER...
Start each CONTAINER, which was created or has ended.

  -a, --attach       stay in front of it: its output, signals to it, its exit status
      --detach-keys KEYS
                     leave it by these (ctrl-p,ctrl-q), at a terminal
  -i, --interactive  with standard input, as far as it was made with -i; stays in front of it too
      --help         show this help'

cmd_start() {
	local attach input
	load list refs state attach
	attach=
	input=
	detach_keys=ctrl-p,ctrl-q
	parse_refs ' --detach-keys ' take_start_option "$@"
	need_refs
	need_root 1
	load recall resources files chain start
	if [ -n "$attach" ]; then
		[ "$ref_n" -eq 1 ] || die 1 "only one container can be attached to; see '$program --help'"
		list_get ref 1
		start_attached "$item"
	else
		start_each
	fi
}

take_start_option() {
	case $option in
	-a | --attach) option_switch attach ;;
	-i | --interactive)
		option_switch input
		attach=${input:-$attach}
		;;
	--detach-keys) take_keys ;;
	--help) help_exit "$start_help" ;;
	*) option_unknown ;;
	esac
}

start_attached() {
	begin_start "$1"
	[ -z "$running" ] || attach_running
	o_detach=
	o_stdin=$o_open_stdin
	[ -n "$input" ] || o_stdin=
	if [ -n "$o_stdin" ] && [ -n "$o_tty" ] && [ ! -t 0 ]; then
		die 1 "the input device is not a TTY: -i needs a terminal on standard input, as the container was made with -t"
	fi
	supervise --args "$dir/chain"
}

# It runs already: what `attach` does.
attach_running() {
	load await
	no_stdin=
	[ -n "$input" ] || no_stdin=true
	sig_proxy=true
	attach_container
}
