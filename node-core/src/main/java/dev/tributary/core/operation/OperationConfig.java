package dev.tributary.core.operation;

import dev.tributary.core.value.Bounds;
import java.time.Duration;

/**
 * How operations behave.
 *
 * @param deadline how long a client's operation may take in all
 * @param hopMargin what every hop keeps of the time for itself, so that its "too late, and why" is back before its
 *     asker's own time is over
 * @param hopsToLive how many hops a request may make, 1 to 32
 * @param attempts how many neighbours the node that starts an operation asks at most; a forwarding node asks one, or
 *     messages would grow exponentially with the hops
 * @param replicas how many copies a PUT leaves around the contract's location, the root's included, 1 to 16
 * @param replicaPatience how long the root waits for the confirmation of a copy
 * @param clientLimit how many operations of this node's own clients run at once
 * @param strangerLimit how many operations of other nodes run at once, apart from the clients'
 * @param linkCredits how many requests may be under way on one link, each way; a fraction of {@code strangerLimit}, so
 *     that one neighbour cannot take all of it
 * @param strangerBytes how many bytes of state the requests of other nodes that are under way may bring together
 */
public record OperationConfig(
        Duration deadline,
        Duration hopMargin,
        int hopsToLive,
        int attempts,
        int replicas,
        Duration replicaPatience,
        int clientLimit,
        int strangerLimit,
        int linkCredits,
        int strangerBytes) {

    static final int MAX_REPLICAS = 16;

    /**
     * 60 s and three retries are the network's; a margin of 500 ms outlasts two slow round trips. Among 1 000 nodes with 8
     * to 24 neighbours some ways take more than ten hops, and hops that are not made cost nothing.
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
        Bounds.positive("replicaPatience", replicaPatience);
        Bounds.within("hopsToLive", hopsToLive, 1, 32);
        Bounds.within("attempts", attempts, 1, 16);
        Bounds.within("replicas", replicas, 1, MAX_REPLICAS);
        Bounds.within("clientLimit", clientLimit, 1, 1 << 20);
        Bounds.within("strangerLimit", strangerLimit, 1, 1 << 20);
        Bounds.within("linkCredits", linkCredits, 1, 1 << 20);
        Bounds.within("strangerBytes", strangerBytes, 1 << 20, Integer.MAX_VALUE);
    }

    public OperationConfig withDeadline(Duration deadline) {
        return new OperationConfig(
                deadline,
                hopMargin,
                hopsToLive,
                attempts,
                replicas,
                replicaPatience,
                clientLimit,
                strangerLimit,
                linkCredits,
                strangerBytes);
    }

    public OperationConfig withHopsToLive(int hopsToLive) {
        return new OperationConfig(
                deadline,
                hopMargin,
                hopsToLive,
                attempts,
                replicas,
                replicaPatience,
                clientLimit,
                strangerLimit,
                linkCredits,
                strangerBytes);
    }

    public OperationConfig withReplicas(int replicas) {
        return new OperationConfig(
                deadline,
                hopMargin,
                hopsToLive,
                attempts,
                replicas,
                replicaPatience,
                clientLimit,
                strangerLimit,
                linkCredits,
                strangerBytes);
    }

    public OperationConfig withLimits(int clientLimit, int strangerLimit, int linkCredits) {
        return new OperationConfig(
                deadline,
                hopMargin,
                hopsToLive,
                attempts,
                replicas,
                replicaPatience,
                clientLimit,
                strangerLimit,
                linkCredits,
                strangerBytes);
    }
}
