#!/usr/bin/env bats
# On a machine where systemd owns the control groups: in its delegated scopes and units, beside them, for an ordinary user; its own
# tree stays as it was.

load ../helpers

setup() {
	# What systemd has of processes comes and goes.
	unset MYDOCKER_TEST_ISOLATED
	common_setup
	requires root overlay
	[ -d /run/systemd/system ] || skip "systemd is not the first process"
	systemctl stop '*.timer'
	chmod 755 "$TMP"
	PATH=$BIN:$PATH
	U=mdt$UNIQ
	tree >"$TMP/tree"
	systemctl --failed --no-legend --plain >"$TMP/failed"
}

teardown() {
	docker rm -f "c$UNIQ" "d$UNIQ" "$U" >/dev/null 2>&1 || true
	systemctl stop "$U.scope" "$U.service" 2>/dev/null || true
	systemctl reset-failed "$U.scope" "$U.service" 2>/dev/null || true
	common_teardown
}

# systemd's groups, but for those of units that come and go by themselves.
tree() {
	find /sys/fs/cgroup -mindepth 1 -type d | grep -v "mydocker\|$U\|systemd-.*\.service\|user@\|user-\|session-\|run-\|\.mount$" | sort
}

# systemd is as it was: no unit failed, no error about groups in its journal, the same tree.
unharmed() {
	eventually 1 same_tree || { tree | diff "$TMP/tree" - || true; false; }
	systemctl --failed --no-legend --plain | diff "$TMP/failed" -
	! journalctl -b -p err -u init.scope --no-pager -q | grep -i cgroup
}

same_tree() {
	tree | cmp - "$TMP/tree"
}

docker() {
	env MYDOCKER_ROOT="$MYDOCKER_ROOT" MYDOCKER_RUN="$MYDOCKER_RUN" MYDOCKER_TOOLS="$MYDOCKER_TOOLS" dash "$TOP/scripts/mydocker.sh" "$@"
}

@test "below a delegated scope: the container is in the unit, limited, shown and stopped by it" {
	local id group n=c$UNIQ
	id=$(systemd-run --quiet --scope --unit "$U" -p Delegate=yes -p TasksMax=200 dash "$TOP/scripts/mydocker.sh" run -d --name "$n" \
		--net none --cgroup-parent @ -m 64m --pids-limit 50 --cpus 0.5 busybox sleep 1000)
	[ "$(systemctl is-active "$U.scope")" = active ]
	group=$(systemctl show -p ControlGroup --value "$U.scope")
	[ -n "$group" ]
	[ "$(cat "$MYDOCKER_RUN/$id/cgroup")" = "${group#/}/$id" ]
	[ "$(cat "/sys/fs/cgroup$group/$id/memory.max")" = 67108864 ]
	[ "$(cat "/sys/fs/cgroup$group/$id/pids.max")" = 50 ]
	[ "$(cat "/sys/fs/cgroup$group/$id/cpu.max")" = '50000 100000' ]
	[ "$(cat "/sys/fs/cgroup$group/$id/cgroup.procs")" = "$(docker inspect -f '{{.State.Pid}}' "$n")" ]
	# Nothing of ours is elsewhere.
	[ -z "$(find /sys/fs/cgroup -maxdepth 1 -name 'mydocker*')" ]
	[[ $(systemctl status --no-pager "$U.scope") == *"sleep 1000"* ]]
	# From outside of the unit.
	run -0 docker exec "$n" cat /proc/self/cgroup
	[ "$output" = "0::/" ]
	run -0 docker stats --no-stream --format '{{.Name}} {{.PIDs}}'
	[ "$output" = "$n 1" ]
	docker pause "$n"
	docker unpause "$n"
	systemctl daemon-reload
	[ "$(cat "/sys/fs/cgroup$group/$id/cpu.max")" = '50000 100000' ]
	docker stop -t 0 "$n"
	# With the container, its supervisor has gone, and so the unit.
	eventually 10 sh -c "! systemctl is-active '$U.scope'"
	# Stopping the unit ends the container, by TERM, and that is found out.
	systemd-run --quiet --scope --unit "$U" -p Delegate=yes dash "$TOP/scripts/mydocker.sh" run -d --init --name "d$UNIQ" --net none \
		--cgroup-parent @ busybox sleep 1000
	systemctl stop "$U.scope"
	docker gc
	[ "$(docker inspect -f '{{.State.Running}}' "d$UNIQ")" = false ]
	docker rm -f "$n" "d$UNIQ"
	unharmed
}

@test "beside systemd: groups of our own below the root, kept over daemon-reload, gone afterwards" {
	local id n=c$UNIQ group
	id=$(docker run -d --name "$n" --net none -m 64m --cpus 0.5 --cpuset-cpus 0 busybox sleep 1000)
	group=$(cat "$MYDOCKER_RUN/$id/cgroup")
	systemctl daemon-reload
	systemctl daemon-reexec
	systemd-run --quiet --wait -p CPUQuota=50% true
	[ "$(cat "/sys/fs/cgroup/$group/cpu.max")" = '50000 100000' ]
	[ "$(cat "/sys/fs/cgroup/$group/cpuset.cpus.effective")" = 0 ]
	[ "$(cat "/sys/fs/cgroup/$group/memory.max")" = 67108864 ]
	docker rm -f "$n"
	unharmed
	[ -z "$(find /sys/fs/cgroup -maxdepth 1 -name 'mydocker*')" ]
}

@test "a service that is a container: active once the command runs, restarted, stopped, with systemd's limits" {
	local group pid
	mkdir -p /srv/www
	echo "page $UNIQ" >/srv/www/index.html
	sed "s,/usr/local/bin/mydocker,/bin/dash $TOP/scripts/mydocker.sh,; s/ web$/ $U/; s/--name web/--name $U/; s/--name $U/& -m 64m/
		s,^Delegate=.*,&\nEnvironment=MYDOCKER_ROOT=$MYDOCKER_ROOT MYDOCKER_RUN=$MYDOCKER_RUN MYDOCKER_TOOLS=$MYDOCKER_TOOLS," \
		"$TOP/examples/systemd/container.service" >"/run/systemd/system/$U.service"
	systemctl daemon-reload
	systemctl start "$U"
	eventually 10 docker exec "$U" true
	group=$(systemctl show -p ControlGroup --value "$U")
	[ "$(cat "/sys/fs/cgroup$group/memory.max")" = 104857600 ]
	eventually 10 sh -c "busybox wget -q -O - http://127.0.0.1:8080/ | grep -qx 'page $UNIQ'"
	pid=$(docker inspect -f '{{.State.Pid}}' "$U")
	[[ $(cat "/proc/$pid/cgroup") == "0::$group/"* ]]
	# It crashes: systemd starts another one under the same name.
	kill -KILL "$pid"
	eventually 10 eval '[ "$(docker inspect -f "{{.State.Running}}" "$U")" = true ] && [ "$(docker inspect -f "{{.State.Pid}}" "$U")" != "$pid" ]'
	systemctl stop "$U"
	run ! docker inspect "$U"
	rm "/run/systemd/system/$U.service"
	systemctl daemon-reload
	# The unit's end takes along who removes the files; what is left of them the next command clears.
	docker gc
	unharmed
}

@test "mounts: / is shared, and nothing of a container's comes out of it, nor into a volume but by rslave" {
	local n=c$UNIQ before
	[ "$(findmnt -n -o PROPAGATION /)" = shared ]
	mkdir "$TMP/vol"
	before=$(cut -d' ' -f5 /proc/self/mountinfo | sort)
	docker run -d --name "$n" --net none -v "$TMP/vol:/private" -v "$TMP/vol:/slave:rslave" busybox sleep 1000
	[ "$(cut -d' ' -f5 /proc/self/mountinfo | sort)" = "$before" ]
	mkdir "$TMP/vol/sub"
	mount -t tmpfs tmpfs "$TMP/vol/sub"
	touch "$TMP/vol/sub/seen"
	run -0 docker exec "$n" ls /private/sub /slave/sub
	[ "${output//$'\n'/ }" = '/private/sub:  /slave/sub: seen' ]
	umount "$TMP/vol/sub"
	docker rm -f "$n"
	[ "$(cut -d' ' -f5 /proc/self/mountinfo | sort)" = "$before" ]
}

@test "an ordinary user in a session of systemd's: nsrun -U, and cgset below what was delegated" {
	local user=u$UNIQ uid
	useradd -m "$user"
	uid=$(id -u "$user")
	loginctl enable-linger "$user"
	eventually 10 test -S "/run/user/$uid/bus"
	as_user() {
		setpriv --reuid "$user" --regid "$user" --init-groups env -i PATH="$PATH" XDG_RUNTIME_DIR="/run/user/$uid" \
			DBUS_SESSION_BUS_ADDRESS="unix:path=/run/user/$uid/bus" HOME="/home/$user" "$@"
	}
	run -0 as_user systemd-run --user --quiet --pipe --wait nsrun --user --map-root-user --pid --mount-proc -- sh -c 'id -u; echo $$$$'
	[ "$output" = 0$'\n'1 ]
	run -0 as_user systemd-run --user --quiet --pipe --wait nsrun --user --map-root-user --map-auto --mount --uts -- sh -c 'wc -l </proc/self/uid_map'
	[ "$output" = 2 ]
	run -0 as_user systemd-run --user --quiet --pipe --wait -p Delegate=yes cgset @/web memory=64m pids=20 -- sh -c \
		'read -r g </proc/self/cgroup; g=/sys/fs/cgroup$${g#0::}; cat "$$g/memory.max" "$$g/pids.max"; echo "$$g"'
	[ "${lines[0]} ${lines[1]}" = '67108864 20' ]
	[[ ${lines[2]} == */user@$uid.service/*/web ]]
	# (Two dollars are one to systemd-run.) Without delegation the line says how to get it.
	run -1 as_user systemd-run --user --quiet --pipe --wait cgset /web memory=64m
	[[ $output == *Delegate=yes* ]]
	loginctl disable-linger "$user"
	systemctl stop "user@$uid.service" "user-$uid.slice"
	eventually 10 userdel -r "$user"
	unharmed
}
