# commit - an image out of a container: what it has changed becomes a layer on top of its image's.
# shellcheck shell=sh

commit_help='Usage: mydocker commit [OPTION]... CONTAINER [NAME[:TAG]]
Make an image of what a container has changed.

  -a, --author TEXT         who made it
  -c, --change INSTRUCTION  a line of a Dockerfile about the configuration; see import
  -m, --message TEXT        a comment for the history
  -p, --pause[=BOOL]        stop the container while it is read (default true)
      --help                show this help'

cmd_commit() {
	local pause
	load list refs reference state store image create changes events
	list_new change
	o_author='' o_message='' pause=true
	parse_refs ' -a --author -c --change -m --message ' take_commit_option "$@"
	list_words ref
	eval "set -- $words"
	[ $# -eq 1 ] || [ $# -eq 2 ] || die 1 "a container and perhaps a name are expected; see '$program --help'"
	need_root 1
	[ $# -eq 1 ] || tag_reference "$2" || die 1 "'$2': $ref_error"
	need_container "$1" 1
	commit_container "$@"
	printf '%s\n' "sha256:$id"
}

take_commit_option() {
	case $option in
	-a | --author) o_author=$option_value ;;
	-c | --change) list_add change "$option_value" ;;
	-m | --message) o_message=$option_value ;;
	-p | --pause) option_switch pause ;;
	--help) help_exit "$commit_help" ;;
	*) option_unknown ;;
	esac
}

# commit_container CONTAINER [NAME]
commit_container() {
	local container key
	container=$id
	key=${2:+$ref_key}
	{ IFS= read -r image <"$root/containers/$container/image-id"; } 2>/dev/null || image=
	{ IFS= read -r storage <"$root/containers/$container/storage"; } 2>/dev/null || storage=overlay
	[ "$storage" = overlay ] || die 1 "the container '$1' is not on an overlay: 'mydocker export' and 'import' do it"
	store_begin
	read_changes
	# What the container was made of, before the lock: inspect reads the state only.
	sys "$entry" --root "$root" --run "$run" inspect --type container "$container" >"$work/inspect" || die 1 "'$1' cannot be inspected"
	store_lock s
	local_image "${image:-none}" || die 1 "the image of '$1' is gone"
	adopt_image
	pack_changes "$container"
	commit_image "$container"
	[ -z "$key" ] || set_tag "$key" "$id"
	event container commit "$container" "imageID=sha256:$id"
}

# The upper directory as blob and layer. Sets $diff and $size.
pack_changes() {
	local frozen
	frozen=
	if [ -n "$pause" ] && is_running "$1" && { IFS= read -r group <"$run/$1/cgroup"; } 2>/dev/null && [ ! -e "$run/$1/paused" ]; then
		frozen=$group
		trap 'tool cgset --thaw "$frozen"; store_end' EXIT
		tool cgset --freeze "$frozen" || die 1 "the container cannot be stopped for the time of reading; --pause=false"
	fi
	tool layertar pack --summary "$work/summary" "$root/containers/$1/upper" >"$work/blob" || die 1 "the container's files cannot be read"
	if [ -n "$frozen" ]; then
		tool cgset --thaw "$frozen"
		trap 'store_end' EXIT
	fi
	IFS=' ' read -r diff size <"$work/summary"
	diff=${diff#sha256:}
	keep_blob "$work/blob" "$diff"
}

# The image's configuration with the container's own command, environment and labels, and one layer more.
commit_image() {
	jq -c --arg created "$("${tools}ctstate" now)" --arg diff "sha256:$diff" --arg author "$o_author" --arg comment "$o_message" \
		--slurpfile inspect "$work/inspect" --slurpfile changes "$work/changes" '$inspect[0][0].Config as $c |
		.created = $created | if $author == "" then . else .author = $author end |
		.config = ((.config // {}) + {Cmd: $c.Cmd, Entrypoint: $c.Entrypoint, Labels: $c.Labels, User: $c.User, WorkingDir: $c.WorkingDir,
			Env: [($c.Env // [])[] | select(test("^(HOSTNAME|TERM|HOME)=") | not)]} | with_entries(select(.value != null and .value != "" and .value != {}))) |
		.rootfs.diff_ids += [$diff] |
		.history = (.history // []) + [{created: $created, created_by: (($c.Cmd // []) | join(" ")), author: $author, comment: $comment} |
			with_entries(select(.value != ""))] | '"$changes_maker" <"$image_dir/config.json" >"$work/config.json" ||
		die 1 "the configuration cannot be written"
	commit_manifest
	add_image "$work/manifest.json" "$work/config.json"
}

# The old layers' descriptors as they were, and the new one.
commit_manifest() {
	jq -r '.layers[] | "\(.digest) \(.size) \(.mediaType)"' <"$image_dir/manifest.json" |
		sed 's|vnd.docker.image.rootfs.diff.tar.gzip$|vnd.oci.image.layer.v1.tar+gzip|; s|vnd.docker.image.rootfs.diff.tar$|vnd.oci.image.layer.v1.tar|' >"$work/descriptors"
	printf '%s\n' "sha256:$diff $size application/vnd.oci.image.layer.v1.tar" >>"$work/descriptors"
	make_manifest "$work/config.json" <"$work/descriptors" >"$work/manifest.json"
}
