package dev.tributary.core.operation;

import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import dev.tributary.core.value.TransactionId;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import reactor.core.scheduler.Scheduler;

/**
 * What all operations of a node share.
 *
 * @param ids makes a fresh transaction id
 * @param timer measures deadlines
 */
public record OperationContext(
        OperationConfig config,
        Neighbourhood neighbourhood,
        Exchanges exchanges,
        Supplier<TransactionId> ids,
        TimeSource time,
        Scheduler timer,
        RandomGenerator random) {

    PeerId self() {
        return neighbourhood.self();
    }

    Deadline deadline(Duration budget, TransactionId tx) {
        return Deadline.in(budget, tx, time);
    }

    Forwarding forwarding() {
        return new Forwarding(neighbourhood, exchanges, config, ids, timer, random);
    }
}
