/*
 * word.c - the table of the vocabulary. Documentation/admin-guide/cgroup-v1/ and cgroup-v2.rst have the files.
 */
#include "word.h"

#include <string.h>

const struct word words[W_COUNT] = {
    [W_MEMORY] = {"memory", "memory", "memory.limit_in_bytes", "memory.max", KIND_SIZE, 4096, INT64_MAX},
    [W_MEMORY_SWAP] = {"memory-swap", "memory", "memory.memsw.limit_in_bytes", NULL, KIND_SIZE, 4096, INT64_MAX},
    [W_SWAP] = {"swap", "memory", NULL, "memory.swap.max", KIND_SIZE, 0, INT64_MAX},
    [W_MEMORY_RESERVATION] = {"memory-reservation", "memory", "memory.soft_limit_in_bytes", "memory.low", KIND_SIZE, 0,
                              INT64_MAX},
    [W_MEMORY_HIGH] = {"memory-high", "memory", NULL, "memory.high", KIND_SIZE, 4096, INT64_MAX},
    [W_MEMORY_MIN] = {"memory-min", "memory", NULL, "memory.min", KIND_SIZE, 0, INT64_MAX},
    [W_MEMORY_SWAPPINESS] = {"memory-swappiness", "memory", "memory.swappiness", NULL, KIND_NUMBER, 0, 100},
    [W_OOM_KILL_DISABLE] = {"oom-kill-disable", "memory", "memory.oom_control", NULL, KIND_NUMBER, 0, 1},
    [W_OOM_GROUP] = {"oom-group", "memory", NULL, "memory.oom.group", KIND_NUMBER, 0, 1},
    [W_CPU_PERIOD] = {"cpu-period", "cpu", "cpu.cfs_period_us", NULL, KIND_NUMBER, 1000, 1000000},
    [W_CPU_QUOTA] = {"cpu-quota", "cpu", "cpu.cfs_quota_us", NULL, KIND_COUNT, 1000, INT64_MAX / 1000},
    [W_CPU] = {"cpu", "cpu", NULL, NULL, KIND_CPU, 0, 0},
    [W_CPU_SHARES] = {"cpu-shares", "cpu", "cpu.shares", NULL, KIND_NUMBER, 2, 262144},
    [W_CPU_WEIGHT] = {"cpu-weight", "cpu", NULL, "cpu.weight", KIND_NUMBER, 1, 10000},
    [W_CPU_IDLE] = {"cpu-idle", "cpu", "cpu.idle", "cpu.idle", KIND_NUMBER, 0, 1},
    [W_CPUSET_CPUS] = {"cpuset-cpus", "cpuset", "cpuset.cpus", "cpuset.cpus", KIND_CPULIST, 0, 0},
    [W_CPUSET_MEMS] = {"cpuset-mems", "cpuset", "cpuset.mems", "cpuset.mems", KIND_CPULIST, 0, 0},
    [W_PIDS] = {"pids", "pids", "pids.max", "pids.max", KIND_COUNT, 1, 4194304},
    [W_IO_WEIGHT] = {"io-weight", "blkio", NULL, "io.weight", KIND_NUMBER, 1, 10000},
    [W_BLKIO_WEIGHT] = {"blkio-weight", "blkio", "blkio.bfq.weight", NULL, KIND_NUMBER, 10, 1000},
    [W_IO_RBPS] = {"io-rbps", "blkio", "blkio.throttle.read_bps_device", "rbps", KIND_RATE, 0, 0},
    [W_IO_WBPS] = {"io-wbps", "blkio", "blkio.throttle.write_bps_device", "wbps", KIND_RATE, 0, 0},
    [W_IO_RIOPS] = {"io-riops", "blkio", "blkio.throttle.read_iops_device", "riops", KIND_RATE, 0, 0},
    [W_IO_WIOPS] = {"io-wiops", "blkio", "blkio.throttle.write_iops_device", "wiops", KIND_RATE, 0, 0},
};

enum word_id word_id(const struct word *w)
{
	return (enum word_id)(w - words);
}

const struct word *word_by_name(const char *name)
{
	size_t i;

	if (!strcmp(name, "memory-low"))
		name = "memory-reservation";
	for (i = 0; i < W_COUNT; i++)
		if (!strcmp(words[i].name, name))
			return &words[i];
	return NULL;
}

const struct word *word_by_file(const char *file)
{
	size_t i;

	if (!strchr(file, '.'))
		return NULL;
	for (i = 0; i < W_COUNT; i++)
		if (words[i].kind != KIND_RATE &&
		    ((words[i].v1 && !strcmp(words[i].v1, file)) || (words[i].v2 && !strcmp(words[i].v2, file))))
			return &words[i];
	return NULL;
}
