# save - images as one archive that docker, podman and skopeo load.
# shellcheck shell=sh

save_help='Usage: mydocker save [OPTION]... IMAGE...
Write images as an archive to standard output.

  -o, --output FILE  write there
      --help         show this help'

cmd_save() {
	local output
	load list refs reference state store image create events outfile
	output=
	parse_refs ' -o --output ' take_save_option "$@"
	list_words ref
	eval "set -- $words"
	[ $# -gt 0 ] || die 1 "needs an image; see '$program --help'"
	outfile_check "$output"
	[ -n "$output" ] || [ ! -t 1 ] || die 1 "the archive is not for a terminal; use -o FILE or redirect standard output"
	need_root 1
	need bsdcat libarchive-tools
	store_begin
	store_lock s
	mkdir -- "$work/save"
	: >"$work/entries"
	for image; do
		save_image "$image"
	done
	# Names of one image are one entry.
	jq -s -c 'group_by(.Config) | map(.[0] + {RepoTags: ([.[].RepoTags[]] | unique)})' <"$work/entries" >"$work/save/manifest.json"
	if [ -n "$output" ]; then
		write_outfile "$output" write_archive || die 1 "--output: '$output' cannot be written"
	else
		write_archive || die 1 "the archive cannot be written"
	fi
}

take_save_option() {
	case $option in
	-o | --output) output=$option_value ;;
	--help) help_exit "$save_help" ;;
	*) option_unknown ;;
	esac
}

write_archive() {
	tool layertar pack --plain --summary "$work/summary" "$work/save"
}

# save_image IMAGE: its configuration, its layers uncompressed, its entry in the list.
save_image() {
	local tag
	local_image "$1" || die 1 "no such image: '$1'"
	tag=
	if [ ! -f "$image_dir/manifest.json" ]; then
		tag=${image_dir##*/}:latest
		own_image "$work/own"
		[ -e "$work/save/$diff.tar" ] || mv -- "$work/own" "$work/save/$diff.tar"
		sum_of "$work/config.json"
		id=$sum
		config=$work/config.json
	else
		! reference "$1" || [ ! -e "$root/tags/$ref_key" ] || tag=$ref_repo:$ref_tag
		image_config
		save_layers
	fi
	cp -- "$config" "$work/save/$id.json"
	image_event save "$id"
	jq -c --arg config "$id.json" --arg tag "$tag" \
		'{Config: $config, RepoTags: (if $tag == "" then [] else [$tag] end), Layers: (.rootfs.diff_ids | map(ltrimstr("sha256:") + ".tar"))}' \
		<"$config" >>"$work/entries"
}

# The layers of $image_dir.
save_layers() {
	local blob diff
	jq -r -n --slurpfile m "$image_dir/manifest.json" --slurpfile c "$image_dir/config.json" \
		'[$m[0].layers[].digest] as $l | range($l | length) | "\($l[.]) \($c[0].rootfs.diff_ids[.])"' >"$work/pairs"
	while IFS=' ' read -r blob diff; do
		save_layer "${blob#sha256:}" "${diff#sha256:}"
	done <"$work/pairs"
}

# save_layer BLOB-HEX DIFF-HEX
save_layer() {
	[ ! -e "$work/save/$2.tar" ] || return 0
	if [ "$1" = "$2" ]; then
		ln -- "$root/blobs/sha256/$1" "$work/save/$2.tar"
	else
		sys bsdcat "$root/blobs/sha256/$1" >"$work/save/$2.tar"
	fi || die 1 "the blob sha256:$1 cannot be read"
}
