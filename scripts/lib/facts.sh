# facts.sh - what is written down of a new container: the list fact, words of `ctstate new` (docs/state.md says what each is).
#
# Needs: base.sh, list.sh and what has been chosen before. Leaves: the lists fact and environment.
# shellcheck shell=sh

# fact NAME VALUE: a line of its own file, where there is a value.
fact() {
	[ -z "$2" ] || list_add fact "$1=$2"
}

# fact_list NAME LIST: the list's values, where there are some.
fact_list() {
	local count
	eval "count=\$${2}_n"
	[ "$count" -gt 0 ] || return 0
	list_add fact "$1:$count"
	list_append "$2" fact
}

# Where AppArmor is on: the profile that was asked for, else mydocker-default if somebody has loaded it. Where it is not,
# there is none whatever was asked for, as in docker.
choose_apparmor() {
	if [ -z "$o_apparmor" ] && [ -z "$o_privileged" ]; then
		set +f
		for o_apparmor in /sys/kernel/security/apparmor/policy/profiles/mydocker-default.*; do
			[ ! -d "$o_apparmor" ] || break
			o_apparmor=
		done
		set -f
		[ -z "$o_apparmor" ] || o_apparmor=mydocker-default
	fi
	[ "$o_apparmor" != unconfined ] || o_apparmor=
}

# What is a list, or some subject's; make_directories adds the lines that every container can have.
collect_facts() {
	[ -n "$o_workdir" ] || { IFS= read -r o_workdir <"$image_dir/workdir"; } 2>/dev/null || o_workdir=
	{ IFS= read -r image_id <"$image_dir/id"; } 2>/dev/null || image_id=
	[ -n "$o_user" ] || { IFS= read -r o_user <"$image_dir/user"; } 2>/dev/null || o_user=
	[ -n "$o_stop_signal" ] || { IFS= read -r o_stop_signal <"$image_dir/stop-signal"; } 2>/dev/null || o_stop_signal=
	[ ! -s "$image_dir/labels" ] || image_labels
	list_new fact
	! is_loaded limits || limit_facts
	! is_loaded spaces || space_facts
	if [ -e /sys/kernel/security/apparmor ]; then choose_apparmor; else o_apparmor=; fi
	fact_list command command
	fact_list labels label
	! is_loaded mounts || mount_facts
	! is_loaded security || security_facts
	[ ! -s "$image_dir/health-test" ] || load health
	! is_loaded health || health_facts
	fact_list cap-add cap_add
	fact_list cap-drop cap_drop
	fact_list group-add group_add
	! is_loaded netoptions || network_facts
	environment_facts
}

# Later entries replace earlier ones of the same name; HOME comes from the passwd file inside. The image's own lie between.
environment_facts() {
	list_new environment
	list_add environment PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
	list_add environment "HOSTNAME=$hostname"
	[ -z "$o_tty" ] || list_add environment TERM=xterm
	fact_list env environment
	list_add fact "env@$image_dir/env"
	[ -n "$env_hidden" ] || fact_list env env
}

# Values that must be in no argv, when the container has its directory.
add_hidden() {
	list_words env
	eval "printf '%s\\0' $words" >>"$dir/env"
}

# The image's labels, but for the keys that were given.
image_labels() {
	local index key given
	list_new image_label
	image_list labels image_label
	index=0
	while [ "$index" -lt "$image_label_n" ]; do
		index=$((index + 1))
		list_get image_label "$index"
		key=${item%%=*}
		set -- "$item"
		given=0
		while [ "$given" -lt "$label_n" ]; do
			given=$((given + 1))
			list_get label "$given"
			[ "${item%%=*}" != "$key" ] || continue 2
		done
		list_add label "$1"
	done
}
