import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/** Adds each meter-day to the sum of its meter, unless its event was seen or a later one stands; the sum leaves at the end. */
public final class Days extends KeyedProcessFunction<String, MeterDay, Void> {
    /** What left, in the one process that runs the job. */
    static final Map<String, Long> SUMS = new ConcurrentHashMap<>();
    private static final Semaphore READ = new Semaphore(0);

    private transient MapState<String, Boolean> events;
    /** The time and the energy of the event that stands. */
    private transient MapState<String, Tuple2<Long, Long>> days;
    private transient ValueState<Long> sum;

    /** Waits until that many meter-days have been read. */
    static void awaitRead(int meterDays) throws InterruptedException {
        READ.acquire(meterDays);
    }

    @Override
    public void open(OpenContext context) {
        TypeInformation<Tuple2<Long, Long>> day = Types.TUPLE(Types.LONG, Types.LONG);
        events = getRuntimeContext().getMapState(new MapStateDescriptor<>("events", Types.STRING, Types.BOOLEAN));
        days = getRuntimeContext().getMapState(new MapStateDescriptor<>("days", Types.STRING, day));
        sum = getRuntimeContext().getState(new ValueStateDescriptor<>("sum", Types.LONG));
    }

    @Override
    public void processElement(MeterDay day, Context context, Collector<Void> out) throws Exception {
        merge(day, context);
        READ.release();
    }

    private void merge(MeterDay day, Context context) throws Exception {
        if (events.contains(day.event())) {
            return;
        }
        events.put(day.event(), true);
        Tuple2<Long, Long> standing = days.get(day.day());
        if (standing != null && standing.f0 > day.issued()) {
            return;
        }
        days.put(day.day(), Tuple2.of(day.issued(), day.energy()));
        Long before = sum.value();
        if (before == null) {
            // The end of the topic is the end of time.
            context.timerService().registerEventTimeTimer(Long.MAX_VALUE);
            before = 0L;
        }
        sum.update(before + day.energy() - (standing == null ? 0 : standing.f1));
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<Void> out) throws Exception {
        SUMS.put(context.getCurrentKey(), sum.value());
    }
}
