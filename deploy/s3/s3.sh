#!/usr/bin/env bash
# An S3 service on this machine without Docker: versitygw over a folder, loopback only. For tests and trying things
# out. It refuses a create-only put of a key that exists (412), which the ledger needs.
#
#   s3.sh install                       build it with Go (once, a minute or two)
#   s3.sh run --data DIR --port N [--bucket NAME]
#                                       in the foreground; every folder in DIR is a bucket, and NAME is made one
#
# The region is us-east-1. The keys are $ROOT_ACCESS_KEY and $ROOT_SECRET_KEY, or else "greenledger" and
# "greenledger-secret". The program is kept in $GREENLEDGER_TOOLS, or else in greenledger/ under the user's cache folder.
source "$(dirname "${BASH_SOURCE[0]}")/../server.sh"

version=v1.8.0
program=$tools/versitygw-$version

install() {
    install_with go "versitygw $version" "$program"
}

fetch() {
    GOBIN=$1 go install "github.com/versity/versitygw/cmd/versitygw@$version" && mv "$1/versitygw" "$1/whole"
}

run() {
    local data='' port='' bucket=''
    options "data port bucket" "$@"
    needed data port
    [ -x "$program" ] || die "versitygw is not installed: run $0 install"
    mkdir -p "$data${bucket:+/$bucket}"
    # By environment, not by argument: arguments are for every user of the machine to read.
    export ROOT_ACCESS_KEY=${ROOT_ACCESS_KEY:-greenledger}
    export ROOT_SECRET_KEY=${ROOT_SECRET_KEY:-greenledger-secret}
    # Its other names for the same two would win over these.
    unset ROOT_ACCESS_KEY_ID ROOT_SECRET_ACCESS_KEY
    # exec: the caller holds the server's own pid. Without keep-alive each request is a connection.
    exec "$program" --port "127.0.0.1:$port" --keep-alive --quiet posix "$data"
}

commands "install run" "$@"
