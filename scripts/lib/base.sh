# base.sh - what every command needs: messages, calls of tools, options, names.
#
# Needs: $program (what a message begins with), $tools, $scripts from mydocker.sh.
# Leaves: functions only.
# shellcheck shell=sh

# mksh has no printf of its own, and an outside one would show its arguments (secrets among them) in /proc. Ours knows
# the three formats that these scripts use, and no other.
if [ -n "${KSH_VERSION-}" ]; then
	printf() {
		local format word
		format=$1
		shift
		for word; do
			print -rn -- "$word"
			case $format in
			'%s') ;;
			'%s\n') print ;;
			'%s\0') print -n '\0' ;;
			*) return 2 ;;
			esac
		done
	}
fi
# busybox ash (it alone of the four has FUNCNAME and is not bash) writes to a full disk without a word.
if [ -n "${FUNCNAME+set}" ] && [ -z "${BASH_VERSION-}" ]; then
	printf() {
		command printf "$@" || {
			command printf '%s\n' "$program: write error" >&2
			return 1
		}
	}
fi

newline='
'
# read_entries FILE: sets $entries to the NUL-ended entries of FILE, a line each, where $stand_in stands for a newline: a
# control character that is not in FILE, so that every byte can be told. Returns 1 where all six are in it.
read_entries() {
	for stand_in in      ; do
		entries=$(tr "\000\n" "\n$stand_in" <"$1" && printf '%s' x)
		entries=${entries%x}
		entries=${entries%"$newline"}
		case $entries in
		*"$stand_in"*) [ -z "$(tr -dc "$stand_in" <"$1")" ] || continue ;;
		esac
		return 0
	done
	return 1
}

# Sets $restored to one of those lines with its newlines put back.
restore_newlines() {
	restored=$1
	while :; do
		case $restored in
		*"$stand_in"*) restored=${restored%%"$stand_in"*}$newline${restored#*"$stand_in"} ;;
		*) break ;;
		esac
	done
}

# Sets $cleaned to TEXT with every control character and every byte outside ASCII as '?': a message is one line, and no
# name reaches a terminal as it came.
clean() {
	local rest first
	case $1 in
	*[!\ -~]*) ;;
	*) cleaned=$1 && return ;;
	esac
	rest=$1
	cleaned=
	while [ -n "$rest" ]; do
		first=${rest%"${rest#?}"}
		rest=${rest#?}
		case $first in
		[\ -~]) cleaned=$cleaned$first ;;
		*) cleaned=$cleaned'?' ;;
		esac
	done
}

# One line on standard error.
warn() {
	clean "$1"
	printf '%s\n' "$program: $cleaned" >&2
}

# die STATUS TEXT
die() {
	warn "$2"
	exit "$1"
}

# Sets $quoted to TEXT as one word of shell source.
quote() {
	local rest
	case $1 in
	'' | *[!A-Za-z0-9_./:=@%+,-]*) ;;
	*) quoted=$1 && return ;;
	esac
	rest=$1
	quoted="'"
	while :; do
		case $rest in
		*\'*) ;;
		*) break ;;
		esac
		quoted="$quoted${rest%%\'*}'\\''"
		rest=${rest#*\'}
	done
	quoted="$quoted$rest'"
}

# With --trace: the words as one line of shell source on standard error.
trace_words() {
	local line word
	[ -n "$trace" ] || return 0
	line=
	for word; do
		quote "$word"
		line="$line $quoted"
	done
	printf '%s\n' "+$line" >&2
}

# tool NAME ARGUMENT...: runs one of the toolkit's tools.
tool() {
	local name
	name=$tools$1
	shift
	trace_words "$name" "$@"
	"$name" "$@"
}

# sys COMMAND ARGUMENT...: runs a program of the system's, shown by --trace as the tools are.
sys() {
	trace_words "$@"
	"$@"
}

# become PROGRAM ARGUMENT...: the shell's last act.
become() {
	trace_words "$@"
	exec "$@"
}

# option_next VALUED ARGUMENT...: takes one option off the front. VALUED is a list of the options that take a value,
# with a blank before and after each.
# Sets $option (-d, --name), $option_value ("true" for a switch; what stands behind = otherwise), $option_used (how many
# arguments to shift) and $option_rest (what is left of -itd, to be put back in front). Returns 1 at the first operand or
# after --, with $option_used to be shifted then.
option_next() {
	local valued word
	valued=$1
	shift
	option_used=0
	option_rest=
	option_value=true
	[ $# -gt 0 ] || return 1
	word=$1
	case $word in
	--)
		option_used=1
		return 1
		;;
	--*=*)
		option=${word%%=*}
		option_value=${word#*=}
		option_used=1
		return 0
		;;
	--*)
		option=$word
		option_used=1
		case $valued in *" $option "*) ;; *) return 0 ;; esac
		;;
	-?*)
		option=${word%"${word#-?}"}
		word=${word#-?}
		option_used=1
		case $valued in
		*" $option "*)
			if [ -n "$word" ]; then
				option_value=${word#=}
				return 0
			fi
			;;
		*)
			case $word in
			'') ;;
			=*) option_value=${word#=} ;;
			*) option_rest=-$word ;;
			esac
			return 0
			;;
		esac
		;;
	*)
		return 1
		;;
	esac
	[ $# -gt 1 ] || die 125 "option '$option' needs a value; see '$program --help'"
	option_value=$2
	option_used=2
}

# The end of a case over $option.
option_unknown() {
	die 125 "unknown option '$option'; see '$program --help'"
}

# Puts "true" or nothing for the switch just read into the variable NAME.
option_switch() {
	case $option_value in
	true | 1) eval "$1=true" ;;
	false | 0) eval "$1=" ;;
	*) die 125 "option '$option' is a switch: true or false, not '$option_value'" ;;
	esac
}

# help_if_asked TEXT: the end of a command's --help.
help_exit() {
	printf '%s\n' "$1"
	exit 0
}

# absolute NAME OPTION PATH: sets the variable NAME to PATH, which must be absolute and without a newline.
absolute() {
	case $3 in
	*["$newline:,"]*) die 125 "$2: '$3': a newline, ':' or ',' in the path, which divide what is said about mounts" ;;
	/*) ;;
	*) die 125 "$2: '$3' is not an absolute path" ;;
	esac
	eval "$1=\${3%/}"
}

# Whether TEXT is a number of decimal digits, 1 to 18 of them.
is_number() {
	case $1 in
	'' | *[!0-9]* | ???????????????????*) return 1 ;;
	esac
}

# strip_zeros DIGITS: sets $stripped to the number without leading zeros, which would make it octal in arithmetic.
strip_zeros() {
	stripped=$1
	while :; do
		case $stripped in
		0?*) stripped=${stripped#0} ;;
		*) break ;;
		esac
	done
}

# Whether TEXT may be the name of a container, an image, a volume: [A-Za-z0-9][A-Za-z0-9_.-]*, 2 to 63 characters.
is_name() {
	case $1 in
	*[!A-Za-z0-9_.-]* | [!A-Za-z0-9]* | '' | ?) return 1 ;;
	esac
	[ ${#1} -le 63 ]
}

# The same for a volume; one that was made without a name has one of 64 hex digits.
is_volume_name() {
	case $1 in
	*[!0-9a-f]*) ;;
	????????????????????????????????????????????????????????????????) return 0 ;;
	esac
	is_name "$1"
}

# need_root STATUS: nothing works without root yet. PID 1 is root's in every user namespace; asking costs no fork.
need_root() {
	# shellcheck disable=SC3067 # all four shells have -O
	[ -O /proc/1 ] || die "$1" "must be run as root; try 'sudo mydocker ...'"
}
