/*
 * cri.c - see cri.h.
 */
#include "cri.h"

#include <string.h>

static const char *const stream_names[CRI_STREAMS] = {"stdout", "stderr"};

void cri_header(char *buf, const char time[CRI_TIME_LEN], enum cri_stream stream, bool partial)
{
	/* A header is not a string: the text follows it. NOLINTBEGIN(bugprone-not-null-terminated-result) */
	memcpy(buf, time, CRI_TIME_LEN);
	memcpy(buf + CRI_TIME_LEN, stream == CRI_STDOUT ? " stdout " : " stderr ", 8);
	memcpy(buf + CRI_TIME_LEN + 8, partial ? "P " : "F ", 2);
	/* NOLINTEND(bugprone-not-null-terminated-result) */
}

int cri_stream_parse(const char *s, size_t n, enum cri_stream *ret)
{
	for (size_t i = 0; i < CRI_STREAMS; i++) {
		if (n == strlen(stream_names[i]) && memcmp(s, stream_names[i], n) == 0) {
			*ret = (enum cri_stream)i;
			return 0;
		}
	}
	return -1;
}

int cri_parse(const char *line, size_t n, struct cri_record *ret)
{
	const char *end = line + n, *stream, *tag;
	const char *blank = memchr(line, ' ', n);

	if (!blank)
		return -1;
	ret->time = line;
	ret->time_n = (size_t)(blank - line);
	stream = blank + 1;
	blank = memchr(stream, ' ', (size_t)(end - stream));
	if (!blank || cri_stream_parse(stream, (size_t)(blank - stream), &ret->stream) < 0)
		return -1;
	tag = blank + 1;
	blank = memchr(tag, ' ', (size_t)(end - tag));
	/* Further tags may follow the first, separated by colons. */
	if (!blank || (*tag != 'F' && *tag != 'P') || (blank - tag > 1 && tag[1] != ':'))
		return -1;
	ret->partial = *tag == 'P';
	ret->text = blank + 1;
	ret->text_n = (size_t)(end - ret->text);
	return 0;
}
