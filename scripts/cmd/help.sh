# help - the list of commands.
# shellcheck shell=sh

cmd_help() {
	[ -z "${1-}" ] || {
		is_command "$1" || die 1 "no such command: '$1'"
		command_run "$1" --help
	}
	printf '%s\n' "Usage: mydocker [OPTION]... COMMAND [ARGUMENT]...
Containers as a shell pipeline: docker's command line over small tools.

Options:
      --root DIR   containers, images, networks (\$MYDOCKER_ROOT, /var/lib/mydocker)
      --run DIR    what lasts until the next boot (\$MYDOCKER_RUN, /run/mydocker)
  -x, --trace      print each call of a tool as a line for a shell
  -v, --version    print the version
  -h, --help       print this

Commands:
  run       make a container and run a command in it
  create    make a container, to be started later
  start     start containers that were created or have ended
  attach    be at a running container
  exec      run a command in a running container
  ps        list containers
  stats     show what containers use
  top       show a container's processes
  logs      print what a container has written
  stop      end a container, by force after a while
  restart   stop containers and start them again
  kill      send a signal to a container
  pause     let a container's processes stand still
  unpause   let them go on
  update    change a container's limits
  wait      wait for a container's end and print its status
  rename    give a container another name
  rm        remove a container
  inspect   print what is known of a container
  port      print a container's published ports
  images    list the local images
  cp        copy files between a container and the host
  diff      print what a container has changed in its file system
  doctor    look at what this machine can do, with remedies
  export    write a container's file system as a tar
  container the commands on containers by their long names; prune
  pull      fetch an image from its registry
  push      send an image to its registry
  load      take images out of an archive
  save      write images as an archive
  import    make an image of a tar of files
  commit    make an image of what a container has changed
  build     make an image of a Dockerfile, by buildah
  tag       give an image a further name
  rmi       remove images
  history   show of which steps an image was made
  image     the same under long names, inspect and prune
  login     keep a registry's password
  logout    forget a registry's password
  events    print what happens
  gc        remove what a crash has left
  info      print what this machine and instance have
  network   make, list, show and remove networks; connect containers
  system    sizes on the disk, and the removal of what nobody uses
  version   print the version
  volume    make, list, show and remove volumes

'mydocker COMMAND --help' tells the options of each."
}
