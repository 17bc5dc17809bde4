# gc - remove what a crash has left: half-made containers, their groups, links, addresses and names.
# shellcheck shell=sh

gc_help='Usage: mydocker gc
Remove what killed processes have left: half-made containers, groups, network
links, addresses and names; containers whose end nobody saw become "Exited (255)".
run and ps do the needful part of it by themselves.

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
	[ $# -eq 0 ] || die 125 "unknown argument '$1'; see '$program --help'"
	need_root 1
	state_dirs 1
	gc_all
}
