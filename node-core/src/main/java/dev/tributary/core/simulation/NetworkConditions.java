package dev.tributary.core.simulation;

import dev.tributary.core.message.PeerMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * How good a simulated network is.
 *
 * @param latency how long messages are on their way
 * @param loss how many packets of a hundred get lost, as a fraction in 0..0.9. Links are reliable streams: a lost packet
 *     delays its message and those of similar size behind it by a retransmission after 200 ms or two round trips, the
 *     longer of the two, doubled with each loss in a row; six in a row break the link
 * @param bandwidth how many bytes a second each node can send, 1 or more
 * @param processing how long each message occupies the node that receives it
 * @param slow by what factor latency and processing of single nodes are longer, by the node's number
 * @param drops messages that vanish without a trace, as over no real link
 */
public record NetworkConditions(
        Latency latency,
        double loss,
        long bandwidth,
        Duration processing,
        Map<Integer, Double> slow,
        List<MessageDrop> drops) {

    /** More than anybody needs. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    private static final NetworkConditions GOOD = new NetworkConditions(
            Latency.uniform(Duration.ofMillis(10), Duration.ofMillis(50)),
            0,
            UNLIMITED,
            Duration.ZERO,
            Map.of(),
            List.of());

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
        slow.forEach((node, factor) -> {
            if (!(factor >= 1)) {
                throw new IllegalArgumentException("a slow node's factor must be 1 or more, not " + factor);
            }
        });
        slow = Map.copyOf(slow);
        drops = List.copyOf(drops);
    }

    /** 10 to 50 ms each way, and nothing is ever lost. */
    public static NetworkConditions good() {
        return GOOD;
    }

    public NetworkConditions withLatency(Latency latency) {
        return new NetworkConditions(latency, loss, bandwidth, processing, slow, drops);
    }

    public NetworkConditions withLatency(Duration shortest, Duration longest) {
        return withLatency(Latency.uniform(shortest, longest));
    }

    public NetworkConditions withLoss(double loss) {
        return new NetworkConditions(latency, loss, bandwidth, processing, slow, drops);
    }

    public NetworkConditions withBandwidth(long bytesPerSecond) {
        return new NetworkConditions(latency, loss, bytesPerSecond, processing, slow, drops);
    }

    public NetworkConditions withProcessing(Duration processing) {
        return new NetworkConditions(latency, loss, bandwidth, processing, slow, drops);
    }

    /** Everything takes this node so many times as long. */
    public NetworkConditions withSlow(int node, double factor) {
        Map<Integer, Double> more = new TreeMap<>(slow);
        more.put(node, factor);
        return new NetworkConditions(latency, loss, bandwidth, processing, more, drops);
    }

    /** Of these messages so many vanish, besides those that vanish already. */
    public NetworkConditions withDrop(double chance, Predicate<PeerMessage> which) {
        List<MessageDrop> more = new ArrayList<>(drops);
        more.add(new MessageDrop(chance, which));
        return new NetworkConditions(latency, loss, bandwidth, processing, slow, more);
    }

    /**
     * Messages that vanish.
     *
     * @param chance the fraction of them that does, in 0..1
     * @param which all that may
     */
    public record MessageDrop(double chance, Predicate<PeerMessage> which) {

        public MessageDrop {
            if (!(chance >= 0 && chance <= 1)) {
                throw new IllegalArgumentException("the chance of a drop must be in 0..1, not " + chance);
            }
        }
    }
}
