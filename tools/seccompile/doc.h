/*
 * doc.h - a JSON document read strictly, with the place of whatever is wrong in it.
 */
#ifndef SECCOMPILE_DOC_H
#define SECCOMPILE_DOC_H

#include "common/err.h"

#include <json-c/json.h>
#include <stddef.h>
#include <stdint.h>

/* Where in the document something is, for messages: ".syscalls[3].args". */
struct place {
	char text[200];
};

/* Reads text[n], which a NUL follows. NULL when it is no JSON: the error names line and column. json_object_put it. */
struct json_object *doc_parse(const char *text, size_t n, struct err *e);

/* The place of a member or element below another. */
struct place doc_below(const struct place *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* An error at a place; returns -1. */
int doc_wrong(const struct place *p, struct err *e, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Puts the place in front of an error that a callee has worded; returns -1. */
int doc_place_error(const struct place *p, struct err *e);

/* The value as a string without a NUL in it. */
int doc_string(struct json_object *v, const struct place *p, const char **ret, struct err *e);

/* The value as a whole number from 0 to max. */
int doc_number(struct json_object *v, const struct place *p, uint64_t max, uint64_t *ret, struct err *e);

/* Refuses what is no object, and members that are not in the list (ended by NULL). */
int doc_members(struct json_object *o, const struct place *p, const char *const *known, struct err *e);

/* The array that is the member key of o: *ret is NULL when it is missing or null, its length *ret_n then 0. */
int doc_array(struct json_object *o, const char *key, const struct place *p, struct json_object **ret, size_t *ret_n,
              struct err *e);

/* Element i, a string, of the array that is the member key of what is at p; *q becomes its place. */
int doc_word(struct json_object *array, size_t i, const char *key, const struct place *p, struct place *q,
             const char **ret, struct err *e);

#endif
