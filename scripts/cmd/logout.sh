# logout - a registry's password out of skopeo's file of passwords.
# shellcheck shell=sh

logout_help='Usage: mydocker logout [OPTION]... [REGISTRY]
Forget the password for a registry (docker.io).

  -a, --all            all registries
      --authfile FILE  where they are kept
      --help           show this help'

cmd_logout() {
	local all
	load list refs state store
	all='' o_authfile=
	parse_refs ' --authfile ' take_logout_option "$@"
	list_words ref
	eval "set -- $words"
	[ $# -le 1 ] || die 1 "one registry at most is expected; see '$program --help'"
	need skopeo skopeo
	if [ -n "$all" ]; then set -- --all; else set -- "${1:-docker.io}"; fi
	[ -z "$o_authfile" ] || set -- --authfile="$o_authfile" "$@"
	sys skopeo logout "$@"
}

take_logout_option() {
	case $option in
	-a | --all) option_switch all ;;
	--authfile) o_authfile=$option_value ;;
	--help) help_exit "$logout_help" ;;
	*) option_unknown ;;
	esac
}
