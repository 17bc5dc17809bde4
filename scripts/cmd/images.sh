# images - the local images, newest first.
#
# Needs: lib/reference.sh, lib/human.sh; the store as lib/store.sh describes it. No fork for an image.
# shellcheck shell=sh

images_help='Usage: mydocker images [OPTION]... [REPOSITORY[:TAG]]
List the local images.

  -a, --all              accepted: there are no hidden images
      --digests          a column with the digest in the registry
  -f, --filter FILTER    before=IMAGE, dangling=true, label=KEY[=VALUE], reference=PATTERN, since=IMAGE
      --format TEMPLATE  table, json or a template
      --no-trunc         whole ids
  -q, --quiet            only the ids
      --help             show this help'

cmd_images() {
	load list refs reference state image human
	quiet='' trunc=true digests='' format=
	list_new filter row its_label
	parse_refs ' -f --filter --format ' take_images_option "$@"
	list_words ref
	eval "set -- $words"
	[ $# -le 1 ] || die 1 "one repository at most is expected; see '$program --help'"
	[ $# -eq 0 ] || add_filter "reference=$1"
	now_seconds
	collect_tagged
	collect_untagged
	print_images
}

take_images_option() {
	case $option in
	-a | --all) ;;
	--digests) option_switch digests ;;
	-f | --filter) add_filter "$option_value" ;;
	--format) format=$option_value ;;
	--no-trunc) trunc= ;;
	-q | --quiet) option_switch quiet ;;
	--help) help_exit "$images_help" ;;
	*) option_unknown ;;
	esac
}

add_filter() {
	case $1 in
	dangling=true | dangling=false | dangling=1 | dangling=0 | label=?* | reference=?* | before=?* | since=?*) list_add filter "$1" ;;
	*) die 1 "invalid filter '$1'" ;;
	esac
}

# Rows of the images that have names.
collect_tagged() {
	local tag image digest
	set +f
	set -- "$root/tags"/*
	set -f
	seen=' '
	for tag; do
		{ IFS= read -r image && { IFS= read -r digest || :; }; } 2>/dev/null <"$tag" || continue
		[ -f "$root/images/$image/layers" ] || continue
		seen="$seen$image "
		key_name "${tag##*/}"
		case $tag_name in
		*@*) consider "$root/images/$image" "${tag_name%@*}" '<none>' "$digest" ;;
		*) consider "$root/images/$image" "${tag_name%:*}" "${tag_name##*:}" "$digest" ;;
		esac
	done
}

# Rows of those that have none; what a script of ours made is called as its directory is.
collect_untagged() {
	local path
	set +f
	set -- "$root/images"/*/layers
	set -f
	for path; do
		path=${path%/layers}
		[ -f "$path/layers" ] || continue
		case $seen in *" ${path##*/} "*) continue ;; esac
		if is_digest "sha256:${path##*/}"; then
			consider "$path" '<none>' '<none>' ''
		elif [ ! -e "$root/tags/${path##*/}:latest" ]; then
			consider "$path" "${path##*/}" latest ''
		fi
	done
}

# consider DIRECTORY REPOSITORY TAG DIGEST: adds a row that the filters let through, the time in front to sort by.
consider() {
	local created size its
	its='' created='' size=
	{ IFS= read -r its <"$1/id"; } 2>/dev/null || :
	{ IFS= read -r created <"$1/created"; } 2>/dev/null || :
	{ IFS= read -r size <"$1/size"; } 2>/dev/null || size=0
	seconds_of "$created"
	clean "$created"
	created=$cleaned
	[ "$filter_n" -eq 0 ] || passes "$1" "$2" "$3" || return 0
	is_number "$size" || size=0
	list_add row "$seconds $2 $3 ${its#sha256:} ${4:-<none>} $size $created"
}

# passes DIRECTORY REPOSITORY TAG: labels are all asked for, of the others one of a kind is enough.
passes() {
	local n kinds hit
	n=0 kinds=' ' hit=' '
	while [ "$n" -lt "$filter_n" ]; do
		n=$((n + 1))
		list_get filter "$n"
		set -- "$1" "$2" "$3" "$item"
		case $item in
		label=*) has_label "$1" "${item#label=}" || return 1 ;;
		*)
			kinds="$kinds${item%%=*} "
			! matches "$@" || hit="$hit${item%%=*} "
			;;
		esac
	done
	for n in $kinds; do
		case $hit in *" $n "*) ;; *) return 1 ;; esac
	done
}

# matches DIRECTORY REPOSITORY TAG FILTER
matches() {
	local mine
	mine=$seconds
	case $4 in
	dangling=true | dangling=1) [ "$2" = '<none>' ] ;;
	dangling=*) [ "$2" != '<none>' ] ;;
	reference=*)
		case ${4##*/} in
		*:*) glob_match "$2:$3" "${4#reference=}" ;;
		*) glob_match "$2" "${4#reference=}" ;;
		esac
		;;
	before=* | since=*)
		local_image "${4#*=}" || die 1 "no such image: '${4#*=}'"
		IFS= read -r created <"$image_dir/created"
		seconds_of "$created"
		set -- "$seconds" "${4%%=*}"
		seconds=$mine
		if [ "$2" = before ]; then [ "$mine" -lt "$1" ]; else [ "$mine" -gt "$1" ]; fi
		;;
	esac
}

# Whether TEXT matches the shell's PATTERN.
glob_match() {
	# shellcheck disable=SC2254 # a pattern is what it is
	case $1 in
	$2) return 0 ;;
	esac
	return 1
}

# has_label DIRECTORY KEY[=VALUE]
has_label() {
	local n
	list_new its_label
	[ -s "$1/labels" ] && read_list "$1/labels" its_label || return 1
	n=0
	while [ "$n" -lt "$its_label_n" ]; do
		n=$((n + 1))
		list_get its_label "$n"
		[ "$item" != "$2" ] && [ "${item%%=*}" != "$2" ] || return 0
	done
	return 1
}

# Sorted, newest first, as records for the template.
print_images() {
	local digest
	digest=
	[ -z "$digests" ] || digest='\t{{.Digest}}'
	[ -z "$quiet" ] || format='{{.ID}}'
	image_records | tool ctstate format --heading Repository=REPOSITORY --heading Tag=TAG --heading Digest=DIGEST --heading Size=SIZE --heading ID='IMAGE ID' --heading CreatedSince=CREATED \
		--default "table {{.Repository}}\\t{{.Tag}}$digest\\t{{.ID}}\\t{{.CreatedSince}}\\t{{.Size}}" "$format"
}

image_records() {
	local when repo tag its digest size created
	list_words row
	[ -n "$words" ] || return 0
	eval "printf '%s\\n' $words" | sort -k 1,1nr -k 2,3 | while IFS=' ' read -r when repo tag its digest size created; do
		[ -z "$trunc" ] && its=sha256:$its || its=${its%"${its#????????????}"}
		ago "$when"
		since=$words
		size_words "$size"
		printf '%s\0' "Repository=$repo" "Tag=$tag" "ID=$its" "Digest=$digest" "CreatedSince=$since" "CreatedAt=$created" \
			"Size=$words" Containers=N/A SharedSize=N/A UniqueSize=N/A "VirtualSize=$words" ''
	done
}
