/*
 * profile.c - see profile.h
 *
 * Theory. Docker's profile has rules that hold only for some architectures, kernels and capabilities (includes,
 * excludes); the runtime specification's has none, so one reader serves both. It is strict: a member, word or operator
 * that it does not know would change what is allowed, so none is passed over. Of the rules left out every name is
 * checked, too.
 */
#include "profile.h"

#include "common/land.h"
#include "common/num.h"
#include "doc.h"
#include "words.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define ARGS_MAX 6
/* libseccomp takes no more. */
#define ERRNO_MAX 4094

/* The action of a rule (key "action") or of what has none (key "defaultAction"), with its error number. */
static int get_action(struct json_object *o, const char *key, const char *errno_key, const struct place *p,
                      uint32_t *ret, struct err *e)
{
	struct place q = doc_below(p, ".%s", key), r = doc_below(p, ".%s", errno_key);
	struct json_object *number = json_object_object_get(o, errno_key);
	uint64_t data = EPERM;
	const char *name;
	char by_name[16];

	if (!json_object_object_get(o, key))
		return doc_wrong(p, e, "'%s' is missing", key);
	if (doc_string(json_object_object_get(o, key), &q, &name, e) < 0)
		return -1;
	if (number && doc_number(number, &r, ERRNO_MAX, &data, e) < 0)
		return -1;
	/* Podman's profiles say it a second time, by name ("errno", "defaultErrno"). */
	snprintf(by_name, sizeof(by_name), "%.*s", (int)strlen(errno_key) - 3, errno_key);
	if (!number && json_object_object_get(o, by_name))
		return doc_wrong(p, e, "'%s' without '%s', the number", by_name, errno_key);
	if (!strcmp(name, "SCMP_ACT_NOTIFY"))
		return doc_wrong(&q, e, "SCMP_ACT_NOTIFY needs a program that answers, and there is none");
	if (!word_action(name, (uint16_t)data, ret))
		return doc_wrong(&q, e, "unknown action '%.60s'", name);
	if (number && !word_action_has_data(name))
		return doc_wrong(&r, e, "'%s' has no error number", name);
	return 0;
}

/* One comparison of an argument. */
static int read_arg(struct json_object *o, const struct place *p, struct scmp_arg_cmp *ret, struct err *e)
{
	static const char *const known[] = {"index", "value", "valueTwo", "op", NULL};
	struct place op_place = doc_below(p, ".op"), place;
	struct json_object *v;
	uint64_t number[3] = {0};
	const char *op;

	if (doc_members(o, p, known, e) < 0)
		return -1;
	for (size_t i = 0; i < 3; i++) {
		place = doc_below(p, ".%s", known[i]);
		v = json_object_object_get(o, known[i]);
		if (!v && i < 2)
			return doc_wrong(p, e, "'%s' is missing", known[i]);
		if (v && doc_number(v, &place, i == 0 ? ARGS_MAX - 1 : UINT64_MAX, &number[i], e) < 0)
			return -1;
	}
	v = json_object_object_get(o, "op");
	if (!v)
		return doc_wrong(p, e, "'op' is missing");
	if (doc_string(v, &op_place, &op, e) < 0)
		return -1;
	*ret = (struct scmp_arg_cmp){.arg = (unsigned int)number[0], .datum_a = number[1], .datum_b = number[2]};
	if (!word_operator(op, &ret->op))
		return doc_wrong(&op_place, e, "unknown operator '%.60s'", op);
	return 0;
}

/* The comparisons of a rule; *ret_any when one argument is compared twice, which means "or". */
static int read_args(struct json_object *rule, const struct place *p, struct scmp_arg_cmp args[ARGS_MAX],
                     unsigned int *ret_n, bool *ret_any, struct err *e)
{
	struct json_object *array;
	unsigned int seen = 0;
	size_t n;

	*ret_any = false;
	if (doc_array(rule, "args", p, &array, &n, e) < 0)
		return -1;
	if (n > ARGS_MAX)
		return doc_wrong(p, e, "more than %d comparisons in 'args'", ARGS_MAX);
	for (size_t i = 0; i < n; i++) {
		struct place q = doc_below(p, ".args[%zu]", i);

		if (read_arg(json_object_array_get_idx(array, i), &q, &args[i], e) < 0)
			return -1;
		*ret_any = *ret_any || (seen & 1u << args[i].arg);
		seen |= 1u << args[i].arg;
	}
	*ret_n = (unsigned int)n;
	return 0;
}

/* How many of the capabilities in a list the command keeps. */
static int count_caps(struct json_object *list, size_t n, const struct place *p, uint64_t caps, size_t *ret,
                      struct err *e)
{
	const char *name;
	struct place q;
	unsigned int cap = 0;

	*ret = 0;
	for (size_t i = 0; i < n; i++) {
		if (doc_word(list, i, "caps", p, &q, &name, e) < 0)
			return -1;
		if (land_caps_parse(name, &cap, e) < 0)
			return doc_place_error(&q, e);
		*ret += caps >> cap & 1;
	}
	return 0;
}

/* How many of the architectures in a list are this machine's. */
static int count_arches(struct json_object *list, size_t n, const struct place *p, size_t *ret, struct err *e)
{
	const char *name;
	struct place q;

	*ret = 0;
	for (size_t i = 0; i < n; i++) {
		if (doc_word(list, i, "arches", p, &q, &name, e) < 0)
			return -1;
		*ret += !strcmp(name, word_native_goarch());
	}
	return 0;
}

int profile_kernel(const char *text, int strict, unsigned int *ret)
{
	char major[8], minor[8];
	uint64_t a, b;
	int n = 0;

	if (sscanf(text, "%7[0-9].%7[0-9]%n", major, minor, &n) != 2 || !n || (strict && text[n]) ||
	    num_u64(major, 0, UINT16_MAX, &a) < 0 || num_u64(minor, 0, UINT16_MAX, &b) < 0)
		return -1;
	*ret = (unsigned int)(a << 16 | b);
	return 0;
}

/* How the world meets the conditions of "includes" or "excludes". */
struct match {
	size_t caps, n_caps, arches, n_arches;
	bool has_kernel, new_enough;
};

/* Reads one of the two. */
static int read_match(struct json_object *rule, const char *key, const struct place *above,
                      const struct profile_world *w, struct match *m, struct err *e)
{
	static const char *const known[] = {"caps", "arches", "minKernel", NULL};
	struct place p = doc_below(above, ".%s", key), q = doc_below(&p, ".minKernel");
	struct json_object *o = json_object_object_get(rule, key), *caps, *arches, *kernel;
	unsigned int min;
	const char *text;

	*m = (struct match){0};
	if (!o)
		return 0;
	if (doc_members(o, &p, known, e) < 0 || doc_array(o, "caps", &p, &caps, &m->n_caps, e) < 0 ||
	    doc_array(o, "arches", &p, &arches, &m->n_arches, e) < 0 ||
	    count_caps(caps, m->n_caps, &p, w->caps, &m->caps, e) < 0 ||
	    count_arches(arches, m->n_arches, &p, &m->arches, e) < 0)
		return -1;
	kernel = json_object_object_get(o, "minKernel");
	if (!kernel)
		return 0;
	if (doc_string(kernel, &q, &text, e) < 0)
		return -1;
	if (profile_kernel(text, 1, &min) < 0)
		return doc_wrong(&q, e, "'%.60s': a version such as 4.8 is expected", text);
	m->has_kernel = true;
	m->new_enough = w->kernel >= min;
	return 0;
}

/* Whether a rule holds in this world: all that it includes must be so, nothing that it excludes may be. */
static int applies(struct json_object *rule, const struct place *p, const struct profile_world *w, bool *ret,
                   struct err *e)
{
	struct match in, ex;

	if (read_match(rule, "includes", p, w, &in, e) < 0 || read_match(rule, "excludes", p, w, &ex, e) < 0)
		return -1;
	*ret = in.caps == in.n_caps && (!in.n_arches || in.arches) && (!in.has_kernel || in.new_enough) && !ex.caps &&
	       !ex.arches && !(ex.has_kernel && ex.new_enough);
	return 0;
}

/* A rule about one call. */
static int add_call(struct filter *f, uint32_t action, const char *call, const struct scmp_arg_cmp *args,
                    unsigned int n, bool any, struct err *e)
{
	if (!any)
		return filter_rule(f, action, call, args, n, e);
	for (unsigned int i = 0; i < n; i++)
		if (filter_rule(f, action, call, &args[i], 1, e) < 0)
			return -1;
	return 0;
}

/* The names of a rule: "names", or "name" in old profiles. */
static int get_names(struct json_object *rule, const struct place *p, struct json_object **ret, size_t *ret_n,
                     struct err *e)
{
	struct json_object *one = json_object_object_get(rule, "name");

	if (doc_array(rule, "names", p, ret, ret_n, e) < 0)
		return -1;
	if (one && *ret_n)
		return doc_wrong(p, e, "both 'name' and 'names'");
	if (!one && !*ret_n)
		return doc_wrong(p, e, "'names' is missing or empty");
	if (one) {
		*ret = one;
		*ret_n = 1;
	}
	return 0;
}

/* One element of "syscalls". */
static int read_rule(struct json_object *rule, const struct place *p, const struct profile_world *w, struct filter *f,
                     struct err *e)
{
	static const char *const known[] = {"name",     "names",    "action", "args",     "comment",
	                                    "includes", "excludes", "errno",  "errnoRet", NULL};
	struct scmp_arg_cmp args[ARGS_MAX] = {0};
	struct json_object *names;
	unsigned int n_args = 0;
	uint32_t action = 0;
	size_t n;
	bool any, holds;

	if (doc_members(rule, p, known, e) < 0 || get_names(rule, p, &names, &n, e) < 0 ||
	    get_action(rule, "action", "errnoRet", p, &action, e) < 0 ||
	    read_args(rule, p, args, &n_args, &any, e) < 0 || applies(rule, p, w, &holds, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		bool list = json_object_is_type(names, json_type_array);
		struct place q = list ? doc_below(p, ".names[%zu]", i) : doc_below(p, ".name");
		const char *call;

		if (doc_string(list ? json_object_array_get_idx(names, i) : names, &q, &call, e) < 0)
			return -1;
		if (filter_mention(f, call, e) < 0 || (holds && add_call(f, action, call, args, n_args, any, e) < 0))
			return doc_place_error(&q, e);
	}
	return 0;
}

/* One architecture by name. */
static int add_arch(struct filter *f, const char *name, const struct place *p, struct err *e)
{
	uint32_t token = word_arch(name);

	if (!token)
		return doc_wrong(p, e, "unknown architecture '%.60s'", name);
	return filter_arch(f, token, e) < 0 ? doc_place_error(p, e) : 0;
}

/* "architectures": a list. */
static int read_arches(struct json_object *o, const char *key, const struct place *p, struct filter *f, struct err *e)
{
	struct json_object *array;
	const char *name;
	struct place q;
	size_t n;

	if (doc_array(o, key, p, &array, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (doc_word(array, i, key, p, &q, &name, e) < 0 || add_arch(f, name, &q, e) < 0)
			return -1;
	return 0;
}

/* "archMap": of the entry that is this machine's the other architectures. */
static int read_arch_map(struct json_object *o, const struct place *p, struct filter *f, struct err *e)
{
	static const char *const known[] = {"architecture", "subArchitectures", NULL};
	struct json_object *array;
	const char *name;
	size_t n;

	if (doc_array(o, "archMap", p, &array, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct json_object *entry = json_object_array_get_idx(array, i);
		struct place q = doc_below(p, ".archMap[%zu]", i), r = doc_below(&q, ".architecture");

		if (doc_members(entry, &q, known, e) < 0 ||
		    doc_string(json_object_object_get(entry, known[0]), &r, &name, e) < 0)
			return -1;
		if (!word_arch(name))
			return doc_wrong(&r, e, "unknown architecture '%.60s'", name);
		if (word_arch(name) == seccomp_arch_native() && read_arches(entry, known[1], &q, f, e) < 0)
			return -1;
	}
	return 0;
}

/* "flags". */
static int read_flags(struct json_object *o, const struct place *p, uint32_t *ret, struct err *e)
{
	struct json_object *array;
	const char *name;
	struct place q;
	uint32_t flag;
	size_t n;

	*ret = 0;
	if (doc_array(o, "flags", p, &array, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (doc_word(array, i, "flags", p, &q, &name, e) < 0)
			return -1;
		if (!word_flag(name, &flag))
			return doc_wrong(&q, e, "unknown or useless flag '%.60s'", name);
		*ret |= flag;
	}
	return 0;
}

/* The whole profile. */
static int read_profile(struct json_object *o, const struct place *p, const struct profile_world *w, struct filter *f,
                        uint32_t *ret_flags, struct err *e)
{
	static const char *const known[] = {"defaultAction", "defaultErrnoRet", "defaultErrno", "architectures",
	                                    "archMap",       "flags",           "syscalls",     NULL};
	struct json_object *rules;
	uint32_t action = 0;
	size_t n;

	if (doc_members(o, p, known, e) < 0 || get_action(o, "defaultAction", "defaultErrnoRet", p, &action, e) < 0)
		return -1;
	if (json_object_object_get(o, "architectures") && json_object_object_get(o, "archMap"))
		return doc_wrong(p, e, "both 'architectures' and 'archMap'");
	if (filter_begin(f, action, e) < 0 || read_arches(o, "architectures", p, f, e) < 0 ||
	    read_arch_map(o, p, f, e) < 0 || read_flags(o, p, ret_flags, e) < 0 ||
	    doc_array(o, "syscalls", p, &rules, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct place q = doc_below(p, ".syscalls[%zu]", i);

		if (read_rule(json_object_array_get_idx(rules, i), &q, w, f, e) < 0)
			return -1;
	}
	return 0;
}

int profile_compile(const char *text, size_t n, const struct profile_world *w, struct filter *f, uint32_t *ret_flags,
                    struct err *e)
{
	struct json_object *whole = doc_parse(text, n, e), *o = whole, *linux_part;
	struct place p = {""};
	int r;

	*f = (struct filter){0};
	if (!whole)
		return -1;
	/* A bundle's config.json has it inside. */
	if (json_object_object_get_ex(whole, "linux", &linux_part)) {
		o = json_object_object_get(linux_part, "seccomp");
		p = doc_below(&p, ".linux.seccomp");
	}
	r = read_profile(o, &p, w, f, ret_flags, e);
	json_object_put(whole);
	return r;
}
