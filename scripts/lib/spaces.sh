# spaces.sh - --pid, --ipc and --uts: the host's namespaces, or those of another container.
#
# Needs: base.sh, state.sh. Leaves: $o_pid, $o_ipc, $o_uts; the list space: options of nsrun.
# shellcheck shell=sh

# take_space MODE: of $option; a container is kept by its id.
take_space() {
	local kind mode ref id
	kind=${option#--}
	mode=$1
	case $kind:$mode in
	*:host) ;;
	*: | ipc:private | ipc:shareable | pid:private | uts:private) mode= ;;
	*:container:?*)
		load state
		ref=${mode#*:}
		need_container "$ref" 125
		mode=container:$id
		;;
	*) die 125 "$option: '$mode' is neither host nor container:NAME" ;;
	esac
	eval "o_space_$kind=\$mode"
}

space_facts() {
	fact pid-mode "$o_space_pid"
	fact ipc-mode "$o_space_ipc"
	fact uts-mode "$o_space_uts"
}

# space_options: the list space has what nsrun is told about the three.
space_options() {
	list_new space
	add_space pid "$o_space_pid"
	add_space ipc "$o_space_ipc"
	add_space uts "$o_space_uts"
}

# add_space KIND MODE
add_space() {
	local pid other
	case $2 in
	'') [ "$1" = uts ] || list_add space "--$1" ;;
	container:*)
		other=${2#*:}
		is_running "$other" || die 125 "--$1: container '$other' is not running"
		read -r pid _ <"$run/$other/pid"
		list_add space "--$1=join:$pid"
		;;
	esac
}
