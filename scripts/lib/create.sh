# create.sh - a container out of options: what is refused, the claim of its name, its directories and its facts.
#
# Needs: base.sh, list.sh and what options.sh has read. Leaves: $id, $dir and the container's directories, which an exit
# removes again until state_keep is called.
# shellcheck shell=sh

# create_container IMAGE ARGUMENT...: the order: everything that can be refused is refused; the name is claimed and the
# rollback armed; the facts are written.
create_container() {
	[ $# -gt 0 ] || [ -n "$o_rootfs" ] || die 125 "needs an image; see '$program --help'"
	if [ -n "$o_rootfs" ]; then
		image=$o_rootfs
	else
		image=$1
		shift
	fi
	# The subjects whose options were not given are not read.
	! is_loaded limits || check_limits
	load state image
	need_root 125
	[ -z "$o_cidfile" ] || [ ! -e "$o_cidfile" ] || die 125 "--cidfile: '$o_cidfile' exists already"
	if [ -n "$o_rootfs" ]; then
		plain_root
	else
		find_image "$image"
		read_layers
	fi
	choose_command "$@"
	! is_loaded netoptions || check_network
	[ ! -s "$image_dir/volumes" ] || load mounts
	! is_loaded mounts || plan_mounts
	state_dirs 125
	heal_starting
	state_begin "$o_name"
	make_container
	! is_loaded mounts || make_sources
	[ "$storage" = overlay ] || copy_layers
}

# What another shell may have left half-made, where there is anything.
heal_starting() {
	set +f
	set -- "$run/starting"/*
	set -f
	[ ! -e "$1" ] || {
		load gc
		gc_starting
	}
}

# Sets $storage: overlay, or copy where that was asked for or the kernel has no overlay.
choose_storage() {
	local line
	storage=${o_storage:-overlay}
	[ "$storage" = overlay ] || return 0
	[ ! -d /sys/module/overlay ] || return 0
	while read -r line; do
		[ "$line" != 'nodev	overlay' ] && [ "$line" != 'nodev overlay' ] || return 0
	done </proc/filesystems
	! modprobe -q overlay 2>/dev/null || return 0
	[ -z "$o_storage" ] || die 125 "--storage-driver: this kernel has no overlay"
	warn "this kernel has no overlay: copying the image instead, which takes time and space"
	storage=copy
}

# --rootfs: a directory in place of an image; no fact of an image is found in it.
plain_root() {
	[ -d "$o_rootfs" ] || die 125 "--rootfs: '$o_rootfs' is not a directory"
	layers=$o_rootfs
	image_dir=/dev/null
}

# container_layers ID: sets $layers to what a container was made on.
container_layers() {
	{ IFS= read -r layers <"$root/containers/$1/layers"; } 2>/dev/null || die "${2:-1}" "it is not known what '$1' was made on"
}

# Sets $layers to the image's layer directories, topmost first, joined by ':'.
read_layers() {
	local layer
	layers=
	while IFS= read -r layer; do
		case $layer in
		'') continue ;;
		/*) ;;
		*) layer=$image_dir/$layer ;;
		esac
		[ -d "$layer" ] || die 125 "the image '$image' is damaged: its layer '$layer' is not a directory"
		layers=$layers${layers:+:}$layer
	done <"$image_dir/layers"
	[ -n "$layers" ] || die 125 "the image '$image' has no layers"
}

# Without overlay: the layers one over the other, the topmost last.
copy_layers() {
	local IFS layer reversed
	IFS=:
	reversed=
	for layer in $layers; do
		reversed=$layer${reversed:+:}$reversed
	done
	for layer in $reversed; do
		sys cp -a -- "$layer/." "$dir/merged/" || die 125 "copy: '$layer' to '$dir/merged': see above"
	done
}

# choose_command ARGUMENT...: the list command is the entry point (ours or the image's) and the arguments (ours or the
# image's). An entry point of ours makes the image's arguments void, as in docker.
choose_command() {
	local word
	list_new command
	if [ -n "$o_entrypoint_given" ]; then
		[ -z "$o_entrypoint" ] || list_add command "$o_entrypoint"
	else
		image_list entrypoint command
	fi
	entry_length=$command_n
	if [ $# -eq 0 ] && [ -z "$o_entrypoint_given" ]; then
		image_list cmd command
	fi
	for word; do
		list_add command "$word"
	done
	[ "$command_n" -gt 0 ] || die 125 "no command: none was given and the image '$image' has none"
}

# The directories and the facts, one a file.
make_container() {
	choose_storage
	choose_hostname
	[ -n "$o_workdir" ] || { IFS= read -r o_workdir <"$image_dir/workdir"; } 2>/dev/null || o_workdir=
	{ IFS= read -r image_id <"$image_dir/id"; } 2>/dev/null || image_id=
	[ -n "$o_user" ] || { IFS= read -r o_user <"$image_dir/user"; } 2>/dev/null || o_user=
	[ -n "$o_stop_signal" ] || { IFS= read -r o_stop_signal <"$image_dir/stop-signal"; } 2>/dev/null || o_stop_signal=
	[ ! -s "$image_dir/labels" ] || image_labels
	tool ctstate new "$root" "$run" "$id" || die 125 "the container's directories cannot be made"
	fact name "$name"
	fact image "$image"
	fact image-id "$image_id"
	fact layers "$layers"
	fact network "$o_network"
	fact storage "$storage"
	fact user "$o_user"
	fact workdir "$o_workdir"
	! is_loaded limits || write_limits
	fact restart "$o_restart"
	! is_loaded spaces || write_space_facts
	fact log-driver "$o_log_driver"
	fact stop-signal "$o_stop_signal"
	fact stop-timeout "$o_stop_timeout"
	fact log-max-size "$o_log_size"
	fact cgroup-parent "$o_cgroup_parent"
	fact log-max-file "$o_log_files"
	[ "$entry_length" -eq 0 ] || fact entrypoint-length "$entry_length"
	fact flags "${o_remove:+rm }${o_tty:+tty }${o_stdin:+stdin }${o_init:+init }${o_detach:+detach }${o_read_only:+read-only }${o_privileged:+privileged }"
	list_words command
	eval "printf '%s\\0' $words" >"$dir/command"
	write_list labels label
	! is_loaded mounts || write_mount_facts
	! is_loaded security || write_security_facts
	[ ! -s "$image_dir/health-test" ] || load health
	! is_loaded health || write_health
	write_list cap-add cap_add
	write_list cap-drop cap_drop
	write_list group-add group_add
	list_words publish
	[ -z "$words" ] || eval "write_values --publish $words" >"$dir/publish"
	write_list extra-hosts host
	write_list dns dns
	write_list dns-search search
	write_list dns-option dns_option
	! is_loaded netoptions || write_network_facts
	write_environment
	tell_created
}

# What ps shows of every container in one file (ctstate's ct.c), and one line of the event log, with the time that is
# written down already.
tell_created() {
	local created net
	read -r created <"$dir/created"
	net=net
	case $o_network in none | host) net=alone ;; esac
	list_words command
	eval "printf '%s\\0' 1 \"\$created\" \"\$name\" \"\$image\" \"\$net\" \"\$command_n\" $words" >"$dir/summary"
	printf '%s\n' "$created container create $id" >>"$run/events"
}

# write_list FACT LIST: the list's values, NUL-ended, where there are some.
write_list() {
	list_words "$2"
	[ -z "$words" ] || eval "printf '%s\\0' $words" >"$dir/$1"
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

# fact NAME VALUE: a line of its own file, where there is a value.
fact() {
	[ -z "$2" ] || printf '%s\n' "$2" >"$dir/$1"
}

# write_values OPTION (OPTION VALUE)...: the values of the one option, NUL-ended.
write_values() {
	local wanted
	wanted=$1
	shift
	while [ $# -gt 0 ]; do
		[ "$1" != "$wanted" ] || printf '%s\0' "$2"
		shift 2
	done
}

choose_hostname() {
	hostname=$o_hostname
	[ -z "$hostname" ] || return 0
	case $o_network in
	host) read -r hostname </proc/sys/kernel/hostname ;;
	container:*) read -r hostname <"$root/containers/${o_network#*:}/hostname" ;;
	*) hostname=${id%"${id#????????????}"} ;;
	esac
}

# Later entries replace earlier ones of the same name; HOME comes from the passwd file inside. The image's own lie between.
write_environment() {
	local path its
	path=PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
	its=
	# Most images say just that, and then nothing has to be copied. read drops the NULs, all that a shell can do with them.
	{ IFS= read -r its <"$image_dir/env"; } 2>/dev/null || :
	list_words env
	{
		printf '%s\0' "$path" "HOSTNAME=$hostname"
		[ -z "$o_tty" ] || printf '%s\0' TERM=xterm
		[ -z "$its" ] || [ "$its" = "$path" ] || cat -- "$image_dir/env"
		[ -z "$words" ] || eval "printf '%s\\0' $words"
	} >"$dir/env"
}

write_cidfile() {
	[ -z "$o_cidfile" ] || { printf '%s' "$id" >"$o_cidfile"; } 2>/dev/null ||
		die 125 "--cidfile: '$o_cidfile' cannot be written"
}
