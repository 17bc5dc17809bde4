# nsenter-lite beside nsenter: the two alone.
# shellcheck shell=bash disable=SC2154,SC2034 # the frame's variables

section_enter() {
	local rounds=$((rounds * 40)) pause=0 true=/bin/true target
	begin enter "Run true in the namespaces of another process, the tools alone"
	"$bin/nsrun" --detach -muipnC --pid-file "$work/pid" -- sleep 100000 </dev/null >/dev/null 2>&1
	read -r target _ <"$work/pid"
	add "nsenter-lite -a" check_other_net -- "$bin/nsenter-lite" -a -t "$target" "$true"
	add "nsenter -a" check_other_net -- nsenter -a -t "$target" "$true"
	add "nsenter-lite -a --like-target" check_other_net -- "$bin/nsenter-lite" -a --like-target -t "$target" "$true"
	add "nsenter-lite -n" check_other_net -- "$bin/nsenter-lite" -n -t "$target" "$true"
	add "nsenter -n" check_other_net -- nsenter -n -t "$target" "$true"
	finish
	count_calls nsenter-lite "$bin/nsenter-lite" -a -t "$target" "$true"
	count_calls nsenter nsenter -a -t "$target" "$true"
	kill -KILL "$target"
}
