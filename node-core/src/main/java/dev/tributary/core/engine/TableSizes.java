package dev.tributary.core.engine;

import dev.tributary.core.limit.MemoryBudget;
import java.util.List;

/**
 * Sizes of the node's tables and queues. When the node is idle, all but the counters are zero.
 *
 * @param operations running operations and their requests
 * @param contracts contracts with work in progress
 * @param queues queues of the event loop
 * @param lateReplies counter: replies that arrived after their exchange had ended
 * @param dropped what was dropped without an answer
 * @param memory memory that peers use
 */
public record TableSizes(
        Operations operations,
        Contracts contracts,
        Queues queues,
        long lateReplies,
        Dropped dropped,
        List<Memory> memory) {

    public TableSizes {
        memory = List.copyOf(memory);
    }

    /** Whether the node is idle: nothing is left of any operation. */
    public boolean isIdle() {
        return operations.total() + contracts.total() + queues.total() == 0;
    }

    /**
     * Memory that peers can make the node use for one purpose.
     *
     * @param name the purpose
     * @param used bytes in use
     * @param limit maximum number of bytes for all peers
     * @param perPeer maximum number of bytes for one peer
     */
    public record Memory(String name, long used, long limit, long perPeer) {

        /** A snapshot of the budget. */
        public static Memory of(MemoryBudget budget) {
            return new Memory(budget.name(), budget.used(), budget.total(), budget.perOwner());
        }
    }

    /**
     * Counters of what was dropped without an answer to its sender.
     *
     * @param nodeEvents node events, for slow subscribers
     * @param updateNotices updates of neighbours, for want of room or time; the next comparison repairs them
     * @param dials addresses to dial, since too many wait
     * @param backgroundWork work that operations leave behind, for want of room
     */
    public record Dropped(long nodeEvents, long updateNotices, long dials, long backgroundWork) {}

    /**
     * Running operations and their requests.
     *
     * @param clientOperations running operations of local clients
     * @param remoteOperations running operations of other nodes
     * @param exchanges requests to neighbours that await a reply
     * @param pendingCalls pending calls of local clients
     */
    public record Operations(int clientOperations, int remoteOperations, int exchanges, int pendingCalls) {

        private long total() {
            return (long) clientOperations + remoteOperations + exchanges + pendingCalls;
        }
    }

    /**
     * Contracts with work in progress.
     *
     * @param contractsChanging contracts that are being changed
     * @param replicasDue replicas due to be compared with a neighbour's, and evicted contracts that are not removed yet
     * @param subscribersDue contracts that are being read or searched for their subscribers
     * @param backgroundBytes bytes held by background work
     */
    public record Contracts(int contractsChanging, int replicasDue, int subscribersDue, int backgroundBytes) {

        private long total() {
            return (long) contractsChanging + replicasDue + subscribersDue + backgroundBytes;
        }
    }

    /**
     * Queues of the event loop.
     *
     * @param queuedEvents events queued for the loop
     * @param waitingSenders senders that wait for a slot in the loop's channels
     */
    public record Queues(int queuedEvents, int waitingSenders) {

        private long total() {
            return (long) queuedEvents + waitingSenders;
        }
    }
}
