# terminal.bash - real terminals for tests: windows of a tmux server of the test's own, which common_teardown ends.
#
# shellcheck shell=bash

own_tmux() {
	tmux -S "$TMP/tmux" -f /dev/null "$@" 3>&-
}

# terminal WINDOW COLUMNS ROWS COMMAND: opens a window in which the shell's COMMAND runs; a further one is as large as the first.
terminal() {
	requires tool_tmux
	if [ -S "$TMP/tmux" ]; then
		own_tmux new-window -d -t s -n "$1" "$4"
	else
		own_tmux new-session -d -s s -n "$1" -x "$2" -y "$3" "$4"
	fi
}

# shell_at WINDOW: the same of 90 by 20 with a shell that has nothing of the user's.
shell_at() {
	terminal "$1" 90 20 "cd '$TMP' && PS1='\$ ' PATH='$TMP':\$PATH exec env -u PROMPT_COMMAND bash --norc --noprofile"
	shows_prompt "$1"
}

# type_in WINDOW KEY...
type_in() {
	own_tmux send-keys -t "s:$1" "${@:2}"
}

# screen_has WINDOW PATTERN
screen_has() {
	own_tmux capture-pane -p -J -t "s:$1" | grep -Eq -- "$2"
}

# shows WINDOW PATTERN: waits until the screen has such a line.
shows() {
	eventually 10 screen_has "$1" "$2" || {
		own_tmux capture-pane -p -t "s:$1"
		return 1
	}
}

# Waits for the outer shell's prompt: what is typed before it has its terminal back is the inner one's, and goes with it.
shows_prompt() {
	shows "$1" '^\$ *$'
}

# prints WINDOW LINE: a line of output, not of what was typed. busybox's shell asks its terminal at each prompt where the
# cursor is; an answer that comes once something else is being done is echoed, before the next line of output.
prints() {
	shows "$1" "(^|[0-9]R)$2\$"
}

# clears WINDOW: what is seen from now on is new.
clears() {
	type_in "$1" clear Enter
	eventually 10 is_clear "$1"
}

is_clear() {
	[ "$(own_tmux capture-pane -p -t "s:$1" | tr -d ' \n')" = '$' ]
}

# answers WINDOW COMMAND PATTERN: types it again and again until the screen has the answer: the news of another size, or of
# another state, may come after what is typed.
answers() {
	eventually 10 asked "$@" || shows "$1" "$3"
}

asked() {
	type_in "$1" "$2" Enter
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		screen_has "$1" "$3" && return
		sleep 0.1
	done
	return 1
}
