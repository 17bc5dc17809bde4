# Completion for mydocker and its tools, by fish.
#
# Nothing is listed here twice: options with their descriptions come from the --help of the very program that is being typed.
# Names of containers, images, networks and volumes are read from the state directory.

# The words on the line up to the cursor, and the command among them, if there is one yet.
function __mydocker_command
    set -l words (commandline -opc)
    set -l skip 0
    for word in $words[2..-1]
        if test $skip = 1
            set skip 0
        else if contains -- $word --root --run
            set skip 1
        else if not string match -q -- '-*' $word
            echo $word
            return 0
        end
    end
    return 1
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
    switch (__mydocker_command)
        case run create rmi push save tag history
            __mydocker_images
        case network
            __mydocker_names networks
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
    complete -c $program -n '__mydocker_command >/dev/null; and not contains -- (__mydocker_command) cp' -f -a '(__mydocker_operands)'
    complete -c $program -n 'contains -- (__mydocker_command) cp' -F -a '(__mydocker_operands)'
    complete -c $program -n 'string match -q -- "-*" (commandline -ct)' -f -a '(__mydocker_options)'
end

for program in nsrun rootfs-pivot cgset netns-veth nsenter-lite ptyrun logwrite pidctl ctstate layertar ctcp
    complete -c $program -n 'string match -q -- "-*" (commandline -ct)' -f -a '(__mydocker_tool_options)'
end
