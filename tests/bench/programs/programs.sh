#!/usr/bin/env bash
# The programs that the benchmark compares. Each is fetched from its own registry in the versions that its folder names.
#
#   programs.sh install NAME...          fetch and build (once; again when its files have changed)
#   programs.sh run NAME [ARGUMENT...]   in the foreground
#
# A NAME is a folder beside this script. What is installed is kept in $GREENLEDGER_TOOLS, or else in greenledger/ under the
# user's cache folder.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/../../../deploy/server.sh"

install() {
    local name
    for name; do
        # A shell of its own for each: install_with cleans up when its shell ends.
        (install_one)
    done
}

install_one() {
    [ -d "$here/$name" ] || die "there is no program $name"
    local place
    place=$(place)
    [ ! -e "$place" ] || return 0
    rm -rf "$tools/bench-$name-"*
    install_with "$(needs)" "$name" "$place"
}

# Where the program is: another place when what is built or fetched is another.
place() {
    local hash
    case $(needs) in
        mvn) hash=$(cat "$here/$name/"* "$here/java/"* | sha256sum) ;;
        go) hash=$(cat "$here/$name/"* | sha256sum) ;;
        *) hash=$(sha256sum <"$here/$name/requirements.txt") ;;
    esac
    echo "$tools/bench-$name-${hash:0:12}"
}

# The command that fetches it, by the file that names its dependencies.
needs() {
    if [ -f "$here/$name/pom.xml" ]; then
        echo mvn
    elif [ -f "$here/$name/go.mod" ]; then
        echo go
    else
        echo python3
    fi
}

# The collector for throughput, which took a tenth less CPU time than the usual one.
java_options=(-XX:+UseParallelGC)

fetch() {
    local whole=$1/whole
    mkdir -p "$whole"
    "fetch_with_$(needs)" "$1"
}

fetch_with_mvn() {
    mvn -q -B -Dstyle.color=never -f "$here/$name/pom.xml" dependency:copy-dependencies -DoutputDirectory="$whole/libs" &&
        javac -d "$whole" -cp "$whole/libs/*" "$here/java/"*.java "$here/$name/"*.java
}

fetch_with_go() {
    go build -C "$here/$name" -o "$whole/program" .
}

# The requirements name everything that is imported. Not a virtual environment, which names its own place and could not be moved
# there when it is whole.
fetch_with_python3() {
    python3 -m venv "$1/pip" &&
        "$1/pip/bin/pip" install -q --no-cache-dir --no-deps --target "$whole" -r "$here/$name/requirements.txt"
}

run() {
    local name=$1 place
    shift
    place=$(place)
    [ -d "$place" ] || die "$name is not installed: run $0 install $name"
    # exec: the process that started the script holds the program's own pid.
    case $(needs) in
        mvn) exec java "${java_options[@]}" -cp "$place:$place/libs/*" Program "$@" ;;
        go) exec "$place/program" "$@" ;;
        *) PYTHONPATH=$place exec python3 "$here/$name/program.py" "$@" ;;
    esac
}

commands "install run" "$@"
