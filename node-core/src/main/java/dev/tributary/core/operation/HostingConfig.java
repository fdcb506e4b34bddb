package dev.tributary.core.operation;

import dev.tributary.core.value.Bounds;
import java.time.Duration;

/**
 * What a node hosts, and how often it looks after it.
 *
 * @param bytes how many bytes of states, parameters and code are hosted at most: 1 MiB or more
 * @param contracts how many contracts are hosted at most, 1 to 2^24
 * @param interval how long the hosts of a contract go without comparing their copies, about: 1 s or more
 */
public record HostingConfig(long bytes, int contracts, Duration interval) {

    /**
     * 4 GiB are little for any disk and room for 80 of the largest contracts. 100 000 contracts are 400 offers an interval
     * in all, and less than 100 MB of heap. A minute finds what was lost on the way soon enough: what changes is passed on at
     * once.
     */
    public static final HostingConfig DEFAULT = new HostingConfig(4L << 30, 100_000, Duration.ofSeconds(60));

    public HostingConfig {
        if (bytes < 1 << 20) {
            throw new IllegalArgumentException("bytes must be 1 MiB or more, not " + bytes);
        }
        Bounds.within("contracts", contracts, 1, 1 << 24);
        if (interval.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("interval must be 1 s or more, not " + interval);
        }
    }

    public HostingConfig withBytes(long bytes) {
        return new HostingConfig(bytes, contracts, interval);
    }

    public HostingConfig withContracts(int contracts) {
        return new HostingConfig(bytes, contracts, interval);
    }

    public HostingConfig withInterval(Duration interval) {
        return new HostingConfig(bytes, contracts, interval);
    }
}
