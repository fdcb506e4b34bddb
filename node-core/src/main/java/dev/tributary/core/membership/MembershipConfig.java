package dev.tributary.core.membership;

import dev.tributary.core.value.Bounds;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;

/**
 * Limits and intervals of joining, searching and dialling.
 *
 * @param maxTransientLinks maximum number of transient links: links of joining peers that search for neighbours through
 *     this node; 0 to 65536
 * @param transientLinkTimeout maximum lifetime of a transient link
 * @param arrivalsPerSecond average rate limit of inbound links, 1 to 65536; the burst is the amount of three seconds
 * @param reservationTimeout timeout of a neighbour slot that is reserved for an offered peer
 * @param searchPause pause between two search rounds while there are too few neighbours
 * @param maintenancePause pause between two maintenance rounds while there are enough neighbours, or no new peer can be
 *     found; at least {@code searchPause}
 * @param redialBackoff backoff between dials of a bootstrap peer
 */
@RecordBuilder
public record MembershipConfig(
        int maxTransientLinks,
        Duration transientLinkTimeout,
        int arrivalsPerSecond,
        Duration reservationTimeout,
        Duration searchPause,
        Duration maintenancePause,
        RedialBackoff redialBackoff)
        implements MembershipConfigBuilder.With {

    public MembershipConfig {
        Bounds.within("maxTransientLinks", maxTransientLinks, 0, 1 << 16);
        Bounds.within("arrivalsPerSecond", arrivalsPerSecond, 1, 1 << 16);
        Bounds.positive("transientLinkTimeout", transientLinkTimeout);
        Bounds.positive("reservationTimeout", reservationTimeout);
        Bounds.positive("searchPause", searchPause);
        if (maintenancePause.compareTo(searchPause) < 0) {
            throw new IllegalArgumentException(
                    "maintenancePause must be at least searchPause, " + searchPause + ", not " + maintenancePause);
        }
    }

    /**
     * The pauses are the network's numbers. A join takes a second or two, so 30 s suffice for a transient link and 20 s
     * for a reserved slot. At 20 arrivals per second, a restarting gateway spends less than a tenth of its time on
     * joins.
     */
    public static MembershipConfig defaults() {
        return MembershipConfigBuilder.builder()
                .maxTransientLinks(256)
                .transientLinkTimeout(Duration.ofSeconds(30))
                .arrivalsPerSecond(20)
                .reservationTimeout(Duration.ofSeconds(20))
                .searchPause(Duration.ofSeconds(5))
                .maintenancePause(Duration.ofSeconds(60))
                .redialBackoff(RedialBackoff.defaults())
                .build();
    }
}
