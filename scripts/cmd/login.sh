# login - a registry's password into skopeo's file of passwords.
# shellcheck shell=sh

login_help='Usage: mydocker login [OPTION]... [REGISTRY]
Keep a password for a registry (docker.io), for pull and push.

      --authfile FILE      where to keep it
      --cert-dir DIR       the certificates of the registry
  -p, --password TEXT      the password; better --password-stdin, since others can read a command line
      --password-stdin     read it from standard input
      --tls-verify[=BOOL]  whether a certificate is needed (default true; false for this machine itself)
  -u, --username NAME      the user
      --help               show this help'

cmd_login() {
	local user password stdin
	load list refs reference state store transport
	user='' password='' stdin=
	parse_refs " -p --password -u --username$transport_valued" take_login_option "$@"
	list_words ref
	eval "set -- $words"
	[ $# -le 1 ] || die 1 "one registry at most is expected; see '$program --help'"
	need skopeo skopeo
	ref_domain=${1:-docker.io}
	registry_tls
	set -- --tls-verify="$tls"
	[ -z "${o_authfile-}" ] || set -- "$@" --authfile="$o_authfile"
	[ -z "${o_cert_dir-}" ] || set -- "$@" --cert-dir="$o_cert_dir"
	[ -z "$user" ] || set -- "$@" --username "$user"
	if [ -n "$password" ]; then
		# Not on the command line of another program as well.
		printf '%s\n' "$password" | sys skopeo login "$@" --password-stdin "$ref_domain"
	else
		sys skopeo login "$@" ${stdin:+--password-stdin} "$ref_domain"
	fi || die 1 "login to '$ref_domain' failed"
}

take_login_option() {
	case $option in
	-p | --password) password=$option_value ;;
	--password-stdin) option_switch stdin ;;
	-u | --username) user=$option_value ;;
	--authfile | --cert-dir | --tls-verify) take_transport_option ;;
	--help) help_exit "$login_help" ;;
	*) option_unknown ;;
	esac
}
