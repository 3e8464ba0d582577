import java.nio.file.Path;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.Stores;

/**
 * Kafka Streams: drops repeated events, lets the latest event decide a meter's day, and sums per meter. State is in RocksDB with
 * changelogs, processing at least once, both as by default. A school's readings are in one partition, so nothing is sent through
 * a second topic.
 */
public final class Program {
    public static void main(String[] arguments) throws Exception {
        String bootstrap = arguments[0];
        AtomicLong left = new AtomicLong(Long.parseLong(arguments[1]));
        Path output = Path.of(arguments[2]);
        String application = "bench-" + UUID.randomUUID();

        CountDownLatch done = new CountDownLatch(1);
        KafkaStreams streams = new KafkaStreams(
                topology(() -> {
                    if (left.decrementAndGet() == 0) {
                        done.countDown();
                    }
                }),
                settings(bootstrap, application, output.resolveSibling("state")));
        streams.start();
        done.await();

        TreeMap<String, Long> sums = new TreeMap<>();
        var store = StoreQueryParameters.fromNameAndType(Days.SUMS, QueryableStoreTypes.<String, Long>keyValueStore());
        try (var all = streams.store(store).all()) {
            all.forEachRemaining(sum -> sums.merge(sum.key, sum.value, Long::sum));
        }
        // Everything is in the changelogs, and the offsets are committed.
        streams.close();
        Output.write(sums, output);
        // Its topics would cost the broker work during the next program's run.
        delete(bootstrap, application);
    }

    private static Topology topology(Runnable read) {
        var text = Serdes.String();
        return new Topology()
                .addSource("readings", text.deserializer(), Serdes.ByteArray().deserializer(), "readings")
                .addProcessor("days", () -> new Days(read), "readings")
                // A cache pays where a key is written again before a commit, which only the sums are.
                .addStateStore(
                        Stores.keyValueStoreBuilder(
                                Stores.persistentKeyValueStore(Days.EVENTS), text, Serdes.ByteArray()),
                        "days")
                .addStateStore(
                        Stores.keyValueStoreBuilder(
                                Stores.persistentKeyValueStore(Days.DAYS), text, Serdes.ByteArray()),
                        "days")
                .addStateStore(
                        Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(Days.SUMS), text, Serdes.Long())
                                .withCachingEnabled(),
                        "days");
    }

    private static Properties settings(String bootstrap, String application, Path state) {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, application);
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        // One for each core. On two, one thread took the same CPU time, and four somewhat more.
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, Runtime.getRuntime().availableProcessors());
        // Room for the sum of every meter.
        settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 64 << 20);
        // By default a partition is paused at 1,000 waiting records, fewer than a fetch brings.
        settings.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 10_000);
        // Larger polls and fetches: fewer turns of the loop for the same records.
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 10_000);
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG), 4 << 20);
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        // Larger batches to the changelogs, in the compression that costs least.
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 256 << 10);
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
        return settings;
    }

    private static void delete(String bootstrap, String application) throws Exception {
        Properties settings = new Properties();
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        try (Admin admin = Admin.create(settings)) {
            Set<String> topics = admin.listTopics().names().get().stream()
                    .filter(topic -> topic.startsWith(application))
                    .collect(Collectors.toSet());
            admin.deleteTopics(topics).all().get();
        }
    }
}
