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
	load instance image facts
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
	free_name
	state_begin
	make_container
}

# Who has a name already is said by it; of two who want it at once, ctstate tells one.
free_name() {
	local other
	[ -n "$o_name" ] && [ -e "$root/names/$o_name" ] || return 0
	load gc
	gc_starting
	gc_name "$root/names/$o_name"
	[ -e "$root/names/$o_name" ] || return 0
	read -r other <"$root/names/$o_name" || other=
	die 125 "the name '$o_name' is already in use by container '${other:-unknown}'; remove (or rename) it to use the name again"
}

# What another shell may have left half-made. One whose pid is somebody's by now is left to gc, and to those who meet its name:
# that a start is under way beside this one must not cost much.
heal_starting() {
	local marker pid
	set +f
	set -- "$run/starting"/*
	set -f
	for marker; do
		{ [ -s "$marker" ] && [ ! -e "$run/${marker##*/}/pid" ] && read -r pid _ <"$marker"; } 2>/dev/null || continue
		[ ! -d "/proc/$pid" ] || continue
		load gc
		gc_starting
		return 0
	done
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

# The directories, the facts and, for run without a network, the control group.
make_container() {
	choose_storage
	choose_hostname
	collect_facts
	make_directories
	# Only what is put into the directory now has to wait for it.
	if [ -n "$env_hidden" ] || [ "$storage" != overlay ] || is_loaded mounts || is_loaded security || is_loaded netoptions; then
		await_directories
	fi
	[ -z "$env_hidden" ] || add_hidden
	! is_loaded mounts || make_sources
	! is_loaded security || [ -z "$seccomp_profile" ] || compile_seccomp
	! is_loaded netoptions || write_endpoints
	[ "$storage" = overlay ] || copy_layers
}

# ctstate claims the name and writes the facts. Where no network is made beside the control group, it becomes cgset then, and
# is not waited for: $making is its pid.
make_directories() {
	local alone
	alone=$with_group
	[ -z "$alone" ] || ! is_networked || alone=
	[ -z "$alone" ] || file_facts
	list_words fact
	eval "set -- $words"
	# An empty one is none; neither is what has its usual value.
	set -- "$root" "$run" "$id" "image=$image" "image-id=$image_id" "layers=$layers" "network=$o_network" \
		"storage=${storage#overlay}" "user=$o_user" "workdir=$o_workdir" "restart=$o_restart" "apparmor=$o_apparmor" \
		"cgroup-parent=$o_cgroup_parent" "log-driver=$o_log_driver" "log-max-size=$o_log_size" "log-max-file=$o_log_files" \
		"stop-signal=$o_stop_signal" "stop-timeout=$o_stop_timeout" "entrypoint-length=${entry_length#0}" \
		"flags=${o_remove:+rm }${o_tty:+tty }${o_stdin:+stdin }${o_init:+init }${o_detach:+detach }${o_read_only:+read-only }${o_privileged:+privileged }" "$@"
	if [ -n "$with_group" ]; then
		choose_group
		new_settings
		list_words setting
		[ -z "$alone" ] || eval "set -- \"\$@\" -- \"\${tools}cgset\" \"\$group\" $words"
		set -- --cgroup "$group" "$@"
	fi
	# What goes with its command, and that soon, is rarely listed.
	{ [ -n "$o_remove" ] && [ -z "$o_detach" ]; } || set -- --summary "$@"
	set -- "${tools}ctstate" new --maker "$$" --name "$o_name" --event-log "$run/events" "$@"
	trace_words "$@"
	if [ -n "$alone" ]; then
		"$@" &
		making=$!
	else
		"$@" || exit 125
	fi
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

write_cidfile() {
	[ -n "$o_cidfile" ] || return 0
	{ printf '%s' "$id" >"$o_cidfile"; } 2>/dev/null || die 125 "--cidfile: '$o_cidfile' cannot be written"
	keep_cidfile
}
