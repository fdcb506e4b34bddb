package dev.tributary.transport.benchmark;

import dev.tributary.core.message.PeerMessage;
import dev.tributary.transport.wire.WireCodec;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** The messages that all nodes of a benchmark send, by their type, and their bytes on the wire. Thread-safe. */
final class SentMessages {

    private final Map<Class<?>, LongAdder> counts = new ConcurrentHashMap<>();
    private final LongAdder bytes = new LongAdder();

    void count(PeerMessage message) {
        counts.computeIfAbsent(message.getClass(), type -> new LongAdder()).increment();
        bytes.add(WireCodec.sizeOf(message));
    }

    long total() {
        return counts.values().stream().mapToLong(LongAdder::sum).sum();
    }

    long bytes() {
        return bytes.sum();
    }

    /** The numbers since these ones divided by the number of operations; those below a hundredth are left out. */
    String perOperation(Map<String, Long> before, int operations) {
        return byType().entrySet().stream()
                .map(each -> Map.entry(
                        each.getKey(),
                        (each.getValue() - before.getOrDefault(each.getKey(), 0L)) / (double) operations))
                .filter(each -> each.getValue() >= 0.01)
                .map(each -> String.format("%s %.2f", each.getKey(), each.getValue()))
                .collect(Collectors.joining(", "));
    }

    Map<String, Long> byType() {
        Map<String, Long> byName = new TreeMap<>();
        counts.forEach((type, count) -> byName.put(nameOf(type), count.sum()));
        return byName;
    }

    private static String nameOf(Class<?> type) {
        Class<?> family = type.getEnclosingClass();
        return family == null ? type.getSimpleName() : family.getSimpleName() + "." + type.getSimpleName();
    }
}
