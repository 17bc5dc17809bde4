/*
 * musl_chk.c - what a static library of the distribution's needs besides musl.
 *
 * Debian's libcap-ng.a is compiled against glibc's headers with _FORTIFY_SOURCE, so that its objects call the checking
 * variants of some functions, and the C23 ones of newer glibcs. They are glibc's names for the functions of the
 * standard with an argument more; musl has only the functions. The Makefile links a small program to see whether these
 * are enough, and links against the C library of CC where they are not. With glibc this file is empty.
 */
#include <features.h>

#ifdef __GLIBC__
typedef int musl_chk_is_empty; /* ISO C wants a declaration */
#else
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>

int __printf_chk(int flag, const char *fmt, ...);
int __sprintf_chk(char *s, int flag, size_t size, const char *fmt, ...);
int __snprintf_chk(char *s, size_t n, int flag, size_t size, const char *fmt, ...);
int __asprintf_chk(char **s, int flag, const char *fmt, ...);
void __syslog_chk(int priority, int flag, const char *fmt, ...);
int __isoc23_sscanf(const char *s, const char *fmt, ...);
unsigned long __isoc23_strtoul(const char *s, char **end, int base);
int pthread_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void));

/* printf(3). */
int __printf_chk(int flag, const char *fmt, ...)
{
	va_list ap;
	int n;

	(void)flag;
	va_start(ap, fmt);
	n = vprintf(fmt, ap);
	va_end(ap);
	return n;
}

/* sprintf(3) into size bytes. */
int __sprintf_chk(char *s, int flag, size_t size, const char *fmt, ...)
{
	va_list ap;
	int n;

	(void)flag;
	va_start(ap, fmt);
	n = vsnprintf(s, size, fmt, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n >= size)
		abort();
	return n;
}

/* snprintf(3). */
int __snprintf_chk(char *s, size_t n, int flag, size_t size, const char *fmt, ...)
{
	va_list ap;
	int r;

	(void)flag;
	if (n > size)
		abort();
	va_start(ap, fmt);
	r = vsnprintf(s, n, fmt, ap);
	va_end(ap);
	return r;
}

/* asprintf(3). */
int __asprintf_chk(char **s, int flag, const char *fmt, ...)
{
	va_list ap;
	int n;

	(void)flag;
	va_start(ap, fmt);
	n = vasprintf(s, fmt, ap);
	va_end(ap);
	return n;
}

/* syslog(3). */
void __syslog_chk(int priority, int flag, const char *fmt, ...)
{
	va_list ap;

	(void)flag;
	va_start(ap, fmt);
	vsyslog(priority, fmt, ap);
	va_end(ap);
}

/* sscanf(3). */
int __isoc23_sscanf(const char *s, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsscanf(s, fmt, ap);
	va_end(ap);
	return n;
}

/* strtoul(3). */
unsigned long __isoc23_strtoul(const char *s, char **end, int base)
{
	return strtoul(s, end, base);
}

/* pthread_atfork(3), by which libcap-ng has its state forgotten in a child before main has begun. Here the state is
 * first used in the process that becomes the command (land.c), and without the registration a start needs no heap. */
int pthread_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void))
{
	(void)prepare;
	(void)parent;
	(void)child;
	return 0;
}
#endif
