/*
 * facts.h - reading what is known of a container: one fact a file (docs/state.md), and what follows from them.
 *
 * Nothing here trusts a file to be there, whole or of the right form: a container may be half-made, half-removed or
 * damaged. What cannot be read is absent, what cannot be understood makes it broken.
 */
#ifndef CTSTATE_FACTS_H
#define CTSTATE_FACTS_H

#include "common/err.h"
#include "mem.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* The two halves of the state. A directory that is not there is -1 and counts as empty. */
struct state_dirs {
	int containers; /* ROOT/containers */
	int run;        /* RUN */
	const char *root_path;
};

int state_open(const char *root, const char *run, struct state_dirs *ret, struct err *e);
void state_close(struct state_dirs *d);

/* Calls fn for each name in a directory that can be one of ours (name_is_file). */
int state_each(int dirfd, const char *path, void (*fn)(void *arg, const char *name), void *arg, struct err *e);

/* A fact: n bytes with a NUL behind them; p is NULL when there is none. */
struct fact {
	char *p;
	size_t n;
};

/* A one-line fact without its newline. */
struct fact fact_line(struct arena *a, int dirfd, const char *id, const char *name);

/* A list of NUL-ended entries; the last one's NUL may be missing. */
struct fact fact_list(struct arena *a, int dirfd, const char *id, const char *name);

/* The next entry of a list behind *at (NULL to begin), or NULL. */
const char *fact_next(const struct fact *list, const char *at);

/* Whether a fact of words ("rm tty init") has the word. */
bool fact_has_word(const struct fact *f, const char *word);

/* Whether there is such a fact, whatever is in it. */
bool fact_exists(int dirfd, const char *id, const char *name);

/* Whether the fact is the identity of a process that runs; what stands behind its first line does not matter. */
bool fact_alive(struct arena *a, int dirfd, const char *id, const char *name);

enum life_state { LIFE_CREATED, LIFE_RUNNING, LIFE_PAUSED, LIFE_RESTARTING, LIFE_EXITED, LIFE_BROKEN };

/* What a container is doing, found by holding its pid file against /proc. */
struct life {
	enum life_state state;
	pid_t pid;     /* 0 unless running */
	int exit_code; /* as a shell has it; 255 when the end was not seen */
	bool oom;
	int64_t started; /* 0: never, or not known any more */
	int64_t finished;
	bool stale; /* nobody looks after it: somebody has to clean up */
};

/* ret->stale costs a few more looks: only found when want_stale. */
void life_read(struct arena *a, const struct state_dirs *d, const char *id, bool want_stale, struct life *ret);

/* Whether it is to be removed when it ends (run --rm). */
bool life_removes_itself(struct arena *a, const struct state_dirs *d, const char *id);

/* "created", "running", "paused", "restarting", "exited", "dead". */
const char *life_name(enum life_state s);

/* Calls fn with the id of each container whose maker (RUN/starting/ID) is not alive any more. */
int state_each_abandoned(struct arena *a, const struct state_dirs *d, void (*fn)(void *arg, const char *id), void *arg,
                         struct err *e);

#endif
