# Completes the last of the words given, as bash does it on Tab, by the script named first; prints the candidates.
source "$1"
shift
complete -p work-sessions wks > /dev/null || exit 9
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
COMPREPLY=()
_work_sessions
printf '%s\n' "${COMPREPLY[@]}"
