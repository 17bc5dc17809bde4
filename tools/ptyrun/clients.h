/*
 * clients.h - the relay's side of attach.h: those who look at the terminal and type, besides the one who started it.
 */
#ifndef PTYRUN_CLIENTS_H
#define PTYRUN_CLIENTS_H

#include "relay.h"

/* Somebody connects: a further sink, which gets what comes from now on. */
void clients_accept(struct relay *r);

/* A client has said something, or gone. */
void clients_take(struct relay *r, struct sink *s);

#endif
