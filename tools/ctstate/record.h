/*
 * record.h - objects as a shell can write them: NUL-ended entries, an empty one behind each object.
 *
 *     KEY=TEXT          a string, any bytes
 *     KEY:=JSON         a number, true, false, null, a list, an object
 *     KEY[]=TEXT        one more string of a list
 *     KEY{}=NAME=TEXT   one more pair of a map of strings; without '=' its value is empty
 *
 * KEY is letters, digits and '_'; A.B is the member B of the object A. KEY[] and KEY{} alone make an empty list or map.
 * The map Label is for {{.Label "name"}} only, and not printed.
 */
#ifndef CTSTATE_RECORD_H
#define CTSTATE_RECORD_H

#include "json.h"

/*
 * Reads one object at *at, which moves behind it. When the text stops before the empty entry does, e->code is EAGAIN unless
 * eof, when it counts as whole. Returns 0 with *ret NULL at the end of the text.
 */
int record_parse(struct arena *a, const char **at, const char *end, bool eof, struct jval **ret, struct err *e);

#endif
