/* table.c - see table.h */
#include "table.h"

#include "common/msg.h"

static const struct opt table[] = {
    {OPT_OVERLAY, "overlay", OPT_ARG, "LOWER[:LOWER...],UPPER,WORK", "mount an overlay on NEWROOT first"},
    {OPT_BIND, "bind", OPT_ARG, "SRC:DST[:OPTS]", "bind SRC on DST inside the root (ro, noexec, rslave ...)"},
    {OPT_TMPFS, "tmpfs", OPT_ARG, "DST[:OPTS]", "mount a tmpfs (size=, mode=, uid=, gid=, exec ...)"},
    {OPT_FSTAB, "fstab", OPT_ARG, "FILE", "mount the lines of an fstab(5) file; - is standard input"},
    {OPT_PROC, "proc", OPT_NO_ARG, NULL, "mount proc on /proc"},
    {OPT_SYS, "sys", OPT_NO_ARG, NULL, "mount sysfs on /sys, read-only in the default profile"},
    {OPT_DEV, "dev", OPT_NO_ARG, NULL, "make a /dev: tmpfs, nodes, pts, shm, mqueue"},
    {OPT_MQUEUE, "mqueue", OPT_NO_ARG, NULL, "mount mqueue on /dev/mqueue (--dev has it already)"},
    {OPT_CGROUPS, "cgroups", OPT_NO_ARG, NULL, "mount the control groups on /sys/fs/cgroup"},
    {OPT_DIR, "dir", OPT_ARG, "PATH[:MODE]", "make a directory inside the root, and those above it"},
    {OPT_SYMLINK, "symlink", OPT_ARG, "TARGET:LINK", "make a symbolic link inside the root"},
    {OPT_DEVICE, "device", OPT_ARG, "HOST[:PATH[:rwm]]", "make a node like a device of the host"},
    {OPT_FILE, "file", OPT_ARG, "FD DST", "make a file of what can be read from a descriptor"},
    {OPT_SHM_SIZE, "shm-size", OPT_ARG, "SIZE", "size of /dev/shm (default 64m)"},
    {OPT_RO, "ro", OPT_NO_ARG, NULL, "make the root itself read-only in the end"},
    {OPT_MASK, "mask", OPT_ARG, "PATH", "hide a path inside the root, when it is there"},
    {OPT_READ_ONLY_PATH, "read-only-path", OPT_ARG, "PATH", "make a path inside the root read-only, when it is there"},
    {OPT_PROFILE, "profile", OPT_ARG, "NAME", "default, privileged or none: paths, capabilities, no_new_privs"},
    {OPT_CAP_ADD, "cap-add", OPT_ARG, "CAP", "keep a capability (or ALL)"},
    {OPT_CAP_DROP, "cap-drop", OPT_ARG, "CAP", "give up a capability (or ALL)"},
    {OPT_NO_NEW_PRIVS, "no-new-privs", OPT_MAYBE_LONG, "true|false",
     "no privileges by exec (default: as the profile has it)"},
    {OPT_SECCOMP, "seccomp", OPT_ARG, "default|none|FILE", "filter system calls (FILE: by seccompile; with a slash)"},
    {'u', "user", OPT_ARG, "USER[:GROUP]", "become the user, by the root's own passwd and group"},
    {OPT_GROUP_ADD, "group-add", OPT_ARG, "GROUP", "a supplementary group"},
    {'C', "cwd", OPT_ARG, "DIR", "working directory inside the root (default /)"},
    {OPT_CWD_MAKE, "cwd-make", OPT_NO_ARG, NULL, "make the working directory when it is missing"},
    {OPT_NEW_SESSION, "new-session", OPT_NO_ARG, NULL, "leave the caller's session and its terminal"},
    {OPT_UMASK, "umask", OPT_ARG, "MODE", "file mode creation mask (default 0022)"},
    {'e', "env", OPT_ARG, "KEY[=VALUE]", "set a variable; without a value the caller's is kept"},
    {OPT_ENV_FILE, "env-file", OPT_ARG, "FILE", "set the NUL-ended KEY=VALUE entries of a file; - is standard input"},
    {OPT_CLEAR_ENV, "clear-env", OPT_NO_ARG, NULL, "start from an empty environment"},
    {OPT_INIT, "init", OPT_ARG, "FILE", "lay a program of the host on /dev/init and run the command by it"},
    {OPT_UNSHARE, "unshare", OPT_NO_ARG, NULL, "make a mount namespace first"},
    {OPT_OUTSIDE, "outside", OPT_NO_ARG, NULL,
     "do not pivot: COMMAND stays outside, as it is, with the new root as its working directory"},
    {OPT_PROPAGATION, "propagation", OPT_ARG, "private|slave",
     "of the old tree, before anything is mounted (default private)"},
    {OPT_CONSOLE_FD, "console-fd", OPT_ARG, "N", "make a terminal and send its master over the socket N"},
    {OPT_EXEC_FD, "exec-fd", OPT_ARG, "N", "report on descriptor N whether the command was exec'd"},
    {OPT_DRY_RUN, "dry-run", OPT_NO_ARG, NULL, "print the equivalent commands, do nothing"},
};

const struct opt_spec pivot_options = {
    .tool = "rootfs-pivot",
    .synopsis = "[OPTIONS] NEWROOT [--] COMMAND [ARG...]",
    .about =
        "Mount what is asked below NEWROOT in the order given, make it the root, give up privileges, become COMMAND.",
    .table = table,
    .n = sizeof(table) / sizeof(*table),
    .usage_status = EXIT_OWN,
};
