package dev.tributary.core.operation;

import dev.tributary.core.value.Bounds;
import java.time.Duration;

/**
 * What a node hosts, and how often it looks after it.
 *
 * @param bytes how many bytes of states, parameters and code are hosted at most: 1 MiB or more
 * @param contracts how many contracts are hosted at most, 1 to 2^24
 * @param interval how long the hosts of a contract go without comparing their copies, about: 1 s or more
 * @param burst how many changes of a contract a neighbour is told of at once: 1 to 1000
 * @param pace how long after each other it is told of more: 1 s at most
 */
public record HostingConfig(long bytes, int contracts, Duration interval, int burst, Duration pace) {

    /**
     * 4 GiB are little for any disk and room for 80 of the largest contracts. 100 000 contracts are 400 offers an interval
     * in all, and less than 100 MB of heap. Two minutes find what was lost on the way soon enough, for what changes is passed
     * on at once; four of them, the lease, are the network's number. Fifty notices a second of one contract are more than
     * anybody can look at, and let a link carry those of many.
     */
    public static final HostingConfig DEFAULT =
            new HostingConfig(4L << 30, 100_000, Duration.ofMinutes(2), 8, Duration.ofMillis(20));

    public HostingConfig {
        if (bytes < 1 << 20) {
            throw new IllegalArgumentException("bytes must be 1 MiB or more, not " + bytes);
        }
        Bounds.within("contracts", contracts, 1, 1 << 24);
        Bounds.within("burst", burst, 1, 1000);
        if (interval.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("interval must be 1 s or more, not " + interval);
        }
        if (pace.isNegative() || pace.compareTo(Duration.ofSeconds(1)) > 0) {
            throw new IllegalArgumentException("pace must be in 0..1 s, not " + pace);
        }
    }

    public HostingConfig withBytes(long bytes) {
        return new HostingConfig(bytes, contracts, interval, burst, pace);
    }

    public HostingConfig withContracts(int contracts) {
        return new HostingConfig(bytes, contracts, interval, burst, pace);
    }

    public HostingConfig withGate(int burst, Duration pace) {
        return new HostingConfig(bytes, contracts, interval, burst, pace);
    }

    public HostingConfig withInterval(Duration interval) {
        return new HostingConfig(bytes, contracts, interval, burst, pace);
    }
}
