/*
 * cri.h - the log format of the Kubernetes container runtime interface: one record a line,
 *
 *	2026-11-25T21:00:00.123456789Z stdout F the text
 *
 * tag F: the record ends a line of the command's; P: the line goes on in the stream's next record (or the command
 * ended in the middle of a line), so that the bytes read back exactly.
 */
#ifndef LOGWRITE_CRI_H
#define LOGWRITE_CRI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CRI_TEXT_MAX 16384 /* longer lines are split */
#define CRI_TIME_LEN 30
#define CRI_HEADER_LEN (CRI_TIME_LEN + sizeof(" stdout F ") - 1)

enum cri_stream { CRI_STDOUT, CRI_STDERR, CRI_STREAMS };

struct cri_record {
	const char *time; /* as written; points into the line */
	size_t time_n;
	enum cri_stream stream;
	bool partial;
	const char *text;
	size_t text_n;
};

/* Writes the record's header, CRI_HEADER_LEN bytes, without a NUL. */
void cri_header(char *buf, const char time[CRI_TIME_LEN], enum cri_stream stream, bool partial);

/* Splits one line of n bytes, without its newline. -1 when it is not a record. */
int cri_parse(const char *line, size_t n, struct cri_record *ret);

/* "stdout" or "stderr". -1 when it is neither. */
int cri_stream_parse(const char *s, size_t n, enum cri_stream *ret);

#endif
