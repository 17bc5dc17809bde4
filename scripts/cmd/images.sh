# images - the local images, one a line.
# shellcheck shell=sh

images_help='Usage: mydocker images [OPTION]...
List the local images.

  -q, --quiet  only the ids
      --help   show this help'

cmd_images() {
	local quiet image id created
	quiet=
	while option_next ' ' "$@"; do
		shift "$option_used"
		[ -z "$option_rest" ] || set -- "$option_rest" "$@"
		case $option in
		-q | --quiet) option_switch quiet ;;
		--help) help_exit "$images_help" ;;
		*) option_unknown ;;
		esac
	done
	shift "$option_used"
	[ $# -eq 0 ] || die 125 "unknown argument '$1'; see '$program --help'"
	set +f
	set -- "$root/images"/*/layers
	set -f
	[ -n "$quiet" ] || images_line REPOSITORY TAG 'IMAGE ID' CREATED
	for image; do
		[ -f "$image" ] || continue
		image=${image%/layers}
		id=
		{ IFS= read -r id <"$image/id"; } 2>/dev/null || :
		id=${id#sha256:}
		id=${id%"${id#????????????}"}
		created=
		{ IFS= read -r created <"$image/created"; } 2>/dev/null || :
		clean "$created"
		created=$cleaned
		clean "$id"
		if [ -n "$quiet" ]; then
			printf '%s\n' "$cleaned"
		else
			images_line "${image##*/}" latest "$cleaned" "$created"
		fi
	done
}

# Four columns, padded with blanks.
images_line() {
	local line width word
	line=
	width=0
	for word; do
		while [ ${#line} -lt "$width" ]; do
			line="$line "
		done
		line=$line$word
		width=$((${#line} + 3))
		[ "$width" -ge $((16 * (width / 16 + 1))) ] || width=$((16 * ((width + 15) / 16)))
	done
	printf '%s\n' "$line"
}
