# port - the published ports of a container.
# shellcheck shell=sh

port_help='Usage: mydocker port CONTAINER [PORT[/tcp]]
Print where the ports of CONTAINER are reachable.

      --help  show this help'

cmd_port() {
	local want kind outside inside found ref
	load state
	while option_next ' ' "$@"; do
		case $option in
		--help) help_exit "$port_help" ;;
		*) option_unknown ;;
		esac
	done
	shift "$option_used"
	need_root 1
	case $# in 1 | 2) ;; *) die 1 "needs a container and at most one port; see '$program --help'" ;; esac
	ref=$1
	need_container "$ref" 1
	want=${2-}
	case $want in
	'' | */*) ;;
	*) want=$want/tcp ;;
	esac
	found=
	if [ -r "$run/$id/net" ] && is_running "$id"; then
		while read -r kind outside inside; do
			[ "$kind" = port ] || continue
			if [ -z "$want" ]; then
				printf '%s\n' "$inside -> $outside"
			elif [ "$want" = "$inside" ]; then
				found=1
				printf '%s\n' "$outside"
			fi
		done <"$run/$id/net"
	fi
	[ -z "$want" ] || [ -n "$found" ] || die 1 "no public port '$want' published for '$ref'"
}
