# image - the commands about images under their long names, and inspect and prune.
# shellcheck shell=sh

image_help='Usage: mydocker image COMMAND
Manage images.

  build      make an image of a Dockerfile (buildah does it)
  history    the steps of which it was made
  import     an image out of a tar of files
  inspect    everything about images, as JSON
  load       images out of an archive
  ls         list them
  prune      remove those without a name (-a: without a container)
  pull       one from a registry
  push       one to a registry
  rm         remove one
  save       images as an archive
  tag        another name

See mydocker COMMAND --help.'

cmd_image() {
	case ${1-} in
	ls | list) shift && command_run images "$@" ;;
	rm | remove) shift && command_run rmi "$@" ;;
	build | history | import | load | pull | push | save | tag) command_run "$@" ;;
	inspect) shift && program='mydocker image inspect' && image_inspect "$@" ;;
	prune) shift && program='mydocker image prune' && image_prune "$@" ;;
	'' | --help) help_exit "$image_help" ;;
	*) die 1 "image: '$1' is not a subcommand; see 'mydocker image --help'" ;;
	esac
}

image_inspect_help='Usage: mydocker image inspect [OPTION]... IMAGE...
Print everything about images as JSON.

  -f, --format TEMPLATE  json or a template
      --help             show this help'

image_inspect() {
	local format failed
	load list refs reference state store image create
	format='' failed=0
	parse_refs ' -f --format ' take_image_inspect_option "$@"
	need_root 1
	list_words ref
	eval "set -- $words"
	[ $# -gt 0 ] || die 1 "needs an image; see '$program --help'"
	store_begin
	for image; do
		describe_image "$image" >>"$work/objects" || failed=1
	done
	[ -e "$work/objects" ] || : >"$work/objects"
	tool ctstate format --array "$format" <"$work/objects" || failed=1
	exit "$failed"
}

take_image_inspect_option() {
	case $option in
	-f | --format) format=$option_value ;;
	--help) help_exit "$image_inspect_help" ;;
	*) option_unknown ;;
	esac
}

# docker's object.
describe_image() {
	local name
	local_image "$1" || {
		warn "no such image: '$1'"
		return 1
	}
	name=
	[ -f "$image_dir/manifest.json" ] || name=${image_dir##*/}:latest
	image_config
	image_names "$name"
	{ IFS= read -r size <"$image_dir/size"; } 2>/dev/null || size=0
	jq -c --arg id "sha256:$id" --argjson size "$size" --slurpfile names "$work/names" '
		{Id: $id, RepoTags: $names[0].tags, RepoDigests: $names[0].digests, Parent: "", Comment: ((.history // [])[-1].comment // ""),
		Created: (.created // ""), DockerVersion: (.docker_version // ""), Author: (.author // ""), Config: (.config // {}),
		Architecture: (.architecture // ""), Variant: (.variant // ""), Os: (.os // ""), Size: $size, VirtualSize: $size,
		GraphDriver: {Name: "overlay"}, RootFS: {Type: "layers", Layers: .rootfs.diff_ids}}' <"$config"
}

# image_names NAME: $work/names with the image's tags and digests, and NAME where there is one.
image_names() {
	local key its digest
	set +f
	set -- "$1" "$root/tags"/*
	set -f
	{
		[ -z "$1" ] || printf '%s\n' "tag $1"
		shift
		for key; do
			{ IFS= read -r its && { IFS= read -r digest || :; }; } 2>/dev/null <"$key" || continue
			[ "$its" = "$id" ] || continue
			key_name "${key##*/}"
			case $tag_name in *@*) tag_name=${tag_name%@*}: ;; *) printf '%s\n' "tag $tag_name" ;; esac
			[ -z "$digest" ] || printf '%s\n' "digest ${tag_name%:*}@$digest"
		done
	} | jq -R -n -c '[inputs | split(" ")] | {tags: (map(select(.[0] == "tag")[1]) | unique), digests: (map(select(.[0] == "digest")[1]) | unique)}' \
		>"$work/names"
}

image_prune_help='Usage: mydocker image prune [OPTION]...
Remove images without a name.

  -a, --all            those of which there is no container as well
      --filter FILTER  only those; repeatable: label=NAME[=VALUE], label!=…, until=TIME
  -f, --force          do not ask
      --help           show this help'

image_prune() {
	local all what
	load list refs reference state store image create labels select human prune remove events
	all='' force=
	list_new filter
	parse_refs ' --filter ' take_image_prune_option "$@"
	no_refs
	need_root 1
	what='dangling images'
	[ -z "$all" ] || what='images without at least one container associated to them'
	[ -n "$force" ] || confirm "This will remove all $what."
	store_begin
	store_lock x
	force=
	prune_each
	sweep
	pruned_sizes=$(cat -- "$work/freed")
	prune_total
}

take_image_prune_option() {
	case $option in
	-a | --all) option_switch all ;;
	-f | --force) option_switch force ;;
	--filter) take_image_filter "$option_value" ;;
	--help) help_exit "$image_prune_help" ;;
	*) option_unknown ;;
	esac
}

take_image_filter() {
	case $1 in
	label=?* | label!=?*) list_add filter "$1" ;;
	until=?*) is_moment "${1#*=}" && list_add filter "$1" ;;
	*) die 1 "invalid filter '$1'; there are label, label! and until" ;;
	esac
}

# image_holds DIRECTORY KEY VALUE
image_holds() {
	local created
	case $2 in
	label) read_labels "$1/labels" && has_label "$3" ;;
	label!) read_labels "$1/labels" && ! has_label "$3" ;;
	until)
		{ IFS= read -r created <"$1/created"; } 2>/dev/null || created=
		seconds_of "$created"
		moment_of "$3" && [ "$seconds" -lt "$moment" ]
		;;
	esac
}

# Each image that nobody needs; what a script of ours made can be made again and stays.
prune_each() {
	local path
	now_seconds
	set +f
	set -- "$root/images"/*
	set -f
	for path; do
		image_dir=$path
		is_digest "sha256:${path##*/}" || continue
		passes image_holds "$path" || continue
		names_of "$path"
		[ "$names_n" -eq 0 ] || [ -n "$all" ] || continue
		may_remove "${path##*/}" 2>/dev/null || continue
		untag ''
		remove_image
	done
}
