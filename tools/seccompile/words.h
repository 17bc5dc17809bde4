/*
 * words.h - the words of a profile: actions, comparisons, flags, architectures, and system calls that are newer than the
 * library.
 */
#ifndef SECCOMPILE_WORDS_H
#define SECCOMPILE_WORDS_H

#include <seccomp.h>
#include <stdbool.h>
#include <stdint.h>

/* "SCMP_ACT_ALLOW" ... with the data that ERRNO and TRACE carry; false when there is no such action. */
bool word_action(const char *name, uint16_t data, uint32_t *ret);

/* Whether an action of that name carries data (errnoRet). */
bool word_action_has_data(const char *name);

/* "SCMP_CMP_EQ" ...; false when there is no such operator. */
bool word_operator(const char *name, enum scmp_compare *ret);

/* "SECCOMP_FILTER_FLAG_LOG" ... as bits for seccomp(2); false when it is unknown or means nothing here. */
bool word_flag(const char *name, uint32_t *ret);

/* "SCMP_ARCH_X86_64" ... as libseccomp's token; 0 when there is no such architecture. */
uint32_t word_arch(const char *name);

/* The Go name of the architecture of this machine ("amd64"), by which profiles include and exclude. */
const char *word_native_goarch(void);

/* Where a call exists. */
enum word_where { ON_ALL, ON_THIS, ON_OTHERS };

/* The number of a call that libseccomp may be too old to know, and on which architectures it is that. -1 when it is no
 * such call. */
int word_new_call(const char *name, enum word_where *ret_where);

#endif
