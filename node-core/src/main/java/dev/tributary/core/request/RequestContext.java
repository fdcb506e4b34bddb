package dev.tributary.core.request;

import dev.tributary.core.value.HopsToLive;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import dev.tributary.core.value.TransactionId;
import java.time.Duration;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import reactor.core.scheduler.Scheduler;

/**
 * Dependencies that all operations of a node share.
 *
 * @param pauses tells whether this node did not run for a while
 * @param timer the scheduler of deadlines and timeouts
 */
public record RequestContext(
        OperationConfig config,
        NeighbourTable neighbours,
        Exchanges exchanges,
        PauseDetector pauses,
        TimeSource time,
        Scheduler timer,
        RandomGenerator random,
        BackgroundExecutor background) {

    /** Creates a new transaction id. */
    public Supplier<TransactionId> ids() {
        return () -> TransactionId.next(time.clock(), random);
    }

    public PeerId self() {
        return neighbours.self();
    }

    /** A deadline of this budget, at most the deadline of this node's own clients. */
    public Deadline deadline(Duration budget, TransactionId tx) {
        return Deadline.after(budget.compareTo(config.deadline()) < 0 ? budget : config.deadline(), tx, time);
    }

    /** A deadline as {@link #deadline(Duration, TransactionId)}, which grows once a large state moves for the operation. */
    public Deadline growingDeadline(Duration budget, TransactionId tx) {
        return deadline(budget, tx).growing(config::deadline);
    }

    /** A deadline of this budget, at most that of an operation with a state of this many bytes. */
    public Deadline deadline(Duration budget, TransactionId tx, int bytes) {
        Duration longest = config.deadline(bytes);
        return Deadline.after(budget.compareTo(longest) < 0 ? budget : longest, tx, time);
    }

    /** Tells this neighbour, whose request is served, what {@link Deadline#onMoved} reports. */
    public IntConsumer reportTo(PeerId neighbour, TransactionId tx) {
        return new UnderwayReports(this, neighbour, tx);
    }

    /** The hops that a request may still make: at most as many as a request of this node. */
    public HopsToLive cappedHops(HopsToLive requested) {
        return new HopsToLive(Math.min(requested.left(), config.hopsToLive()));
    }

    public Forwarder forwarder() {
        return new Forwarder(neighbours, exchanges, config, ids(), timer, random);
    }
}
