package dev.tributary.core.hosting;

import dev.tributary.core.value.Bounds;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;

/**
 * Limits and intervals of hosting.
 *
 * @param bytes maximum number of hosted bytes of states, parameters and code: 1 MiB or more
 * @param contracts maximum number of hosted contracts, 1 to 2^24; fewer if the heap has no room for their table
 * @param interval approximate time between comparisons of the replicas of a contract: 1 s or more
 * @param burst number of updates of a contract that a neighbour is sent before it has acknowledged one: 1 to 1000
 * @param diskShare maximum percentage of what the store occupies and what is free on its disk together: 1 to 100
 * @param scrubRate maximum number of bytes a second that are read to find damaged copies; 0 for no such reads
 * @param scrubInterval pause between two passes over all copies: 1 minute or more
 * @param pace interval between further updates that are not acknowledged, and time within which an acknowledgement is
 *     quick: 1 s at most
 */
@RecordBuilder
public record HostingConfig(
        long bytes,
        int contracts,
        Duration interval,
        int burst,
        Duration pace,
        int diskShare,
        long scrubRate,
        Duration scrubInterval)
        implements HostingConfigBuilder.With {

    public HostingConfig {
        if (bytes < 1 << 20) {
            throw new IllegalArgumentException("bytes must be 1 MiB or more, not " + bytes);
        }
        Bounds.within("contracts", contracts, 1, 1 << 24);
        Bounds.within("burst", burst, 1, 1000);
        Bounds.within("diskShare", diskShare, 1, 100);
        Bounds.within("scrubRate", scrubRate, 0, 1L << 40);
        if (scrubInterval.compareTo(Duration.ofMinutes(1)) < 0) {
            throw new IllegalArgumentException("scrubInterval must be 1 min or more, not " + scrubInterval);
        }
        if (interval.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("interval must be 1 s or more, not " + interval);
        }
        if (pace.isNegative() || pace.compareTo(Duration.ofSeconds(1)) > 0) {
            throw new IllegalArgumentException("pace must be in 0..1 s, not " + pace);
        }
    }

    /**
     * 4 GiB fit on any disk and hold 80 of the largest contracts. 100 000 contracts need 400 offers per interval in
     * all, and 89 MB of heap, with 20 MB more for each neighbour that reports all of them. Changes are sent at once, so an interval of 2 minutes is enough to repair lost
     * updates; 4 intervals, the network's value, are the lease. A neighbour that acknowledges is sent updates as
     * fast as it takes them; 50 a second of one contract for one that does not leave a link capacity for many contracts. Half of a disk leaves room for everything else. At 1 MiB a second the
     * whole budget is read in little more than an hour, which no disk feels.
     */
    public static HostingConfig defaults() {
        return HostingConfigBuilder.builder()
                .bytes(4L << 30)
                .contracts(100_000)
                .interval(Duration.ofMinutes(2))
                .burst(8)
                .pace(Duration.ofMillis(20))
                .diskShare(50)
                .scrubRate(1 << 20)
                .scrubInterval(Duration.ofHours(24))
                .build();
    }
}
