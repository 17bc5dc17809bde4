/*
 * limit.h - what the parts of the limit program share.
 */
#ifndef BENCH_LIMIT_H
#define BENCH_LIMIT_H

#include <sys/types.h>

/* Ends the program: "limit: WHAT: cause". */
void limit_die(const char *what) __attribute__((noreturn));

/* Opens the netlink sockets of the host's side; the bridge "limit0" and nft's table "mdlimit" with its map "ports" must
 * be there (bench/run.sh makes them). */
void limit_net_open(void);

/* One message for the pair, its bridge and its namespace; one transaction for a published port. */
void limit_net_up(pid_t pid);

/* Inside: lo, address, interface, route in one batch. */
void limit_net_inside(void);

/* The port's element; the pair goes with its namespace. */
void limit_net_down(void);

#endif
