# transport.sh - images from and to registries and archives: skopeo does it.
#
# A registry's image in OCI's format is copied into an OCI layout that shares the store's blobs, so that what is here already is
# not fetched again, not even after an interrupted try. In docker's older format it is copied into skopeo's "dir:", the only
# one that keeps its manifest as it is.
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
	docker) copy_quietly "$remote" "dir:$work/copy/dir" && take_dir "$work/copy/dir" ;;
	*) die "$fail" "pull '$ref_repo': the manifest is of a kind that is no longer in use" ;;
	esac
	set -- "$(jq -r '.config.digest' <"$work/manifest.json")"
	is_digest "$1" || die "$fail" "pull '$ref_repo': the manifest names no configuration"
	cp -- "$root/blobs/sha256/${1#sha256:}" "$work/config.json"
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
