# Completions of stackfleet for bash 4.4 and later. Each Tab asks the tool, which reads the manifest here and never calls AWS.
_stackfleet() {
    local found
    found=$(STACKFLEET_COMPLETE=bash STACKFLEET_COMPLETE_AT="$COMP_CWORD" stackfleet -- "${COMP_WORDS[@]}" 2> /dev/null)
    COMPREPLY=()
    if [[ $found == :files ]]; then
        compopt -o default 2> /dev/null
    elif [[ -n $found ]]; then
        mapfile -t COMPREPLY <<< "$found"
        # An answer that ends so is not the end of a word.
        [[ ${COMPREPLY[0]} == *[:=] ]] && compopt -o nospace 2> /dev/null
    fi
    return 0
}
complete -F _stackfleet stackfleet
