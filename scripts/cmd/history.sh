# history - how an image came about, newest step first.
# shellcheck shell=sh

history_help='Usage: mydocker history [OPTION]... IMAGE
Show the steps of which an image was made.

      --format TEMPLATE  table, json or a template
      --no-trunc         whole ids and commands
  -q, --quiet            only the ids
      --help             show this help'

cmd_history() {
	local format trunc quiet
	load list refs reference state store image create human
	format='' trunc=true quiet=
	parse_refs ' --format ' take_history_option "$@"
	need_root 1
	list_words ref
	eval "set -- $words"
	[ $# -eq 1 ] || die 1 "one image is expected; see '$program --help'"
	need jq jq
	local_image "$1" || die 1 "no such image: '$1'"
	image=$1
	[ -f "$image_dir/config.json" ] || store_begin
	image_config
	[ -z "$quiet" ] || format='{{.ID}}'
	history_records | tool ctstate format --heading ID=IMAGE --heading CreatedSince=CREATED --heading CreatedBy='CREATED BY' \
		--default 'table {{.ID}}\t{{.CreatedSince}}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}' "$format"
}

take_history_option() {
	case $option in
	--format) format=$option_value ;;
	--no-trunc) option_switch trunc && trunc=${trunc:+false} ;;
	-H | --human) ;;
	-q | --quiet) option_switch quiet ;;
	--help) help_exit "$history_help" ;;
	*) option_unknown ;;
	esac
}

# A record a step. The sizes are those of the layers' files; a step that changed none has none.
history_records() {
	local diff sizes size since its bytes created by comment
	sizes=
	while IFS= read -r diff; do
		{ IFS= read -r size <"$root/layers/${diff#sha256:}/size" || IFS= read -r size <"$image_dir/size"; } 2>/dev/null || size=0
		sizes="$sizes $size"
	done <<-END
		$(jq -r '.rootfs.diff_ids[]' <"$config")
	END
	now_seconds
	# shellcheck disable=SC2086 # numbers
	jq -r --arg id "sha256:$id" --argjson trunc "$trunc" --args "$history_program" $sizes <"$config" |
		while IFS='	' read -r its bytes created by comment; do
			[ "$created" != - ] || created=
			seconds_of "$created"
			ago "$seconds"
			since=$words
			size_words "$bytes"
			printf '%s\0' "ID=$its" "CreatedAt=$created" "CreatedSince=$since" "CreatedBy:=$by" "Size=$words" "Comment:=$comment" ''
		done
}

# A line a step, newest first, parted by tabs: the id, the bytes, the time; the command and the comment as JSON.
# shellcheck disable=SC2016 # jq's variables
history_program='
(.rootfs.diff_ids | length) as $layers | .created as $created |
(.history // [range($layers) | {}]) as $steps |
reduce range($steps | length) as $n ({size: 0, out: []}; . as $s | $steps[$n] as $step |
	{size: ($s.size + (if $step.empty_layer then 0 else 1 end)),
	out: ([[(if $n == ($steps | length) - 1 then (if $trunc then $id[7:19] else $id end) else "<missing>" end),
		(if $step.empty_layer then "0" else ($ARGS.positional[$s.size] // "0") end),
		($step.created // $created // "" | gsub("\\s"; "") | if . == "" then "-" else . end),
		(($step.created_by // "") | if $trunc and length > 45 then .[0:44] + "…" else . end | tojson),
		($step.comment // "" | tojson)]] + $s.out)}) | .out[] | join("\t")'
