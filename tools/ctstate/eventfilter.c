/* eventfilter.c - see eventfilter.h */
#include "eventfilter.h"

#include <string.h>

/* A beginning of the id, or the name, of what is of this type. */
static bool is_of_object(const struct event *e, const char *type, const char *value)
{
	if (strcmp(e->type, type) != 0)
		return strcmp(event_attribute(e, type), value) == 0;
	return *value && (strncmp(e->id, value, strlen(value)) == 0 || strcmp(event_attribute(e, "name"), value) == 0);
}

static bool is_of_container(const struct event *e, const char *value)
{
	return is_of_object(e, "container", value);
}

static bool is_of_network(const struct event *e, const char *value)
{
	return is_of_object(e, "network", value);
}

static bool is_of_volume(const struct event *e, const char *value)
{
	return is_of_object(e, "volume", value);
}

/* The action, or what stands before its colon ("health_status: healthy", "exec_start: sh"). */
static bool is_of_event(const struct event *e, const char *value)
{
	size_t n = strlen(value);

	return strncmp(e->action, value, n) == 0 && (!e->action[n] || e->action[n] == ':');
}

/* Whether it is the image's name, with or without the tag. */
static bool names_image(const char *image, const char *value)
{
	size_t n = strlen(value);

	return strncmp(image, value, n) == 0 && (!image[n] || (image[n] == ':' && !strchr(image + n, '/')));
}

/* The image of a container; of an image its name or a beginning of the id. */
static bool is_of_image(const struct event *e, const char *value)
{
	static const char digest[] = "sha256:";
	const size_t skip = sizeof(digest) - 1;

	if (strcmp(e->type, "image") != 0)
		return names_image(event_attribute(e, "image"), value);
	if (strncmp(e->id, digest, skip) == 0 && *value &&
	    (strncmp(e->id, value, strlen(value)) == 0 || strncmp(e->id + skip, value, strlen(value)) == 0))
		return true;
	/* pull and push are told of a reference instead of an id. */
	return names_image(e->id, value) || names_image(event_attribute(e, "name"), value);
}

/* "key" or "key=value". */
static bool is_of_label(const struct event *e, const char *value)
{
	size_t n = strcspn(value, "=");

	for (size_t i = 0; i < e->attributes->n; i++) {
		const struct jmember *m = &e->attributes->members[i];

		if (strlen(m->key) == n && memcmp(m->key, value, n) == 0)
			return !value[n] || strcmp(m->val->s, value + n + 1) == 0;
	}
	return false;
}

static bool is_of_type(const struct event *e, const char *value)
{
	return strcmp(e->type, value) == 0;
}

static bool is_of_scope(const struct event *e, const char *value)
{
	(void)e;
	return strcmp(value, "local") == 0;
}

static const struct {
	const char *name;
	bool all;
	bool (*match)(const struct event *e, const char *value);
} event_kinds[] = {
    {"container", false, is_of_container}, {"event", false, is_of_event},     {"image", false, is_of_image},
    {"label", true, is_of_label},          {"network", false, is_of_network}, {"scope", false, is_of_scope},
    {"type", false, is_of_type},           {"volume", false, is_of_volume},
};

#define N_EVENT_KINDS (sizeof(event_kinds) / sizeof(event_kinds[0]))

int event_filter_add(struct event_filters *fs, const char *text, struct err *e)
{
	size_t n = strcspn(text, "=");

	if (!text[n])
		return err_set(e, 0, "filter '%s': not of the form KEY=VALUE", text);
	if (fs->n == EVENT_FILTERS_MAX)
		return err_set(e, 0, "more than %d filters", EVENT_FILTERS_MAX);
	for (size_t k = 0; k < N_EVENT_KINDS; k++) {
		if (strlen(event_kinds[k].name) != n || memcmp(event_kinds[k].name, text, n) != 0)
			continue;
		fs->f[fs->n].kind = k;
		fs->f[fs->n++].value = text + n + 1;
		return 0;
	}
	err_set(e, 0, "filter '%.*s': there is no such filter", (int)(n < 200 ? n : 200), text);
	return err_hint(e, "there are container event image label network scope type volume");
}

bool event_filters_match(const struct event_filters *fs, const struct event *ev)
{
	for (size_t k = 0; k < N_EVENT_KINDS; k++) {
		size_t asked = 0, held = 0;

		for (size_t i = 0; i < fs->n; i++) {
			if (fs->f[i].kind != k)
				continue;
			asked++;
			held += event_kinds[k].match(ev, fs->f[i].value);
		}
		if (asked && (event_kinds[k].all ? held < asked : held == 0))
			return false;
	}
	return true;
}
