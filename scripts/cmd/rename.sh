# rename - give a container another name.
#
# The claim of the new name is its file, as at the start; the summary that ps reads is a copy, and goes. A rename that is
# killed leaves a container with two claims, one of which its fact "name" is about; gc frees the other, and the same rename
# again goes on where it was.
# shellcheck shell=sh

rename_help='Usage: mydocker rename CONTAINER NAME
Give CONTAINER the name NAME.

      --help  show this help'

cmd_rename() {
	local old other
	load list refs state events
	parse_refs ' ' take_rename_option "$@"
	[ "$ref_n" -eq 2 ] || die 1 "needs a container and a name; see '$program --help'"
	list_get ref 1
	old=$item
	list_get ref 2
	need_root 1
	need_container "$old" 1
	item=${item#/}
	is_name "$item" || die 1 "'$item' is not a name: 2 to 63 of letters, digits, '_', '.', '-', beginning with a letter or digit"
	state_names_lock
	container_name "$id"
	old=$name
	other=
	! is_name "$old" || { [ -f "$root/names/$old" ] && read -r other <"$root/names/$old"; } 2>/dev/null || :
	[ "$other" = "$id" ] || old=
	if ! claim_name "$item" "$old"; then
		{ [ -f "$root/names/$item" ] && read -r other <"$root/names/$item"; } 2>/dev/null || other=unknown
		if [ "$other" != "$id" ] || [ "$old" = "$item" ]; then
			die 1 "the name '$item' is already in use by container '$other'; remove or rename it to use the name again"
		fi
	fi
	rename_facts "$item" || {
		container_name "$id"
		[ "$name" = "$item" ] || sys rm -f -- "$root/names/$item"
		exit 1
	}
	[ -z "$old" ] || sys rm -f -- "$root/names/$old"
	! is_running "$id" || rename_in_networks
	event container rename "$id" "oldName=$old"
}

take_rename_option() {
	case $option in
	--help) help_exit "$rename_help" ;;
	*) option_unknown ;;
	esac
}

# Who is in a network with it finds it by its new name.
rename_in_networks() {
	local dir
	dir=$root/containers/$id
	load endpoints
	names_again
}

# rename_facts NAME: whole at any time. The copy goes first, or it would go on to say the old name.
rename_facts() {
	umask 077
	{ printf '%s\n' "$1" >"$root/containers/$id/.name"; } 2>/dev/null || {
		warn "'$root/containers/$id/.name' cannot be written: is the disk full?"
		return 1
	}
	sys rm -f -- "$root/containers/$id/summary" &&
		sys mv -f -- "$root/containers/$id/.name" "$root/containers/$id/name"
}
