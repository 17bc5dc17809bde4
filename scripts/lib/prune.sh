# prune.sh - the removal of containers that do not run, for container prune and system prune; the sum that each prune says.
#
# Needs: base.sh, list.sh, state.sh; the list argument: filters for ctstate ps. Leaves: $pruned_sizes, bytes, or kilobytes
# with a k.
# shellcheck shell=sh

pruned_sizes=0

# prune_filter KEY=VALUE
prune_filter() {
	case $1 in
	until=* | label=* | 'label!='*) ;;
	*) die 1 "--filter: '$1' is not known; there are: until label label!" ;;
	esac
	list_add argument --filter
	list_add argument "$1"
}

# Removes them and prints their ids.
prune_containers() {
	local ids id size sizes heading
	list_words argument
	eval "set -- $words"
	ids=$("${tools}ctstate" ps -a -q --no-trunc --filter status=created --filter status=exited --filter status=dead "$@" \
		"$root" "$run") || exit 1
	set --
	for id in $ids; do
		# One that is just being made or started is none of them.
		identity_alive "$run/starting/$id" || is_running "$id" || identity_alive "$run/$id/supervisor" || set -- "$@" "$id"
	done
	heading='Deleted Containers:'
	[ $# -eq 0 ] || {
		sizes=$("${tools}ctstate" inspect -s -f '{{.Id}} {{.SizeRw}}' "$root" "$run" "$@" 2>/dev/null) || :
		destroy_containers '' "$@" || :
	}
	for id; do
		[ ! -d "$root/containers/$id" ] || continue
		size=${sizes#*"$id "}
		size=${size%%"$newline"*}
		! is_number "$size" || pruned_sizes="$pruned_sizes $size"
		[ -z "$heading" ] || printf '%s\n' "$heading"
		heading=
		printf '%s\n' "$id"
	done
	[ -n "$heading" ] || printf '%s\n' ''
}

prune_total() {
	local sum
	# Not by the shell: mksh counts in 32 bits.
	sum=$(printf '%s\n' "$pruned_sizes" | awk '{ for (i = 1; i <= NF; i++) sum += $i * ($i ~ /k$/ ? 1024 : 1) } END { printf "%.0f\n", sum }')
	printf '%s\0' "N:=$sum" '' | tool ctstate format 'Total reclaimed space: {{size .N}}'
}
