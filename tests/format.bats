#!/usr/bin/env bats
# format.bats - ctstate format: what every command with --format prints by.
#
# shellcheck disable=SC2016 # templates have dollars of their own

load helpers

format() {
	"$BIN/ctstate" format "$@"
}

# Two networks, as the shell writes them.
records() {
	printf '%s\0' ID=1f Name=front 'Labels{}=app=my shop' 'Labels{}=bare' IPAM.Driver=default \
		'IPAM.Config:=[{"Subnet":"10.1.0.0/24"}]' 'Aliases[]=a' 'Aliases[]=b' Internal:=true Load:=1.5 '' \
		ID=2e Name=back 'Labels{}' IPAM.Driver= IPAM.Config:=[] 'Aliases[]' Internal:=false Load:=2 ''
}

@test "records become JSON, tables and lines of templates" {
	run -0 --separate-stderr format < <(records)
	[ "${lines[0]}" = '{"ID":"1f","Name":"front","Labels":{"app":"my shop","bare":""},"IPAM":{"Driver":"default","Config":[{"Subnet":"10.1.0.0/24"}]},"Aliases":["a","b"],"Internal":true,"Load":1.5}' ]
	[ "${lines[1]}" = '{"ID":"2e","Name":"back","Labels":{},"IPAM":{"Driver":"","Config":[]},"Aliases":[],"Internal":false,"Load":2}' ]
	[ -z "$stderr" ]
	f() { records | format "$@"; }
	[ "$(f json)" = "$(f '{{json .}}')" ]
	[ "$(f --heading 'ID=NETWORK ID' --default 'table {{.ID}}\t{{.Name}}' '')" = 'NETWORK ID   NAME
1f           front
2e           back' ]
	[ "$(f --default 'table {{.ID}}' table)" = $'ID\n1f\n2e' ]
	[ "$(f '{{range $k, $v := .Labels}}{{$k}}={{$v}};{{end}}{{if .Internal}}in{{else}}out{{end}}')" = $'app=my shop;bare=;in\nout' ]
	[ "$(f '{{index .Labels "app"}}|{{join .Aliases ","}}|{{len .Aliases}}|{{gt .Load 1}}')" = $'my shop|a,b|2|true\n||0|true' ]
	[ "$(f '{{with .IPAM.Config}}{{(index . 0).Subnet}}{{end}}')" = '10.1.0.0/24' ]
	[ "$(f '{{upper .Name}} {{printf "%-6s|" .Name}} {{slice .Name 0 2}} {{println .ID}}' | head -n 1)" = 'FRONT front | fr 1f' ]
	[ "$(f --array | jq -c '[.[].Name]')" = '["front","back"]' ]
	[ "$(f --array | head -n 3)" = $'[\n    {\n        "ID": "1f",' ]
	[ "$(f --array json | wc -l)" = 1 ]
	[ "$(f --array '{{.Name}}')" = $'front\nback' ]
	[ "$(printf '%s\0' A=1 'Label{}=k=v' '' | format '{{.Label "k"}}{{.Label "x"}} {{json .}}')" = 'v {"A":"1"}' ]
}

@test "nothing on standard input: headings, an empty array, no line" {
	[ "$(format --heading A=X 'table {{.A}}' </dev/null)" = X ]
	[ "$(format --array </dev/null)" = '[]' ]
	[ -z "$(format json </dev/null)" ]
}

@test "JSON comes in any shape, and rows leave as they come" {
	[ "$(printf '[{"a":1},\n {"a":"<&>"}]{"a":null}' | format '{{.a}}')" = $'1\n<&>\n<nil>' ]
	[ "$(echo '{"a":"<&>"}' | format json)" = '{"a":"\u003c\u0026\u003e"}' ]
	mkfifo "$TMP/in"
	format '{{.a}}' <"$TMP/in" >"$TMP/out" 3>&- &
	exec 5>"$TMP/in"
	printf '{"a":"one"}\n{"a":"tw' >&5
	eventually 10 grep -qx one "$TMP/out"
	printf 'o"}' >&5
	eventually 10 grep -qx two "$TMP/out"
	exec 5>&-
	wait $!
}

@test "hostile values: valid JSON, and one line a row in a table" {
	local v=$'a\n"\\\t\e[31m\xff\x7f$(touch x)`'

	printf '%s\0' "A=$v" "M{}=$v=$v" "L[]=$v" '' >"$TMP/r"
	format json <"$TMP/r" | jq -e . >"$TMP/j"
	[ "$(jq -r .A "$TMP/j")" = "${v/$'\xff'/$'\xef\xbf\xbd'}" ]
	[ "$(jq -r '.L[0]' "$TMP/j")" = "$(jq -r .A "$TMP/j")" ]
	run -0 format 'table {{.A}}' <"$TMP/r"
	[ "${#lines[@]}" = 2 ]
	[ -z "$(printf %s "$output" | LC_ALL=C tr -d '\n[:print:]\200-\377')" ]
}

@test "what is wrong is one line and 1; a wrong call is 2" {
	local in
	run -1 format '{{.Foo}}' < <(records)
	[ "$output" = "ctstate: template: can't evaluate field 'Foo'; there are .ID .Name .Labels .IPAM .Aliases .Internal .Load" ]
	run -1 format 'table {{.Foo}}' < <(records)
	for in in '{' '{"a":1' '[1]' '{"a":1} x' '{a:1}' 'Name' '=x' 'a b=c' 'N:=1x'; do
		run -1 --separate-stderr format '{{.a}}' < <(printf '%s' "$in")
		[ "${#stderr_lines[@]}" = 1 ]
	done
	run -1 format '{{' </dev/null
	run -2 format a b </dev/null
	run -2 format --heading x </dev/null
}

@test "templates in templates, break, continue, printf" {
	run -0 format '{{define "pair"}}{{.k}}={{.v}}{{end}}{{block "all" .Labels}}{{range $k, $v := .}}{{if eq $k "skip"}}{{continue}}{{end}}{{printf "%-6s|%q" $k $v}}{{break}}{{end}}{{end}}' < <(
		printf '%s\0' 'Labels{}=skip=1' 'Labels{}=tier=x"y' 'Labels{}=zone=2' ''
	)
	[ "$output" = 'tier  |"x\"y"' ]
	run -1 format '{{break}}' </dev/null
	[[ $output == "ctstate: template: {{break}} or {{continue}} outside of {{range}}"* ]]
	run -1 --separate-stderr format '{{template "a"}}' < <(records)
	[ "$stderr" = "ctstate: template: template 'a' is not defined" ]
}
