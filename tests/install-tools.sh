#!/usr/bin/env bash
# What the full test needs beside Rust: a real Kafka, an MQTT broker, a mail server, an S3 service, Azure's blobs, Prometheus and a
# browser. Finds or installs each, prints one line per tool, and takes well under a second when all is there. Installing needs
# apt-get, and root or sudo. With the argument `lints`: what .ci/run needs for its lints instead.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
deploy=$here/../deploy

main() {
    if [ "${1:-}" = lints ]; then
        need "ShellCheck" "has shellcheck" shellcheck
        fetch "cargo-deny" "$here/../.ci/deny.sh"
        return
    fi
    need "Java 17 or later" java_is_new_enough default-jdk-headless
    need "pkg-config" "has pkg-config" pkg-config
    need "OpenSSL's headers" "pkg-config --exists openssl" libssl-dev
    need "Maven" "has mvn" maven
    need "Prometheus" "has prometheus" prometheus
    need "promtool" "has promtool" prometheus
    need "Mosquitto" has_mosquitto mosquitto
    need "Chromium" has_browser chromium
    need "Dovecot (IMAP)" has_dovecot dovecot-imapd
    need "Go" "has go" golang-go
    go_is_new_enough || die "Go $(go_version) is too old to build the S3 service: it needs 1.21 or later, which fetches" \
        "what newer version it wants by itself. Install a newer Go and put it first in PATH."
    fetch "Apache Kafka" "$deploy/kafka/kafka.sh"
    fetch "versitygw (S3)" "$deploy/s3/s3.sh"
    need "npm" "has npm" npm
    fetch "Azurite (Azure Blob Storage)" "$deploy/azure/azurite.sh"
}

die() {
    echo "install-tools.sh: $*" >&2
    exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# Debian puts both where only root's PATH leads.
has_mosquitto() { has mosquitto || [ -x /usr/sbin/mosquitto ]; }
has_dovecot() { has dovecot || [ -x /usr/sbin/dovecot ]; }

has_browser() { has chromium || has chromium-browser || has google-chrome; }

java_is_new_enough() {
    local major
    has java || return 1
    # `openjdk version "17.0.15" 2025-04-15`; the ancient ones say "1.8.0", which is rightly less than 17.
    major=$(java -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p' | head -n 1)
    [ "${major:-0}" -ge 17 ]
}

go_version() { go env GOVERSION | sed 's/^go//'; }

go_is_new_enough() {
    local major minor
    IFS=. read -r major minor _ < <(go_version)
    minor=${minor%%[!0-9]*}
    [ "$major" -gt 1 ] || [ "${minor:-0}" -ge 21 ]
}

# need NAME CHECK PACKAGE
need() {
    # Unquoted: a check may carry an argument.
    if $2; then
        say found "$1"
        return
    fi
    apt_install "$3" || die "cannot install $1: apt-get could not install $3 (its words are above)"
    $2 || die "cannot install $1: $3 is installed, but what it brings is too old or not in PATH"
    say installed "$1"
}

# fetch NAME SCRIPT
fetch() {
    local answer
    answer=$("$2" install) || die "cannot install $1 (the reason is above)"
    say "${answer:-found}" "$1"
}

say() { printf '%-9s  %s\n' "$1" "$2"; }

updated=
apt_install() {
    has apt-get || die "$1 is missing, and there is no apt-get here to install it with: install it by hand"
    local as_root=
    if [ "$(id -u)" -ne 0 ]; then
        has sudo || die "$1 is missing: run this as root, or install it by hand"
        as_root=sudo
    fi
    if [ -z "$updated" ]; then
        $as_root apt-get update -q >&2 || return 1
        updated=yes
    fi
    without_services "$as_root" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$1" >&2
}

# Debian starts a package's service as soon as it is installed. A Prometheus that nobody asked for would hold port 9090
# and scrape for ever; 101 is Debian's word for "not by policy".
without_services() {
    local as_root=$1 policy=/usr/sbin/policy-rc.d status=0
    shift
    if [ -e "$policy" ]; then
        $as_root "$@"
        return
    fi
    printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null
    $as_root chmod +x "$policy"
    $as_root "$@" || status=$?
    $as_root rm -f "$policy"
    return $status
}

main "$@"
