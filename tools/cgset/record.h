/*
 * record.h - one record of keys and numbers, printed as lines or as a JSON object.
 */
#ifndef CGSET_RECORD_H
#define CGSET_RECORD_H

#include <stdbool.h>
#include <stdint.h>

struct record {
	bool json;
};

/* Begins the record of a group. */
void record_begin(struct record *r, bool json, const char *group);

/* A number; VALUE_UNLIMITED prints as max (null in JSON). */
void record_number(const struct record *r, const char *key, uint64_t n);

/* A value that is a number already ("0.12"). */
void record_text(const struct record *r, const char *key, const char *text);

void record_end(const struct record *r);

#endif
