#!/usr/bin/env bash
# Azure Blob Storage on this machine without Docker: Azurite over a folder, loopback only. For tests and trying things
# out. It refuses a create-only put of a key that exists (409), which the ledger needs.
#
#   azurite.sh install                  fetch it with npm (once, some ten seconds)
#   azurite.sh run --data DIR --port N  in the foreground, blobs only
#   azurite.sh container --name NAME --port N
#                                       make a container in one that runs
#
# The account and its key are $AZURE_STORAGE_ACCOUNT_NAME and $AZURE_STORAGE_ACCOUNT_KEY (in base64), or else "greenledger"
# and the same word as its key. The program is kept in $GREENLEDGER_TOOLS, or else in greenledger/ under the user's cache
# folder.
source "$(dirname "${BASH_SOURCE[0]}")/../server.sh"

version=3.37.0
folder=$tools/azurite-$version
program=$folder/node_modules/azurite/dist/src/blob/main.js
account=${AZURE_STORAGE_ACCOUNT_NAME:-greenledger}
key=${AZURE_STORAGE_ACCOUNT_KEY:-$(printf greenledger | base64)}

install() {
    install_with npm "azurite $version" "$folder"
}

# No scripts of its dependencies are run: the one that wants to build something is for other systems.
fetch() {
    npm install --prefix "$1/whole" --ignore-scripts --no-save --no-audit --no-fund "azurite@$version"
}

run() {
    local data='' port=''
    options "data port" "$@"
    needed data port
    [ -f "$program" ] || die "azurite is not installed: run $0 install"
    mkdir -p "$data"
    # By environment, not by argument: arguments are for every user of the machine to read.
    export AZURITE_ACCOUNTS=$account:$key
    # exec: the caller holds the server's own pid. It need not know each version of the protocol that a
    # client may name.
    exec node "$program" --blobHost 127.0.0.1 --blobPort "$port" --location "$data" --silent --disableTelemetry \
        --skipApiVersionCheck
}

container() {
    local name='' port=''
    options "name port" "$@"
    needed name port
    account=$account key=$key name=$name port=$port node - <<'JS' || die "cannot make the container $name"
const { account, key, name, port } = process.env;
const path = `/${account}/${name}`;
const date = new Date().toUTCString();
// A request signed with the account's key: eleven headers that are empty, then our own two and the resource.
const text = `PUT${"\n".repeat(12)}x-ms-date:${date}\nx-ms-version:2021-08-06\n/${account}${path}\nrestype:container`;
const sign = require("crypto").createHmac("sha256", Buffer.from(key, "base64")).update(text).digest("base64");
const headers = { "x-ms-date": date, "x-ms-version": "2021-08-06", "content-length": 0,
    authorization: `SharedKey ${account}:${sign}` };
const options = { host: "127.0.0.1", port, method: "PUT", path: `${path}?restype=container`, headers };
require("http").request(options, (answer) => {
    answer.resume();
    if (![201, 409].includes(answer.statusCode)) throw new Error(`the server said ${answer.statusCode}`);
}).end();
JS
}

commands "install run container" "$@"
