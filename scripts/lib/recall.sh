# recall.sh - a container that is there, claimed for a further start: its facts back in the variables that `run` has them
# in, and what the start before has left put aside.
#
# What never changes between two starts is not read here: it lies in the container's chain, which nsrun reads.
# Needs: base.sh, list.sh, state.sh. Leaves: $run/starting/ID; an exit undoes the start and keeps the container.
# shellcheck shell=sh

load instance

# recall_container: of $id, what a start needs.
recall_container() {
	local flags
	recall flags flags
	o_tty='' o_open_stdin='' o_remove='' o_privileged=''
	case " $flags" in *' tty '*) o_tty=true ;; esac
	case " $flags" in *' stdin '*) o_open_stdin=true ;; esac
	case " $flags" in *' rm '*) o_remove=true ;; esac
	case " $flags" in *' privileged '*) o_privileged=true ;; esac
	recall o_network network
	own_hostname
	recall o_restart restart
	[ "$o_restart" != no ] || o_restart=
	recall o_cgroup_parent cgroup-parent
	recall o_space_pid pid-mode
	recall o_space_ipc ipc-mode
	recall o_space_uts uts-mode
	recall o_log_driver log-driver
	recall o_log_size log-max-size
	recall o_log_files log-max-file
	list_new host dns search dns_option publish
	recall_list host extra-hosts
	recall_list dns dns
	recall_list search dns-search
	recall_list dns_option dns-option
	recall_publish
	# In the host's network a name of its own is one that --hostname gave.
	read -r o_hostname </proc/sys/kernel/hostname
	[ "$o_hostname" != "$hostname" ] || hostname=
	o_hostname=$hostname
	hostname=${hostname:-$o_hostname}
}

# recall VARIABLE FACT
recall() {
	local value
	{ [ -f "$dir/$2" ] && IFS= read -r value <"$dir/$2"; } 2>/dev/null || value=
	eval "$1=\$value"
}

recall_list() {
	[ ! -e "$dir/$2" ] || { [ -f "$dir/$2" ] && read_list "$dir/$2" "$1"; } || die 1 "'$dir/$2' is damaged"
}

# The list publish has the option before each value.
recall_publish() {
	local index
	list_new spec
	recall_list spec publish
	index=0
	while [ "$index" -lt "$spec_n" ]; do
		index=$((index + 1))
		list_get spec "$index"
		list_add publish --publish
		list_add publish "$item"
	done
}

# make_marker FILE: returns 1 when it is there, or cannot be made. What cannot be written does not stay.
make_marker() {
	set -C
	# (A redirection of ":" that fails would end the shell.)
	if ! { printf '' >"$1"; } 2>/dev/null; then
		set +C
		return 1
	fi
	set +C
	{ printf '%s\n' "$identity$newline"again >>"$1"; } 2>/dev/null || {
		rm -f -- "$1"
		die 1 "'$1' cannot be written: is '$run' full?"
	}
}

# claim_start: whoever makes the marker starts the container $id; its second line says that the container was whole
# before. Others wait until that has been decided. $running says that it runs already.
claim_start() {
	local marker tries
	running=
	tries=0
	state_dirs 1
	marker=$run/starting/$id
	own_identity
	while :; do
		if is_running "$id" || is_restarting "$id"; then
			running=true
			return 0
		fi
		[ -d "$dir" ] || die 1 "no such container: '$id'"
		[ -d "$run/$id" ] || sys mkdir -p -m 700 -- "$run/$id" || exit 1
		! make_marker "$marker" || break
		load gc
		if [ -s "$marker" ]; then
			tool pidctl --quiet --wait-file "$run/$id/pid" --wait 60 "$marker" 2>/dev/null || :
		elif [ ! -e "$marker" ]; then
			# Whoever had it has taken it away since.
			[ "$((tries += 1))" -le 100 ] || die 1 "'$marker' cannot be made: is '$run' full, or read-only?"
		else
			# Whoever made it writes it just now, or was killed before.
			sleep 0.1
			remove_old "$marker"
		fi
		gc_some "$id" || :
	done
	armed=again
	arm_rollback
	umask 077
	settle_last
}

# The last start may have a supervisor that starts it again by itself, that is cleaning up, or that is lost.
settle_last() {
	local tries
	tries=0
	while identity_alive "$run/$id/supervisor"; do
		if is_running "$id" || is_restarting "$id"; then
			running=true
			state_keep
			tool ctstate remove "$run/starting/$id"
			return 0
		fi
		[ "$((tries += 1))" -le 600 ] || die 1 "'$id' cannot be started: its last end is still being cleaned up"
		tool pidctl --quiet --wait 0.1 "$run/$id/supervisor" || :
	done
	heal_lost "$id"
	[ -s "$dir/chain" ] || die 1 "'$id' cannot be started again: it is gone, or was made to be removed when it ends"
}

# Puts aside what the last start has left. How that ended, or that there was none, is kept until the command runs: a start
# that fails has not happened.
begin_again() {
	local line
	line=
	if [ -e "$dir/unstarted" ] || { IFS= read -r line <"$dir/exit"; } 2>/dev/null; then
		printf '%s' "$line" >"$run/$id/before"
	fi
	set +f
	set -- "$run/$id"/net.*
	set -f
	sys rm -f -- "$@" "$dir/exit" "$dir/unstarted" "$dir/stopped" "$run/$id/pid" "$run/$id/supervisor" "$run/$id/exit" "$run/$id/released" \
		"$run/$id/restarting" "$run/$id/restarts" "$run/$id/stopping" "$run/$id/paused" "$run/$id/stdin" "$run/$id/net" \
		"$run/$id/networks"
}
