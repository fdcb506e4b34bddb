package dev.tributary.core.simulation;

import dev.tributary.core.message.PeerMessage;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** Draws random delays under the current network conditions. All times are nanoseconds. */
final class DelayModel {

    /** Returned instead of a delay when the message or connection attempt never arrives. */
    static final long NEVER = -1;

    /** Number of consecutive losses that breaks a link. */
    static final int MAX_LOSSES = 6;

    /** Minimum retransmission timeout, as in TCP. */
    private static final long MIN_RETRY = Duration.ofMillis(200).toNanos();

    /** Time until all retransmissions have failed. */
    static final long TOTAL_RETRY_NANOS = MIN_RETRY * ((1L << MAX_LOSSES) - 1);

    /** Steps until the dialled host has a link: SYN, SYN-ACK, two of TLS, a hello; the dialler waits for one more. */
    private static final int HANDSHAKE_STEPS = 5;

    /** Size of each handshake step, in bytes. */
    private static final int HANDSHAKE_BYTES = 1024;

    /** Payload of one packet, in bytes. */
    private static final int PACKET_BYTES = 1200;

    private final RandomGenerator random;
    private final long seed;
    private NetworkConditions conditions;

    /**
     * Creates the delays of one network.
     *
     * @param seed determines the latency of each pair of nodes
     */
    DelayModel(RandomGenerator random, long seed, NetworkConditions conditions) {
        this.random = random;
        this.seed = seed;
        this.conditions = conditions;
    }

    /** Replaces the conditions for all later draws. */
    void conditions(NetworkConditions changed) {
        conditions = changed;
    }

    /** A uniformly distributed time below the limit. */
    long randomBelow(Duration limit) {
        return random.nextLong(limit.toNanos());
    }

    /** Whether the message is dropped without a trace. */
    boolean isDropped(PeerMessage message) {
        for (NetworkConditions.MessageDrop drop : conditions.drops()) {
            if (drop.filter().test(message) && random.nextDouble() < drop.chance()) {
                return true;
            }
        }
        return false;
    }

    /** The time from sending a message to its arrival, or {@link #NEVER}. */
    long messageDelay(long now, SimulatedHost from, SimulatedHost to, int size, boolean small) {
        boolean unlimited = conditions.bandwidth() == NetworkConditions.UNLIMITED;
        long departure = unlimited ? now : from.queues().sendFinishedAt(now, size, small, conditions.bandwidth());
        long packets = packets(size, packetLatency(from, to));
        return packets == NEVER ? NEVER : departure - now + packets;
    }

    /** The one-way latency of a single packet. */
    long packetLatency(SimulatedHost from, SimulatedHost to) {
        long low = Math.min(from.number(), to.number());
        long high = Math.max(from.number(), to.number());
        long pair = seed * 0x9E3779B97F4A7C15L + (low << 32 | high);
        long nanos = Math.max(0, conditions.latency().nanos(random, pair));
        return conditions.slowdowns().isEmpty() ? nanos : (long) (nanos * slowdown(from) * slowdown(to));
    }

    /** The time until the dialled host has a link, or {@link #NEVER}. */
    long handshakeDelay(SimulatedHost from, SimulatedHost to) {
        long sum = 0;
        for (int step = 0; step < HANDSHAKE_STEPS; step++) {
            long delay = packets(HANDSHAKE_BYTES, packetLatency(from, to));
            if (delay == NEVER) {
                return NEVER;
            }
            sum += delay;
        }
        return sum;
    }

    /** The time until the host has processed its queue and a message that arrives now. */
    long processingDelay(long now, SimulatedHost host) {
        long duration = conditions.processing().toNanos();
        return duration == 0 ? 0 : host.queues().processFinishedAt(now, (long) (duration * slowdown(host))) - now;
    }

    /** The transfer time of a stream at this latency, with retransmissions of lost packets, or {@link #NEVER}. */
    private long packets(int size, long transit) {
        int missing = conditions.loss() == 0 ? 0 : lost((size + PACKET_BYTES - 1) / PACKET_BYTES);
        long total = transit;
        long timeout = Math.max(MIN_RETRY, 4 * transit);
        for (int losses = 1; missing > 0; losses++) {
            if (losses == MAX_LOSSES) {
                return NEVER;
            }
            total += timeout;
            timeout *= 2;
            missing = lost(missing);
        }
        return total;
    }

    /** Draws how many of the packets are lost. */
    private int lost(int packets) {
        int lost = 0;
        for (int i = 0; i < packets; i++) {
            lost += random.nextDouble() < conditions.loss() ? 1 : 0;
        }
        return lost;
    }

    private double slowdown(SimulatedHost host) {
        return conditions.slowdowns().getOrDefault(host.number(), 1.0);
    }
}
