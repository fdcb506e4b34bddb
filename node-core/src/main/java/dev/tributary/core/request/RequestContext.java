package dev.tributary.core.request;

import dev.tributary.core.value.HopsToLive;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import dev.tributary.core.value.TransactionId;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import reactor.core.scheduler.Scheduler;

/**
 * Dependencies that all operations of a node share.
 *
 * @param ids creates a new transaction id
 * @param timer the scheduler of deadlines and timeouts
 */
public record RequestContext(
        OperationConfig config,
        NeighbourTable neighbours,
        Exchanges exchanges,
        Supplier<TransactionId> ids,
        TimeSource time,
        Scheduler timer,
        RandomGenerator random) {

    public PeerId self() {
        return neighbours.self();
    }

    /** A deadline of this budget, at most the deadline of this node's own clients. */
    public Deadline deadline(Duration budget, TransactionId tx) {
        return Deadline.after(budget.compareTo(config.deadline()) < 0 ? budget : config.deadline(), tx, time);
    }

    /** The hops that a request may still make: at most as many as a request of this node. */
    public HopsToLive cappedHops(HopsToLive requested) {
        return new HopsToLive(Math.min(requested.left(), config.hopsToLive()));
    }

    public Forwarder forwarder() {
        return new Forwarder(neighbours, exchanges, config, ids, timer, random);
    }
}
