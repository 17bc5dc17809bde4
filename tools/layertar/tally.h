/*
 * tally.h - the sum of a stream, and a copy of it, by a second thread while the first one works on the same blocks.
 *
 * A ring of blocks: the caller fills one, hands it over, and goes on reading it until it asks for the next; the other thread sums
 * and writes it meanwhile. Both only read a block that was handed over, and one is filled again when the other thread is
 * done with it. Where no thread can be made, handing over does the work.
 */
#ifndef LAYERTAR_TALLY_H
#define LAYERTAR_TALLY_H

#include <nettle/sha2.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

enum { TALLY_BLOCK = 1 << 18, TALLY_BLOCKS = 8 };

struct tally {
	unsigned char *blocks;     /* TALLY_BLOCKS times TALLY_BLOCK */
	size_t size[TALLY_BLOCKS]; /* of those that are handed over */
	size_t given, done;        /* blocks handed over, and dealt with, so far */
	struct sha256_ctx sum;
	int copy_fd;    /* -1: none */
	int copy_errno; /* why the copy is not whole; 0 */
	bool threaded, end;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
};

/* -1 with errno. Ended by tally_end. */
int tally_begin(struct tally *t, int copy_fd);

/* The next block to fill. */
unsigned char *tally_room(struct tally *t);

/* Hands over the n bytes in it. -1 with errno when the copy of an earlier one has failed. */
int tally_give(struct tally *t, size_t n);

/* Waits for all of it and frees what there is; the sum. -1 with errno when the copy failed. */
int tally_end(struct tally *t, unsigned char digest[SHA256_DIGEST_SIZE]);

#endif
