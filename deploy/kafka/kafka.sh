#!/usr/bin/env bash
# A real Apache Kafka on this machine without Docker: one node, or several that are a cluster, KRaft, loopback only. For
# tests, load tests and trying things out; for a production cluster only `topics` is useful.
#
#   kafka.sh install                                        fetch the jars (once, some 54 MB)
#   kafka.sh run --data DIR --port N [--controller-port M] [--heap 512m]
#                                                           in the foreground; M is N+1 unless said
#            [--advertise P]                                clients are told port P, where a proxy forwards to N
#            [--node I --cluster ID --voters 1@127.0.0.1:M1,2@127.0.0.1:M2,...]
#                                                           one node of several; ID and the voters are the same for all
#            [--secure S]                                   a second port, SASL_SSL with SCRAM-SHA-512: the user's name and
#                                                           password are in $KAFKA_USER and $KAFKA_PASSWORD; clients trust
#                                                           DIR/ca.pem
#            [--set NAME=VALUE]...                          any other property of a broker
#                                                           Java's options are in $KAFKA_JVM_PERFORMANCE_OPTS, if set
#   kafka.sh topics --bootstrap HOST:PORT --partitions N [--replication R]
#                                                           create what is missing; never changes what is there
#   kafka.sh tool CLASS [ARGUMENT...]                       any command of Kafka's, by its Java class
#
# The jars are kept in $GREENLEDGER_TOOLS, or else in greenledger/ under the user's cache folder.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/../server.sh"

version=4.1.1
libs=$tools/kafka-$version
archive=$libs.jsa
archived=()
[ ! -f "$archive" ] || archived=("-XX:SharedArchiveFile=$archive" -Xlog:cds=off -Xlog:cds+dynamic=off)

install() {
    install_with mvn "Kafka $version" "$libs"
    [ -f "$archive" ] || archive_classes || echo "kafka.sh: no archive of Java's classes; brokers start a second later" >&2
}

fetch() {
    mvn -q -B -Dstyle.color=never -f "$here/pom.xml" dependency:copy-dependencies -DoutputDirectory="$1/whole"
}

# Java loads and checks some 7,000 classes at each start: out of an archive, in half the time. Where Java is another by then,
# it loads them as before.
archive_classes() {
    local data status=0
    data=$(mktemp -d "$tools/.kafka-XXXXXX")
    KAFKA_JVM_PERFORMANCE_OPTS="-XX:ArchiveClassesAtExit=$data/classes.jsa" \
        timeout 60 "$here/kafka.sh" run --data "$data" --port $((20000 + RANDOM % 10000)) >"$data/out" 2>&1 &
    local broker=$!
    until grep -q 'Kafka Server started' "$data/out"; do
        kill -0 "$broker" 2>/dev/null || break
        sleep 0.2
    done
    kill "$broker" 2>/dev/null
    wait "$broker" || true
    mv "$data/classes.jsa" "$archive" 2>/dev/null || status=1
    rm -rf "$data"
    return $status
}

tool() {
    need_jars
    command_line "$@"
}

need_jars() {
    command -v java >/dev/null || die "Java is missing (tests/install-tools.sh installs it)"
    [ -d "$libs" ] || die "Kafka is not installed: run $here/kafka.sh install"
}

run() {
    local data='' port='' controller_port='' heap=512m advertise='' node=1 cluster='' voters='' secure='' set=()
    options "data port controller-port heap advertise node cluster voters secure set[]" "$@"
    needed data port
    : "${controller_port:=$((port + 1))}" "${advertise:=$port}" "${cluster:=$(random_id)}"
    : "${voters:=$node@127.0.0.1:$controller_port}"
    need_jars
    mkdir -p "$data"
    data=$(cd "$data" && pwd)
    local users=()
    if [ -n "$secure" ]; then
        [[ -n ${KAFKA_USER:-} && -n ${KAFKA_PASSWORD:-} ]] || die "--secure needs KAFKA_USER and KAFKA_PASSWORD"
        users=(--add-scram "SCRAM-SHA-512=[name=$KAFKA_USER,password=$KAFKA_PASSWORD]")
        certificate
    fi
    properties >"$data/server.properties"
    if [ ! -f "$data/log/meta.properties" ]; then
        command_line kafka.tools.StorageTool format -t "$cluster" -c "$data/server.properties" \
            "${users[@]}" >"$data/format.out" 2>&1 || die "cannot format $data/log: $(cat "$data/format.out")"
    fi
    # Under the name that Kafka's own scripts have for it.
    local performance
    read -ra performance <<<"${KAFKA_JVM_PERFORMANCE_OPTS:--XX:+UseG1GC -XX:MaxGCPauseMillis=20}"
    performance+=("${archived[@]}")
    # exec: the process that started the script holds the server's own pid, and can stop or kill exactly that.
    exec java "-Xmx$heap" "${performance[@]}" -Djava.awt.headless=true \
        "-Dlog4j2.configurationFile=$here/log4j2.properties" -cp "$libs/*" kafka.Kafka "$data/server.properties"
}

# What StorageTool's random-uuid prints, without the half second of starting Java for it: 16 bytes in base64, here
# never with a sign that could be taken for an option.
random_id() {
    head -c 16 /dev/urandom | base64 | tr '+/' 'xy' | tr -d '='
}

# Kafka's own topics have as many copies as there are nodes, up to three, and one node may be away.
properties() {
    local nodes copies in_sync
    nodes=$(tr ',' '\n' <<<"$voters" | grep -c .)
    copies=$((nodes < 3 ? nodes : 3))
    in_sync=$((copies < 3 ? 1 : 2))
    cat <<PROPERTIES
# Written by kafka.sh at each start; a change made here is lost.
process.roles=broker,controller
node.id=$node
controller.quorum.voters=$voters
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller_port${secure:+,SASL_SSL://127.0.0.1:$secure}
advertised.listeners=PLAINTEXT://127.0.0.1:$advertise${secure:+,SASL_SSL://127.0.0.1:$secure}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL
inter.broker.listener.name=PLAINTEXT
controller.listener.names=CONTROLLER
log.dirs=$data/log
# A mistyped topic is an error, never a new topic with the wrong number of partitions.
auto.create.topics.enable=false
offsets.topic.replication.factor=$copies
transaction.state.log.replication.factor=$copies
transaction.state.log.min.isr=$in_sync
share.coordinator.state.topic.replication.factor=$copies
share.coordinator.state.topic.min.isr=$in_sync
# 50 partitions of each would be 100 log folders made in the first consumer's first second.
offsets.topic.num.partitions=4
transaction.state.log.num.partitions=4
# The delay saves rebalances when a fleet starts at once; here it is only three seconds lost per test.
group.initial.rebalance.delay.ms=0
# With the consumer protocol it is the broker that says after how long a silent member is dead: 45 s, and no less allowed.
group.consumer.min.session.timeout.ms=6000
group.consumer.session.timeout.ms=6000
group.consumer.min.heartbeat.interval.ms=1000
group.consumer.heartbeat.interval.ms=1000
# After a kill -9 the node takes itself for a stranger with its own name until its session has run out: nine seconds
# by default.
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
$([ -z "$secure" ] || secure_properties)
$(printf '%s\n' "${set[@]}")
PROPERTIES
}

# The password of a key that lies beside it guards nothing; the store only has to have one.
store_password=greenledger

# A key, and its own certificate for clients to trust.
certificate() {
    [ -f "$data/ca.pem" ] && return
    {
        keytool -genkeypair -alias kafka -keyalg EC -dname CN=127.0.0.1 -ext san=ip:127.0.0.1,dns:localhost \
            -validity 3650 -storetype PKCS12 -keystore "$data/kafka.p12" -storepass "$store_password" &&
            keytool -exportcert -rfc -alias kafka -keystore "$data/kafka.p12" -storepass "$store_password" -file "$data/ca.pem"
    } >"$data/keytool.out" 2>&1 || die "cannot make a key: $(cat "$data/keytool.out")"
}

secure_properties() {
    cat <<PROPERTIES
sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
ssl.keystore.type=PKCS12
ssl.keystore.location=$data/kafka.p12
ssl.keystore.password=$store_password
PROPERTIES
}

topics() {
    local bootstrap='' partitions='' replication=1
    options "bootstrap partitions replication" "$@"
    needed bootstrap partitions
    need_jars

    local month=$((30 * 24 * 60 * 60 * 1000)) topic
    # The ledger is the archive: these only have to outlast the longest outage that someone takes to notice.
    for topic in readings withdrawals waste travel activity; do
        create "$topic" retention.ms=$month
    done
    # The register is read from its beginning at every start.
    create register retention.ms=-1 retention.bytes=-1
    # The latest per key is all that anyone needs.
    create footprints cleanup.policy=compact
    create rejected cleanup.policy=compact
    same_partitions
}

# The topics that carry events are read side by side, a school's partition having the same number in each. One of
# another count, from before, would send a school's events to two owners.
same_partitions() {
    local differing
    differing=$(topic_command --describe --topic 'readings|withdrawals|waste|travel|activity|register|footprints|rejected' |
        awk -v wanted="$partitions" '$1 == "Topic:" && /PartitionCount:/ {
            for (i = 1; i < NF; i++) if ($i == "PartitionCount:" && $(i + 1) != wanted) print $2 " has " $(i + 1)
        }')
    [ -z "$differing" ] || die "not every topic has $partitions partitions: ${differing//$'\n'/, }"
}

create() {
    local topic=$1 setting settings=()
    shift
    # Three copies of which two must have it: one broker may go without losing or refusing an event.
    [ "$replication" -ge 3 ] && set -- "$@" min.insync.replicas=2
    for setting in "$@"; do
        settings+=(--config "$setting")
    done
    topic_command --create --if-not-exists --topic "$topic" \
        --partitions "$partitions" --replication-factor "$replication" "${settings[@]}" ||
        die "cannot create the topic $topic at $bootstrap"
}

topic_command() {
    command_line org.apache.kafka.tools.TopicCommand --bootstrap-server "$bootstrap" "$@"
}

command_line() {
    # Short-lived: the first compiler and the simplest collector halve what a command costs.
    java -Xmx256m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC "${archived[@]}" -Djava.awt.headless=true \
        "-Dlog4j2.configurationFile=$here/log4j2.properties" -cp "$libs/*" "$@"
}

commands "install run topics tool" "$@"
