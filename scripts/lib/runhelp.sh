# runhelp.sh - what `run --help` says.
#
# Needs: base.sh. Leaves: $run_head, $run_options.
# shellcheck shell=sh

run_head='Usage: mydocker run [OPTION]... IMAGE [COMMAND] [ARGUMENT]...
Make a container from IMAGE and run COMMAND in it. With a terminal on both sides and none of -d, -i, -t: as -it.
'
run_options='
      --add-host NAME:IP     add a line to /etc/hosts
  -a, --attach STREAM        be at stdin, stdout or stderr only; repeatable
      --blkio-weight N       relative weight of block devices, 10 to 1000
      --cap-add CAP          give a capability (ALL: every one)
      --cap-drop CAP         take a capability away (ALL: every one)
      --cgroup-parent PATH   make its control group below PATH; @ is what systemd delegated
      --cgroupns private     the only namespace of control groups there is
      --cidfile FILE         write the id to FILE, which must not exist
      --cpu-period N         period of the quota in microseconds (100000)
      --cpu-quota N          microseconds of CPU time in each period
  -c, --cpu-shares N         relative weight (1024 is the usual one)
      --cpus N               number of CPUs, such as 0.5
      --cpuset-cpus LIST     CPUs to run on, such as 0-1,3
      --cpuset-mems LIST     memory nodes to use
  -d, --detach               run in the background and print the id
      --detach-keys KEYS     leave it by these (ctrl-p,ctrl-q), at a terminal
      --device HOST[:PATH[:rwm]]
                             give a device of the host, or a directory of them
      --device-cgroup-rule RULE
                             devices that may be used, such as c 42:* rmw
      --device-read-bps, --device-write-bps DEVICE:RATE
                             limit of bytes a second, such as /dev/sda:1m
      --device-read-iops, --device-write-iops DEVICE:N
                             limit of operations a second
      --dns IP               use this name server
      --dns-option OPTION    an option of resolv.conf
      --dns-search DOMAIN    search names in this domain
      --domainname NAME      NIS domain name
      --entrypoint COMMAND   put COMMAND in front instead of what the image has
  -e, --env NAME[=VALUE]     set a variable; without VALUE the caller'"'"'s
      --env-file FILE        set the variables that FILE lists
      --expose PORT          a port that -P publishes
      --group-add GROUP      a further group of the command
      --health-cmd COMMAND   ask it by this from time to time whether it is well
      --health-interval TIME --health-timeout TIME --health-start-period TIME
                             rest between two (30s), how long one may take (30s), how
                             long failures do not count (0s)
      --health-start-interval TIME
                             rest between two as long as failures do not count (5s)
      --health-retries N     so many failures in a row mean unhealthy (3)
      --no-healthcheck       not even what the image says
  -h, --hostname NAME        host name (the first 12 digits of the id)
      --init                 a small init as PID 1 reaps and forwards signals
  -i, --interactive          keep standard input
      --ipc, --pid, --uts MODE
                             share this namespace with the host, or with container:NAME
      --ip, --ip6 ADDRESS    this address in the network
  -l, --label NAME[=VALUE]   attach a label
      --label-file FILE      attach the labels that FILE lists
      --log-driver KIND      cri (json-file and local mean it too), raw (the bytes as they
                             come) or none
      --log-opt NAME=VALUE   max-size=SIZE (10m), max-file=NUMBER (3) of the log
      --mac-address MAC      this MAC address of the interface
  -m, --memory SIZE          limit of memory, such as 64m
      --memory-reservation SIZE
                             what is left under pressure (soft limit)
      --memory-swap SIZE     limit of memory and swap together; -1 is none
      --memory-swappiness N  0 to 100 (control groups v1)
      --mount KEY=VALUE,...  type=bind, volume or tmpfs, source=, target=, readonly, ...
      --name NAME            name (two words are chosen)
      --network NETWORK      bridge, none, host, container:NAME, or one made by network
                             create; repeatable (--net likewise)
      --network-alias NAME   a further name in that network
      --oom-kill-disable     wait instead of being killed for memory (v1)
      --oom-score-adj N      -1000 to 1000: how early to be killed for memory
      --pids-limit N         limit of processes and threads; -1 is none
      --privileged           every capability, no seccomp filter, nothing masked
  -p, --publish [IP:][HOSTPORT:]PORT[/tcp|/udp|/sctp]
                             make a port of the container reachable
  -P, --publish-all          publish what --expose and the image name, on free ports
      --platform OS/ARCH     the platform to pull an image for
      --pull WHEN            always, missing (default) or never
  -q, --quiet                say nothing of pulling or making the image
      --read-only            the root file system is read-only
      --restart POLICY       start it again when it ends: no, on-failure[:MAX], always or
                             unless-stopped
      --rm                   remove the container when it ends
      --rootfs DIRECTORY     run on a plain directory in place of an image
      --security-opt OPTION  no-new-privileges[=true|false], seccomp=unconfined|FILE,
                             apparmor=..., label=..., systempaths=unconfined
      --shm-size SIZE        size of /dev/shm (64m)
      --sig-proxy=false      keep signals that come here (run; not with -i or -t)
      --stop-signal SIGNAL   what stop sends (TERM)
      --stop-timeout SECONDS how long stop waits before it kills (10)
      --storage-driver KIND  overlay, or copy: a full copy for kernels without overlay
      --sysctl NAME=VALUE    a kernel parameter of the container'"'"'s namespaces
      --tmpfs PATH[:OPTIONS] mount a tmpfs there
  -t, --tty                  a terminal of the container'"'"'s own
      --ulimit NAME=SOFT[:HARD]
                             resource limit, such as nofile=1024:2048; -1 is none
  -u, --user USER[:GROUP]    names or numbers
      --userns host          the only user namespace there is
  -v, --volume [SOURCE:]PATH[:OPTIONS]
                             bind a path of the host (absolute) or a volume by name; a
                             new volume without SOURCE
      --volumes-from CONTAINER[:ro]
                             the volumes of another container
  -w, --workdir PATH         directory to run in, made when missing
      --help                 show this help'
