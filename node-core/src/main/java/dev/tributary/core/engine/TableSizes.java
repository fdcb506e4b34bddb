package dev.tributary.core.engine;

/**
 * Sizes of the node's tables and queues. When the node is idle, all but the counters are zero.
 *
 * @param clientOperations running operations of local clients
 * @param strangerOperations running operations of other nodes
 * @param backgroundBytes bytes held by background work
 * @param exchanges requests to neighbours that await a reply
 * @param contractsChanging contracts that are being changed
 * @param copiesDue replicas due to be compared with a neighbour's, and evicted contracts that are not removed yet
 * @param subscribersDue contracts that are being read or searched for their subscribers
 * @param events events queued for the loop
 * @param senders senders that wait for a slot in the loop's channels
 * @param unanswered pending calls of local clients
 * @param lateReplies counter: replies that arrived after their exchange had ended
 * @param noticesDropped counter: node events dropped for slow subscribers
 */
public record TableSizes(
        int clientOperations,
        int strangerOperations,
        int backgroundBytes,
        int exchanges,
        int contractsChanging,
        int copiesDue,
        int subscribersDue,
        int events,
        int senders,
        int unanswered,
        long lateReplies,
        long noticesDropped) {

    /** Whether the node is idle: nothing is left of any operation. */
    public boolean quiet() {
        return clientOperations
                        + strangerOperations
                        + backgroundBytes
                        + exchanges
                        + contractsChanging
                        + copiesDue
                        + subscribersDue
                        + events
                        + senders
                        + unanswered
                == 0;
    }
}
