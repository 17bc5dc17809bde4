/*
 * template_lex.h - the words and constants of a template's actions: for template_parse.c only.
 */
#ifndef CTSTATE_TEMPLATE_LEX_H
#define CTSTATE_TEMPLATE_LEX_H

#include "common/err.h"
#include "json.h"

#include <stdbool.h>

struct tmpl;

/* Where in the text the parser is, and what it is inside of. */
struct lexer {
	struct arena *a;
	struct err *e;
	const char *text, *p;
	unsigned int depth, ranges;
	struct tmpl *tmpl;
};

/* Sets the error to what is wrong here. Returns -1. */
int lex_fail(struct lexer *p, const char *what);

bool lex_is_blank(char c);
bool lex_is_word(char c);
void lex_skip_blanks(struct lexer *p);

/* The word at the position, in the arena, and moves behind it; "" when there is none. */
const char *lex_word(struct lexer *p);

/* Whether this word stands here; moves behind it if so. */
bool lex_keyword(struct lexer *p, const char *word);

/* "string" with escapes or `raw string`. */
int lex_string(struct lexer *p, struct jval **ret);

/* 12, 0x1f, 1_000, 1.5, 1e3 */
int lex_number(struct lexer *p, struct jval **ret);

/* 'c': the number of the character. */
int lex_char(struct lexer *p, struct jval **ret);

#endif
