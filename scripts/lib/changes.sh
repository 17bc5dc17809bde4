# changes.sh - the instructions of -c, --change: lines of a Dockerfile that change a configuration.
#
# Needs: base.sh, list.sh, jq; the list change. Leaves: $work/changes.
# shellcheck shell=sh

# read_changes: each instruction becomes a line of JSON in $work/changes, or is refused.
read_changes() {
	local n text word
	: >"$work/changes"
	n=0
	while [ "$n" -lt "$change_n" ]; do
		n=$((n + 1))
		eval "text=\$change_$n"
		word=${text%%[!A-Za-z]*}
		jq -n -c --arg word "$word" --arg rest "${text#"$word"}" "$changes_reader" >>"$work/changes" 2>"$work/complaint" ||
			die 1 "--change: '$text': $(sed -n 's/^jq: error[^:]*: //p' "$work/complaint")"
	done
}

# An instruction as {op, value}: lists are JSON or, as in a Dockerfile, words for a shell; pairs are NAME=VALUE with
# quotes and backslashes as there, or NAME VALUE.
# shellcheck disable=SC2016 # jq's variables
changes_reader='
def unquote: [scan("\"(?:[^\"\\\\]|\\\\.)*\"|'\''[^'\'']*'\''|\\\\.|[^\"'\''\\\\]+")] | map(
	if startswith("\"") then .[1:-1] | gsub("\\\\(?<c>[\"\\\\$])"; .c)
	elif startswith("'\''") then .[1:-1]
	elif startswith("\\") then .[1:] else . end) | join("");
def words: [scan("(?:\"(?:[^\"\\\\]|\\\\.)*\"|'\''[^'\'']*'\''|\\\\.|[^\\s\"'\''\\\\])+")];
def array: . as $t | if startswith("[") then (try fromjson catch error("not a list in JSON")) |
	if type == "array" and all(.[]; type == "string") then . else error("not a list of strings") end
	else ["/bin/sh", "-c", $t] end;
def several: if startswith("[") then array else words | map(unquote) end;
def pairs: words as $w | if ($w | length) == 0 then error("NAME=VALUE is expected")
	elif ($w[0] | test("^[^=\"]+=")) then $w | map(if test("^[^=\"]+=") then capture("^(?<k>[^=]+)=(?<v>.*)$"; "m") | {key: .k, value: (.v | unquote)}
		else error("NAME=VALUE is expected, not \(.)") end)
	elif ($w | length) < 2 then error("NAME=VALUE is expected")
	else [{key: $w[0], value: sub("^\\S+\\s+"; "")}] end;
($rest | sub("^\\s+"; "") | sub("\\s+$"; "")) as $r | ($word | ascii_upcase) as $op |
if $r == "" and $op != "CMD" and $op != "ENTRYPOINT" then error("nothing follows \($op)") else . end |
{op: $op, value: ($r | if $op == "CMD" or $op == "ENTRYPOINT" then array
	elif $op == "ENV" or $op == "LABEL" then pairs
	elif $op == "EXPOSE" then several | map(if test("^[0-9]+(/(tcp|udp|sctp))?$") then if test("/") then . else . + "/tcp" end else error("not a port: \(.)") end)
	elif $op == "VOLUME" then several
	elif $op == "USER" or $op == "WORKDIR" or $op == "STOPSIGNAL" or $op == "ONBUILD" then .
	elif $op == "HEALTHCHECK" then if ascii_upcase == "NONE" then {Test: ["NONE"]}
		elif test("^CMD\\s"; "i") then sub("^CMD\\s+"; ""; "i") | {Test: (if startswith("[") then ["CMD"] + array else ["CMD-SHELL", .] end)}
		else error("CMD or NONE is expected") end
	else error("not an instruction that changes a configuration") end)}'

# The end of a program of jq whose result is a configuration, with $work/changes as $changes: makes the changes.
# shellcheck disable=SC2016,SC2034 # jq's variables; for import and commit
changes_maker='
reduce $changes[] as $c (.; .config |= ((. // {}) |
	if $c.op == "CMD" then .Cmd = $c.value
	elif $c.op == "ENTRYPOINT" then .Entrypoint = $c.value
	elif $c.op == "ENV" then reduce $c.value[] as $p (.; .Env = [(.Env // [])[] | select(startswith($p.key + "=") | not)] + ["\($p.key)=\($p.value)"])
	elif $c.op == "LABEL" then .Labels = (.Labels // {}) + ($c.value | from_entries)
	elif $c.op == "EXPOSE" then .ExposedPorts = (.ExposedPorts // {}) + ($c.value | map({key: ., value: {}}) | from_entries)
	elif $c.op == "VOLUME" then .Volumes = (.Volumes // {}) + ($c.value | map({key: ., value: {}}) | from_entries)
	elif $c.op == "USER" then .User = $c.value
	elif $c.op == "WORKDIR" then .WorkingDir = $c.value
	elif $c.op == "STOPSIGNAL" then .StopSignal = $c.value
	elif $c.op == "ONBUILD" then .OnBuild = (.OnBuild // []) + [$c.value]
	else .Healthcheck = $c.value end))'
