package dev.tributary.core.request;

import dev.tributary.core.value.Bounds;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;

/**
 * Deadlines and limits of operations.
 *
 * @param deadline maximum duration of a client's operation with a small state; a large one has more, see
 *     {@link #deadline(int)}
 * @param hopMargin time that every hop keeps back from the budget it passes on, so that its deadline error arrives
 *     before the asking node's own deadline
 * @param hopsToLive maximum number of hops of a request, 1 to 32
 * @param attempts maximum number of neighbours that the node that starts an operation asks, 1 to 16; a forwarding node
 *     asks one, or messages would grow exponentially with the hops
 * @param replicas number of replicas that a PUT leaves around the contract's location, the root's included, 1 to 16
 * @param replicaTimeout timeout of the confirmation of a small replica, see {@link #replicaTimeout(int)}
 * @param limits limits of concurrent operations
 */
@RecordBuilder
public record OperationConfig(
        Duration deadline,
        Duration hopMargin,
        int hopsToLive,
        int attempts,
        int replicas,
        Duration replicaTimeout,
        Limits limits)
        implements OperationConfigBuilder.With {

    public static final int MAX_REPLICAS = 16;

    /** Minimum rate at which a large state travels from end to end, in bytes per second: links that are slower end. */
    private static final int LEAST_BYTES_PER_SECOND = 20 * 1024;

    /** Maximum duration of an operation, however large its state is. */
    private static final Duration LONGEST = Duration.ofMinutes(10);

    /** Minimum rate at which a peer takes in a state that has arrived, in bytes per second. */
    private static final int TAKEN_IN_PER_SECOND = 1 << 20;

    public OperationConfig {
        Bounds.positive("deadline", deadline);
        Bounds.positive("hopMargin", hopMargin);
        Bounds.positive("replicaTimeout", replicaTimeout);
        Bounds.within("hopsToLive", hopsToLive, 1, 32);
        Bounds.within("attempts", attempts, 1, 16);
        Bounds.within("replicas", replicas, 1, MAX_REPLICAS);
    }

    /**
     * Maximum duration of an operation with a state of this many bytes: {@link #deadline()} and the time of the bytes at
     * 20 KiB/s, but at most ten minutes unless the deadline itself is longer.
     */
    public Duration deadline(int bytes) {
        Duration needed = deadline.plusSeconds(bytes / LEAST_BYTES_PER_SECOND);
        Duration longest = deadline.compareTo(LONGEST) > 0 ? deadline : LONGEST;
        return needed.compareTo(longest) < 0 ? needed : longest;
    }

    /** Timeout of the confirmation of a replica of this many bytes, counted from when its bytes have arrived. */
    public Duration replicaTimeout(int bytes) {
        return replicaTimeout.plusSeconds(bytes / TAKEN_IN_PER_SECOND);
    }

    /**
     * 60 s and three retries are the same on all nodes of the network; a margin of 500 ms covers two slow round trips.
     * Among 1 000 nodes with 8 to 24 neighbours some paths take more than ten hops, and unused hops cost nothing.
     */
    public static OperationConfig defaults() {
        return OperationConfigBuilder.builder()
                .deadline(Duration.ofSeconds(60))
                .hopMargin(Duration.ofMillis(500))
                .hopsToLive(16)
                .attempts(4)
                .replicas(3)
                .replicaTimeout(Duration.ofSeconds(5))
                .limits(Limits.defaults())
                .build();
    }

    /**
     * Limits of concurrent operations.
     *
     * @param clientOperations maximum number of concurrent operations of this node's own clients
     * @param remoteOperations maximum number of concurrent operations of other nodes, apart from those of clients
     * @param linkCredits maximum number of requests under way on one link, in each direction; a fraction of
     *     {@code remoteOperations}, so that one neighbour cannot use all of it
     * @param remoteBytes maximum size of all states together in concurrent requests of other nodes, in bytes
     */
    @RecordBuilder
    public record Limits(int clientOperations, int remoteOperations, int linkCredits, int remoteBytes)
            implements OperationConfigLimitsBuilder.With {

        public Limits {
            Bounds.within("clientOperations", clientOperations, 1, 1 << 20);
            Bounds.within("remoteOperations", remoteOperations, 1, 1 << 20);
            Bounds.within("linkCredits", linkCredits, 1, 1 << 20);
            Bounds.within("remoteBytes", remoteBytes, 1 << 20, Integer.MAX_VALUE);
        }

        public static Limits defaults() {
            return OperationConfigLimitsBuilder.builder()
                    .clientOperations(1024)
                    .remoteOperations(4096)
                    .linkCredits(1024)
                    .remoteBytes(256 << 20)
                    .build();
        }
    }
}
