#compdef stackfleet
# Completions of stackfleet for zsh. Each Tab asks the tool, which reads the manifest here and never calls AWS.
_stackfleet() {
    local -a found
    found=("${(@f)$(STACKFLEET_COMPLETE=zsh STACKFLEET_COMPLETE_AT=$((CURRENT - 1)) stackfleet -- "${words[@]}" 2> /dev/null)}")
    if [[ $found[1] == :files ]]; then
        _files
    elif [[ -n $found[1] ]]; then
        _describe stackfleet found
    fi
}
if [[ $funcstack[1] == _stackfleet ]]; then
    _stackfleet "$@"
else
    compdef _stackfleet stackfleet
fi
