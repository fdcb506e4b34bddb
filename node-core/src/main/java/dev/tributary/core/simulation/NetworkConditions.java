package dev.tributary.core.simulation;

import dev.tributary.core.message.PeerMessage;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The conditions of a simulated network: latency, loss, bandwidth and slow nodes.
 *
 * @param latency the one-way latency of messages
 * @param loss the fraction of packets lost, in 0..0.9. Links are reliable streams: a lost packet delays its message,
 *     and those of the same size class behind it, by a retransmission after 200 ms or two round trips, whichever is
 *     longer, doubled with each consecutive loss; six consecutive losses break the link
 * @param bandwidth upload limit of each node in bytes per second, 1 or more
 * @param processing the time for which each message occupies the receiving node
 * @param slowdowns factors, 1 or more, that multiply latency and processing of single nodes, by the node's number
 * @param drops messages that are dropped without a trace, which no real link does
 */
@RecordBuilder
public record NetworkConditions(
        Latency latency,
        double loss,
        long bandwidth,
        Duration processing,
        Map<Integer, Double> slowdowns,
        List<MessageDrop> drops)
        implements NetworkConditionsBuilder.With {

    /** The bandwidth of a network without a limit. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    private static final NetworkConditions GOOD = NetworkConditionsBuilder.builder()
            .latency(Latency.uniform(Duration.ofMillis(10), Duration.ofMillis(50)))
            .loss(0)
            .bandwidth(UNLIMITED)
            .processing(Duration.ZERO)
            .slowdowns(Map.of())
            .drops(List.of())
            .build();

    public NetworkConditions {
        if (!(loss >= 0 && loss <= 0.9)) {
            throw new IllegalArgumentException("loss must be in 0..0.9, not " + loss);
        }
        if (bandwidth < 1) {
            throw new IllegalArgumentException("bandwidth must be 1 byte a second or more, not " + bandwidth);
        }
        if (processing.isNegative()) {
            throw new IllegalArgumentException("processing must be 0 or more, not " + processing);
        }
        slowdowns.forEach((node, factor) -> {
            if (!(factor >= 1)) {
                throw new IllegalArgumentException("a slow node's factor must be 1 or more, not " + factor);
            }
        });
        slowdowns = Map.copyOf(slowdowns);
        drops = List.copyOf(drops);
    }

    /** 10 to 50 ms latency each way, no loss, unlimited bandwidth. */
    public static NetworkConditions good() {
        return GOOD;
    }

    /** Sets a latency that is uniformly distributed between these bounds. */
    public NetworkConditions withLatency(Duration shortest, Duration longest) {
        return withLatency(Latency.uniform(shortest, longest));
    }

    /** Multiplies latency and processing of this node by the factor, 1 or more. */
    public NetworkConditions withSlow(int node, double factor) {
        Map<Integer, Double> extended = new TreeMap<>(slowdowns);
        extended.put(node, factor);
        return withSlowdowns(extended);
    }

    /** Adds a rule that drops this fraction of the matching messages. */
    public NetworkConditions withDrop(double chance, Predicate<PeerMessage> which) {
        List<MessageDrop> extended = new ArrayList<>(drops);
        extended.add(new MessageDrop(chance, which));
        return withDrops(extended);
    }

    /**
     * A rule that drops messages at random.
     *
     * @param chance the fraction of matching messages to drop, in 0..1
     * @param filter matches the messages that the rule applies to
     */
    public record MessageDrop(double chance, Predicate<PeerMessage> filter) {

        public MessageDrop {
            if (!(chance >= 0 && chance <= 1)) {
                throw new IllegalArgumentException("the chance of a drop must be in 0..1, not " + chance);
            }
        }
    }
}
