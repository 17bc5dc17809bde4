/* claim.c - see claim.h */
#include "claim.h"
#include "common/fd.h"
#include "common/name.h"
#include "common/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const adjectives[] = {
    "able",   "airy",   "amber",  "ample",   "arctic", "azure",  "bold",   "brave",  "breezy", "bright", "brisk",
    "calm",   "candid", "clever", "cosy",    "crisp",  "daring", "deft",   "dusty",  "eager",  "early",  "fair",
    "fleet",  "fond",   "frank",  "fresh",   "gentle", "glad",   "golden", "grand",  "happy",  "hardy",  "hazel",
    "humble", "jolly",  "keen",   "kind",    "lively", "loyal",  "lucid",  "mellow", "merry",  "mild",   "misty",
    "modest", "neat",   "noble",  "patient", "placid", "plucky", "proud",  "quick",  "quiet",  "rapid",  "rosy",
    "sandy",  "silent", "sleek",  "steady",  "sunny",  "swift",  "tidy",   "vivid",  "witty",
};

static const char *const animals[] = {
    "adder",   "alpaca", "badger", "beaver", "bison",   "bobcat", "condor",  "coral",  "cricket", "curlew", "dingo",
    "dolphin", "egret",  "elk",    "falcon", "ferret",  "finch",  "gannet",  "gecko",  "gibbon",  "heron",  "hornet",
    "ibex",    "ibis",   "jackal", "jay",    "kestrel", "kiwi",   "lapwing", "lemur",  "linnet",  "lynx",   "magpie",
    "marmot",  "marten", "merlin", "mole",   "newt",    "ocelot", "orca",    "osprey", "otter",   "owl",    "panther",
    "petrel",  "pigeon", "plover", "puffin", "quail",   "rabbit", "raven",   "robin",  "salmon",  "seal",   "shrew",
    "siskin",  "stoat",  "swan",   "tapir",  "teal",    "toad",   "vole",    "weasel", "wren",
};

#define N_ADJECTIVES (sizeof(adjectives) / sizeof(adjectives[0]))
#define N_ANIMALS (sizeof(animals) / sizeof(animals[0]))

/* Opens DIR/NAME below dirfd, which must not exist; DIR is made when missing. */
static int open_new(int dirfd, const char *dir, const char *name)
{
	char path[NAME_MAX + 32];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = openat(dirfd, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 && errno == ENOENT && (mkdirat(dirfd, dir, 0700) == 0 || errno == EEXIST))
		fd = openat(dirfd, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	return fd;
}

/* Whether this process will be killed when the maker ends; it has ended already when the parent is another one by now. */
static int die_with(pid_t maker, struct err *e)
{
	if (getppid() != maker)
		return 0;
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		return err_set(e, errno, "ask to be told of the end of process %ld", (long)maker);
	return getppid() == maker ? 0 : err_set(e, ESRCH, "process %ld", (long)maker);
}

int claim_maker(int run, const char *id, pid_t maker, struct err *e)
{
	struct proc_id who;
	char line[96];
	AUTO_FD fd = -1;
	int n;

	if (die_with(maker, e) < 0 || proc_identify(maker, &who, e) < 0)
		return -1;
	n = snprintf(line, sizeof(line), "%ld %llu %s\n", (long)who.pid, who.starttime, who.boot);
	fd = open_new(run, "starting", id);
	if (fd < 0)
		return err_set(e, errno, "write 'starting/%s'", id);
	if (fd_write_all(fd, line, (size_t)n) == 0)
		return 0;
	err_set(e, errno, "write 'starting/%s'", id);
	claim_maker_undo(run, id);
	return -1;
}

void claim_maker_undo(int run, const char *id)
{
	char path[NAME_MAX + 32];

	snprintf(path, sizeof(path), "starting/%s", id);
	unlinkat(run, path, 0);
}

/* One name; EEXIST when it is taken. */
static int claim_this(int root, const char *name, const char *id, struct err *e)
{
	char line[NAME_MAX + 2];
	int n = snprintf(line, sizeof(line), "%s\n", id);
	AUTO_FD fd = open_new(root, "names", name);

	if (fd < 0)
		return err_set(e, errno, "claim the name '%s'", name);
	if (fd_write_all(fd, line, (size_t)n) == 0)
		return 0;
	err_set(e, errno, "claim the name '%s'", name);
	claim_name_undo(root, name);
	return -1;
}

/* The word that the two digits at s choose. */
static const char *choose(const char *const *words, size_t n, const char *s)
{
	const char digits[] = {s[0], s[1], '\0'};

	return words[strtoul(digits, NULL, 16) % n];
}

/* Two words by four digits of the id, by the next four as long as the name is taken, and then some digits behind them. */
static int claim_any(int root, const char *id, char ret[CLAIM_NAME_LEN], struct err *e)
{
	const char *tail = "";
	size_t n = strlen(id);

	for (const char *p = id;; p += 4) {
		if (strlen(p) < 4) {
			p = id;
			tail = id;
		}
		snprintf(ret, CLAIM_NAME_LEN, "%s_%s%.8s", choose(adjectives, N_ADJECTIVES, p),
		         choose(animals, N_ANIMALS, n < 4 ? p : p + 2), tail);
		if (claim_this(root, ret, id, e) == 0)
			return 0;
		if (e->code != EEXIST || *tail)
			return -1;
	}
}

int claim_name(int root, const char *name, const char *id, char ret[CLAIM_NAME_LEN], struct err *e)
{
	if (!*name)
		return claim_any(root, id, ret, e);
	if (!name_is_object(name))
		return err_set(e, 0, "not a container's name: '%s'", name);
	snprintf(ret, CLAIM_NAME_LEN, "%s", name);
	if (claim_this(root, name, id, e) == 0)
		return 0;
	return e->code == EEXIST ? err_hint(e, "remove (or rename) the container that has it") : -1;
}

void claim_name_undo(int root, const char *name)
{
	char path[NAME_MAX + 32];

	snprintf(path, sizeof(path), "names/%s", name);
	unlinkat(root, path, 0);
}
