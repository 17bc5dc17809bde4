/* event.c - see event.h */
#include "event.h"
#include "fd.h"
#include "proc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

static const char hex[] = "0123456789ABCDEF";

/* Adds a word with a blank in front; returns behind it. There is room for three bytes a character. */
static char *add_word(char *to, const char *word)
{
	*to++ = ' ';
	for (; *word; word++) {
		unsigned char c = (unsigned char)*word;

		if (c > ' ' && c != 0x7f && c != '%') {
			*to++ = (char)c;
			continue;
		}
		*to++ = '%';
		*to++ = hex[c >> 4];
		*to++ = hex[c & 15];
	}
	return to;
}

int event_append(const char *file, const char *type, const char *action, const char *id, const char *const *pairs,
                 struct err *e)
{
	const char *const words[] = {type, action, id};
	size_t room = TIME_TEXT_LEN + 2;
	char small[512], *line = small, *p;
	AUTO_FREE char *large = NULL;
	AUTO_FD fd = -1;

	for (size_t i = 0; i < 3; i++)
		room += 3 * strlen(words[i]) + 1;
	for (size_t i = 0; pairs && pairs[i]; i++)
		room += 3 * strlen(pairs[i]) + 1;
	if (room > sizeof(small)) {
		large = malloc(room);
		line = large;
	}
	if (!line)
		return err_set(e, ENOMEM, "write '%s'", file);
	time_text(line, TIME_TEXT_LEN + 1);
	p = line + strlen(line);
	for (size_t i = 0; i < 3; i++)
		p = add_word(p, words[i]);
	for (size_t i = 0; pairs && pairs[i]; i++)
		p = add_word(p, pairs[i]);
	*p++ = '\n';
	fd = open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0 || fd_write_all(fd, line, (size_t)(p - line)) < 0)
		return err_set(e, errno, "write '%s'", file);
	return 0;
}

/* The value of a hexadecimal digit, or -1. */
static int digit(char c)
{
	const char *at = c ? strchr(hex, c) : NULL;

	return at ? (int)(at - hex) : -1;
}

void event_decode(char *word)
{
	char *to = word;

	for (; *word; word++) {
		int high = *word == '%' ? digit(word[1]) : -1, low = high < 0 ? -1 : digit(word[2]);

		if (low >= 0 && high + low > 0) {
			*to++ = (char)((unsigned int)high << 4 | (unsigned int)low);
			word += 2;
		} else {
			*to++ = *word;
		}
	}
	*to = '\0';
}
