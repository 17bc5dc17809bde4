/* test_sig.c - signal names, and which ones are forwarded. */
#include "check.h"
#include "common/sig.h"

static void parses(const char *s, int want)
{
	int v = -1;

	CHECK(sig_parse(s, &v) == 0 && v == want);
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
	return check_done();
}
