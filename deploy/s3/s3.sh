#!/usr/bin/env bash
# An S3 service on this machine without Docker: versitygw over a folder, loopback only. For tests and trying things
# out. It refuses a create-only put of a key that exists (412), which the ledger rests on.
#
#   s3.sh install                       build it with Go (once, a minute or two)
#   s3.sh run --data DIR --port N [--bucket NAME]
#                                       in the foreground; every folder in DIR is a bucket, and NAME is made one
#
# The keys are $ROOT_ACCESS_KEY and $ROOT_SECRET_KEY, or else "greenledger" and "greenledger-secret". The program is
# kept in $GREENLEDGER_TOOLS, or else in greenledger/ under the user's cache folder.
set -euo pipefail

version=v1.8.0
tools=${GREENLEDGER_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/greenledger}
program=$tools/versitygw-$version

die() {
    echo "s3.sh: $*" >&2
    exit 1
}

usage() {
    sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p;}' "${BASH_SOURCE[0]}" >&2
    exit 2
}

main() {
    local verb=${1:-}
    [ $# -gt 0 ] && shift
    case $verb in
        install) install "$@" ;;
        run) run "$@" ;;
        *) usage ;;
    esac
}

install() {
    [ -x "$program" ] && return
    command -v go >/dev/null || die "cannot install: Go is missing (tests/install-tools.sh installs it)"
    mkdir -p "$tools"
    # Renamed into place only when whole: an install that was interrupted must not look like one that succeeded.
    local fresh
    fresh=$(mktemp -d "$tools/.versitygw-XXXXXX")
    # shellcheck disable=SC2064 # the name is wanted as it is now
    trap "rm -rf '$fresh'" EXIT
    GOBIN=$fresh go install "github.com/versity/versitygw/cmd/versitygw@$version" >"$fresh/log" 2>&1 ||
        die "cannot install: Go could not build versitygw $version: $(tail -n 20 "$fresh/log")"
    mv "$fresh/versitygw" "$program"
    echo installed
}

run() {
    local data= port= bucket=
    while [ $# -gt 0 ]; do
        [ $# -ge 2 ] || usage
        case $1 in
            --data) data=$2 ;;
            --port) port=$2 ;;
            --bucket) bucket=$2 ;;
            *) usage ;;
        esac
        shift 2
    done
    [ -n "$data" ] && [ -n "$port" ] || usage
    [ -x "$program" ] || die "versitygw is not installed: run ${BASH_SOURCE[0]} install"
    mkdir -p "$data${bucket:+/$bucket}"
    # By environment, not by argument: arguments are for every user of the machine to read.
    export ROOT_ACCESS_KEY=${ROOT_ACCESS_KEY:-greenledger}
    export ROOT_SECRET_KEY=${ROOT_SECRET_KEY:-greenledger-secret}
    # Its other names for the same two would win over these.
    unset ROOT_ACCESS_KEY_ID ROOT_SECRET_ACCESS_KEY
    # exec: the caller holds the server's own pid. Without keep-alive each request is a connection.
    exec "$program" --port "127.0.0.1:$port" --keep-alive --quiet posix "$data"
}

main "$@"
