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
	load list state volumes
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

# volume_options VALUED ARGUMENT...: reads the options of a subcommand; operands are the list operand.
volume_options() {
	local valued
	valued=$1
	shift
	all='' force='' format='' quiet=''
	list_new filter label operand
	while :; do
		while option_next "$valued" "$@"; do
			shift "$option_used"
			[ -z "$option_rest" ] || set -- "$option_rest" "$@"
			case $option:$valued in
			--help:*) help_exit "$volume_help" ;;
			--label:*' --label '*) volume_label "$option_value" ;;
			-d:*' -d '* | --driver:*' -d '*)
				[ "$option_value" = local ] || die 1 "--driver: there is none but 'local', not '$option_value'"
				;;
			-f:*' --format -f '* | --format:*' --format '*) format=$option_value ;;
			-f:*' --filter -f '* | --filter:*' --filter '*) list_add filter "$option_value" ;;
			-q:*' switch-q '* | --quiet:*' switch-q '*) option_switch quiet ;;
			-f:*' switch-f '* | --force:*' switch-f '*) option_switch force ;;
			-a:*' switch-a '* | --all:*' switch-a '*) option_switch all ;;
			*) option_unknown ;;
			esac
		done
		shift "$option_used"
		[ $# -gt 0 ] || return 0
		list_add operand "$1"
		shift
	done
}

volume_label() {
	case $1 in
	=* | '') die 125 "--label: '$1' has no label's name" ;;
	*=*) list_add label "$1" ;;
	*) list_add label "$1=" ;;
	esac
}

volume_create() {
	local name id
	volume_options ' --label -d --driver ' "$@"
	[ "$operand_n" -le 1 ] || die 1 "one name, not $operand_n"
	need_root 1
	if [ "$operand_n" -eq 1 ]; then
		name=$operand_1
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
		[ "$operand_n" -eq 1 ] || : >"$root/volumes/$name/anonymous"
	fi
	printf '%s\n' "$name"
}

volume_ls() {
	local name
	volume_options ' --filter -f --format switch-q ' "$@"
	[ "$operand_n" -eq 0 ] || die 1 "unknown argument '$operand_1'; see 'mydocker volume --help'"
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
	local index
	volume_labels "$1"
	join_list volume_label '' ,
	printf '%s\0' Availability=N/A Driver=local Group=N/A "Labels=$joined" Links=N/A \
		"Mountpoint=$root/volumes/$1/_data" "Name=$1" Scope=local Size=N/A Status=N/A 'Label{}'
	index=0
	while [ "$index" -lt "$volume_label_n" ]; do
		index=$((index + 1))
		list_get volume_label "$index"
		printf '%s\0' "Label{}=$item"
	done
	printf '%s\0' ''
}

volume_inspect() {
	local index name status
	volume_options ' --format -f ' "$@"
	[ "$operand_n" -gt 0 ] || die 1 "needs at least one volume; see 'mydocker volume --help'"
	need_root 1
	status=0
	index=0
	selected=
	while [ "$index" -lt "$operand_n" ]; do
		index=$((index + 1))
		list_get operand "$index"
		if is_volume "$item"; then
			selected="$selected$item "
		else
			warn "no such volume: '$item'"
			status=1
		fi
	done
	[ -n "$selected$format" ] || printf '%s\n' '[]'
	[ -n "$selected" ] || exit 1
	if [ -n "$format" ]; then
		set -- "$format"
	else
		set -- --array
	fi
	for name in $selected; do
		inspect_record "$name"
	done | tool ctstate format "$@" || status=$?
	exit "$status"
}

# One as inspect shows it.
inspect_record() {
	local created index
	created=
	{ read -r created <"$root/volumes/$1/created"; } 2>/dev/null || :
	volume_labels "$1"
	printf '%s\0' "CreatedAt=${created%.*}Z" Driver=local
	[ "$volume_label_n" -gt 0 ] || printf '%s\0' 'Labels:=null'
	index=0
	while [ "$index" -lt "$volume_label_n" ]; do
		index=$((index + 1))
		list_get volume_label "$index"
		printf '%s\0' "Labels{}=$item"
	done
	printf '%s\0' "Mountpoint=$root/volumes/$1/_data" "Name=$1" Options:=null Scope=local ''
}

volume_rm() {
	local index name status
	volume_options ' switch-f ' "$@"
	[ "$operand_n" -gt 0 ] || [ -n "$force" ] || die 1 "needs at least one volume; see 'mydocker volume --help'"
	need_root 1
	status=0
	index=0
	while [ "$index" -lt "$operand_n" ]; do
		index=$((index + 1))
		list_get operand "$index"
		remove_volume "$item" || status=1
	done
	exit "$status"
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
	local answer deleted kilobytes kind name size
	volume_options ' --filter switch-f switch-a ' "$@"
	[ "$operand_n" -eq 0 ] || die 1 "unknown argument '$operand_1'; see 'mydocker volume --help'"
	need_root 1
	if [ -z "$force" ]; then
		kind=anonymous
		[ -z "$all" ] || kind=all
		printf '%s\n' "WARNING! This will remove $kind local volumes not used by at least one container."
		printf '%s' 'Are you sure you want to continue? [y/N] '
		answer=
		read -r answer || :
		case $answer in
		[yY] | [yY][eE][sS]) ;;
		*) exit 0 ;;
		esac
	fi
	list_add filter dangling=true
	select_volumes 'label label! dangling'
	deleted=
	kilobytes=0
	for name in $selected; do
		[ -n "$all" ] || [ -e "$root/volumes/$name/anonymous" ] || continue
		size=$(du -skx -- "$root/volumes/$name/_data" 2>/dev/null) || size=0
		remove_volume "$name" >/dev/null || continue
		kilobytes=$((kilobytes + ${size%%[!0-9]*}))
		deleted=$deleted$name$newline
	done
	[ -z "$deleted" ] || printf '%s\n' "Deleted Volumes:" "$deleted"
	human_size "$kilobytes"
	printf '%s\n' "Total reclaimed space: $human"
}

# human_size KILOBYTES: sets $human to the size in docker's units, with three digits at most.
human_size() {
	local tenths unit
	human=0B
	[ "$1" -gt 0 ] || return 0
	tenths=$(($1 * 1024 / 100))
	for unit in kB MB GB TB; do
		[ "$tenths" -ge 10000 ] || break
		tenths=$((tenths / 1000))
	done
	human=$((tenths / 10)).$((tenths % 10))$unit
	human=${human%.0"$unit"}
	case $human in *"$unit") ;; *) human=$human$unit ;; esac
}

is_volume() {
	case $1 in
	'' | */* | .* | *[!A-Za-z0-9_.-]*) return 1 ;;
	esac
	[ -d "$root/volumes/$1/_data" ]
}

# volume_labels NAME: the list volume_label.
volume_labels() {
	list_new volume_label
	if [ -e "$root/volumes/$1/anonymous" ]; then
		list_add volume_label com.docker.volume.anonymous=
	fi
	[ ! -s "$root/volumes/$1/labels" ] || read_list "$root/volumes/$1/labels" volume_label || :
}

# select_volumes KEYS: sets $selected to the names of those for which every filter holds.
select_volumes() {
	local index name
	index=0
	while [ "$index" -lt "$filter_n" ]; do
		index=$((index + 1))
		list_get filter "$index"
		case $item:" $1 " in
		*=*:*" ${item%%=*} "*) ;;
		*) die 1 "--filter: '$item' is not known; there are: $1" ;;
		esac
		case $item in
		dangling=true | dangling=false | dangling=1 | dangling=0) ;;
		dangling=*) die 1 "--filter: '$item': true or false" ;;
		esac
	done
	selected=
	set +f
	set -- "$root/volumes"/*/_data
	set -f
	for name; do
		[ -d "$name" ] || continue
		name=${name%/_data}
		name=${name##*/}
		is_volume "$name" || continue
		! volume_passes "$name" || selected="$selected$name "
	done
}

# Whether every filter holds for the volume; of names one must.
volume_passes() {
	local index named value
	named=
	index=0
	while [ "$index" -lt "$filter_n" ]; do
		index=$((index + 1))
		list_get filter "$index"
		value=${item#*=}
		case $item in
		name=*)
			case $1 in
			*"$value"*) named=yes ;;
			*) named=${named:-no} ;;
			esac
			;;
		driver=*) [ "$value" = local ] || return 1 ;;
		label=*) has_label "$1" "$value" || return 1 ;;
		'label!='*) ! has_label "$1" "$value" || return 1 ;;
		dangling=true | dangling=1)
			volume_users "$1"
			[ -z "$users" ] || return 1
			;;
		dangling=*)
			volume_users "$1"
			[ -n "$users" ] || return 1
			;;
		esac
	done
	[ "$named" != no ]
}

# has_label NAME KEY[=VALUE]
has_label() {
	local index
	volume_labels "$1"
	index=0
	while [ "$index" -lt "$volume_label_n" ]; do
		index=$((index + 1))
		list_get volume_label "$index"
		case $2 in
		*=*) [ "$item" != "$2" ] || return 0 ;;
		*) [ "${item%%=*}" != "$2" ] || return 0 ;;
		esac
	done
	return 1
}
