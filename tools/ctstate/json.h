/*
 * json.h - a tree of values: built from facts, read by templates, printed as JSON.
 *
 * Two kinds of object, as in the Go programs whose output people know: a struct has the members that it has, in their
 * order, and asking for another is an error; a map (labels, ports, networks) is
 * sorted by key, and asking it for a key that is not there gives no value. Strings are made valid UTF-8 when they
 * come in, so that whatever is printed is valid.
 */
#ifndef CTSTATE_JSON_H
#define CTSTATE_JSON_H

#include "common/err.h"
#include "mem.h"

#include <stdbool.h>
#include <stdint.h>

enum jtype { J_NULL, J_BOOL, J_INT, J_STRING, J_ARRAY, J_STRUCT, J_MAP, J_NUMBER };

struct jmember {
	const char *key;
	struct jval *val;
	bool hidden; /* for templates only, not printed */
};

struct jval {
	enum jtype type;
	enum jtype elem; /* what a map holds: the template function index gives an empty one of it for a missing key */
	bool b;          /* of an empty array: printed as null, like a nil slice */
	int64_t i;
	const char
	    *s;   /* valid UTF-8, NUL behind it; may hold NULs. Of a J_NUMBER, one that no int64_t is: as JSON has it */
	size_t n; /* bytes of s, or number of items or members */
	size_t room;
	struct jval **items;
	struct jmember *members;
};

struct jval *j_new(struct arena *a, enum jtype type);
/* A map whose values are of that type. */
struct jval *j_map(struct arena *a, enum jtype elem);

struct jval *j_bool(struct arena *a, bool b);
struct jval *j_int(struct arena *a, int64_t i);
struct jval *j_string(struct arena *a, const char *s, size_t n);
struct jval *j_str(struct arena *a, const char *s);

/* A number from its text in JSON, which is valid. */
struct jval *j_number(struct arena *a, const char *s, size_t n);

/* Appends to an array. */
void j_push(struct arena *a, struct jval *array, struct jval *item);

/* Adds a member to a struct (appended) or a map (at its place; a key that is there already gets the new value).
 * Returns val. */
struct jval *j_set(struct arena *a, struct jval *object, const char *key, struct jval *val);

/* The same, and a struct's member of that key gets the new value too. */
void j_put(struct arena *a, struct jval *object, const char *key, struct jval *val);

/* The member's value, or NULL. */
struct jval *j_get(const struct jval *object, const char *key);

enum {
	JSON_HTML = 1,  /* < > & as \u003c …, as Go's json.Marshal does */
	JSON_PRETTY = 2 /* indented by four blanks */
};

/* Prints the value, without a newline at its end. NULL prints as null. */
void json_print(struct buf *out, const struct jval *v, int flags);

/*
 * Parses one value of JSON (RFC 8259) at *at, which moves behind it and the blanks that follow. Objects become maps, the
 * outermost one, or those in an outermost array, structs. When the text stops before the value does, e->code is EAGAIN: more may come. A number, true, false
 * or null at the very end counts as whole only when eof.
 */
int json_parse(struct arena *a, const char **at, const char *end, bool eof, struct jval **ret, struct err *e);

#endif
