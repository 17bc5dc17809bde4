# volume - volumes: make, list, show, remove those that nobody uses.
#
# A volume is a directory (lib/volumes.sh); who uses it is asked of the containers' facts, each time.
# shellcheck shell=sh

volume_help='Usage: mydocker volume COMMAND [OPTION]... [NAME]...
Volumes: directories that outlive containers.

  create [NAME]    make one; prints its name, of 64 digits where none is given
      --label NAME[=VALUE]   attach a label
  -d, --driver local         the only one there is
  ls               list them
  -f, --filter KEY=VALUE     only those; repeatable: name, label, driver, dangling
      --format TEMPLATE      print by a template, such as {{.Name}}, or json
  -q, --quiet                only names
  inspect NAME...  print what is known of each as JSON
  -f, --format TEMPLATE      print by a template
  rm NAME...       remove those that no container uses
  -f, --force                an unknown one is no failure
  prune            remove those without a name that no container uses
  -a, --all                  those with a name as well
  -f, --force                do not ask
      --filter KEY=VALUE     only those; repeatable: label, label!
      --help       show this help'

cmd_volume() {
	local verb
	load list refs instance state labels select volumes
	verb=${1-}
	[ $# -eq 0 ] || shift
	program="mydocker volume $verb"
	case $verb in
	create) volume_create "$@" ;;
	ls | list) volume_ls "$@" ;;
	inspect) volume_inspect "$@" ;;
	rm | remove) volume_rm "$@" ;;
	prune) volume_prune "$@" ;;
	--help | -h | help | '') help_exit "$volume_help" ;;
	*) die 1 "'$verb' is not a subcommand; see 'mydocker volume --help'" ;;
	esac
}

# volume_options VALUED WORD...: reads the options of a subcommand, which are told apart by what it takes.
volume_options() {
	valued=$1
	shift
	all='' force='' format='' quiet=''
	list_new filter label
	parse_refs "$valued" take_volume_option "$@"
	need_root 1
}

take_volume_option() {
	case $option:$valued in
	--help:*) help_exit "$volume_help" ;;
	--label:*' --label '*) take_label "$1" ;;
	-d:*' -d '* | --driver:*' -d '*) [ "$1" = local ] || die 1 "--driver: there is none but 'local', not '$1'" ;;
	-f:*' --format -f '* | --format:*' --format '*) format=$1 ;;
	-f:*' --filter -f '* | --filter:*' --filter '*) list_add filter "$1" ;;
	-q:*' switch-q '* | --quiet:*' switch-q '*) option_switch quiet ;;
	-f:*' switch-f '* | --force:*' switch-f '*) option_switch force ;;
	-a:*' switch-a '* | --all:*' switch-a '*) option_switch all ;;
	*) option_unknown ;;
	esac
}

volume_create() {
	local name id
	volume_options ' --label -d --driver ' "$@"
	[ "$ref_n" -le 1 ] || die 1 "one name, not $ref_n"
	if [ "$ref_n" -eq 1 ]; then
		name=$ref_1
		is_volume_name "$name" ||
			die 1 "'$name' is not a name: 2 to 63 of letters, digits, '_', '.', '-', beginning with a letter or digit"
	else
		random_id
		name=$id
	fi
	state_dirs 1
	umask 077
	if [ ! -d "$root/volumes/$name/_data" ]; then
		make_volume "$name"
		list_words label
		[ -z "$words" ] || eval "printf '%s\\0' $words" >"$root/volumes/$name/labels"
		[ "$ref_n" -eq 1 ] || : >"$root/volumes/$name/anonymous"
	fi
	printf '%s\n' "$name"
}

volume_ls() {
	local name
	volume_options ' --filter -f --format switch-q ' "$@"
	no_refs
	select_volumes 'name label driver dangling'
	if [ -n "$quiet" ]; then
		for name in $selected; do
			printf '%s\n' "$name"
		done
		exit 0
	fi
	for name in $selected; do
		list_record "$name"
	done | tool ctstate format --default 'table {{.Driver}}\t{{.Name}}' --heading Driver=DRIVER \
		--heading 'Name=VOLUME NAME' -- ${format:+"$format"}
	exit
}

# One of the list, as a record for ctstate.
list_record() {
	volume_labels "$1"
	join_list its_label '' ,
	printf '%s\0' Availability=N/A Driver=local Group=N/A "Labels=$joined" Links=N/A \
		"Mountpoint=$root/volumes/$1/_data" "Name=$1" Scope=local Size=N/A Status=N/A
	label_pairs Label
	printf '%s\0' ''
}

volume_inspect() {
	volume_options ' --format -f ' "$@"
	inspect_refs volume find_volume inspect_record
}

# find_volume NAME: sets $found to it, if it is one.
find_volume() {
	found=$1
	is_volume "$1"
}

# One as inspect shows it.
inspect_record() {
	local created
	created=
	{ read -r created <"$root/volumes/$1/created"; } 2>/dev/null || :
	volume_labels "$1"
	printf '%s\0' "CreatedAt=${created%.*}Z" Driver=local
	if [ "$its_label_n" -gt 0 ]; then
		label_pairs Labels
	else
		printf '%s\0' 'Labels:=null'
	fi
	printf '%s\0' "Mountpoint=$root/volumes/$1/_data" "Name=$1" Options:=null Scope=local ''
}

volume_rm() {
	volume_options ' switch-f ' "$@"
	[ -z "$force" ] || [ "$ref_n" -gt 0 ] || exit 0
	each_ref remove_volume volume
}

# remove_volume NAME
remove_volume() {
	if ! is_volume "$1"; then
		warn "no such volume: '$1'"
		[ -n "$force" ]
		return
	fi
	volume_users "$1"
	if [ -n "$users" ]; then
		warn "cannot remove '$1': the volume is in use by ${users% }"
		return 1
	fi
	if has_mounts "$root/volumes/$1"; then
		warn "cannot remove '$1': something is mounted in '$root/volumes/$1'; unmount it first"
		return 1
	fi
	tool ctstate remove --event-log "$run/events" "$root/volumes/$1" || return 1
	printf '%s\n' "$1"
}

volume_prune() {
	local deleted kind name size
	load prune
	volume_options ' --filter switch-f switch-a ' "$@"
	no_refs
	kind=anonymous
	[ -z "$all" ] || kind=all
	[ -n "$force" ] || confirm "This will remove $kind local volumes not used by at least one container."
	list_add filter dangling=true
	select_volumes 'label label! dangling'
	deleted=
	for name in $selected; do
		[ -n "$all" ] || [ -e "$root/volumes/$name/anonymous" ] || continue
		size=$(du -skx -- "$root/volumes/$name/_data" 2>/dev/null) || size=0
		remove_volume "$name" >/dev/null || continue
		pruned_sizes="$pruned_sizes ${size%%[!0-9]*}k"
		deleted=$deleted$name$newline
	done
	[ -z "$deleted" ] || printf '%s\n' "Deleted Volumes:" "$deleted"
	prune_total
}

is_volume() {
	case $1 in
	'' | */* | .* | *[!A-Za-z0-9_.-]*) return 1 ;;
	esac
	[ -d "$root/volumes/$1/_data" ]
}

# volume_labels NAME: the list its_label.
volume_labels() {
	read_labels "$root/volumes/$1/labels"
	[ ! -e "$root/volumes/$1/anonymous" ] || list_add its_label com.docker.volume.anonymous=
}

# select_volumes KEYS: sets $selected to the names of those for which every filter holds.
select_volumes() {
	local name
	check_filters "$1"
	selected=
	set +f
	set -- "$root/volumes"/*/_data
	set -f
	for name; do
		[ -d "$name" ] || continue
		name=${name%/_data}
		name=${name##*/}
		is_volume "$name" || continue
		! passes filter_holds "$name" || selected="$selected$name "
	done
}

# filter_holds NAME KEY VALUE
filter_holds() {
	case $2 in
	name) case $1 in *"$3"*) ;; *) return 1 ;; esac ;;
	driver) [ "$3" = local ] ;;
	label) volume_labels "$1" && has_label "$3" ;;
	label!) volume_labels "$1" && ! has_label "$3" ;;
	dangling)
		volume_users "$1"
		case $3 in
		true | 1) [ -z "$users" ] ;;
		*) [ -n "$users" ] ;;
		esac
		;;
	esac
}
