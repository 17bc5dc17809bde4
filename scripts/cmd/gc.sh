# gc - remove what a crash has left: half-made containers, their groups, links, addresses and names.
# shellcheck shell=sh

gc_help='Usage: mydocker gc [ID]...
Remove what killed processes have left: half-made containers, groups, network
links, addresses and names; containers whose end nobody saw become "Exited (255)".
Rules of the firewall and bridges that somebody removed meanwhile are put back.
run and ps do the needful part of it by themselves. With IDs only what is left of these.

      --help  show this help'

cmd_gc() {
	load list state gc
	while option_next ' ' "$@"; do
		case $option in
		--help) help_exit "$gc_help" ;;
		*) option_unknown ;;
		esac
	done
	shift "$option_used"
	need_root 1
	state_dirs 1
	if [ $# -eq 0 ]; then
		gc_all || exit 1
		return
	fi
	for id; do
		is_id "$id" || die 125 "'$id' is not the id of a container; see '$program --help'"
	done
	gc_some "$@" || exit 1
}

# Whether TEXT is an id, in full.
is_id() {
	case $1 in
	'' | *[!0-9a-f]*) return 1 ;;
	esac
	[ ${#1} -eq 64 ]
}
