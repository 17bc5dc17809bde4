# create - make a container, to be started later.
# shellcheck shell=sh

help_head='Usage: mydocker create [OPTION]... IMAGE [COMMAND] [ARGUMENT]...
Make a container from IMAGE that runs COMMAND once it is started. Options as those of run.
'

cmd_create() {
	load list options create files chain
	parse_run "$@"
	shift "$parsed"
	[ -z "$o_detach" ] || die 125 "unknown option '-d'; see '$program --help'"
	with_group=''
	create_container "$@"
	: >"$dir/unstarted"
	write_files
	with_chain keep_chain
	write_cidfile
	state_keep
	tool ctstate remove "$run/starting/$id"
	printf '%s\n' "$id"
}
