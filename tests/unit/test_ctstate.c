/* test_ctstate.c - times, words for durations, UTF-8, JSON, tables and templates of ctstate. */
#include "check.h"
#include "ctstate_sources.h"

#define SECOND 1000000000LL

static void test_when_parse(void)
{
	static const char *const bad[] = {"",
	                                  "2026-11-25",
	                                  "2026-11-25T21:00:00",
	                                  "2026-11-25T21:00:00+01:00",
	                                  "2026-13-25T21:00:00Z",
	                                  "2026-00-25T21:00:00Z",
	                                  "2026-11-32T21:00:00Z",
	                                  "2026-11-25T24:00:00Z",
	                                  "2026-11-25T21:60:00Z",
	                                  "2026-11-25T21:00:61Z",
	                                  "2026-11-25T21:00:00.Z",
	                                  "2026-11-25T21:00:00.1234567890Z",
	                                  "2026-11-25T21:00:00Zx",
	                                  "2026-11-25 21:00:00Z",
	                                  "1969-11-25T21:00:00Z",
	                                  "+026-11-25T21:00:00Z",
	                                  "2026-1 -25T21:00:00Z"};
	char buf[WHEN_TEXT];
	int64_t t = 7;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(when_parse(bad[i], &t) == -1 && t == 7);
	CHECK(when_parse("1970-01-01T00:00:00Z", &t) == 0 && t == 0);
	CHECK(when_parse("2000-02-29T23:59:59.5Z", &t) == 0 && t == 951868799 * SECOND + SECOND / 2);
	CHECK(when_parse("2100-03-01T00:00:00Z", &t) == 0 && t == 4107542400 * SECOND);
	CHECK(when_parse("2026-11-25T21:00:00.000000001Z", &t) == 0 && t == 1795640400 * SECOND + 1);
	CHECK_STR(when_rfc3339(t, buf), "2026-11-25T21:00:00.000000001Z");
	CHECK_STR(when_rfc3339(951868799 * SECOND + SECOND / 2, buf), "2000-02-29T23:59:59.5Z");
	CHECK_STR(when_rfc3339(951868799 * SECOND, buf), "2000-02-29T23:59:59Z");
	CHECK_STR(when_rfc3339(0, buf), "0001-01-01T00:00:00Z");
}

/* Every boundary of docker's HumanDuration. */
static void test_when_human(void)
{
	static const struct {
		int64_t seconds;
		const char *want;
	} cases[] = {
	    {-5, "Less than a second"},
	    {0, "Less than a second"},
	    {1, "1 second"},
	    {2, "2 seconds"},
	    {59, "59 seconds"},
	    {60, "About a minute"},
	    {119, "About a minute"},
	    {120, "2 minutes"},
	    {3599, "59 minutes"},
	    {3600, "About an hour"},
	    {5399, "About an hour"},
	    {5400, "2 hours"},
	    {47 * 3600, "47 hours"},
	    {48 * 3600 - 1800, "2 days"},
	    {14 * 86400 - 3600, "13 days"},
	    {14 * 86400, "2 weeks"},
	    {59 * 86400, "8 weeks"},
	    {60 * 86400, "2 months"},
	    {729 * 86400LL, "24 months"},
	    {730 * 86400LL, "2 years"},
	    {3650 * 86400LL, "10 years"},
	};
	char buf[WHEN_TEXT];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CHECK_STR(when_human(cases[i].seconds * SECOND, buf), cases[i].want);
	CHECK_STR(when_human(SECOND - 1, buf), "Less than a second");
}

/* What a function has put into a buffer, as a string. */
static const char *text_of(struct arena *a, const struct buf *b)
{
	return arena_copy(a, b->n ? b->p : "", b->n);
}

static void test_utf8(struct arena *a)
{
	struct buf b = {.a = a}, q = {.a = a};
	static const char mixed[] = "a\xff\xc3\xa9\xc3(\xed\xa0\x80\xf4\x90\x80\x80\xc0\x80";

	utf8_add_valid(&b, mixed, sizeof(mixed) - 1);
	CHECK_STR(text_of(a, &b), "a\xef\xbf\xbd\xc3\xa9\xef\xbf\xbd("
	                          "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
	                          "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
	                          "\xef\xbf\xbd\xef\xbf\xbd");
	utf8_add_quoted(&q, "a\"\\\n\t\x1b\x7f\xc2\x9b\xe2\x80\x8b\xe3\x81\x82\xff", 16);
	CHECK_STR(text_of(a, &q), "\"a\\\"\\\\\\n\\t\\x1b\\x7f\\u009b\\u200b\xe3\x81\x82\xef\xbf\xbd\"");
	CHECK(utf8_columns("a\xe3\x81\x82\xc3\xa9", 6) == 4);
	CHECK(utf8_count("a\xe3\x81\x82\xc3\xa9", 6) == 3);
}

static void test_json(struct arena *a)
{
	struct jval *o = j_new(a, J_STRUCT), *m = j_map(a, J_STRING), *nil = j_new(a, J_ARRAY),
	            *list = j_new(a, J_ARRAY);
	struct buf b = {.a = a}, p = {.a = a};

	j_set(a, o, "s", j_string(a, "\"\\\n\r\t\b\f\x01<>&\xe2\x80\xa8\x7f\0x", 17));
	j_set(a, m, "b", j_str(a, "1"));
	j_set(a, m, "a", j_str(a, "2"));
	j_set(a, m, "b", j_str(a, "3"));
	j_set(a, o, "m", m);
	nil->b = true;
	j_set(a, o, "nil", nil);
	j_push(a, list, j_int(a, -7));
	j_push(a, list, j_bool(a, true));
	j_push(a, list, j_new(a, J_NULL));
	j_set(a, o, "l", list);
	j_set(a, o, "h", j_int(a, 1));
	o->members[o->n - 1].hidden = true;
	json_print(&b, o, 0);
	CHECK_STR(text_of(a, &b),
	          "{\"s\":\"\\\"\\\\\\n\\r\\t\\b\\f\\u0001<>&\\u2028\x7f\\u0000x\",\"m\":{\"a\":\"2\",\"b\":\"3\"},"
	          "\"nil\":null,\"l\":[-7,true,null]}");
	json_print(&p, list, JSON_PRETTY);
	CHECK_STR(text_of(a, &p), "[\n    -7,\n    true,\n    null\n]");
	p.n = 0;
	json_print(&p, j_new(a, J_MAP), JSON_PRETTY);
	CHECK_STR(text_of(a, &p), "{}");
	p.n = 0;
	json_print(&p, j_str(a, "<&>"), JSON_HTML);
	CHECK_STR(text_of(a, &p), "\"\\u003c\\u0026\\u003e\"");
	CHECK(j_get(m, "c") == NULL && j_get(o, "c") == NULL);
}

static void test_table(struct arena *a)
{
	struct buf b = {.a = a};
	static const char text[] = "A\tB\tC\nlonger than ten\t\xe3\x81\x82\tx\n\t\t\n";

	table_align(&b, text, sizeof(text) - 1);
	CHECK_STR(text_of(a, &b), "A                 B         C\n"
	                          "longer than ten   \xe3\x81\x82        x\n"
	                          "                            \n");
}

/* Executes a template on {S:"s", M:map[k:v], L:[1 2]}; the error's text behind '!' when it fails. */
static const char *run(struct arena *a, const char *text)
{
	struct jval *o = j_new(a, J_STRUCT), *m = j_map(a, J_STRING), *l = j_new(a, J_ARRAY);
	struct buf b = {.a = a};
	struct tmpl *t;
	struct err e;

	j_set(a, m, "k", j_str(a, "v"));
	j_push(a, l, j_int(a, 1));
	j_push(a, l, j_int(a, 2));
	j_set(a, o, "S", j_str(a, "s"));
	j_set(a, o, "M", m);
	j_set(a, o, "L", l);
	if (tmpl_parse(a, text, &t, &e) < 0 || tmpl_exec(a, t, o, 0, &b, &e) < 0)
		return arena_printf(a, "!%s", e.text);
	return text_of(a, &b);
}

static void test_template(struct arena *a)
{
	struct tmpl *t;
	struct err e;

	CHECK_STR(run(a, ""), "");
	CHECK_STR(run(a, "plain }} text"), "plain }} text");
	CHECK_STR(run(a, "{{.S}}{{.M.k}}{{.M.x}}{{.L}}"), "sv<no value>[1 2]");
	CHECK_STR(run(a, "a {{- .S -}} \n b"), "asb");
	CHECK_STR(run(a, "{{\"}}\"}}"), "}}");
	CHECK_STR(run(a, "{{range .L}}{{.}}{{end}}{{range $i, $v := .L}}{{$i}}{{$v}}{{end}}"), "120112");
	CHECK_STR(run(a, "{{. | json}}"), "{\"S\":\"s\",\"M\":{\"k\":\"v\"},\"L\":[1,2]}");
	CHECK_STR(run(a, "{{.X}}"), "!template: can't evaluate field 'X'");
	CHECK(run(a, "{{")[0] == '!');
	CHECK(run(a, "{{.S}")[0] == '!');
	CHECK(run(a, "{{if .S}}")[0] == '!');
	CHECK(run(a, "{{$v}}")[0] == '!');
	CHECK(run(a, "{{range $v := .L}}{{end}}{{$v}}")[0] == '!');
	CHECK(tmpl_parse(a, "{{if .A}}{{range .B}}{{.C}}{{end}}{{end}}{{(index .D 1).E}}", &t, &e) == 0);
	CHECK(tmpl_uses(t, "A") && tmpl_uses(t, "B") && tmpl_uses(t, "C") && tmpl_uses(t, "D") && !tmpl_uses(t, "F"));
	CHECK(tmpl_parse(a, "{{json .}}", &t, &e) == 0 && tmpl_uses(t, "anything"));
	CHECK(tmpl_parse(a, "{{$.A}}", &t, &e) == 0 && tmpl_uses(t, "A") && !tmpl_uses(t, "B"));
}

/* What a template gives, or how the error begins. */
struct template_case {
	const char *text, *want;
};

static void test_template_words(struct arena *a)
{
	static const struct template_case cases[] = {
	    {"{{range .L}}{{if eq . 2}}{{break}}{{end}}{{.}}{{end}}.", "1."},
	    {"{{range .L}}{{if eq . 1}}{{continue}}{{end}}{{.}}{{else}}none{{end}}", "2"},
	    {"{{range $i, $v := .L}}{{range $.L}}{{if eq . 2}}{{break}}{{end}}{{$i}}{{.}}{{end}}{{end}}", "0111"},
	    {"{{range $k, $v := .M}}{{with $x := $v}}{{$k}}={{$x}}{{continue}}{{end}}never{{end}}", "k=v"},
	    {"{{define \"a\"}}<{{.}}{{$}}>{{end}}{{template \"a\" .S}}{{template \"a\"}}",
	     "<ss><<no value><no value>>"},
	    {"{{block `b` .M}}{{.k}}{{end}}{{template \"b\" $.M}}", "vv"},
	    {"{{define \"a\"}}1{{end}}{{define \"a\"}}2{{end}}{{template \"a\"}}", "2"},
	    {"{{define \"a\"}}{{$x := 1}}{{end}}{{template \"a\"}}{{$x}}", "!template: undefined variable '$x'"},
	    {"{{template \"none\"}}", "!template: template 'none' is not defined"},
	    {"{{define \"a\"}}{{template \"a\"}}{{end}}{{template \"a\"}}", "!template: 'a' calls itself too often"},
	    {"{{define \"a\"}}{{break}}{{end}}", "!template: {{break}} or {{continue}} outside of {{range}}"},
	    {"{{if .S}}{{define \"a\"}}{{end}}{{end}}", "!template: {{define}} inside of something else"},
	    {"{{range .L}}{{else}}{{break}}{{end}}", "!template: {{break}} or {{continue}} outside of {{range}}"},
	    {"{{define a}}{{end}}", "!template: the name of a template is missing"},
	    {"{{define \"a\"}}", "!template: {{end}} is missing"},
	    {"{{block \"a\"}}{{end}}", "!template: a value is missing"},
	    {"{{with .M.x}}1{{else with .M.k}}{{.}}{{else}}3{{end}}", "v"},
	    {"{{html \"<a&'\\\">\"}}{{js \"a'b<\\n\"}}{{urlquery \"a b&c\" .S}}",
	     "&lt;a&amp;&#39;&#34;&gt;a\\'b\\u003C\\u000Aa+b%26cs"},
	    {"{{0x1f}} {{1_000}} {{010}} {{-3}} {{'a'}} {{'\\n'}} {{1.50}} {{1e3}}", "31 1000 8 -3 97 10 1.50 1e3"},
	    {"{{\"\\u00e9\\101\\x41\"}}", "\xc3\xa9"
	                                  "AA"},
	    {"{{lt 1.5 2}}{{eq 1.0 1}}{{gt \"b\" \"a\"}}{{le 2 2}}{{ge 1 2}}{{ne 1 2 }}", "truetruetruetruefalsetrue"},
	    {"{{1..2}}", "!template: not a number"},
	    {"{{0x}}", "!template: not a number"},
	    {"{{'ab'}}", "!template: not one character"},
	    {"{{\"\\u12\"}}", "!template: bad escape in a string"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *got = run(a, cases[i].text);

		CHECK_STR(*got == '!' ? arena_copy(a, got, strlen(cases[i].want)) : got, cases[i].want);
	}
}

static void test_template_printf(struct arena *a)
{
	static const struct template_case cases[] = {
	    {"{{printf \"%5d|%-5d|%05d|%+d|% d|%x|%#x|%X|%o|%b\" 42 42 -42 42 42 255 255 255 8 5}}",
	     "   42|42   |-0042|+42| 42|ff|0xff|FF|10|101"},
	    {"{{printf \"%s|%5s|%-5s|%.2s|%q|%x|%v\" .S .S .S \"abc\" .S \"AZ\" .L}}",
	     "s|    s|s    |ab|\"s\"|415a|[1 2]"},
	    {"{{printf \"%.2f|%6.1f|%e|%g|%v|%08.3f\" 1.5 2.25 1500.0 0.1 1.50 -1.5}}",
	     "1.50|   2.2|1.500000e+03|0.1|1.50|-001.500"},
	    {"{{printf \"%t|%v|%c|%U|%q|%%|%d\" true nil 65 65 65 .L}}", "true|<nil>|A|U+0041|'A'|%|[1 2]"},
	    {"{{printf \"%d %s %d\" \"x\" 5}}", "%!d(string=x) %!s(int=5) %!d(MISSING)"},
	    {"{{printf \"%z %\" 1 2}}", "%!z(int=1) %!(NOVERB)%!(EXTRA int=2)"},
	    {"{{printf \"%9999d\" 1}}", "!template: printf: too wide or too precise"},
	    {"{{printf 1}}", "!template: printf: the format is no string"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CHECK_STR(run(a, cases[i].text), cases[i].want);
}

/* Text parsed and printed again; '!' and the code of the error ('E' for EAGAIN) when it is none. */
static const char *reparse(struct arena *a, const char *text, bool eof)
{
	struct buf b = {.a = a};
	const char *at = text, *end = text + strlen(text);
	struct jval *v;
	struct err e;

	if (json_parse(a, &at, end, eof, &v, &e) < 0)
		return e.code == EAGAIN ? "!E" : "!";
	json_print(&b, v, 0);
	buf_puts(&b, at);
	return text_of(a, &b);
}

static void test_json_parse(struct arena *a)
{
	static const char *const bad[] = {
	    "{",     "[1,]",  "{\"a\"}", "{\"a\":}", "{a:1}",  "01",          "-",     "1.",
	    ".5",    "1e",    "+1",      "\"\\x\"",  "\"\n\"", "\"\\u12g4\"", "tru",   "nulL",
	    "[1 2]", "{1:2}", "\"",      "",         "]",      "\"\\u00",     "[1,,]", "{\"a\":1,}"};
	char deep[600];

	CHECK_STR(reparse(a, " {\"b\" : [ 1 , -2.50 ,\t1e9, true,false , null ] , \"a\":{\"z\":1,\"y\":2}} ", true),
	          "{\"b\":[1,-2.50,1e9,true,false,null],\"a\":{\"y\":2,\"z\":1}}");
	CHECK_STR(reparse(a, "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00e9\\ud83d\\ude00\\ud83d\\u0041\"", true),
	          "\"\\\"\\\\/\\b\\f\\n\\r\\tA\xc3\xa9\xf0\x9f\x98\x80\xef\xbf\xbd"
	          "A\"");
	CHECK_STR(reparse(a, "{\"a\":1,\"a\":2}", true), "{\"a\":2}");
	CHECK_STR(reparse(a, "{} {}", true), "{}{}");
	CHECK_STR(reparse(a, "12", true), "12");
	CHECK_STR(reparse(a, "12", false), "!E");
	CHECK_STR(reparse(a, "9223372036854775808", true), "9223372036854775808");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK_STR(reparse(a, bad[i], true), "!");
	CHECK_STR(reparse(a, "{\"a\":", false), "!E");
	CHECK_STR(reparse(a, "\"\\u00", false), "!E");
	memset(deep, '[', sizeof(deep));
	deep[sizeof(deep) - 1] = '\0';
	CHECK_STR(reparse(a, deep, true), "!");
}

static void test_record(struct arena *a)
{
	static const char text[] =
	    "A=x=y\0B:=[1,{\"k\":2}]\0L[]=1\0L[]=\0E[]\0M{}=k=v=w\0M{}=n\0O.P.Q=z\0Label{}=a=b\0";
	static const char *const bad[] = {"", "=x", "A", "A:=", "A:=1 2", "A[", "A{}x", "A.=1", ".A=1", "A-B=1"};
	const char *at = text, *end = text + sizeof(text) - 1;
	struct buf b = {.a = a};
	struct jval *v;
	struct err e;

	CHECK(record_parse(a, &at, end, false, &v, &e) < 0 && e.code == EAGAIN && at == text);
	CHECK(record_parse(a, &at, end, true, &v, &e) == 0 && at == end);
	json_print(&b, v, 0);
	CHECK_STR(text_of(a, &b), "{\"A\":\"x=y\",\"B\":[1,{\"k\":2}],\"L\":[\"1\",\"\"],\"E\":[],\"M\":{\"k\":\"v=w\","
	                          "\"n\":\"\"},\"O\":{\"P\":{\"Q\":\"z\"}}}");
	CHECK(j_get(v, "Label") != NULL);
	for (size_t i = 1; i < sizeof(bad) / sizeof(bad[0]); i++) {
		at = bad[i];
		CHECK(record_parse(a, &at, at + strlen(at), true, &v, &e) < 0 && e.code == 0);
	}
}

static void test_event(struct arena *a)
{
	static const char *const bad[] = {"",
	                                  "x",
	                                  "2026-11-25T21:00:00Z container start",
	                                  "yesterday container start 7c",
	                                  "+x container start 7c",
	                                  "+ container start 7c"};
	static const char line[] = "+1.5 container exec_start:%20sh 7c signal=%0A%25 empty bare=a=b %00=%zz";
	struct event ev;

	CHECK(event_parse(a, line, sizeof(line) - 1, 7 * SECOND, &ev) && ev.time == 8 * SECOND + SECOND / 2);
	CHECK_STR(ev.type, "container");
	CHECK_STR(ev.action, "exec_start: sh");
	CHECK_STR(event_attribute(&ev, "signal"), "\n%");
	CHECK_STR(event_attribute(&ev, "bare"), "a=b");
	CHECK_STR(event_attribute(&ev, "%00"), "%zz");
	CHECK_STR(event_attribute(&ev, "none"), "");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(!event_parse(a, bad[i], strlen(bad[i]), 0, &ev));
}

static void test_words(void)
{
	struct fact f = {(char *)(uintptr_t) "rm tty\ninit", 11}, none = {NULL, 0};

	CHECK(fact_has_word(&f, "rm") && fact_has_word(&f, "tty") && fact_has_word(&f, "init"));
	CHECK(!fact_has_word(&f, "r") && !fact_has_word(&f, "t") && !fact_has_word(&f, "nit") &&
	      !fact_has_word(&none, "rm"));
}

int main(void)
{
	struct arena a = {0};

	test_when_parse();
	test_when_human();
	test_utf8(&a);
	test_json(&a);
	test_table(&a);
	test_template(&a);
	test_template_words(&a);
	test_template_printf(&a);
	test_json_parse(&a);
	test_record(&a);
	test_event(&a);
	test_words();
	arena_free(&a);
	return check_done();
}
