package dev.tributary.core.loop;

import dev.tributary.core.value.Bounds;
import java.time.Duration;

/**
 * How the event loop behaves.
 *
 * @param notificationCapacity how many notifications may wait for the loop, and how many senders for room, 1 to 2^20
 * @param transportCapacity how many messages and departures may wait for the loop; beyond it links are not read
 * @param sendPatience how long a sender waits for room
 * @param slowHandler a handler that takes longer is reported to the flight recorder
 * @param stall a loop without progress for longer is stalled
 * @param watchInterval how often somebody looks whether it is
 * @param stopPatience how long a stopping node waits for the operations that are under way
 * @param redial how neighbours from the configuration are dialled again
 */
public record LoopConfig(
        int notificationCapacity,
        int transportCapacity,
        Duration sendPatience,
        Duration slowHandler,
        Duration stall,
        Duration watchInterval,
        Duration stopPatience,
        Redial redial) {

    /**
     * 2048 notifications and 30 s of patience are the network's numbers. 256 transport events keep the delay of a
     * departure behind a flood short. A handler works for microseconds, so 100 ms is slow; 5 s is broken.
     */
    public static final LoopConfig DEFAULT = new LoopConfig(
            2048,
            256,
            Duration.ofSeconds(30),
            Duration.ofMillis(100),
            Duration.ofSeconds(5),
            Duration.ofSeconds(15),
            Duration.ofSeconds(10),
            Redial.DEFAULT);

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

    public LoopConfig withRedial(Redial redial) {
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
