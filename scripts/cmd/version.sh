# version - the version, and which tools are used. None of them is run for that.
# shellcheck shell=sh

version_help='Usage: mydocker version
Print the version of mydocker and where each of its tools is.'

cmd_version() {
	local name path
	case ${1-} in
	'') ;;
	--help) help_exit "$version_help" ;;
	*) die 125 "unknown argument '$1'; see '$program --help'" ;;
	esac
	set -- "mydocker version $mydocker_version"
	for name in nsrun rootfs-pivot cgset netns-veth nsenter-lite ptyrun logwrite pidctl ctstate ctcp layertar ctinit; do
		path=$(command -v "$tools$name") ||
			die 1 "'$tools$name' is not there; 'make' builds it, MYDOCKER_TOOLS says where it is"
		set -- "$@" "$name $path"
	done
	printf '%s\n' "$@"
}
