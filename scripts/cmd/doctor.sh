# doctor - what this machine can and cannot do, and the remedy for each.
#
# Each check does the thing once, by the tool that will do it, in namespaces and directories of its own, and leaves nothing.
# What is needed for a plain `run` makes the status 1 when it is missing; the rest is a word of advice.
# shellcheck shell=sh

doctor_help='Usage: mydocker doctor [OPTION]...
Look at what this machine can do: kernel, namespaces, overlay, control groups, network,
user namespaces, limits. A line for each, with the remedy for what is missing.

      --json  a JSON object a line: Check, State (ok, advice, missing), Found, Remedy
      --help  show this help

0 when containers can run, 1 when something is missing for that.'

cmd_doctor() {
	local json check
	load list refs state doctor
	json=
	parse_refs ' ' take_doctor_option "$@"
	no_refs 125
	missing=0
	for check in root kernel tools state overlay namespaces user_namespaces cgroups nft links forwarding seccomp limits helpers; do
		"check_$check"
	done
	[ "$missing" -eq 0 ]
}

take_doctor_option() {
	case $option in
	--json) option_switch json ;;
	--help) help_exit "$doctor_help" ;;
	*) option_unknown ;;
	esac
}

# report CHECK STATE FOUND [REMEDY]
report() {
	local line
	[ "$2" != missing ] || missing=1
	if [ -n "$json" ]; then
		printf '%s\0' "Check=$1" "State=$2" "Found=$3" "Remedy=${4-}" '' | tool ctstate format json
		return
	fi
	line=$2
	while [ ${#line} -lt 9 ]; do
		line="$line "
	done
	line="$line$1"
	while [ ${#line} -lt 34 ]; do
		line="$line "
	done
	clean "$line$3${4:+; $4}"
	printf '%s\n' "$cleaned"
}

# judge CHECK STATE-OF-FAILURE REMEDY COMMAND...: runs the command; what it says is what was found.
judge() {
	local check state remedy said
	check=$1 state=$2 remedy=$3
	shift 3
	if said=$("$@" 2>&1); then
		report "$check" ok works
	else
		said=${said##*"$newline"}
		report "$check" "$state" "${said:-does not work}" "$remedy"
	fi
}
