# run - make a container and run a command in it.
#
# The order: the container is made (lib/create.sh); control group and network are made side by side; then the chain of
# tools starts the command. In the foreground the shell becomes that chain, so no shell stays behind; detached it waits
# for nsrun's answer and prints the id. From the moment in which nsrun has its supervisor, `ctstate reap` is what cleans up.
# shellcheck shell=sh

cmd_run() {
	load list options create resources files chain
	parse_run "$@"
	shift "$parsed"
	choose_terminal
	starter=start_new
	! is_loaded streams || choose_streams
	with_group=true
	create_container "$@"
	! is_networked || {
		make_resources
		write_files
	}
	write_cidfile
	o_open_stdin=$o_stdin
	with_chain "$starter"
	printf '%s\n' "$id"
}

# Which of -i and -t hold, and whether the caller's side can serve them.
choose_terminal() {
	if [ -z "$o_detach$o_stdin$o_tty${streams-}" ] && [ -t 0 ] && [ -t 1 ] && in_front; then
		o_stdin=true
		o_tty=true
	fi
	if [ -n "$o_tty" ] && [ -n "$o_stdin" ] && [ -z "$o_detach" ] && [ ! -t 0 ]; then
		die 1 "the input device is not a TTY: -t with -i needs a terminal on standard input; leave out -t for a pipe"
	fi
}

# Whether nothing speaks against our reading the terminal: behind an & of an interactive shell it would stop us.
in_front() {
	local line
	read -r line </proc/self/stat || return 0
	# shellcheck disable=SC2086 # state ppid pgrp session tty_nr tpgid ...
	set -- ${line##*) }
	[ "$6" -le 0 ] || [ "$3" = "$6" ]
}
