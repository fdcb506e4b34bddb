package dev.tributary.core.contract;

import java.util.List;

/**
 * Use of the contract threads and of their queue.
 *
 * @param running number of running calls, without those over their time
 * @param queued number of queued calls
 * @param peak maximum of {@code queued} since the start
 * @param refused counter: calls that were refused because the queue was full
 * @param overdue the calls over their time that still run
 * @param overdueCalls counter: calls that went over their time
 */
public record QueueUsage(
        int running, int queued, int peak, long refused, List<OverdueCall> overdue, long overdueCalls) {

    public QueueUsage {
        overdue = List.copyOf(overdue);
    }
}
