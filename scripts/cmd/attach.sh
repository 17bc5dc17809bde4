# attach - be at a running container: its output, its input, signals to it, its exit status.
#
# One with a terminal has a relay that lets several be at it (ptyrun --attach). Of one without, the output is followed in
# its log, and what is typed goes into the pipe that `run -d -i` has left open.
# shellcheck shell=sh

attach_help='Usage: mydocker attach [OPTION]... CONTAINER
Be at CONTAINER until it ends, and exit with its status; or until the keys are typed.

      --detach-keys KEYS  leave it by these (ctrl-p,ctrl-q), at a terminal
      --no-stdin          only look
      --sig-proxy=false   keep the signals that come from it
      --help              show this help'

cmd_attach() {
	local no_stdin sig_proxy
	load list refs state await attach
	no_stdin=
	sig_proxy=true
	detach_keys=ctrl-p,ctrl-q
	parse_refs ' --detach-keys ' take_attach_option "$@"
	[ "$ref_n" -eq 1 ] || die 1 "needs one container; see '$program --help'"
	need_root 1
	list_get ref 1
	need_container "$item" 1
	[ ! -e "$run/$id/paused" ] || die 1 "container '$item' is paused: unpause it first"
	running_now "$item" || exit 1
	attach_container
}

take_attach_option() {
	case $option in
	--detach-keys) take_keys ;;
	--no-stdin) option_switch no_stdin ;;
	--sig-proxy) option_switch sig_proxy ;;
	--help) help_exit "$attach_help" ;;
	*) option_unknown ;;
	esac
}
