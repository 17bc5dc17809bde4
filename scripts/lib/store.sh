# store.sh - the store of images: what an image is made of, how one comes in, what holds it, how it goes.
#
#   $root/layers/HEX/fs     a layer's files, for overlay; HEX is the sum of its uncompressed tar (OCI's diff id)
#   $root/layers/HEX/blob   the sum of the blob that it came from
#   $root/blobs/sha256/HEX  layers as they came, mostly compressed: what is pushed and saved again, byte for byte
#   $root/images/ID/        manifest.json and config.json as they came (ID is the sum of the latter), layers (directories,
#                           topmost first) and what the configuration says, one fact a file
#   $root/tags/NAME:TAG     a line with an ID, a line with the digest of the manifest in its registry
#   $root/tmp/IDENTITY/     what a command is working on; gone when it is gone
#
# Everything is made in $root/tmp and renamed into its place, so there is never half a layer. $root/locks/images is held
# shared by who adds and exclusively by who removes.
#
# Needs: base.sh, state.sh (identities), create.sh (read_layers), jq, sha256sum, flock. Leaves: nothing in $root/tmp.
# shellcheck shell=sh

load instance

# The status of a failure: run's is 125.
fail=1

store_dirs() {
	state_dirs "$1"
	[ -d "$root/tags" ] && [ -d "$root/tmp" ] && [ -d "$root/layers" ] && [ -d "$root/blobs/sha256" ] && [ -d "$root/locks" ] ||
		sys mkdir -p -- "$root/tags" "$root/tmp" "$root/layers" "$root/blobs/sha256" "$root/locks" ||
		die "$1" "the store in '$root' cannot be made"
}

# need PROGRAM PACKAGE: for programs that only images need.
need() {
	command -v "$1" >/dev/null || die "$fail" "'$1' is not installed; on Debian: apt-get install $2"
}

# store_begin: makes $work, a directory of this command's own below $root/tmp, removed at its end; clears away those of
# commands that were killed.
store_begin() {
	need jq jq
	store_dirs "$fail"
	store_clear
	own_identity
	# shellcheck disable=SC2086 # three words
	set -- $identity
	work=$root/tmp/$1_$2_$3
	umask 077
	trap 'store_end' EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
	mkdir -- "$work" || die "$fail" "'$work' cannot be made"
}

store_end() {
	"${tools}ctstate" remove "$work"
}

# What killed commands have left: the directory's name says whose it is.
store_clear() {
	local left name pid start
	set +f
	set -- "$root/tmp"/*_*_*
	set -f
	for left; do
		name=${left##*/}
		pid=${name%%_*}
		name=${name#*_}
		start=${name%%_*}
		process_alive "$pid" "$start" "${name#*_}" || "${tools}ctstate" remove "$left"
	done
}

# store_lock s|x (shared or exclusive): held until the command ends. mksh hands a descriptor above 2 to a program only when told so.
store_lock() {
	exec 8>>"$root/locks/images"
	flock "-$1" 8 8>&8
}

# sum_of FILE: sets $sum to the 64 hex digits of its SHA-256.
sum_of() {
	sum=$(sha256sum <"$1") || die "$fail" "'$1' cannot be read"
	sum=${sum%% *}
}

# keep_blob FILE HEX: FILE becomes a blob of the store, if it is not there.
keep_blob() {
	[ ! -e "$root/blobs/sha256/$2" ] || return 0
	mv -- "$1" "$root/blobs/sha256/$2"
}

# add_layer BLOB-HEX DIFF-HEX [UNPACK-OPTION...]: unpacks a blob of the store, unless the layer is there. What comes out must be
# what the configuration says.
add_layer() {
	local blob diff got
	blob=$1
	diff=$2
	shift 2
	[ ! -d "$root/layers/$diff" ] || return 0
	new_layer
	tool layertar unpack ${o_max_size:+--max-size "$o_max_size"} "$@" "$work/layer/fs" <"$root/blobs/sha256/$blob" >"$work/summary" ||
		die "$fail" "the layer sha256:$blob cannot be unpacked"
	IFS=' ' read -r got size _ <"$work/summary"
	[ "$got" = "sha256:$diff" ] || die "$fail" "the layer sha256:$blob is $got when unpacked, not sha256:$diff as the image says"
	publish_layer "$blob" "$diff"
}

# An empty layer in the making.
new_layer() {
	{ mkdir -- "$work/layer" && mkdir -m 755 -- "$work/layer/fs"; } || die "$fail" "'$work/layer' cannot be made"
}

# publish_layer BLOB-HEX DIFF-HEX: $work/layer becomes the layer; $size is that of its tar.
publish_layer() {
	printf '%s\n' "$1" >"$work/layer/blob"
	printf '%s\n' "$size" >"$work/layer/size"
	mv -T -- "$work/layer" "$root/layers/$2" 2>/dev/null || {
		# Another command was first.
		[ -d "$root/layers/$2" ] || die "$fail" "the layer '$2' cannot be put into the store"
		"${tools}ctstate" remove "$work/layer"
	}
}

# add_image MANIFEST CONFIG: makes the image out of the two files and the blobs in the store. Sets $id.
add_image() {
	sum_of "$2"
	id=$sum
	[ ! -f "$root/images/$id/layers" ] || return 0
	read_image "$1" "$2"
	mkdir -m 700 -- "$work/image"
	cp -- "$1" "$work/image/manifest.json"
	cp -- "$2" "$work/image/config.json"
	add_facts
	printf '%s\n' "sha256:$id" >"$work/image/id"
	mv -T -- "$work/image" "$root/images/$id" 2>/dev/null || [ -f "$root/images/$id/layers" ] ||
		die "$fail" "the image '$id' cannot be put into the store"
	rm -rf -- "$work/image"
}

# What the two files say, by one start of jq: "! WHY" when they are no image, or else "= OS/ARCHITECTURE", "+ BLOB DIFF" for each
# layer, "FACT VALUE" with newlines and backslashes escaped, and ".LIST ENTRY".
# shellcheck disable=SC2016 # jq's variables
image_reader='
def line: tostring | gsub("\u0000"; "") | gsub("\\\\"; "\\\\") | gsub("\n"; "\\n");
def scalar($n; v): v | select(. != null and . != "") | "\($n) \(line)";
def list($n; v): v // [] | .[] | ".\($n) \(line)";
def why($manifest; $image):
	if $manifest == null then "the image\u0027s manifest is not JSON"
	elif $manifest.config.digest != $sum then "the image\u0027s configuration is \($sum), not \($manifest.config.digest // "") as its manifest says"
	elif $image.rootfs | .type? != "layers" or (.diff_ids | type != "array" or length == 0) then
		"the image\u0027s configuration names no layers: not an image of files"
	elif ($manifest.layers | length) != ($image.rootfs.diff_ids | length) then
		"the image\u0027s manifest and its configuration name different numbers of layers"
	else null end;
($manifest | try fromjson catch null) as $m | ($config | try fromjson catch null) as $i | why($m; $i) as $why |
if $why then "! \($why | line)" else
	"= \($i.os // "linux" | line)/\($i.architecture // "" | line)",
	(range($m.layers | length) | "+ \($m.layers[.].digest | line) \($i.rootfs.diff_ids[.] | line)"),
	(($i.config // {}) as $c |
	list("env"; $c.Env), list("entrypoint"; $c.Entrypoint), list("cmd"; $c.Cmd),
	list("labels"; $c.Labels // {} | to_entries | map("\(.key)=\(.value)")),
	list("exposed"; $c.ExposedPorts // {} | keys), list("volumes"; $c.Volumes // {} | keys),
	scalar("user"; $c.User), scalar("workdir"; $c.WorkingDir), scalar("stop-signal"; $c.StopSignal),
	list("health-test"; $c.Healthcheck.Test?),
	scalar("health-options"; $c.Healthcheck | if . then "\(.Interval // 0)ns \(.Timeout // 0)ns \(.StartPeriod // 0)ns \(.Retries // 0) \(.StartInterval // 0)ns" else null end),
	scalar("created"; $i.created), scalar("os"; $i.os), scalar("architecture"; $i.architecture))
end'

# read_image MANIFEST CONFIG: what they say, in $work/facts. Both must be what they claim to be.
read_image() {
	local line
	jq -r -n --rawfile manifest "$1" --rawfile config "$2" --arg sum "sha256:$sum" "$image_reader" >"$work/facts" 2>/dev/null ||
		die "$fail" "the image's configuration cannot be read"
	IFS= read -r line <"$work/facts" || :
	case $line in
	'! '*) die "$fail" "${line#! }" ;;
	'= '*) check_platform "${line#= }" ;;
	*) die "$fail" "the image's configuration cannot be read" ;;
	esac
}

# check_platform OS/ARCHITECTURE: an image for another machine cannot run here; it is taken when it was asked for.
check_platform() {
	local want
	want=${o_platform:-linux/$(machine)}
	case $want/ in
	"$1/"*) return 0 ;;
	esac
	[ "$1" != "linux/" ] || return 0
	die "$fail" "the image is for $1, not for $want"
}

# Unpacks the layers that are missing and writes what the configuration says, one fact a file; the list of directories,
# topmost first; the sum of their sizes.
add_facts() {
	local line fact list
	list=
	: >"$work/sizes"
	while IFS= read -r line; do
		fact=${line%% *}
		line=${line#* }
		case $fact in
		=) ;;
		+)
			image_layer "${line%% *}" "${line#* }"
			list="../../layers/${line##*:}/fs$newline$list"
			;;
		.*)
			unescape "$line"
			printf '%s\0' "$unescaped" >>"$work/image/${fact#.}"
			;;
		*)
			unescape "$line"
			printf '%s\n' "$unescaped" >"$work/image/$fact"
			;;
		esac
	done <"$work/facts"
	printf '%s' "$list" >"$work/image/layers"
	awk '{ all += $1 } END { printf "%.0f\n", all }' "$work/sizes" >"$work/image/size"
}

# image_layer BLOB DIFF: the layer is there afterwards, and its size in $work/sizes.
image_layer() {
	local size
	{ is_digest "$1" && is_digest "$2"; } || die "$fail" "the image's layers have no SHA-256: '$1'"
	add_layer "${1#sha256:}" "${2#sha256:}"
	IFS= read -r size <"$root/layers/${2#sha256:}/size"
	printf '%s\n' "$size" >>"$work/sizes"
}

# unescape TEXT: sets $unescaped to TEXT with \n and \\ replaced.
unescape() {
	local rest
	rest=$1
	unescaped=
	while :; do
		case $rest in
		*\\*) ;;
		*) break ;;
		esac
		unescaped=$unescaped${rest%%\\*}
		rest=${rest#*\\}
		case $rest in
		n*) unescaped=$unescaped$newline ;;
		*) unescaped=$unescaped\\ ;;
		esac
		rest=${rest#?}
	done
	unescaped=$unescaped$rest
}

# set_tag KEY ID [DIGEST]
set_tag() {
	printf '%s\n' "$2" "${3-}" >"$work/tag"
	mv -f -- "$work/tag" "$root/tags/$1" || die "$fail" "the tag '$1' cannot be written"
}

# adopt_image: makes $image_dir, if a script of ours made it, an image like the others, with blobs, a manifest, a configuration
# and the tag that it seemed to have. Sets $image_dir and $id to that one.
adopt_image() {
	local name
	[ ! -f "$image_dir/manifest.json" ] || {
		id=${image_dir##*/}
		return 0
	}
	name=${image_dir##*/}:latest
	own_image "$work/blob"
	keep_blob "$work/blob" "$diff"
	make_manifest "$work/config.json" >"$work/manifest.json" <<-END
		sha256:$diff $size application/vnd.oci.image.layer.v1.tar
	END
	add_image "$work/manifest.json" "$work/config.json"
	[ -e "$root/tags/$name" ] || set_tag "$name" "$id"
	image_dir=$root/images/$id
}

# own_image FILE: the layer of what a script of ours made, as a tar in FILE; its configuration in $work/config.json. Sets
# $diff and $size.
own_image() {
	local created
	read_layers
	tool layertar pack --summary "$work/summary" "${layers%%:*}" >"$1" || die "$fail" "the image '$image_dir' cannot be packed"
	IFS=' ' read -r diff size <"$work/summary"
	diff=${diff#sha256:}
	{ IFS= read -r created <"$image_dir/created"; } 2>/dev/null || created=1970-01-01T00:00:00Z
	facts_of "$image_dir" >"$work/facts.json"
	jq -n -c --arg created "$created" --arg diff "sha256:$diff" --slurpfile c "$work/facts.json" --arg arch "$(machine)" \
		'{created: $created, architecture: $arch, os: "linux", config: $c[0], rootfs: {type: "layers", diff_ids: [$diff]},
		history: [{created: $created, created_by: "mkimage"}]}' >"$work/config.json"
}

# image_config: sets $config to the file with the configuration of $image_dir, and $id.
image_config() {
	config=$image_dir/config.json
	id=${image_dir##*/}
	[ ! -f "$config" ] || return 0
	own_image /dev/null
	config=$work/config.json
	IFS= read -r id <"$image_dir/id"
	id=${id#sha256:}
}

# The facts that a script of ours writes, as the part "config" of a configuration.
facts_of() {
	jq -n -c --rawfile env "$1/env" --rawfile cmd "$1/cmd" \
		'def list: split("\u0000") | map(select(. != "")); {Env: ($env | list), Cmd: ($cmd | list)}'
}

# The machine's architecture as Go calls it.
machine() {
	case $(uname -m) in
	x86_64) printf '%s\n' amd64 ;;
	aarch64) printf '%s\n' arm64 ;;
	armv7*) printf '%s\n' arm ;;
	i?86) printf '%s\n' 386 ;;
	*) uname -m ;;
	esac
}

# make_manifest CONFIG: an OCI manifest on standard output; standard input has DIGEST SIZE TYPE of each layer. The
# configuration becomes a blob as well.
make_manifest() {
	sum_of "$1"
	cp -- "$1" "$work/blob" && keep_blob "$work/blob" "$sum"
	jq -R -n -c --arg digest "sha256:$sum" --argjson size "$(stat -c %s -- "$1")" '
		{schemaVersion: 2, mediaType: "application/vnd.oci.image.manifest.v1+json",
		config: {mediaType: "application/vnd.oci.image.config.v1+json", digest: $digest, size: $size},
		layers: [inputs | split(" ") | {mediaType: .[2], digest: .[0], size: (.[1] | tonumber)}]}'
}
