/* health.c - see health.h */
#include "health.h"
#include "common/num.h"

#include <stdlib.h>
#include <string.h>

/* The file is lines: "HEALTH STREAK", then "START END STATUS OUTPUT" for each of the last probes. */
static struct fact read_health(struct arena *a, const struct state_dirs *d, const char *id)
{
	return fact_list(a, d->run, id, "health");
}

/* The word that the text begins with, "" when it is none of health's. */
static const char *word_of(const char *text)
{
	static const char *const words[] = {"starting", "healthy", "unhealthy"};

	for (size_t i = 0; text && i < sizeof(words) / sizeof(words[0]); i++)
		if (strncmp(text, words[i], strlen(words[i])) == 0 && text[strlen(words[i])] == ' ')
			return words[i];
	return "";
}

const char *health_word(struct arena *a, const struct state_dirs *d, const char *id)
{
	return word_of(read_health(a, d, id).p);
}

/* The output as it was: \n, \\ and \xHH replaced, in place. Returns its length. */
static size_t unescape(char *s)
{
	char *to = s;

	for (const char *p = s; *p;) {
		if (p[0] == '\\' && p[1] == 'x' && p[2] && p[3]) {
			char hex[3] = {p[2], p[3], '\0'};

			*to++ = (char)strtoul(hex, NULL, 16);
			p += 4;
		} else if (p[0] == '\\' && p[1]) {
			*to++ = p[1] == 'n' ? '\n' : p[1];
			p += 2;
		} else {
			*to++ = *p++;
		}
	}
	return (size_t)(to - s);
}

/* One line of the results; what is damaged is left out. */
static void add_result(struct arena *a, struct jval *log, char *line)
{
	char *end = strchr(line, ' '), *status = end ? strchr(end + 1, ' ') : NULL;
	char *output = status ? strchr(status + 1, ' ') : NULL;
	struct jval *o;
	int64_t code;

	if (!output)
		return;
	*end++ = *status++ = *output++ = '\0';
	if (num_i64(status, -1, 255, &code) < 0)
		return;
	o = j_new(a, J_STRUCT);
	j_set(a, o, "Start", j_str(a, line));
	j_set(a, o, "End", j_str(a, end));
	j_set(a, o, "ExitCode", j_int(a, code));
	j_set(a, o, "Output", j_string(a, output, unescape(output)));
	j_push(a, log, o);
}

struct jval *health_parse(struct arena *a, char *text)
{
	const char *word = word_of(text);
	struct jval *o = j_new(a, J_STRUCT), *log = j_new(a, J_ARRAY);
	char *save = NULL, *line = text ? strtok_r(text, "\n", &save) : NULL;
	uint64_t streak = 0;

	if (line && strchr(line, ' '))
		num_u64(strchr(line, ' ') + 1, 0, UINT32_MAX, &streak);
	while (line && (line = strtok_r(NULL, "\n", &save)))
		add_result(a, log, line);
	j_set(a, o, "Status", j_str(a, *word ? word : "starting"));
	j_set(a, o, "FailingStreak", j_int(a, (int64_t)streak));
	j_set(a, o, "Log", log);
	return o;
}

struct jval *health_view(struct arena *a, const struct state_dirs *d, const char *id)
{
	struct fact f = read_health(a, d, id);

	return f.p || fact_list(a, d->containers, id, "health-test").p ? health_parse(a, f.p) : NULL;
}

struct jval *health_config(struct arena *a, const struct state_dirs *d, const char *id)
{
	static const char *const keys[] = {"Interval", "Timeout", "StartPeriod", "Retries", "StartInterval"};
	struct fact test = fact_list(a, d->containers, id, "health-test");
	struct fact options = fact_line(a, d->containers, id, "health-options");
	struct jval *o = j_new(a, J_STRUCT), *list = j_new(a, J_ARRAY);
	char *save = NULL, *word = options.p ? strtok_r(options.p, " ", &save) : NULL;

	if (!test.p)
		return NULL;
	for (const char *p = NULL; (p = fact_next(&test, p));)
		j_push(a, list, j_str(a, p));
	j_set(a, o, "Test", list);
	for (size_t i = 0; word && i < 5; i++, word = strtok_r(NULL, " ", &save)) {
		uint64_t v;

		if ((i != 3 ? num_duration(word, &v) : num_u64(word, 0, INT64_MAX, &v)) == 0 && v)
			j_set(a, o, keys[i], j_int(a, (int64_t)v));
	}
	return o;
}
