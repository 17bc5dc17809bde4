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
	load list refs reference state store image create
	format='' trunc=true quiet=
	parse_refs ' --format ' take_history_option "$@"
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

# An object a step. The sizes are those of the layers' files; a step that changed none has none.
history_records() {
	local diff sizes
	sizes=
	while IFS= read -r diff; do
		{ IFS= read -r size <"$root/layers/${diff#sha256:}/size" || IFS= read -r size <"$image_dir/size"; } 2>/dev/null || size=0
		sizes="$sizes $size"
	done <<-END
		$(jq -r '.rootfs.diff_ids[]' <"$config")
	END
	# shellcheck disable=SC2086 # numbers
	jq -c --arg id "sha256:$id" --argjson trunc "$trunc" --argjson now "$(date +%s)" --args "$history_program" $sizes <"$config"
}

# shellcheck disable=SC2016 # jq's variables
history_program='
def human: tonumber | if . < 1000 then "\(.)B" else [., 0] | until(.[0] < 1000 or .[1] == 4; [.[0] / 1000, .[1] + 1]) |
	"\(.[0] * 100 | round / 100 | if . >= 100 then (round) elif . >= 10 then (. * 10 | round / 10) else . end)\(["", "kB", "MB", "GB", "TB"][.[1]])" end;
def ago: ($now - .) | if . < 1 then "Less than a second ago" elif . < 2 then "1 second ago" elif . < 60 then "\(.) seconds ago" elif . < 120 then "About a minute ago"
	elif . < 3600 then "\(. / 60 | floor) minutes ago" elif . < 7200 then "About an hour ago" elif . < 172800 then "\(. / 3600 | floor) hours ago"
	elif . < 1209600 then "\(. / 86400 | floor) days ago" elif . < 5184000 then "\(. / 604800 | floor) weeks ago"
	elif . < 63072000 then "\(. / 2592000 | floor) months ago" else "\(. / 31536000 | floor) years ago" end;
def seconds: (sub("\\.[0-9]+"; "") | sub("[+-][0-9]{2}:[0-9]{2}$"; "Z") | try fromdateiso8601 catch 0);
(.rootfs.diff_ids | length) as $layers | .created as $created |
(.history // [range($layers) | {}]) as $steps |
reduce range($steps | length) as $n ({size: 0, out: []}; . as $s | $steps[$n] as $step |
	(if $step.empty_layer then "0" else ($ARGS.positional[$s.size] // "0") end) as $bytes |
	{size: ($s.size + (if $step.empty_layer then 0 else 1 end)),
	out: ([{ID: (if $n == ($steps | length) - 1 then (if $trunc then $id[7:19] else $id end) else "<missing>" end),
		CreatedAt: ($step.created // $created // ""), CreatedSince: (($step.created // $created // "1970-01-01T00:00:00Z") | seconds | ago),
		CreatedBy: (($step.created_by // "") | if $trunc and length > 45 then .[0:44] + "…" else . end),
		Size: ($bytes | human), Comment: ($step.comment // "")}] + $s.out)}) | .out[]'
