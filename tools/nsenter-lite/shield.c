/*
 * shield.c - see shield.h.
 *
 * Two ways, both end with /proc/PID/exe being a sealed file in memory:
 *
 * 1. The pages of the program are replaced by anonymous copies where they lie (mremap(2) exchanges a mapping in one step, so it
 *    may be the very page that is running), and then PR_SET_MM_EXE_FILE makes an empty, sealed memfd the process's
 *    program, which the kernel allows when nothing of the old one is mapped. Needs CAP_SYS_RESOURCE. Measured: see nsenter-lite(1).
 * 2. Without it: a sealed copy of the program in a memfd is executed in its place, at the price of a second start.
 */
#include "shield.h"

#include "common/fd.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif
#ifndef F_ADD_SEALS
#define F_ADD_SEALS 1033
#define F_GET_SEALS 1034
#endif
#define ALL_SEALS 0x000fU /* F_SEAL_SEAL, SHRINK, GROW, WRITE */

extern char **environ;

/* A memfd that may be executed. */
static int make_memfd(void)
{
	int fd = memfd_create("nsenter-lite", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);

	/* Kernels before 6.3 do not know the flag, and make every memfd so. */
	if (fd < 0 && errno == EINVAL)
		fd = memfd_create("nsenter-lite", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	return fd;
}

/* The protection of a segment as mmap(2) wants it. */
static int protection(uint32_t flags)
{
	return (flags & PF_R ? PROT_READ : 0) | (flags & PF_W ? PROT_WRITE : 0) | (flags & PF_X ? PROT_EXEC : 0);
}

/* Exchanges the pages from start on for an anonymous copy. The copy keeps the segment's protection; what the loader has since made
 * read-only (RELRO) becomes writable again, for the little time that is left before the exec. */
static int make_anonymous(char *start, size_t n, int prot)
{
	char *copy = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (copy == MAP_FAILED)
		return -1;
	memcpy(copy, start, n);
	if (mprotect(copy, n, prot) < 0)
		return -1;
	return mremap(copy, n, n, MREMAP_MAYMOVE | MREMAP_FIXED, start) == MAP_FAILED ? -1 : 0;
}

/* For dl_iterate_phdr(3): the first object is the program. */
static int replace_program(struct dl_phdr_info *info, size_t size, void *arg)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);

	(void)size;
	(void)arg;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];
		uintptr_t from = (info->dlpi_addr + p->p_vaddr) & ~(page - 1);
		uintptr_t to = (info->dlpi_addr + p->p_vaddr + p->p_filesz + page - 1) & ~(page - 1);

		if (p->p_type == PT_LOAD && p->p_filesz &&
		    make_anonymous((char *)from, to - from, protection(p->p_flags)) < 0)
			return -1;
	}
	return 1;
}

/* The first way. */
static int become_nobody(void)
{
	AUTO_FD fd = make_memfd();

	/* Read by nobody, but executable: the kernel demands it of a program. */
	if (fd < 0 || fchmod(fd, 0111) < 0 || fcntl(fd, F_ADD_SEALS, ALL_SEALS) < 0)
		return -1;
	if (dl_iterate_phdr(replace_program, NULL) < 0)
		return -1;
	return prctl(PR_SET_MM, PR_SET_MM_EXE_FILE, (unsigned long)fd, 0UL, 0UL);
}

/* Whether the program is a sealed copy already. */
static bool is_sealed(int program)
{
	int seals = fcntl(program, F_GET_SEALS);

	return seals >= 0 && ((unsigned int)seals & ALL_SEALS) == ALL_SEALS;
}

/* The second way. */
static int execute_copy(char *const argv[], struct err *e)
{
	AUTO_FD program = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	AUTO_FD copy = -1;
	struct stat st;
	off_t done = 0;

	if (program < 0 || fstat(program, &st) < 0)
		return err_set(e, errno, "protect the program: open '/proc/self/exe'");
	if (is_sealed(program))
		return 0;
	copy = make_memfd();
	if (copy < 0)
		return err_set(e, errno, "protect the program: make a file in memory");
	while (done < st.st_size)
		if (sendfile(copy, program, &done, (size_t)(st.st_size - done)) <= 0)
			return err_set(e, errno, "protect the program: copy it");
	if (fchmod(copy, 0500) < 0 || fcntl(copy, F_ADD_SEALS, ALL_SEALS) < 0)
		return err_set(e, errno, "protect the program: seal its copy");
	syscall(SYS_execveat, copy, "", argv, environ, AT_EMPTY_PATH);
	err_set(e, errno, "protect the program: execute its copy");
	return err_hint(e, "CAP_SYS_RESOURCE or vm.memfd_noexec below 2 is needed");
}

int shield(char *const argv[], struct err *e)
{
	return become_nobody() == 0 ? 0 : execute_copy(argv, e);
}
