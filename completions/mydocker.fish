# Completion for mydocker and its tools, by fish.
#
# Nothing is listed here twice: options with their descriptions come from the --help of the very program that is being typed.
# Names of containers, images, networks and volumes are read from the state directory.

# The command on the line up to the cursor, if there is one yet; of those that have commands of their own that one behind it.
function __mydocker_command
    set -l words (commandline -opc)
    set -l skip 0
    set -l grouped 0
    for word in $words[2..-1]
        if test $skip = 1
            set skip 0
        else if contains -- $word --root --run
            set skip 1
        else if not string match -q -- '-*' $word
            echo $word
            contains -- $word container image network system volume; or return 0
            set grouped 1
        end
    end
    test $grouped = 1
end

# Options of a --help on standard input, with their descriptions.
function __mydocker_help_options
    sed -n -E 's/^ *(-., )?(--[a-z0-9-]+)[^ ]*( [^ ]+)?( {2,}(.*))?$/\2\t\5/p'
end

function __mydocker_options
    set -l program (commandline -opc)[1]
    set -l command (__mydocker_command)
    $program $command --help 2>/dev/null | __mydocker_help_options
end

function __mydocker_tool_options
    set -l program (commandline -opc)[1]
    $program --help 2>/dev/null | __mydocker_help_options
end

function __mydocker_commands
    set -l program (commandline -opc)[1]
    $program --help 2>/dev/null | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\)  *\(.*\)/\1\t\2/p'
end

# The commands of `mydocker network --help` and its like.
function __mydocker_subcommands
    set -l program (commandline -opc)[1]
    $program $argv --help 2>/dev/null | sed -n -E 's/^  ([a-z]+( [a-z]+)*)(  .*| [A-Z[].*)?$/\1/p' | string split ' '
end

# The names of a directory of the state.
function __mydocker_names
    set -l root /var/lib/mydocker
    set -q MYDOCKER_ROOT; and set root $MYDOCKER_ROOT
    for path in $root/$argv[1]/*
        string replace -r '.*/' '' $path
    end
end

# The names of images: tags (a slash is % in a file's name), and those that have none.
function __mydocker_images
    __mydocker_names tags | string replace -a % /
    __mydocker_names images | string match -v -r '^[0-9a-f]{64}$'
end

function __mydocker_operands
    set -l command (__mydocker_command)
    if contains -- $command[1] container image network system volume
        if not set -q command[2]
            __mydocker_subcommands $command
            return
        end
        test $command[1] != container; or set -e command[1]
    end
    switch $command[1]
        case run create rmi push save tag history image
            __mydocker_images
        case network
            __mydocker_names networks
            __mydocker_names names
        case volume
            __mydocker_names volumes
        case help
            __mydocker_commands
        case exec port logs stop start restart kill rm wait inspect attach rename pause unpause top stats update diff export commit cp
            __mydocker_names names
    end
end

for program in mydocker mydocker.sh
    complete -c $program -n 'not __mydocker_command >/dev/null' -f -a '(__mydocker_commands)'
    complete -c $program -n '__mydocker_command >/dev/null; and not contains -- cp (__mydocker_command)' -f -a '(__mydocker_operands)'
    complete -c $program -n 'contains -- cp (__mydocker_command)' -F -a '(__mydocker_operands)'
    complete -c $program -n 'string match -q -- "-*" (commandline -ct)' -f -a '(__mydocker_options)'
end

for program in nsrun rootfs-pivot rootfs-pivot-fstab cgset netns-veth nsenter-lite ptyrun logwrite pidctl ctinit ctstate layertar ctcp ctprobe seccompile
    complete -c $program -n 'string match -q -- "-*" (commandline -ct)' -f -a '(__mydocker_tool_options)'
end
