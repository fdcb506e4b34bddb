package dev.tributary.core.loop;

import dev.tributary.core.membership.RedialBackoff;

import dev.tributary.core.value.Bounds;
import java.time.Duration;

/**
 * Settings of the event loop.
 *
 * @param notificationCapacity maximum number of local events queued for the loop, 1 to 2^20
 * @param transportCapacity maximum number of messages and close events queued for the loop, 1 to 2^20; when full, links
 *     are not read
 * @param sendPatience timeout of a sender that waits for a free slot
 * @param slowHandler a handler that takes longer is reported to the flight recorder
 * @param stall a loop without progress for longer counts as stalled
 * @param watchInterval interval between two checks for a stall
 * @param stopPatience how long a stopping node waits for running operations
 * @param redial backoff between dials of a gateway
 */
public record LoopConfig(
        int notificationCapacity,
        int transportCapacity,
        Duration sendPatience,
        Duration slowHandler,
        Duration stall,
        Duration watchInterval,
        Duration stopPatience,
        RedialBackoff redial) {

    /**
     * 2048 local events and 30 s send timeout are the values of the network's other nodes. 256 transport events bound
     * the delay of a close event behind a flood. A handler takes microseconds, so 100 ms is slow and 5 s is a fault.
     */
    public static final LoopConfig DEFAULT = new LoopConfig(
            2048,
            256,
            Duration.ofSeconds(30),
            Duration.ofMillis(100),
            Duration.ofSeconds(5),
            Duration.ofSeconds(15),
            Duration.ofSeconds(10),
            RedialBackoff.DEFAULT);

    public LoopConfig {
        Bounds.within("notificationCapacity", notificationCapacity, 1, 1 << 20);
        Bounds.within("transportCapacity", transportCapacity, 1, 1 << 20);
        Bounds.positive("sendPatience", sendPatience);
        Bounds.positive("slowHandler", slowHandler);
        Bounds.positive("stall", stall);
        Bounds.positive("watchInterval", watchInterval);
        Bounds.positive("stopPatience", stopPatience);
    }

    public LoopConfig withNotificationCapacity(int notificationCapacity) {
        return new LoopConfig(
                notificationCapacity,
                transportCapacity,
                sendPatience,
                slowHandler,
                stall,
                watchInterval,
                stopPatience,
                redial);
    }

    public LoopConfig withRedial(RedialBackoff redial) {
        return new LoopConfig(
                notificationCapacity,
                transportCapacity,
                sendPatience,
                slowHandler,
                stall,
                watchInterval,
                stopPatience,
                redial);
    }
}
