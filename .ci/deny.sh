#!/usr/bin/env bash
# cargo-deny in one version, which reads deny.toml.
#
#   deny.sh install         build it with Cargo (once, one or two minutes)
#   deny.sh check WHAT...   check advisories, bans, licenses or sources of the dependency tree
#
# The program is kept in $GREENLEDGER_TOOLS, or else in greenledger/ under the user's cache folder.
source "$(dirname "${BASH_SOURCE[0]}")/../deploy/server.sh"

version=0.20.2
program=$tools/cargo-deny-$version

install() {
    install_with cargo "cargo-deny $version" "$program"
}

# Unoptimised: it runs for a second, and takes several times as long to build otherwise.
fetch() {
    CARGO_TARGET_DIR=$1/target CARGO_PROFILE_DEV_DEBUG=0 \
        cargo install --debug --locked --version "$version" --root "$1" cargo-deny && mv "$1/bin/cargo-deny" "$1/whole"
}

check() {
    [ -x "$program" ] || die "cargo-deny is not installed: run $0 install"
    exec "$program" --locked check "$@"
}

commands "install check" "$@"
