# transport.sh - images from and to registries and archives: skopeo does it.
#
# A registry's image is copied into an OCI layout that shares the store's blobs, so that what is here already is not fetched
# again, not even after an interrupted try. Of one in docker's older format that gives the layers only: manifest and
# configuration, which skopeo would write anew, are fetched as they are.
# Needs: base.sh, state.sh, store.sh, reference.sh. Leaves: images and tags in the store.
# shellcheck shell=sh

# The options that the commands with a registry have in common. Sets o_*.
transport_valued=' --authfile --creds --cert-dir --platform --max-size '
take_transport_option() {
	case $option in
	--authfile) o_authfile=$option_value ;;
	--creds) o_creds=$option_value ;;
	--cert-dir) o_cert_dir=$option_value ;;
	--platform) set_platform "$option_value" ;;
	--max-size) o_max_size=$option_value ;;
	--tls-verify) option_switch o_tls_verify && [ -n "$o_tls_verify" ] || o_tls_verify=false ;;
	-q | --quiet) option_switch o_quiet ;;
	*) return 1 ;;
	esac
}

# --platform OS/ARCHITECTURE[/VARIANT]
set_platform() {
	case $1 in
	*/*/*/* | /* | */ | *[!a-z0-9/._]* | *//*) die "$fail" "--platform: '$1' is not of the form OS/ARCHITECTURE[/VARIANT]" ;;
	*/*) o_platform=$1 ;;
	*) die "$fail" "--platform: '$1' is not of the form OS/ARCHITECTURE[/VARIANT]" ;;
	esac
}

# skopeo_run SIDE ARGUMENT...: SIDE is src, dest or nothing: what stands before the names of skopeo's options. Its complaints
# are one line of ours.
skopeo_run() {
	local side command rest
	side=${1:+$1-}
	command=$2
	shift 2
	set -- "--${side}tls-verify=$tls" "$@"
	[ -z "${o_authfile-}" ] || set -- "--${side#src-}authfile=$o_authfile" "$@"
	[ -z "${o_creds-}" ] || set -- "--${side}creds=$o_creds" "$@"
	[ -z "${o_cert_dir-}" ] || set -- "--${side}cert-dir=$o_cert_dir" "$@"
	set -- "$command" "$@"
	if [ -n "${o_platform-}" ]; then
		rest=${o_platform#*/}
		set -- --override-os="${o_platform%%/*}" --override-arch="${rest%%/*}" "$@"
		[ "${rest#*/}" = "$rest" ] || set -- --override-variant="${rest#*/}" "$@"
	fi
	[ "$command" != inspect ] || set -- --command-timeout=30s "$@"
	sys skopeo "$@" 2>"$work/complaint"
}

# What skopeo says last, as a reason: the innermost cause of its chain.
skopeo_reason() {
	local line
	reason='no reason given'
	while IFS= read -r line || [ -n "$line" ]; do
		case $line in
		*msg=\"*) reason=${line#*msg=\"} && reason=${reason%\"} ;;
		esac
	done <"$work/complaint"
	case $reason in
	*'context deadline exceeded'*) reason="no answer from $ref_domain within 30 seconds" ;;
	*'dial tcp'*) reason="$ref_domain cannot be reached: ${reason##*: }" ;;
	*'manifest unknown'*) reason='not found in the registry' ;;
	*'no image found in manifest list'* | *'no image found in image index'*) reason="no image for the platform ${o_platform:-of this machine}" ;;
	*'certificate signed by unknown authority'*) reason='the certificate is signed by an unknown authority; --cert-dir DIRECTORY names one that is known' ;;
	*'unauthorized'* | *'authentication required'*) reason="$ref_domain wants a password; see 'mydocker login --help'" ;;
	esac
}

# The registry's side of a reference: plain HTTP is tried only with this machine itself, as docker does.
registry_tls() {
	tls=${o_tls_verify:-true}
	[ -z "${o_tls_verify-}" ] || return 0
	case $ref_domain in
	localhost | localhost:* | 127.* | '[::1]'*) tls=false ;;
	esac
}

# pull_reference missing|always: what `reference` has read, into the store, with a tag. In a shell of its own.
pull_reference() {
	local name
	need skopeo skopeo
	store_begin
	name=$ref_repo${ref_tag:+:$ref_tag}${ref_digest:+@$ref_digest}
	registry_tls
	# The second of two pulls of the same image waits for the first.
	tag_key "$name"
	exec 7>>"$root/locks/pull.$ref_key"
	flock 7 7>&7
	if [ "$1" = missing ] && local_image "$name"; then
		return 0
	fi
	remote=docker://$ref_domain/$ref_path${ref_digest:+@$ref_digest}
	[ -n "$ref_digest" ] || remote=$remote:$ref_tag
	skopeo_run '' inspect --raw "$remote" >"$work/raw" || {
		skopeo_reason
		[ "$1" = always ] || die "$fail" "Unable to find image '$name' locally or to pull it: $reason"
		die "$fail" "pull '$name': $reason"
	}
	sum_of "$work/raw"
	[ -z "$ref_digest" ] || [ "$ref_digest" = "sha256:$sum" ] || die "$fail" "pull '$name': the registry sent sha256:$sum"
	digest=sha256:$sum
	store_lock s
	fetch "${remote%:"$ref_tag"}"
	add_image "$work/manifest.json" "$work/config.json"
	pull_report "$name"
	tag_key "$ref_repo:$ref_tag"
	[ -n "$ref_tag" ] || tag_key "$ref_repo@$digest"
	set_tag "$ref_key" "$id" "$digest"
	load events
	event image pull "$name" "name=$ref_repo"
}

# fetch REMOTE-WITHOUT-TAG: the image whose manifest (or index) has $digest; leaves $work/manifest.json and config.json.
fetch() {
	local remote
	remote=${1%@*}@$digest
	mkdir -- "$work/copy"
	case $(jq -r 'if (.mediaType // "") | startswith("application/vnd.docker") then "docker" elif .schemaVersion == 2 then "oci" else "old" end' \
		<"$work/raw" 2>/dev/null) in
	oci)
		copy_quietly --dest-shared-blob-dir="$root/blobs" "$remote" "oci:$work/copy/oci:x"
		set -- "$(jq -r '.manifests[0].digest' <"$work/copy/oci/index.json")"
		cp -- "$root/blobs/sha256/${1#sha256:}" "$work/manifest.json"
		;;
	docker) fetch_docker "$remote" ;;
	*) die "$fail" "pull '$ref_repo': the manifest is of a kind that is no longer in use" ;;
	esac
	set -- "$(jq -r '.config.digest' <"$work/manifest.json")"
	is_digest "$1" || die "$fail" "pull '$ref_repo': the manifest names no configuration"
	cp -- "$root/blobs/sha256/${1#sha256:}" "$work/config.json"
}

# fetch_docker REMOTE: layers, configuration and manifest of an image in docker's format, or one of a list of such. A layer
# that comes uncompressed would be compressed for the layout; such images are copied into skopeo's "dir:".
fetch_docker() {
	local config
	copy_quietly --dest-shared-blob-dir="$root/blobs" "$1" "oci:$work/copy/oci:x"
	skopeo_run '' inspect --config --raw "$1" >"$work/config.raw" || {
		skopeo_reason
		die "$fail" "pull '$ref_repo': $reason"
	}
	sum_of "$work/config.raw"
	config=$sum
	if find_manifest "${1%@*}" "sha256:$config" && has_layers; then
		keep_blob "$work/config.raw" "$config"
		return 0
	fi
	copy_quietly "$1" "dir:$work/copy/dir"
	take_dir "$work/copy/dir"
}

# find_manifest REMOTE CONFIG-DIGEST: $work/manifest.json, the manifest of that configuration: what was fetched first, or what
# of the list that is has it. Each is what its digest says.
find_manifest() {
	local each
	cp -- "$work/raw" "$work/manifest.json"
	! is_of_config "$2" || return 0
	for each in $(jq -r '.manifests[]?.digest | select(test("^sha256:[0-9a-f]{64}$"))' <"$work/raw"); do
		skopeo_run '' inspect --raw "$1@$each" >"$work/manifest.json" || continue
		sum_of "$work/manifest.json"
		[ "sha256:$sum" != "$each" ] || ! is_of_config "$2" || return 0
	done
	return 1
}

is_of_config() {
	jq -e --arg config "$1" '.config.digest? == $config' <"$work/manifest.json" >/dev/null 2>&1
}

# Whether all layers of the manifest are in the store.
has_layers() {
	local each
	for each in $(jq -r '.layers[].digest' <"$work/manifest.json"); do
		is_digest "$each" && [ -e "$root/blobs/sha256/${each#sha256:}" ] || return 1
	done
}

# With progress where somebody looks on.
copy_quietly() {
	{ [ -z "${o_quiet-}" ] && [ -t 2 ]; } || set -- --quiet "$@"
	skopeo_run src copy "$@" >&2 || {
		skopeo_reason
		die "$fail" "pull '$ref_repo': $reason"
	}
}

# take_dir DIRECTORY: what skopeo has copied to its "dir:": blobs under their sums and the manifest.
take_dir() {
	local blob
	set +f
	for blob in "$1"/????????????????????????????????????????????????????????????????; do
		keep_blob "$blob" "${blob##*/}"
	done
	set -f
	mv -- "$1/manifest.json" "$work/manifest.json"
}

# docker's lines.
pull_report() {
	local old
	[ -z "${o_quiet-}" ] || return 0
	old=
	tag_key "$ref_repo:$ref_tag"
	{ IFS= read -r old <"$root/tags/$ref_key"; } 2>/dev/null || :
	printf '%s\n' "Digest: $digest"
	if [ "$old" = "$id" ]; then
		printf '%s\n' "Status: Image is up to date for $1"
	else
		printf '%s\n' "Status: Downloaded newer image for $1"
	fi
}

# image_as_dir DIRECTORY: the image $image_dir in skopeo's "dir:" form, its blobs linked from the store.
image_as_dir() {
	local digest
	mkdir -- "$1"
	printf 'Directory Transport Version: 1.1\n' >"$1/version"
	cp -- "$image_dir/manifest.json" "$1/manifest.json"
	jq -r '.config.digest, .layers[].digest' <"$image_dir/manifest.json" >"$work/digests"
	while IFS= read -r digest; do
		link_blob "${digest#sha256:}" "$1/${digest#sha256:}"
	done <"$work/digests"
}

# link_blob HEX PATH
link_blob() {
	ln -- "$root/blobs/sha256/$1" "$2" 2>/dev/null || [ -e "$2" ] || die "$fail" "the store lacks the blob sha256:$1"
}
