/* proc.c - see proc.h */
#include "proc.h"
#include "fd.h"
#include "msg.h"
#include "num.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int sys_pidfd_open(pid_t pid, unsigned int flags)
{
	return (int)syscall(SYS_pidfd_open, pid, flags);
}

int sys_pidfd_send_signal(int pidfd, int sig)
{
	return (int)syscall(SYS_pidfd_send_signal, pidfd, sig, NULL, 0U);
}

/* State and start time from /proc/PID/stat. The command name (field 2) may hold blanks and parentheses: count from
 * the last ')'. */
static int read_stat(pid_t pid, char *ret_state, unsigned long long *ret_start)
{
	char path[40], buf[1024], *p, *end;

	snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
	if (file_read_line(AT_FDCWD, path, buf, sizeof(buf)) < 0) {
		if (errno == ENOENT)
			errno = ESRCH;
		return -1;
	}
	p = strrchr(buf, ')');
	for (int field = 2; p && field < 22; field++) {
		p = strchr(p + 1, ' ');
		if (p && field == 2)
			*ret_state = p[1];
	}
	if (!p) {
		errno = EPROTO;
		return -1;
	}
	errno = 0;
	*ret_start = strtoull(p + 1, &end, 10);
	return errno || (*end != ' ' && *end) ? -1 : 0;
}

/* Read once a process: it cannot change before the process ends, and ps asks for every container. */
static int read_boot_id(char boot[BOOT_ID_LEN + 1])
{
	static char known[BOOT_ID_LEN + 2];

	if (!known[0] &&
	    file_read_line(AT_FDCWD, "/proc/sys/kernel/random/boot_id", known, sizeof(known)) != BOOT_ID_LEN) {
		known[0] = '\0';
		return -1;
	}
	memcpy(boot, known, BOOT_ID_LEN + 1);
	return 0;
}

int proc_identify(pid_t pid, struct proc_id *ret, struct err *e)
{
	char state;

	ret->pid = pid;
	if (read_stat(pid, &state, &ret->starttime) < 0)
		return err_set(e, errno, "read the start time of process %ld", (long)pid);
	if (read_boot_id(ret->boot) < 0)
		return err_set(e, errno, "read '/proc/sys/kernel/random/boot_id'");
	return 0;
}

int proc_id_parse(const char *line, struct proc_id *ret)
{
	char pid[12], start[24], boot[BOOT_ID_LEN + 2];
	struct proc_id id;
	uint64_t v;
	int n = 0;

	if (sscanf(line, "%11[0-9] %23[0-9] %37[0-9a-f-]%n", pid, start, boot, &n) != 3 ||
	    strcspn(line + n, "\n") != 0 || (line[n] && line[n + 1]) || strlen(boot) != BOOT_ID_LEN ||
	    num_pid(pid, &id.pid) < 0 || num_u64(start, 0, UINT64_MAX, &v) < 0) {
		errno = EINVAL;
		return -1;
	}
	id.starttime = v;
	memcpy(id.boot, boot, sizeof(id.boot));
	*ret = id;
	return 0;
}

int proc_id_write(int dirfd, const char *path, const struct proc_id *id, struct err *e)
{
	return proc_id_write_held(dirfd, path, id, NULL, e);
}

int proc_id_write_held(int dirfd, const char *path, const struct proc_id *id, int *ret_fd, struct err *e)
{
	char line[96];
	int n = snprintf(line, sizeof(line), "%ld %llu %s\n", (long)id->pid, id->starttime, id->boot);

	return file_write_held(dirfd, path, line, (size_t)n, 0600, ret_fd, e);
}

int proc_id_read(int dirfd, const char *path, struct proc_id *ret, struct err *e)
{
	char line[128];

	if (file_read_line(dirfd, path, line, sizeof(line)) < 0)
		return err_set(e, errno, "read '%s'", path);
	line[strcspn(line, "\n")] = '\0';
	if (proc_id_parse(line, ret) < 0)
		return err_set(e, 0, "read '%s': not a process identity (PID STARTTIME BOOT-ID)", path);
	return 0;
}

/* Whether the pid is at this moment the process meant, and not a zombie. */
static bool is_same(const struct proc_id *id)
{
	char boot[BOOT_ID_LEN + 1], state;
	unsigned long long start;

	return read_stat(id->pid, &state, &start) == 0 && start == id->starttime && state != 'Z' && state != 'X' &&
	       read_boot_id(boot) == 0 && strcmp(boot, id->boot) == 0;
}

int proc_open(const struct proc_id *id, int *ret_pidfd, struct err *e)
{
	AUTO_FD fd = sys_pidfd_open(id->pid, 0);

	/* EINVAL (ENOENT since Linux 6.15): the number is a thread's of some other process by now. */
	if (fd < 0)
		return err_set(e, errno == EINVAL || errno == ENOENT ? ESRCH : errno, "open process %ld",
		               (long)id->pid);
	/* The pidfd holds whoever has the pid now; only afterwards can the look at /proc not be overtaken. */
	if (!is_same(id))
		return err_set(e, ESRCH, "open process %ld that started at %llu", (long)id->pid, id->starttime);
	*ret_pidfd = fd_take(&fd);
	return 0;
}

bool proc_alive(const struct proc_id *id)
{
	return is_same(id);
}

int exit_wait(pid_t pid, struct exit_info *ret)
{
	siginfo_t si;
	int r;

	do
		r = waitid(P_PID, (id_t)pid, &si, WEXITED);
	while (r < 0 && errno == EINTR);
	if (r < 0)
		return -1;
	*ret = (struct exit_info){
	    .signaled = si.si_code != CLD_EXITED,
	    .value = si.si_status,
	    .core = si.si_code == CLD_DUMPED,
	};
	return 0;
}

int exit_to_status(const struct exit_info *x)
{
	return x->signaled ? EXIT_SIGNAL + x->value : x->value;
}

void time_text(char *buf, size_t size)
{
	struct timespec ts;
	struct tm tm;
	size_t n;

	clock_gettime(CLOCK_REALTIME, &ts);
	gmtime_r(&ts.tv_sec, &tm);
	n = strftime(buf, size, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(buf + n, size - n, ".%09uZ", (unsigned int)ts.tv_nsec % 1000000000U);
}

int exit_write(int dirfd, const char *path, const struct exit_info *x, struct err *e)
{
	char when[TIME_TEXT_LEN + 1], line[96];
	int n;

	time_text(when, sizeof(when));
	n = snprintf(line, sizeof(line), "%s %d %s%s%s\n", x->signaled ? "signaled" : "exited", x->value, when,
	             x->core ? " core" : "", x->oom ? " oom" : "");
	return file_write_atomic(dirfd, path, line, (size_t)n, 0600, e);
}

/* Never inlined: everything below its own frame is free, everything below its caller's frame address is not. */
__attribute__((noinline)) void proc_trim_stack(void)
{
	long page = sysconf(_SC_PAGESIZE);
	uintptr_t here = (uintptr_t)__builtin_frame_address(0), top = (here - 2048) & ~((uintptr_t)page - 1);

	madvise((void *)(top - 64 * (uintptr_t)page), 64 * (size_t)page, MADV_DONTNEED);
}
