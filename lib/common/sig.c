/* sig.c - see sig.h */
#include "sig.h"
#include "num.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct {
	int sig;
	const char *name;
} names[] = {
    {SIGHUP, "HUP"},       {SIGINT, "INT"},   {SIGQUIT, "QUIT"},   {SIGILL, "ILL"},   {SIGTRAP, "TRAP"},
    {SIGABRT, "ABRT"},     {SIGBUS, "BUS"},   {SIGFPE, "FPE"},     {SIGKILL, "KILL"}, {SIGUSR1, "USR1"},
    {SIGSEGV, "SEGV"},     {SIGUSR2, "USR2"}, {SIGPIPE, "PIPE"},   {SIGALRM, "ALRM"}, {SIGTERM, "TERM"},
    {SIGSTKFLT, "STKFLT"}, {SIGCHLD, "CHLD"}, {SIGCONT, "CONT"},   {SIGSTOP, "STOP"}, {SIGTSTP, "TSTP"},
    {SIGTTIN, "TTIN"},     {SIGTTOU, "TTOU"}, {SIGURG, "URG"},     {SIGXCPU, "XCPU"}, {SIGXFSZ, "XFSZ"},
    {SIGVTALRM, "VTALRM"}, {SIGPROF, "PROF"}, {SIGWINCH, "WINCH"}, {SIGIO, "IO"},     {SIGPWR, "PWR"},
    {SIGSYS, "SYS"},       {SIGABRT, "IOT"},  {SIGIO, "POLL"},     {SIGCHLD, "CLD"},
};

#define N_NAMES (sizeof(names) / sizeof(names[0]))

/* The kernel's first real-time signal: a C library keeps a few for itself, the number typed means the kernel's. */
#define RT_FIRST 34
#define RT_LAST 64

/* "RTMIN", "RTMIN+3", "RTMAX-2". */
static int parse_realtime(const char *s, int *ret)
{
	bool from_min = strncasecmp(s, "RTMIN", 5) == 0;
	uint64_t off = 0;

	if (!from_min && strncasecmp(s, "RTMAX", 5) != 0)
		return -1;
	s += 5;
	if (*s && (*s != (from_min ? '+' : '-') || num_u64(s + 1, 0, RT_LAST - RT_FIRST, &off) < 0))
		return -1;
	*ret = from_min ? RT_FIRST + (int)off : RT_LAST - (int)off;
	return 0;
}

int sig_parse(const char *s, int *ret)
{
	uint64_t v;

	if (num_u64(s, 1, RT_LAST, &v) == 0) {
		*ret = (int)v;
		return 0;
	}
	if (strncasecmp(s, "SIG", 3) == 0)
		s += 3;
	for (size_t i = 0; i < N_NAMES; i++) {
		if (strcasecmp(s, names[i].name) == 0) {
			*ret = names[i].sig;
			return 0;
		}
	}
	if (parse_realtime(s, ret) == 0)
		return 0;
	errno = EINVAL;
	return -1;
}

void sig_forward_set(sigset_t *ret)
{
	static const int fixed[] = {SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGTERM, SIGWINCH, SIGPWR, SIGSTKFLT};

	sigemptyset(ret);
	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
		sigaddset(ret, fixed[i]);
	for (int s = SIGRTMIN; s <= SIGRTMAX; s++)
		sigaddset(ret, s);
}

void sig_children(void)
{
	signal(SIGCHLD, SIG_DFL);
}

void sig_reset(void)
{
	static const uint64_t by_default[8]; /* larger than any kernel's struct sigaction */
	sigset_t none;

	for (int s = 1; s <= RT_LAST; s++)
		if (s != SIGKILL && s != SIGSTOP)
			syscall(SYS_rt_sigaction, s, by_default, NULL, RT_LAST / 8);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}
