# reference.sh - what people call images: [DOMAIN/]PATH[:TAG][@DIGEST], as docker reads it.
#
# Needs: base.sh. Leaves: functions only.
# shellcheck shell=sh

# reference TEXT: sets $ref_repo (as people write it: "busybox", "team/app", "localhost:5000/app"), $ref_tag (latest when
# neither tag nor digest is given; nothing with a digest alone), $ref_digest, $ref_domain and $ref_path (of the registry), and
# $ref_key, the name of the tag's file. Returns 1 with $ref_error, why TEXT is no reference.
reference() {
	local rest
	rest=$1
	ref_digest=
	ref_tag=
	ref_error='invalid reference format'
	case $rest in
	*@*)
		ref_digest=${rest#*@}
		rest=${rest%%@*}
		is_digest "$ref_digest" || return 1
		;;
	esac
	case ${rest##*/} in
	*:*)
		ref_tag=${rest##*:}
		rest=${rest%:*}
		is_tag "$ref_tag" || return 1
		;;
	*) [ -n "$ref_digest" ] || ref_tag=latest ;;
	esac
	split_domain "$rest"
	is_domain "$ref_domain" && is_repository "$ref_path" || return 1
	tag_key "$ref_repo:$ref_tag"
}

# tag_reference TEXT: the same for a name that is to be given: it has a tag and no digest.
tag_reference() {
	reference "$1" || return 1
	[ -n "$ref_digest" ] || return 0
	ref_error='a name with a digest cannot be given'
	return 1
}

# Sets $ref_domain, $ref_path and $ref_repo. What comes before the first slash is a domain when it looks like one.
split_domain() {
	ref_domain=docker.io
	ref_path=$1
	case $1 in
	*/*)
		case ${1%%/*} in
		*.* | *:* | localhost)
			ref_domain=${1%%/*}
			ref_path=${1#*/}
			;;
		esac
		;;
	esac
	[ "$ref_domain" != index.docker.io ] || ref_domain=docker.io
	ref_repo=$ref_domain/$ref_path
	if [ "$ref_domain" = docker.io ]; then
		ref_path=${ref_path#library/}
		ref_repo=$ref_path
		case $ref_path in
		*/*) ;;
		*) ref_path=library/$ref_path ;;
		esac
	fi
}

# Whether TEXT is a host's name or address and perhaps a port.
is_domain() {
	case $1 in
	*[!A-Za-z0-9.:\[\]-]* | [.:-]* | *[.-] | *..* | *:*[!0-9:\]]*) return 1 ;;
	esac
}

# Whether TEXT is parts of [a-z0-9] with single separators in them, parted by slashes.
is_repository() {
	case $1 in
	*[A-Z]*)
		ref_error='invalid reference format: repository name must be lowercase'
		return 1
		;;
	'' | *[!a-z0-9._/-]* | [!a-z0-9]* | *[!a-z0-9] | */[!a-z0-9]* | *[!a-z0-9]/* | *..*) return 1 ;;
	esac
	[ ${#1} -le 200 ]
}

is_tag() {
	case $1 in
	'' | *[!A-Za-z0-9_.-]* | [.-]*) return 1 ;;
	esac
	[ ${#1} -le 128 ]
}

is_digest() {
	case $1 in
	sha256:*[!0-9a-f]*) return 1 ;;
	sha256:*) [ ${#1} -eq 71 ] ;;
	*) return 1 ;;
	esac
}

# tag_key REPO:TAG: sets $ref_key, the same with % for each slash, which no reference has.
tag_key() {
	ref_key=$1
	while :; do
		case $ref_key in
		*/*) ref_key=${ref_key%%/*}%${ref_key#*/} ;;
		*) break ;;
		esac
	done
}

# key_name KEY: sets $tag_name to the reference that the file's name stands for.
key_name() {
	tag_name=$1
	while :; do
		case $tag_name in
		*%*) tag_name=${tag_name%%\%*}/${tag_name#*%} ;;
		*) break ;;
		esac
	done
}
