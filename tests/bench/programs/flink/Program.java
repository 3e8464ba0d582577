import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.TreeMap;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Apache Flink in one process: drops repeated events, lets the latest event decide a meter's day, and sums per meter. State is on
 * the heap, as by default, and is written to files at each checkpoint.
 */
public final class Program {
    public static void main(String[] arguments) throws Exception {
        String bootstrap = arguments[0];
        Path output = Path.of(arguments[2]);

        int cores = Runtime.getRuntime().availableProcessors();
        var flink = StreamExecutionEnvironment.createLocalEnvironment(cores, settings(output));
        flink.fromSource(readings(bootstrap), WatermarkStrategy.noWatermarks(), "readings")
                .keyBy(MeterDay::meter)
                .process(new Days())
                .sinkTo(new DiscardingSink<>());
        JobClient job = flink.executeAsync();
        Days.awaitRead(Integer.parseInt(arguments[1]));
        // The end of time reaches the functions, which report their sums, and all state is written.
        String savepoints = output.resolveSibling("savepoints").toUri().toString();
        job.stopWithSavepoint(true, savepoints, SavepointFormatType.NATIVE).get();
        Output.write(new TreeMap<>(Days.SUMS), output);
        // Threads of the cluster outlive the job.
        System.exit(0);
    }

    private static Configuration settings(Path output) {
        Configuration settings = new Configuration();
        // As often as Kafka Streams commits. At least once: no task waits for the barriers of the others.
        settings.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofSeconds(30));
        settings.set(CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE, CheckpointingMode.AT_LEAST_ONCE);
        settings.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
        settings.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, output.resolveSibling("checkpoints").toUri().toString());
        // Records are not copied between functions of one task: none changes them.
        settings.set(PipelineOptions.OBJECT_REUSE, true);
        // Types that only slow general serialization could handle are an error.
        settings.set(PipelineOptions.GENERIC_TYPES, false);
        return settings;
    }

    private static KafkaSource<MeterDay> readings(String bootstrap) {
        return KafkaSource.<MeterDay>builder()
                .setBootstrapServers(bootstrap)
                .setTopics("readings")
                .setStartingOffsets(OffsetsInitializer.earliest())
                // Larger polls and fetches: fewer turns of the loop for the same records.
                .setProperty(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "10000")
                .setProperty(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, String.valueOf(4 << 20))
                .setDeserializer(new Reader())
                .build();
    }

    private static final class Reader implements KafkaRecordDeserializationSchema<MeterDay> {
        @Override
        public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<MeterDay> out) throws IOException {
            out.collect(MeterDay.read(record.value(), record.headers()));
        }

        @Override
        public TypeInformation<MeterDay> getProducedType() {
            return TypeInformation.of(MeterDay.class);
        }
    }
}
