# load - images out of an archive: docker save's, or an OCI layout (as archive or directory).
# shellcheck shell=sh

load_help='Usage: mydocker load [OPTION]...
Load images from an archive on standard input.

  -i, --input FILE     the archive, compressed or not, or a directory with an OCI layout
      --max-size SIZE  refuse a layer that is larger when uncompressed (64g)
  -q, --quiet          no progress
      --help           show this help'

cmd_load() {
	local input
	load list refs reference state store transport image create events
	input=
	parse_refs " -i --input$transport_valued" take_load_option "$@"
	list_words ref
	eval "set -- $words"
	[ $# -eq 0 ] || die 1 "unknown argument '$1'; see '$program --help'"
	[ -n "$input" ] || [ ! -t 0 ] || die 1 "the archive is expected on standard input, which is a terminal; -i names a file"
	need_root 1
	need skopeo skopeo
	need bsdtar libarchive-tools
	[ -z "$input" ] || [ -r "$input" ] || die 1 "'$input' cannot be read"
	store_begin
	ref_domain="the archive"
	tls=true
	take_archive "$input"
	store_lock s
	load_each
}

take_load_option() {
	case $option in
	-i | --input) input=$option_value ;;
	--max-size) o_max_size=$option_value ;;
	-q | --quiet) option_switch o_quiet ;;
	--help) help_exit "$load_help" ;;
	*) option_unknown ;;
	esac
}

# Puts the archive where skopeo reads it ($work/in: a colon in its own name would part skopeo's words) and lists the images
# of it: a line "TRANSPORT SELECTOR NAME" each in $work/images.
take_archive() {
	case $1 in
	'') sys bsdcat >"$work/in" || die 1 "the input cannot be read" ;;
	/*) ln -s -- "$1" "$work/in" ;;
	*) ln -s -- "$PWD/$1" "$work/in" ;;
	esac
	if [ -d "$work/in" ]; then
		[ -f "$work/in/index.json" ] || die 1 "'$1' is no OCI layout: it has no index.json"
		list_oci oci <"$work/in/index.json"
	elif bsdtar -xOf "$work/in" manifest.json >"$work/list" 2>/dev/null && [ -s "$work/list" ]; then
		list_docker
	elif bsdtar -xOf "$work/in" index.json >"$work/list" 2>/dev/null && [ -s "$work/list" ]; then
		list_oci oci-archive <"$work/list"
	else
		die 1 "the input is not an archive of images: neither manifest.json nor index.json is in it; 'mydocker import' takes files"
	fi
	[ -s "$work/images" ] || die 1 "the archive has no image"
}

# Only what may be a reference becomes a word of a line.
list_docker() {
	jq -r 'to_entries[] | .key as $n | (.value.RepoTags // []) | if length == 0 then [""] else . end | .[] |
		if test("[^!-~]") then error("name") else "docker-archive @\($n) \(.)" end' \
		<"$work/list" >"$work/images" 2>/dev/null || die 1 "the archive's manifest.json cannot be read"
}

# An image is selected by its name; one without a name only if it is alone.
list_oci() {
	jq -r --arg kind "$1" '.manifests | length as $n | .[] | .annotations["org.opencontainers.image.ref.name"] // "" |
		if test("[^!-~]") then error("name") elif . == "" and $n > 1 then empty else "\($kind) \(.) \(.)" end' >"$work/images" 2>/dev/null ||
		die 1 "the archive's index.json cannot be read"
}

# A name that is only a tag, as OCI layouts have them, is said and not made a repository.
load_each() {
	local kind selector name
	while IFS=' ' read -r kind selector name; do
		case $name in
		'' | *[/:]*) ;;
		*) name= ;;
		esac
		load_one "$kind:$work/in${selector:+:$selector}"
		if [ -n "$name" ]; then
			tag_reference "$name" || die 1 "'$name': $ref_error"
			set_tag "$ref_key" "$id"
			printf '%s\n' "Loaded image: $ref_repo:$ref_tag"
		else
			printf '%s\n' "Loaded image ID: sha256:$id"
		fi
	done <"$work/images"
}

# load_one SOURCE: sets $id.
load_one() {
	rm -rf -- "$work/copy"
	mkdir -- "$work/copy"
	set -- copy "$1" "dir:$work/copy/dir"
	{ [ -z "${o_quiet-}" ] && [ -t 2 ]; } || set -- "$@" --quiet
	skopeo_run src "$@" >&2 </dev/null || {
		skopeo_reason
		die 1 "load: $reason"
	}
	take_dir "$work/copy/dir"
	set -- "$(jq -r '.config.digest' <"$work/manifest.json")"
	is_digest "$1" || die 1 "load: the manifest names no configuration"
	cp -- "$root/blobs/sha256/${1#sha256:}" "$work/config.json"
	add_image "$work/manifest.json" "$work/config.json"
	image_event load "$id"
}
