#!/usr/bin/env bats
# system.bats - info, version, system df and prune, container prune, the long names, inspect of everything, sizes.

load helpers

setup() {
	requires root overlay
	common_setup
	name=s$UNIQ
}

@test "info and version: as text, by template, as JSON" {
	run -0 mydocker info
	[[ $output == *"Containers: 0"*" Running: 0"*"Server Version: 0"*"Root Dir: $MYDOCKER_ROOT"* ]]
	[ "$(mydocker info -f '{{.NCPU}} {{.OSType}} {{.DockerRootDir}}')" = "$(nproc --all) linux $MYDOCKER_ROOT" ] ||
		[ "$(mydocker info -f '{{.OSType}} {{.DockerRootDir}}')" = "linux $MYDOCKER_ROOT" ]
	mydocker info --format json | jq -e '.MemTotal > 1000000 and .ContainersRunning == 0 and .Plugins.Volume == ["local"]'
	run -1 mydocker info --format '{{.Nope}}'
	[ "$(mydocker version --format '{{.Server.Version}} {{.Client.Version}}')" = "$(mydocker version | sed -n '1s/.* //p' | sed 's/.*/& &/')" ]
	[[ $(mydocker version -f '{{.Server.APIVersion}}') =~ ^1\.[0-9]+$ ]]
	mydocker version -f json | jq -e '.Client.Os == "linux" and .Server.ApiVersion == .Client.ApiVersion'
	[ "$(mydocker system info -f '{{.OSType}}')" = linux ]
	run -125 mydocker info extra
	run -125 mydocker version --nope
}

@test "ps -s, inspect -s and system df tell sizes" {
	mydocker run -d --name "$name" --net none busybox sh -c 'head -c 12000 /dev/zero >/x; ln /x /y; sleep 1000'
	eventually 10 mydocker exec "$name" test -e /y
	[ "$(mydocker inspect -s -f '{{.SizeRw}}' "$name")" = 12000 ]
	[ "$(mydocker inspect -s -f '{{gt .SizeRootFs 100000}}' "$name")" = true ]
	run -1 mydocker inspect -f '{{.SizeRw}}' "$name"
	run -0 mydocker ps -s
	[[ ${lines[0]} == *" NAMES "*" SIZE" ]]
	[[ ${lines[1]} == *" $name "*" 12kB (virtual "*"MB)" ]]
	[[ $(mydocker ps --format '{{.Size}}') == '12kB (virtual '* ]]
	[ "$(mydocker ps --format json | jq -r .Size)" = 0B ]
	run -0 mydocker system df
	[ "${#lines[@]}" = 5 ]
	[[ ${lines[0]} =~ ^TYPE\ +TOTAL\ +ACTIVE\ +SIZE\ +RECLAIMABLE$ ]]
	[[ ${lines[1]} =~ ^Images\ +1\ +1\ +[0-9.]+MB\ +0B\ \(0%\)$ ]]
	[[ ${lines[2]} =~ ^Containers\ +1\ +1\ +12kB\ +0B\ \(0%\)$ ]]
	run -0 mydocker system df -v
	[[ $output == *'Images space usage:'*busybox*'Containers space usage:'*"12kB"*"$name"*'Local Volumes space usage:'*'VOLUME NAME'* ]]
	[ "$(mydocker system df --format '{{.Type}}={{.Active}}' | tr '\n' ' ')" = 'Images=1 Containers=1 Local Volumes=0 Build Cache=0 ' ]
	mydocker stop -t 0 "$name"
	[[ $(mydocker system df) == *"12kB (99%)"* ]] || [[ $(mydocker system df) == *"12kB (100%)"* ]]
	mydocker rm "$name"
}

@test "container prune: only what does not run, by filter, and it asks" {
	mydocker run -d --name "run$name" --net none busybox sleep 1000
	mydocker run --name "end$name" --net none -l keep=no busybox true
	mydocker run --name "kept$name" --net none -l keep=yes busybox true
	run -0 mydocker container prune <<<n
	[[ $output == 'WARNING! This will remove all stopped containers.'$'\n''Are you sure you want to continue? [y/N] ' ]]
	run -0 mydocker container prune -f --filter until=2001-01-01
	[ "$output" = 'Total reclaimed space: 0B' ]
	id=$(mydocker inspect -f '{{.Id}}' "end$name")
	run -0 mydocker container prune --filter 'label!=keep=yes' <<<y
	[[ $output == *"Deleted Containers:"$'\n'"$id"$'\n\n''Total reclaimed space: 0B' ]]
	[ "$(mydocker ps -a --format '{{.Names}}' | sort | tr '\n' ' ')" = "kept$name run$name " ]
	run -1 mydocker container prune -f --filter name=x
	run -0 mydocker system prune -f
	[[ $output == *'Deleted Containers:'* ]]
	[ "$(mydocker container ls -a --format '{{.Names}}')" = "run$name" ]
	mydocker container rm -f "run$name"
}

@test "the long names, and those that are none" {
	run -0 mydocker container ls -a
	run -0 mydocker container list -q
	run -1 mydocker container nosuch
	run -1 mydocker system nosuch
	run -0 mydocker container --help
	run -0 mydocker system --help
	run -0 mydocker help container
	run -1 mydocker nosuch
	run -1 mydocker ../cmd/ps
}

@test "inspect takes whatever has the name, several at once, and says which have not" {
	mydocker run -d --name "$name" --net none busybox sleep 1000
	run -1 --separate-stderr mydocker inspect "$name" nosuch "$name"
	[ "$stderr" = "mydocker inspect: no such object: 'nosuch'" ]
	[ "$(jq -r '.[].Name' <<<"$output" | tr '\n' ' ')" = "/$name /$name " ]
	run -1 --separate-stderr mydocker inspect nosuch
	[ "$output" = '[]' ]
	run -1 --separate-stderr mydocker inspect -f '{{.Id}}' nosuch
	[ -z "$output" ]
	run -1 --separate-stderr mydocker inspect --type image "$name"
	[ "$stderr" = "mydocker inspect: no such image: '$name'" ]
	run -1 mydocker inspect --type volumes "$name"
	run -1 mydocker inspect
	run -0 mydocker container inspect -f '{{.Name}}' "$name"
	[ "$output" = "/$name" ]
	mydocker volume create "v$name" >/dev/null
	[ "$(mydocker inspect "v$name" "$name" | jq -r '.[].Name' | tr '\n' ' ')" = "v$name /$name " ]
	[ "$(mydocker inspect --type volume -f '{{.Name}}' "v$name")" = "v$name" ]
	mydocker volume rm "v$name"
	mydocker rm -f "$name"
}
