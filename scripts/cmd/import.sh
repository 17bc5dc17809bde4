# import - an image with one layer out of a tar of a root file system.
# shellcheck shell=sh

import_help='Usage: mydocker import [OPTION]... FILE|URL|- [NAME[:TAG]]
Make an image of the files in a tar archive, compressed or not.

  -c, --change INSTRUCTION  a line of a Dockerfile about the configuration (CMD, ENTRYPOINT, ENV, EXPOSE, LABEL,
                            ONBUILD, STOPSIGNAL, USER, VOLUME, WORKDIR)
  -m, --message TEXT        a comment for the history
      --max-size SIZE       refuse an archive that is larger when uncompressed (64g)
      --platform OS/ARCH    what the image says that it is for (this machine)
      --help                show this help'

cmd_import() {
	load list refs reference state store transport changes events
	list_new change
	o_message=
	parse_refs " -c --change -m --message$transport_valued" take_import_option "$@"
	list_words ref
	eval "set -- $words"
	[ $# -eq 1 ] || [ $# -eq 2 ] || die 1 "a file (or - or an address) and perhaps a name are expected; see '$program --help'"
	need_root 1
	[ $# -eq 1 ] || tag_reference "$2" || die 1 "'$2': $ref_error"
	store_begin
	read_changes
	import_layer "$1"
	import_image "$1"
	image_event import "$id"
	[ $# -eq 1 ] || {
		set_tag "$ref_key" "$id"
		image_event tag "$id" "$ref_repo:$ref_tag"
	}
	printf '%s\n' "sha256:$id"
}

take_import_option() {
	case $option in
	-c | --change) list_add change "$option_value" ;;
	-m | --message) o_message=$option_value ;;
	--max-size) o_max_size=$option_value ;;
	--platform) set_platform "$option_value" ;;
	--help) help_exit "$import_help" ;;
	*) option_unknown ;;
	esac
}

# The archive becomes a layer and, uncompressed, its blob, in one reading. Sets $diff and $size.
import_layer() {
	[ "$1" != - ] || [ ! -t 0 ] || die 1 "the archive is expected on standard input, which is a terminal"
	new_layer
	case $1 in
	-) unpack_import "$1" ;;
	http://* | https://*)
		need curl curl
		sys curl -fsSL -o "$work/archive" -- "$1" || die 1 "'$1' cannot be fetched"
		unpack_import "$1" <"$work/archive"
		rm -f -- "$work/archive"
		;;
	*)
		[ -f "$1" ] && [ -r "$1" ] || [ -p "$1" ] || die 1 "'$1' is not a file that can be read"
		exec <"$1"
		unpack_import "$1"
		;;
	esac
	store_lock s
	keep_blob "$work/blob" "$diff"
	if [ -d "$root/layers/$diff" ]; then
		"${tools}ctstate" remove "$work/layer"
	else
		publish_layer "$diff" "$diff"
	fi
}

unpack_import() {
	tool layertar unpack --plain ${o_max_size:+--max-size "$o_max_size"} --copy "$work/blob" "$work/layer/fs" >"$work/summary" ||
		die 1 "'$1' cannot be unpacked"
	IFS=' ' read -r diff size _ <"$work/summary"
	diff=${diff#sha256:}
}

# An image of that layer alone.
import_image() {
	local now os architecture
	now=$("${tools}ctstate" now)
	os=linux
	architecture=$(machine)
	if [ -n "${o_platform-}" ]; then
		os=${o_platform%%/*}
		architecture=${o_platform#*/}
		architecture=${architecture%%/*}
	fi
	jq -n -c --arg created "$now" --arg diff "sha256:$diff" --arg arch "$architecture" --arg os "$os" --arg comment "$o_message" \
		--slurpfile changes "$work/changes" --arg from "$1" '{created: $created, architecture: $arch, os: $os, config: {}, rootfs: {type: "layers", diff_ids: [$diff]},
		history: [{created: $created, comment: (if $comment == "" then "Imported from \($from)" else $comment end)}]} | '"$changes_maker" \
		>"$work/config.json" || die 1 "the configuration cannot be written"
	make_manifest "$work/config.json" >"$work/manifest.json" <<-END
		sha256:$diff $size application/vnd.oci.image.layer.v1.tar
	END
	add_image "$work/manifest.json" "$work/config.json"
}
