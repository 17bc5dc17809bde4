/* test_sig.c - signal names, and which ones are forwarded. */
#include "check.h"
#include "common/sig.h"

#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

static void parses(const char *s, int want)
{
	int v = -1;

	CHECK(sig_parse(s, &v) == 0 && v == want);
}

/* The kernel's own words, for a C library does not let anybody ask about the signals that it keeps for itself. */
static uint64_t handler_of(int sig)
{
	uint64_t old[8] = {1};

	CHECK(syscall(SYS_rt_sigaction, sig, NULL, old, 8) == 0);
	return old[0];
}

/* Whoever starts us may ignore any signal, those of a C library's threads among them. */
static void resets(void)
{
	static const int ignored[] = {SIGPIPE, SIGHUP, 32, 33, 34, 64};
	const uint64_t ignore[8] = {1};
	sigset_t set;

	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		CHECK(syscall(SYS_rt_sigaction, ignored[i], ignore, NULL, 8) == 0);
	sigfillset(&set);
	sigprocmask(SIG_SETMASK, &set, NULL);
	sig_reset();
	for (int sig = 1; sig <= 64; sig++)
		CHECK(handler_of(sig) == 0);
	sigprocmask(SIG_SETMASK, NULL, &set);
	CHECK(!sigismember(&set, SIGTERM) && !sigismember(&set, SIGPIPE));
}

int main(void)
{
	static const char *const bad[] = {"",      "0",       "65",       "-1",      "SIG", "FOO",
	                                  "TERM ", "RTMIN-1", "RTMIN+31", "RTMAX+1", "9x"};
	static const int never[] = {SIGKILL, SIGSTOP, SIGCHLD, SIGSEGV, SIGTSTP, SIGCONT, SIGPIPE, SIGABRT, SIGALRM};
	sigset_t set;
	int v;

	parses("TERM", SIGTERM);
	parses("SIGTERM", SIGTERM);
	parses("sigterm", SIGTERM);
	parses("9", 9);
	parses("64", 64);
	parses("RTMIN", 34);
	parses("SIGRTMIN+3", 37);
	parses("rtmax-1", 63);
	parses("cld", SIGCHLD);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(sig_parse(bad[i], &v) == -1);
	sig_forward_set(&set);
	CHECK(sigismember(&set, SIGTERM) && sigismember(&set, SIGWINCH) && sigismember(&set, SIGHUP) &&
	      sigismember(&set, SIGUSR1));
	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		CHECK(!sigismember(&set, never[i]));
	resets();
	return check_done();
}
