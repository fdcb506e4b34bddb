package dev.tributary.core.simulation;

import dev.tributary.core.message.PeerMessage;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long everything takes under the present conditions, drawn anew each time. Times are nanoseconds. */
final class Delays {

    /** Instead of a time: it never arrives. */
    static final long NEVER = -1;

    /** So many packets lost in a row break a link. */
    static final int MOST_LOSSES = 6;

    /** What TCP waits at least before it sends again. */
    private static final long SHORTEST_RETRY = Duration.ofMillis(200).toNanos();

    /** How long it takes until all attempts have failed. */
    static final long GIVEN_UP = SHORTEST_RETRY * ((1L << MOST_LOSSES) - 1);

    /** A request for a connection, its answer, two for TLS, and a hello; the answer to that is the dialler's last wait. */
    private static final int HANDSHAKE_STEPS = 5;

    private static final int HANDSHAKE_BYTES = 1024;

    /** What of a stream travels in one packet. */
    private static final int PACKET = 1200;

    private final RandomGenerator random;
    private final long seed;
    private NetworkConditions conditions;

    /**
     * Delays of one network.
     *
     * @param seed what distances of pairs are drawn from
     */
    Delays(RandomGenerator random, long seed, NetworkConditions conditions) {
        this.random = random;
        this.seed = seed;
        this.conditions = conditions;
    }

    /** From now on it is like this. */
    void conditions(NetworkConditions changed) {
        conditions = changed;
    }

    /** A time shorter than this. */
    long upTo(Duration limit) {
        return random.nextLong(limit.toNanos());
    }

    /** Whether the message that is sent now will never be seen again. */
    boolean vanishes(PeerMessage message) {
        for (NetworkConditions.MessageDrop drop : conditions.drops()) {
            if (drop.which().test(message) && random.nextDouble() < drop.chance()) {
                return true;
            }
        }
        return false;
    }

    /** How long after its sending a message arrives, or {@link #NEVER}. */
    long message(long now, Host from, Host to, int size, boolean small) {
        boolean wide = conditions.bandwidth() == NetworkConditions.UNLIMITED;
        long departure = wide ? now : from.send(now, size, small, conditions.bandwidth());
        long packets = packets(size, packet(from, to));
        return packets == NEVER ? NEVER : departure - now + packets;
    }

    /** How long a single packet is on its way. */
    long packet(Host from, Host to) {
        long low = Math.min(from.number(), to.number());
        long high = Math.max(from.number(), to.number());
        long pair = seed * 0x9E3779B97F4A7C15L + (low << 32 | high);
        long nanos = Math.max(0, conditions.latency().nanos(random, pair));
        return conditions.slow().isEmpty() ? nanos : (long) (nanos * slowness(from) * slowness(to));
    }

    /** How long it takes until the host that is dialled has a link, or {@link #NEVER}. */
    long handshake(Host from, Host to) {
        long sum = 0;
        for (int step = 0; step < HANDSHAKE_STEPS; step++) {
            long taken = packets(HANDSHAKE_BYTES, packet(from, to));
            if (taken == NEVER) {
                return NEVER;
            }
            sum += taken;
        }
        return sum;
    }

    /** How long the host is busy with a message that arrives now, and with what came before. */
    long processing(long now, Host host) {
        long takes = conditions.processing().toNanos();
        return takes == 0 ? 0 : host.process(now, (long) (takes * slowness(host))) - now;
    }

    /** How long a stream of so many bytes needs when its packets need this long: longer when some of them get lost. */
    private long packets(int size, long transit) {
        int missing = conditions.loss() == 0 ? 0 : lost((size + PACKET - 1) / PACKET);
        long late = transit;
        long wait = Math.max(SHORTEST_RETRY, 4 * transit);
        for (int losses = 1; missing > 0; losses++) {
            if (losses == MOST_LOSSES) {
                return NEVER;
            }
            late += wait;
            wait *= 2;
            missing = lost(missing);
        }
        return late;
    }

    /** How many of these packets get lost. */
    private int lost(int packets) {
        int lost = 0;
        for (int i = 0; i < packets; i++) {
            lost += random.nextDouble() < conditions.loss() ? 1 : 0;
        }
        return lost;
    }

    private double slowness(Host host) {
        return conditions.slow().getOrDefault(host.number(), 1.0);
    }
}
