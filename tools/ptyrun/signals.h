/*
 * signals.h - the signals of a session: what came is handled in the order in which it came, and nowhere else.
 *
 * Every signal is blocked and read from a signalfd(2) before the first fork, so that none is lost and none runs a
 * handler half-way through something. Stops are the exception: SIGTTIN and SIGTTOU keep their meaning, so that raw
 * mode is not forced on a terminal that belongs to another job.
 */
#ifndef PTYRUN_SIGNALS_H
#define PTYRUN_SIGNALS_H

#include "session.h"

/* Blocks what is handled and opens the descriptor that it is read from; 125 after a message when that fails. */
void session_take_signals(struct session *s);

/* Handles every signal that has come. */
void session_signals(struct session *s);

/* Waits for signals, and for other (-1: nothing else) to become readable. */
void session_wait(struct session *s, int other);

#endif
