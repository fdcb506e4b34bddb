package dev.tributary.core.benchmark;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Measures how long the first event after a long pause takes: the threads, their stacks and their code have cooled down. */
final class FirstWakeUp {

    /** Number of passages of each kind, which all pause at the same time. */
    private static final int PASSAGES = 20;

    private static final int WARM_UP_EVENTS = 200;
    private static final long PARK_NANOS = 200_000;

    private final EventPipeline passage;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong handled = new AtomicLong();
    private final AtomicLong latency = new AtomicLong();

    private FirstWakeUp(EventPipeline.Factory maker) {
        passage = maker.create(() -> {
            latency.set(System.nanoTime() - sent.get());
            handled.incrementAndGet();
        });
    }

    /** The latencies in nanoseconds by name of the passage, sorted, in turns; and those of hot wake-ups before the pause. */
    static Map<String, List<List<Long>>> measure(Map<String, EventPipeline.Factory> makers, int pauseSeconds)
            throws InterruptedException {
        Map<String, List<FirstWakeUp>> all = new LinkedHashMap<>();
        Map<String, List<List<Long>>> results = new LinkedHashMap<>();
        for (Map.Entry<String, EventPipeline.Factory> maker : makers.entrySet()) {
            List<FirstWakeUp> passages = new ArrayList<>();
            List<Long> hot = new ArrayList<>();
            for (int i = 0; i < PASSAGES; i++) {
                FirstWakeUp each = new FirstWakeUp(maker.getValue());
                for (int event = 0; event < WARM_UP_EVENTS; event++) {
                    LockSupport.parkNanos(PARK_NANOS);
                    hot.add(each.send());
                }
                passages.add(each);
            }
            all.put(maker.getKey(), passages);
            results.put(maker.getKey(), new ArrayList<>(List.of(hot, new ArrayList<>())));
        }
        Thread.sleep(pauseSeconds * 1_000L);
        for (int i = 0; i < PASSAGES; i++) {
            for (Map.Entry<String, List<FirstWakeUp>> passages : all.entrySet()) {
                List<List<Long>> result = results.getOrDefault(passages.getKey(), List.of());
                result.get(1).add(passages.getValue().get(i).send());
            }
        }
        all.values().forEach(passages -> passages.forEach(each -> each.passage.close()));
        results.values().forEach(pair -> pair.forEach(list -> list.sort(null)));
        return results;
    }

    private long send() throws InterruptedException {
        long before = handled.get();
        sent.set(System.nanoTime());
        passage.send(0);
        while (handled.get() == before) {
            Thread.onSpinWait();
        }
        return latency.get();
    }
}
