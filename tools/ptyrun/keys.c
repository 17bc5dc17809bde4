/* keys.c - see keys.h */
#include "keys.h"

#include <errno.h>
#include <string.h>

/* One key, n bytes of text. 0 when it is none. */
static unsigned char parse_key(const char *s, size_t n)
{
	if (n == 1 && s[0] > ' ' && s[0] < 127)
		return (unsigned char)s[0];
	if (n != 6 || strncmp(s, "ctrl-", 5) != 0)
		return 0;
	if (s[5] >= 'a' && s[5] <= 'z')
		return (unsigned char)(s[5] - 'a' + 1);
	/* Ctrl-@ is the NUL, which the caller cannot tell from none. */
	return strchr("[\\]^_", s[5]) ? (unsigned char)(s[5] - '@') : 0;
}

int keys_parse(const char *text, struct keys *ret)
{
	struct keys k = {.n = 0};
	size_t n;

	for (const char *p = text; *text; p += n + 1) {
		unsigned char key;

		n = strcspn(p, ",");
		key = parse_key(p, n);
		if (k.n == KEYS_MAX || (!key && !(n == 6 && strncmp(p, "ctrl-@", 6) == 0))) {
			errno = EINVAL;
			return -1;
		}
		k.seq[k.n++] = key;
		if (!p[n])
			break;
	}
	*ret = k;
	return 0;
}

/* Takes one key; returns whether the sequence is complete. What is held back and turns out not to be its beginning is
 * passed on, but for its end that may be one. */
static bool feed_one(struct keys *k, unsigned char c, char *out, size_t *n)
{
	while (k->at > 0 && k->seq[k->at] != c) {
		size_t from = 1;

		while (from < k->at && memcmp(k->seq, k->seq + from, k->at - from) != 0)
			from++;
		memcpy(out + *n, k->seq, from);
		*n += from;
		k->at -= from;
	}
	if (k->seq[k->at] != c) {
		out[(*n)++] = (char)c;
		return false;
	}
	return ++k->at == k->n;
}

bool keys_feed(struct keys *k, const char *in, size_t n, char *out, size_t *ret_n)
{
	*ret_n = 0;
	if (k->n == 0) {
		memcpy(out, in, n);
		*ret_n = n;
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		if (feed_one(k, (unsigned char)in[i], out, ret_n)) {
			k->at = 0;
			return true;
		}
	}
	return false;
}
