import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** Adds each meter-day to the sum of its meter, unless its event was seen or a later one stands. */
final class Days implements Processor<String, byte[], Void, Void> {
    static final String EVENTS = "events";
    static final String DAYS = "days";
    static final String SUMS = "sums";
    private static final byte[] SEEN = {};

    private final Runnable read;
    private KeyValueStore<String, byte[]> events;
    /** The time and the energy of the event that stands, 8 bytes each. */
    private KeyValueStore<String, byte[]> days;
    private KeyValueStore<String, Long> sums;

    Days(Runnable read) {
        this.read = read;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        events = context.getStateStore(EVENTS);
        days = context.getStateStore(DAYS);
        sums = context.getStateStore(SUMS);
    }

    @Override
    public void process(Record<String, byte[]> record) {
        try {
            merge(MeterDay.read(record.value(), record.headers()));
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
        read.run();
    }

    private void merge(MeterDay day) {
        if (events.putIfAbsent(day.event(), SEEN) != null) {
            return;
        }
        byte[] standing = days.get(day.meterAndDay());
        long counted = 0;
        if (standing != null) {
            ByteBuffer before = ByteBuffer.wrap(standing);
            if (before.getLong() > day.issued()) {
                return;
            }
            counted = before.getLong();
        }
        ByteBuffer after = ByteBuffer.allocate(2 * Long.BYTES).putLong(day.issued()).putLong(day.energy());
        days.put(day.meterAndDay(), after.array());
        Long sum = sums.get(day.meter());
        sums.put(day.meter(), (sum == null ? 0 : sum) + day.energy() - counted);
    }
}
