package dev.tributary.core.loop;

/**
 * How full the node's tables are. When all is quiet, everything but the counters is zero.
 *
 * @param clientOperations operations of local clients under way
 * @param strangerOperations operations of other nodes under way
 * @param backgroundBytes bytes held by work for which nobody waits
 * @param exchanges requests to neighbours without a reply yet
 * @param contractsChanging contracts that are being changed
 * @param copiesDue copies that are due to be compared with a neighbour's, and contracts given up but not removed yet
 * @param subscribersDue contracts that are read or looked for, now, for those who subscribe to them
 * @param events events that wait for the loop
 * @param senders senders that wait for room in front of it
 * @param unanswered local clients that wait for an answer
 * @param lateReplies counter: replies for which nobody waited any more
 * @param noticesDropped counter: notices dropped for slow listeners
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

    /** Whether nothing is left of any operation. */
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
