package dev.tributary.core.request;

import dev.tributary.core.value.Bounds;
import java.time.Duration;

/**
 * Deadlines and limits of operations.
 *
 * @param deadline maximum duration of a client's operation
 * @param hopMargin time that every hop keeps back from the budget it passes on, so that its deadline error arrives
 *     before the asking node's own deadline
 * @param hopsToLive maximum number of hops of a request, 1 to 32
 * @param attempts maximum number of neighbours that the node that starts an operation asks, 1 to 16; a forwarding node
 *     asks one, or messages would grow exponentially with the hops
 * @param replicas number of replicas that a PUT leaves around the contract's location, the root's included, 1 to 16
 * @param replicaTimeout timeout of the confirmation of a replica
 * @param clientLimit maximum number of concurrent operations of this node's own clients
 * @param remoteLimit maximum number of concurrent operations of other nodes, apart from those of clients
 * @param linkCredits maximum number of requests under way on one link, in each direction; a fraction of
 *     {@code strangerLimit}, so that one neighbour cannot use all of it
 * @param remoteBytes maximum size of all states together in concurrent requests of other nodes, in bytes
 */
public record OperationConfig(
        Duration deadline,
        Duration hopMargin,
        int hopsToLive,
        int attempts,
        int replicas,
        Duration replicaTimeout,
        int clientLimit,
        int remoteLimit,
        int linkCredits,
        int remoteBytes) {

    public static final int MAX_REPLICAS = 16;

    /**
     * 60 s and three retries are the same on all nodes of the network; a margin of 500 ms covers two slow round trips.
     * Among 1 000 nodes with 8 to 24 neighbours some paths take more than ten hops, and unused hops cost nothing.
     */
    public static final OperationConfig DEFAULT = new OperationConfig(
            Duration.ofSeconds(60),
            Duration.ofMillis(500),
            16,
            4,
            3,
            Duration.ofSeconds(5),
            1024,
            4096,
            1024,
            256 << 20);

    public OperationConfig {
        Bounds.positive("deadline", deadline);
        Bounds.positive("hopMargin", hopMargin);
        Bounds.positive("replicaTimeout", replicaTimeout);
        Bounds.within("hopsToLive", hopsToLive, 1, 32);
        Bounds.within("attempts", attempts, 1, 16);
        Bounds.within("replicas", replicas, 1, MAX_REPLICAS);
        Bounds.within("clientLimit", clientLimit, 1, 1 << 20);
        Bounds.within("remoteLimit", remoteLimit, 1, 1 << 20);
        Bounds.within("linkCredits", linkCredits, 1, 1 << 20);
        Bounds.within("remoteBytes", remoteBytes, 1 << 20, Integer.MAX_VALUE);
    }

    public OperationConfig withDeadline(Duration deadline) {
        return new OperationConfig(
                deadline,
                hopMargin,
                hopsToLive,
                attempts,
                replicas,
                replicaTimeout,
                clientLimit,
                remoteLimit,
                linkCredits,
                remoteBytes);
    }

    public OperationConfig withHopsToLive(int hopsToLive) {
        return new OperationConfig(
                deadline,
                hopMargin,
                hopsToLive,
                attempts,
                replicas,
                replicaTimeout,
                clientLimit,
                remoteLimit,
                linkCredits,
                remoteBytes);
    }

    public OperationConfig withReplicas(int replicas) {
        return new OperationConfig(
                deadline,
                hopMargin,
                hopsToLive,
                attempts,
                replicas,
                replicaTimeout,
                clientLimit,
                remoteLimit,
                linkCredits,
                remoteBytes);
    }

    public OperationConfig withLimits(int clientLimit, int strangerLimit, int linkCredits) {
        return new OperationConfig(
                deadline,
                hopMargin,
                hopsToLive,
                attempts,
                replicas,
                replicaTimeout,
                clientLimit,
                strangerLimit,
                linkCredits,
                remoteBytes);
    }
}
