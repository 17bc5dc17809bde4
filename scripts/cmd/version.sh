# version - the version, and which tools are used. None of them is run for that, unless a template is given.
# shellcheck shell=sh

version_help='Usage: mydocker version [OPTION]...
Print the version of mydocker and where each of its tools is.

  -f, --format TEMPLATE  print by a template, such as {{.Server.Version}}, or json
      --help             show this help'

# What clients of docker compare with before they talk: the version of its interface whose commands are here.
api_version=1.43

cmd_version() {
	local name path format
	load list refs
	format=
	parse_refs ' -f --format ' take_version_option "$@"
	no_refs 125
	if [ -n "$format" ]; then
		version_record | tool ctstate format "$format"
		return
	fi
	set -- "mydocker version $mydocker_version"
	for name in nsrun rootfs-pivot rootfs-pivot-fstab cgset netns-veth nsenter-lite ptyrun logwrite seccompile pidctl ctstate ctcp layertar ctprobe \
		ctinit; do
		path=$(command -v "$tools$name") ||
			die 1 "'$tools$name' is not there; 'make' builds it, MYDOCKER_TOOLS says where it is"
		set -- "$@" "$name $path"
	done
	printf '%s\n' "$@"
}

take_version_option() {
	case $option in
	-f | --format) format=$option_value ;;
	--help) help_exit "$version_help" ;;
	*) option_unknown ;;
	esac
}

# Both halves are one program here. Templates know the interface's version by another name than JSON does.
version_record() {
	local kernel machine half
	read -r kernel </proc/sys/kernel/osrelease
	machine=$(uname -m)
	case $machine in
	x86_64) machine=amd64 ;;
	aarch64) machine=arm64 ;;
	esac
	for half in Client Server; do
		printf '%s\0' "$half.Platform.Name=mydocker" "$half.Version=$mydocker_version" "$half.ApiVersion=$api_version" \
			"$half.APIVersion=$api_version" "$half.Os=linux" "$half.Arch=$machine" "$half.KernelVersion=$kernel"
	done
	printf '%s\0' Client.Context=default Server.MinAPIVersion=1.24 Server.Experimental:=false ''
}
