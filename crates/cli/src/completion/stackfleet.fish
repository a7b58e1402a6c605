# Completions of stackfleet for fish. Each Tab asks the tool, which reads the manifest here and never calls AWS.
function __stackfleet_complete
    set -l words (commandline -opc) (commandline -ct)
    set -lx STACKFLEET_COMPLETE fish
    set -lx STACKFLEET_COMPLETE_AT (math (count $words) - 1)
    set -l found (stackfleet -- $words 2> /dev/null)
    if test "$found" = :files
        __fish_complete_path (commandline -ct)
    else if test (count $found) -gt 0
        printf '%s\n' $found
    end
end
complete -c stackfleet -f -a '(__stackfleet_complete)'
