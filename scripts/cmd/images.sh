# images - the local images, newest first.
#
# Needs: lib/reference.sh, lib/human.sh; the store as lib/store.sh describes it. No fork for an image.
# shellcheck shell=sh

images_help='Usage: mydocker images [OPTION]... [REPOSITORY[:TAG]]
List the local images.

  -a, --all              accepted: there are no hidden images
      --digests          a column with the digest in the registry
  -f, --filter FILTER    before=IMAGE, dangling=true, label=KEY[=VALUE], reference=PATTERN, since=IMAGE,
                         until=TIME
      --format TEMPLATE  table, json or a template
      --no-trunc         whole ids
  -q, --quiet            only the ids
      --help             show this help'

cmd_images() {
	load list refs reference state image labels select human
	quiet='' trunc=true digests='' format=
	list_new filter row
	parse_refs ' -f --filter --format ' take_images_option "$@"
	need_root 1
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
	until=?*) is_moment "${1#*=}" && list_add filter "$1" ;;
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
	passes filter_holds "$1" "$2" "$3" || return 0
	is_number "$size" || size=0
	list_add row "$seconds $2 $3 ${its#sha256:} ${4:-<none>} $size $created"
}

# filter_holds DIRECTORY REPOSITORY TAG KEY VALUE
filter_holds() {
	case $4 in
	dangling)
		case $5 in
		true | 1) [ "$2" = '<none>' ] ;;
		*) [ "$2" != '<none>' ] ;;
		esac
		;;
	label) read_labels "$1/labels" && has_label "$5" ;;
	reference)
		case ${5##*/} in
		*:*) glob_match "$2:$3" "$5" ;;
		*) glob_match "$2" "$5" ;;
		esac
		;;
	before | since) compares "$4" "$5" ;;
	until) moment_of "$5" && [ "$seconds" -lt "$moment" ] ;;
	esac
}

# compares before|since IMAGE: whether $seconds is before that image's time, or after it.
compares() {
	local mine created
	mine=$seconds
	local_image "$2" || die 1 "no such image: '$2'"
	IFS= read -r created <"$image_dir/created"
	seconds_of "$created"
	set -- "$1" "$seconds"
	seconds=$mine
	case $1 in
	before) [ "$mine" -lt "$2" ] ;;
	*) [ "$mine" -gt "$2" ] ;;
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
