package dev.tributary.core.loop;

import dev.tributary.core.value.TimeSource;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Counters of one source of events. Written by the loop thread, read by any thread; times in nanoseconds. */
final class SourceStatistics {

    private volatile @Nullable String sender;
    private volatile @Nullable String receiver;
    private volatile @Nullable IntSupplier waiting;

    /** When the event was accepted that is handled; written before the loop runs, read by the loop thread. */
    private LongSupplier accepted = () -> MpscEventQueue.NOT_NOTED;

    private final AtomicLong count = new AtomicLong();
    private final AtomicLong last = new AtomicLong();
    private final AtomicLong restarts = new AtomicLong();
    private final AtomicLong faults = new AtomicLong();

    void registerSender(String identity) {
        sender = identity;
    }

    void registerReceiver(EventSource<?> source) {
        receiver = source.channel().identity();
        accepted = source.channel()::deliveredNanos;
        waiting = source.channel()::queuedEvents;
    }

    void recordRestart() {
        restarts.incrementAndGet();
    }

    void recordFault() {
        faults.incrementAndGet();
    }

    /** Time from the acceptance of the event that is handled to the start of its handler; 0 if it is not noted. */
    long waitedUntil(long began) {
        long from = accepted.getAsLong();
        return from == MpscEventQueue.NOT_NOTED ? 0 : began - from;
    }

    /** By ordered writes, since only the loop thread calls this. */
    void recordHandled(long now) {
        last.setRelease(now);
        count.setRelease(count.getPlain() + 1);
    }

    long handled() {
        return count.getAcquire();
    }

    LoopSnapshot.SourceSnapshot snapshot(LoopEvent.Source source, long now, TimeSource time) {
        long handled = count.getAcquire();
        IntSupplier gauge = waiting;
        Instant lastEvent = handled == 0 ? null : time.now().minusNanos(Math.max(0, now - last.get()));
        return new LoopSnapshot.SourceSnapshot(
                source.label(),
                handled,
                lastEvent,
                gauge == null ? 0 : gauge.getAsInt(),
                restarts.get(),
                faults.get(),
                sender,
                receiver);
    }
}
