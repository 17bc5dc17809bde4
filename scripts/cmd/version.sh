# version - the version, and which tools are used.
# shellcheck shell=sh

version_help='Usage: mydocker version
Print the version of mydocker and of its tools.'

cmd_version() {
	local name
	case ${1-} in
	'') ;;
	--help) help_exit "$version_help" ;;
	*) die 125 "unknown argument '$1'; see '$program --help'" ;;
	esac
	printf '%s\n' "mydocker version $mydocker_version"
	for name in nsrun rootfs-pivot cgset netns-veth nsenter-lite ptyrun logwrite pidctl ctstate; do
		tool "$name" --version || die 1 "'$tools$name' does not run; 'make' builds it, MYDOCKER_TOOLS says where it is"
	done
}
