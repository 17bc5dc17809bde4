/* table.c - see table.h */
#include "table.h"
#include "utf8.h"

#include <string.h>

#define COLUMNS_MAX 64
#define LEAST_WIDTH 10
#define GAP 3

/* Calls for each cell that a tab ends. The rest of a line, and what comes behind the last column, is not aligned. */
static size_t cell_length(const char *p, const char *end)
{
	const char *q = p;

	while (q < end && *q != '\t' && *q != '\n')
		q++;
	return (size_t)(q - p);
}

static void measure(const char *p, const char *end, size_t width[COLUMNS_MAX])
{
	size_t column = 0;

	while (p < end) {
		size_t n = cell_length(p, end);

		if (p + n < end && p[n] == '\t' && column < COLUMNS_MAX) {
			size_t w = utf8_columns(p, n) + GAP;

			if (w > width[column])
				width[column] = w;
			column++;
		} else {
			column = 0;
		}
		p += n + 1;
	}
}

void table_align(struct buf *out, const char *text, size_t n)
{
	const char *p = text, *end = text + n;
	size_t width[COLUMNS_MAX], column = 0;

	for (size_t i = 0; i < COLUMNS_MAX; i++)
		width[i] = LEAST_WIDTH;
	measure(p, end, width);
	while (p < end) {
		size_t len = cell_length(p, end);
		bool tab = p + len < end && p[len] == '\t';

		buf_add(out, p, len);
		for (size_t w = utf8_columns(p, len); tab && column < COLUMNS_MAX && w < width[column]; w++)
			buf_putc(out, ' ');
		column = tab ? column + 1 : 0;
		if (!tab)
			buf_putc(out, '\n');
		p += len + 1;
	}
}
