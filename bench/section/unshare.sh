# nsrun beside unshare: the two alone, and what a supervisor that stays costs.
# shellcheck shell=bash disable=SC2154,SC2034 # the frame's variables

section_unshare() {
	local rounds=$((rounds * 40)) pause=0 true=/bin/true i
	begin unshare "Run true in six new namespaces, the tools alone"
	add "nsrun -muipnC" check_other_net -- "$bin/nsrun" -muipnC -- "$true"
	add "unshare -muipnC --fork" check_other_net -- unshare -muipnC --fork "$true"
	add "bwrap --unshare-all" check_other_net -- bwrap --unshare-all --bind / / --dev-bind /dev /dev "$true"
	add "true" check_status -- "$true"
	finish
	count_calls nsrun "$bin/nsrun" -muipnC -- "$true"
	count_calls unshare unshare -muipnC --fork "$true"
	for ((i = 0; i < containers; i++)); do
		"$bin/nsrun" --detach -p --pid-file "$work/pid$i" -- sleep 100000 </dev/null >/dev/null 2>&1
	done
	add_note "A detached supervisor: $(pss nsrun) KiB with $containers of them running (proportional share)."
	for ((i = 0; i < containers; i++)); do
		kill -KILL "$(cut -d' ' -f1 "$work/pid$i")"
	done
}
