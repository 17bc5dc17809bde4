# cgparent.sh - control groups somewhere else than below the instance's own: run --cgroup-parent.
#
# Where systemd manages the groups it is the only one who makes any, but below a unit with Delegate=yes: that is "@" (cgset(1)).
# Groups with limits and processes do not stand side by side on v2, so what runs there already, this shell and then the
# supervisor, sits in a group of its own, @/mydocker.
# Needs: base.sh. Leaves: $parent.
# shellcheck shell=sh

# take_cgroup_parent PATH: below the root of each hierarchy, as in docker; or @, @/PATH.
take_cgroup_parent() {
	case $1 in
	'' | / | *[!A-Za-z0-9@:._/-]* | */-* | -* | */../* | ../* | */.. | ..) die 125 "--cgroup-parent: '$1' is not the path of a control group" ;;
	@*/ | /*/) die 125 "--cgroup-parent: '$1' ends with a slash" ;;
	esac
	o_cgroup_parent=$1
}

# choose_parent: the group as cgset and nsrun know it.
choose_parent() {
	local own
	case $o_cgroup_parent in
	@ | @/*)
		tool cgset --pid $$ @/mydocker || exit 125
		own=$(tool cgset --list @) || exit 125
		own=${own%%"$newline"*}
		parent=${own%/*}${o_cgroup_parent#@}
		[ "$own" != "${own%/*}" ] || parent=${o_cgroup_parent#@/}
		;;
	*) parent=${o_cgroup_parent#/} ;;
	esac
}
