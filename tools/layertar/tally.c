/* tally.c - see tally.h */
#include "tally.h"

#include "common/fd.h"

#include <errno.h>
#include <stdlib.h>

static unsigned char *block_at(const struct tally *t, size_t i)
{
	return t->blocks + i % TALLY_BLOCKS * TALLY_BLOCK;
}

/* Sums one block and copies it; what went wrong with the copy, or 0. */
static int deal(struct tally *t, const unsigned char *block, size_t n, bool copy)
{
	sha256_update(&t->sum, n, block);
	return copy && fd_write_all(t->copy_fd, block, n) < 0 ? errno : 0;
}

/* The second thread: blocks in their order until there is an end and none is left. */
static void *work(void *arg)
{
	struct tally *t = arg;

	pthread_mutex_lock(&t->lock);
	for (;;) {
		size_t i = t->done;
		bool copy = t->copy_fd >= 0 && !t->copy_errno;
		int failed;

		if (i == t->given && t->end)
			break;
		if (i == t->given) {
			pthread_cond_wait(&t->changed, &t->lock);
			continue;
		}
		pthread_mutex_unlock(&t->lock);
		failed = deal(t, block_at(t, i), t->size[i % TALLY_BLOCKS], copy);
		pthread_mutex_lock(&t->lock);
		t->copy_errno = failed ? failed : t->copy_errno;
		t->done++;
		pthread_cond_signal(&t->changed);
	}
	pthread_mutex_unlock(&t->lock);
	return NULL;
}

int tally_begin(struct tally *t, int copy_fd)
{
	*t = (struct tally){.copy_fd = copy_fd, .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
	t->blocks = malloc((size_t)TALLY_BLOCKS * TALLY_BLOCK);
	if (!t->blocks)
		return -1;
	sha256_init(&t->sum);
	t->threaded = pthread_create(&t->thread, NULL, work, t) == 0;
	return 0;
}

unsigned char *tally_room(struct tally *t)
{
	if (!t->threaded)
		return block_at(t, t->given);
	pthread_mutex_lock(&t->lock);
	while (t->given - t->done == TALLY_BLOCKS)
		pthread_cond_wait(&t->changed, &t->lock);
	pthread_mutex_unlock(&t->lock);
	return block_at(t, t->given);
}

int tally_give(struct tally *t, size_t n)
{
	int failed;

	if (!t->threaded) {
		failed = deal(t, block_at(t, t->given), n, t->copy_fd >= 0 && !t->copy_errno);
		t->copy_errno = failed ? failed : t->copy_errno;
		t->given++;
	} else {
		pthread_mutex_lock(&t->lock);
		t->size[t->given++ % TALLY_BLOCKS] = n;
		pthread_cond_signal(&t->changed);
		pthread_mutex_unlock(&t->lock);
	}
	pthread_mutex_lock(&t->lock);
	errno = t->copy_errno;
	pthread_mutex_unlock(&t->lock);
	return errno ? -1 : 0;
}

int tally_end(struct tally *t, unsigned char digest[SHA256_DIGEST_SIZE])
{
	if (t->threaded) {
		pthread_mutex_lock(&t->lock);
		t->end = true;
		pthread_cond_signal(&t->changed);
		pthread_mutex_unlock(&t->lock);
		pthread_join(t->thread, NULL);
	}
	free(t->blocks);
	sha256_digest(&t->sum, SHA256_DIGEST_SIZE, digest);
	errno = t->copy_errno;
	return errno ? -1 : 0;
}
