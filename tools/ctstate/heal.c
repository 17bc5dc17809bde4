/*
 * heal.c - ctstate heal: what a killed shell, supervisor or reaper has left of a container is brought to its end.
 *
 * A container is half-made when RUN/starting/ID names a process that is gone and there is no pid; it is lost when its
 * command and its supervisor are both gone and nobody has cleaned up behind them. Each look may meet others at work, so that
 * it is repeated before something follows from it.
 */
#include "commands.h"
#include "common/msg.h"
#include "common/opt.h"
#include "common/proc.h"
#include "ending.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct opt_spec spec = {
    .tool = "ctstate heal",
    .synopsis = "[OPTION]... ROOT RUN [ID]...",
    .about =
        "Bring to its end what killed processes have left of these containers, or of all: remove half-made ones, note "
        "the end that nobody saw, give back control groups and networks.",
    .table = cmd_options + HEAL_AT,
    .n = HEAL_OPTIONS,
    .usage_status = EXIT_USAGE,
};

/* Whether there is a marker and no command, and there has not been one. An empty marker is being written just now. One whose
 * supervisor starts it again has no pid in that moment, and has been counted; its marker may have outlived who was at it. */
static bool is_half_made(struct ending *x, const char *id)
{
	return fact_line(&x->a, x->d.run, "starting", id).n && !fact_exists(x->d.run, id, "pid") &&
	       !fact_exists(x->d.run, id, "restarts");
}

static bool maker_lives(struct ending *x, const char *id)
{
	return fact_alive(&x->a, x->d.run, "starting", id);
}

/* Whether a start has been given up by its maker's death. Between the first two looks it may have been finished, before the
 * last another may have begun. */
static bool is_abandoned(struct ending *x, const char *id)
{
	return is_half_made(x, id) && !maker_lives(x, id) && is_half_made(x, id) && !maker_lives(x, id);
}

/* A container that was whole before the start stays. The marker is read once: its supervisor may be cleaning up as well and
 * take it away, and then there is nothing to do. */
static int undo_start(struct ending *x, const char *id)
{
	struct fact marker = fact_line(&x->a, x->d.run, "starting", id);
	const char *word = marker.p ? strchr(marker.p, '\n') : NULL;
	char *ids[] = {(char *)(uintptr_t)id, NULL};

	if (!marker.p)
		return 0;
	return word && strcmp(word, "\nagain") == 0 ? ending_reap(x, id) : ending_destroy(x, ids, ENDING_VOLUMES);
}

static bool has_end(struct ending *x, const char *id)
{
	return fact_exists(x->d.containers, id, "exit");
}

/* Whether it was started and nobody looks after it any more. */
static bool is_lost(struct ending *x, const char *id)
{
	if (!fact_exists(x->d.containers, id, "") || fact_exists(x->d.run, id, "released") ||
	    (has_end(x, id) && !fact_exists(x->d.run, id, "")) || fact_exists(x->d.containers, id, "unstarted"))
		return false;
	/* One with a marker, be it empty yet, is being started. */
	if (fact_exists(x->d.run, "starting", id) && !fact_exists(x->d.run, id, "pid") &&
	    !fact_exists(x->d.run, id, "restarts"))
		return false;
	if (fact_alive(&x->a, x->d.run, id, "pid") || fact_alive(&x->a, x->d.run, id, "supervisor"))
		return false;
	/* The supervisor may just have finished its work. */
	return fact_exists(x->d.containers, id, "") && !fact_exists(x->d.run, id, "released");
}

/* How it ended may be known or not. */
static int end_lost(struct ending *x, const char *id)
{
	char now[TIME_TEXT_LEN + 1];

	if (!has_end(x, id) && !fact_exists(x->d.run, id, "exit")) {
		if (mkdirat(x->d.run, id, 0700) < 0 && errno != EEXIST)
			msg("make '%s/%s': %s", x->run, id, strerror(errno));
		time_text(now, sizeof(now));
		ending_write(x, x->d.run, id, "exit", arena_printf(&x->a, "exited 255 %s lost", now));
	}
	return ending_reap(x, id);
}

/* Whatever of the two it is; a marker that outlived the start of its container goes as well. */
static int heal(struct ending *x, const char *id)
{
	if (is_half_made(x, id))
		return is_abandoned(x, id) ? undo_start(x, id) : 0;
	if (fact_line(&x->a, x->d.run, "starting", id).n && !maker_lives(x, id))
		unlinkat(x->d.run, arena_printf(&x->a, "starting/%s", id), 0);
	return is_lost(x, id) ? end_lost(x, id) : 0;
}

struct all {
	struct ending *x;
	int r;
};

static void heal_named(void *arg, const char *id)
{
	struct all *all = arg;

	if (heal(all->x, id) < 0)
		all->r = -1;
}

static int heal_all(struct ending *x)
{
	struct all all = {x, 0};
	struct err e;

	if (state_each(x->d.run, "starting", heal_named, &all, &e) < 0 ||
	    state_each(x->d.containers, ".", heal_named, &all, &e) < 0)
		die_err(EXIT_FAILED, &e);
	return all.r;
}

int cmd_heal(int argc, char **argv)
{
	struct ending x;
	char **id = ending_begin(&x, &spec, argc, argv, NULL);
	int r = *id ? 0 : heal_all(&x);

	for (; *id; id++)
		if (heal(&x, *id) < 0)
			r = -1;
	ending_close(&x);
	return r < 0 ? EXIT_FAILED : 0;
}
