/*
 * keys.h - the keys that leave a command's terminal while the command goes on (docker's --detach-keys).
 */
#ifndef PTYRUN_KEYS_H
#define PTYRUN_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#define KEYS_MAX 16

struct keys {
	unsigned char seq[KEYS_MAX];
	size_t n;  /* 0: there are none */
	size_t at; /* how many of them have been typed, and are held back */
};

/* "ctrl-p,ctrl-q": keys divided by commas, each one character or ctrl- and a letter or one of @ [ \ ] ^ _; "" is none.
 * -1 with errno EINVAL. */
int keys_parse(const char *text, struct keys *ret);

/* What was typed, n bytes, to what is passed on: out has room for n + KEYS_MAX. Keys that may be the beginning of the
 * sequence are held back until the next one decides. Returns true when the whole sequence was typed; what follows it
 * is dropped. */
bool keys_feed(struct keys *k, const char *in, size_t n, char *out, size_t *ret_n);

#endif
