package dev.tributary.core.loop;

import dev.tributary.core.value.Bounds;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;

/**
 * Settings of the event loop.
 *
 * @param localEventCapacity maximum number of local events queued for the loop, 1 to 2^20
 * @param transportCapacity maximum number of messages and close events queued for the loop, 1 to 2^20; when full, links
 *     are not read
 * @param sendTimeout timeout of a sender that waits for a free slot
 * @param slowHandlerLimit a handler that takes longer is reported to the flight recorder
 * @param stallLimit a loop without progress for longer counts as stalled
 * @param monitorInterval interval between two checks for a stall
 * @param stopTimeout how long a stopping node waits for running operations
 * @param recordedEvents number of latest events that the recorder keeps, 0 to 2^16; 0 turns it off
 */
@RecordBuilder
public record LoopConfig(
        int localEventCapacity,
        int transportCapacity,
        Duration sendTimeout,
        Duration slowHandlerLimit,
        Duration stallLimit,
        Duration monitorInterval,
        Duration stopTimeout,
        int recordedEvents)
        implements LoopConfigBuilder.With {

    public LoopConfig {
        Bounds.within("localEventCapacity", localEventCapacity, 1, 1 << 20);
        Bounds.within("transportCapacity", transportCapacity, 1, 1 << 20);
        Bounds.positive("sendTimeout", sendTimeout);
        Bounds.positive("slowHandlerLimit", slowHandlerLimit);
        Bounds.positive("stallLimit", stallLimit);
        Bounds.positive("monitorInterval", monitorInterval);
        Bounds.positive("stopTimeout", stopTimeout);
        Bounds.within("recordedEvents", recordedEvents, 0, 1 << 16);
    }

    /**
     * 2048 local events and 30 s send timeout are the values of the network's other nodes. 256 transport events bound
     * the delay of a close event behind a flood. A handler takes microseconds, so 100 ms is slow and 5 s is a fault.
     * 4096 recorded events take 280 KiB.
     */
    public static LoopConfig defaults() {
        return LoopConfigBuilder.builder()
                .localEventCapacity(2048)
                .transportCapacity(256)
                .sendTimeout(Duration.ofSeconds(30))
                .slowHandlerLimit(Duration.ofMillis(100))
                .stallLimit(Duration.ofSeconds(5))
                .monitorInterval(Duration.ofSeconds(15))
                .stopTimeout(Duration.ofSeconds(10))
                .recordedEvents(4096)
                .build();
    }
}
