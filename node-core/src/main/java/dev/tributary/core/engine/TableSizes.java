package dev.tributary.core.engine;

/**
 * Sizes of the node's tables and queues. When the node is idle, all but the counters are zero.
 *
 * @param clientOperations running operations of local clients
 * @param remoteOperations running operations of other nodes
 * @param backgroundBytes bytes held by background work
 * @param exchanges requests to neighbours that await a reply
 * @param contractsChanging contracts that are being changed
 * @param replicasDue replicas due to be compared with a neighbour's, and evicted contracts that are not removed yet
 * @param subscribersDue contracts that are being read or searched for their subscribers
 * @param queuedEvents events queued for the loop
 * @param waitingSenders senders that wait for a slot in the loop's channels
 * @param pendingCalls pending calls of local clients
 * @param lateReplies counter: replies that arrived after their exchange had ended
 * @param droppedNodeEvents counter: node events dropped for slow subscribers
 */
public record TableSizes(
        int clientOperations,
        int remoteOperations,
        int backgroundBytes,
        int exchanges,
        int contractsChanging,
        int replicasDue,
        int subscribersDue,
        int queuedEvents,
        int waitingSenders,
        int pendingCalls,
        long lateReplies,
        long droppedNodeEvents) {

    /** Whether the node is idle: nothing is left of any operation. */
    public boolean isIdle() {
        return clientOperations
                        + remoteOperations
                        + backgroundBytes
                        + exchanges
                        + contractsChanging
                        + replicasDue
                        + subscribersDue
                        + queuedEvents
                        + waitingSenders
                        + pendingCalls
                == 0;
    }
}
