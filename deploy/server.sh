# The common part of the server scripts, which source it: how a command and its options are read, how a program is installed,
# and how a failure is reported. The comment at the top of a script is its help.
# shellcheck shell=bash
set -euo pipefail

tools=${GREENLEDGER_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/greenledger}

die() {
    echo "${0##*/}: $*" >&2
    exit 1
}

usage() {
    sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" >&2
    exit 2
}

# commands "NAME..." [ARGUMENT...]: the first argument names the function that gets the others.
commands() {
    [[ $# -gt 1 && " $1 " == *" $2 "* ]] || usage
    "${@:2}"
}

# options "NAME..." [--NAME VALUE]...: gives the caller's variables the values; `NAME[]` is an array, which takes several.
options() {
    local known=" $1 " option
    shift
    while [ $# -gt 0 ]; do
        [[ $# -ge 2 && $1 == --* ]] || usage
        option=${1#--}
        case $known in
            *" $option "*) printf -v "${option//-/_}" %s "$2" ;;
            *" ${option}[] "*) eval "$option+=(\"\$2\")" ;;
            *) usage ;;
        esac
        shift 2
    done
}

# needed NAME...: variables that have to have a value.
needed() {
    local option
    for option; do
        [ -n "${!option}" ] || usage
    done
}

# install_with COMMAND WHAT PATH: where PATH is missing, calls `fetch FOLDER`, which makes it as FOLDER/whole by COMMAND. It is
# renamed into place only when whole: an install that was interrupted must not look like one that succeeded.
install_with() {
    local command=$1 what=$2 path=$3 fresh
    [ ! -e "$path" ] || return 0
    command -v "$command" >/dev/null || die "cannot install: $command is missing (tests/install-tools.sh installs it)"
    mkdir -p "$tools"
    fresh=$(mktemp -d "$tools/.fresh-XXXXXX")
    # shellcheck disable=SC2064 # the name is wanted as it is now
    trap "rm -rf '$fresh'" EXIT
    fetch "$fresh" >"$fresh/log" 2>&1 || die "cannot install: $command could not make $what: $(tail -n 20 "$fresh/log")"
    [ -e "$path" ] || mv "$fresh/whole" "$path"
    echo installed
}
