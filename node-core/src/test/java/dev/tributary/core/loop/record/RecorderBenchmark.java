package dev.tributary.core.loop.record;

import dev.tributary.core.loop.LoopEvents;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import dev.tributary.core.value.TransactionId;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/**
 * Measures what the recorder costs for each event, in processor time of the thread that records, so that other work of
 * the machine does not count: a record of one kind, a record of ten kinds in turn, and the reading of the clock with
 * which a channel notes the acceptance. The parts alternate in rounds; prints the medians.
 */
public final class RecorderBenchmark {

    private static final int EVENTS = 5_000_000;

    private static final TimeSource TIME = TimeSource.system();
    private static final Object[] KINDS =
            IntStream.range(0, 10).mapToObj(i -> "kind " + i).toArray();
    private static final PeerId[] PEERS =
            IntStream.range(0, 32).mapToObj(LoopEvents::peer).toArray(PeerId[]::new);
    private static final TransactionId[] TRANSACTIONS =
            IntStream.range(0, 256).mapToObj(i -> new TransactionId(i + 1, i)).toArray(TransactionId[]::new);

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private static long sink;

    private RecorderBenchmark() {}

    public static void main(String[] args) {
        LoopRecorder recorder = LoopRecorder.of(TIME, 4096);
        Map<String, LongConsumer> parts = new LinkedHashMap<>();
        parts.put("empty loop", i -> sink += i);
        parts.put("one kind", i -> record(recorder, KINDS[0], i));
        parts.put("ten kinds in turn", i -> record(recorder, KINDS[(int) (i % KINDS.length)], i));
        parts.put("reading of the clock", i -> sink += TIME.nanos());
        Map<String, List<Double>> results = new LinkedHashMap<>();
        int rounds = Integer.getInteger("rounds", 11);
        for (int round = -3; round < rounds; round++) {
            for (Map.Entry<String, LongConsumer> part : parts.entrySet()) {
                double nanos = measure(part.getValue());
                if (round >= 0) {
                    results.computeIfAbsent(part.getKey(), unused -> new ArrayList<>())
                            .add(nanos);
                }
            }
        }
        results.forEach((name, nanos) -> {
            nanos.sort(null);
            System.out.printf("%-24s %6.1f ns of processor an event%n", name, nanos.get(nanos.size() / 2));
        });
        long began = THREADS.getCurrentThreadCpuTime();
        int copied = recorder.copy().events().size();
        System.out.printf(
                "a copy of %d events: %.2f ms of processor (%d)%n",
                copied, (THREADS.getCurrentThreadCpuTime() - began) / 1e6, sink % 10);
    }

    private static void record(LoopRecorder recorder, Object kind, long i) {
        recorder.record(
                "transport",
                kind,
                TRANSACTIONS[(int) i & 255],
                PEERS[(int) i & 31],
                1_000 + (i & 0xffff),
                500 + (i & 0xfff),
                i);
    }

    private static double measure(LongConsumer part) {
        long began = THREADS.getCurrentThreadCpuTime();
        for (int i = 0; i < EVENTS; i++) {
            part.accept(i);
        }
        return (THREADS.getCurrentThreadCpuTime() - began) / (double) EVENTS;
    }
}
