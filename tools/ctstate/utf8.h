/*
 * utf8.h - bytes as text the way Go sees them: what is not UTF-8 counts as U+FFFD, one a byte.
 */
#ifndef CTSTATE_UTF8_H
#define CTSTATE_UTF8_H

#include "mem.h"

#include <stdbool.h>

#define UTF8_REPLACEMENT 0xfffdU

/* Decodes one character of s[n] (n > 0). Returns its length; 1 with *ret_rune = UTF8_REPLACEMENT for an invalid
 * byte. */
size_t utf8_next(const char *s, size_t n, unsigned int *ret_rune);

/* Characters in s[n]. */
size_t utf8_count(const char *s, size_t n);

/* Columns that s[n] takes. */
size_t utf8_columns(const char *s, size_t n);

/* Adds a character; U+FFFD for a number that is none. */
void utf8_add(struct buf *b, unsigned int rune);

/* Adds s[n], each invalid byte as U+FFFD. */
void utf8_add_valid(struct buf *b, const char *s, size_t n);

/* Adds s[n] as strconv.Quote of Go writes it: "…" with \n, \t, \", \\, \x1b, and the Unicode escapes of what is not
 * printable. */
void utf8_add_quoted(struct buf *b, const char *s, size_t n);

/* Columns that a character takes as docker counts them: 2 for East Asian wide ones, else 1. */
unsigned int utf8_width(unsigned int rune);

/* Whether Go's strconv.IsPrint holds, to the precision of whole blocks. */
bool utf8_is_print(unsigned int rune);

#endif
