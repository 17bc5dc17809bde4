# cp - copy files between a container and the host, or a tar of them.
#
# The rules are docker's and stand in ctcp, which shuts itself into the container's root before it looks at anything there.
# shellcheck shell=sh

cp_help='Usage: mydocker cp [OPTION]... CONTAINER:SOURCE DESTINATION|-
       mydocker cp [OPTION]... SOURCE|- CONTAINER:DESTINATION
Copy files between a container, running or not, and the host; - is a tar on standard
output or input.

  -a, --archive      keep the owners; what is made is root'"'"'s otherwise
  -L, --follow-link  when SOURCE is a symbolic link, copy what it leads to
  -q, --quiet        accepted: nothing is printed in any case
      --help         show this help'

cmd_cp() {
	local archive follow quiet from to
	load list refs state view
	archive='' follow='' quiet=''
	parse_refs ' ' take_cp_option "$@"
	[ "$ref_n" -eq 2 ] || die 1 "needs a source and a destination; see '$program --help'"
	list_get ref 1
	from=$item
	list_get ref 2
	to=$item
	need_root 1
	cp_split "$from"
	if [ -n "$cp_container" ]; then
		from=$cp_path
		ref=$cp_container
		cp_split "$to"
		[ -z "$cp_container" ] || die 1 "copying between containers is not supported"
		need_container "$ref" 1
		view_with "$id" copy_out "$from" "$cp_path"
	else
		from=$cp_path
		cp_split "$to"
		[ -n "$cp_container" ] || die 1 "one of the two must be CONTAINER:PATH"
		need_container "$cp_container" 1
		view_with "$id" copy_in "$from" "$cp_path"
	fi
}

take_cp_option() {
	case $option in
	-a | --archive) option_switch archive ;;
	-L | --follow-link) option_switch follow ;;
	-q | --quiet) option_switch quiet ;;
	--help) help_exit "$cp_help" ;;
	*) option_unknown ;;
	esac
}

# cp_split WORD: sets $cp_container (empty for a path of the host) and $cp_path, absolute or "-".
cp_split() {
	cp_container=
	cp_path=$1
	case $1 in
	'') die 1 "an empty path" ;;
	- | /*) ;;
	:*) die 1 "'$1': a container is missing before the colon" ;;
	.*) cp_path=$PWD/$1 ;;
	*:*)
		cp_container=${1%%:*}
		cp_path=${1#*:}
		case $cp_path in /*) ;; *) cp_path=/$cp_path ;; esac
		;;
	*) cp_path=$PWD/$1 ;;
	esac
}

# copy_out SOURCE DESTINATION
copy_out() {
	if [ "$2" = - ]; then
		in_view "${tools}ctcp" get ${follow:+-L} "$view_root" "$1"
	else
		in_view "${tools}ctcp" copy ${archive:+-a} ${follow:+-L} "$view_root" "$1" / "$2"
	fi
}

# copy_in SOURCE DESTINATION
copy_in() {
	if [ "$1" = - ]; then
		in_view "${tools}ctcp" put "$view_root" "$2"
	else
		in_view "${tools}ctcp" copy ${archive:+-a} ${follow:+-L} / "$1" "$view_root" "$2"
	fi
}
