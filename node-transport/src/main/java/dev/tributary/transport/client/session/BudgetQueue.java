package dev.tributary.transport.client.session;

import dev.tributary.core.limit.Permits;
import java.time.Duration;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Work that waits until a byte budget has room for it; alone, it may be larger than the budget. */
final class BudgetQueue {

    /** Pause between attempts to take the bytes from the budget. */
    private static final Duration RETRY_PAUSE = Duration.ofMillis(50);

    private BudgetQueue() {}

    /** Runs the work with these bytes taken, and returns them at its end. Retries on the scheduler. */
    static <T> Mono<T> within(Permits budget, long bytes, Mono<T> work, Scheduler scheduler) {
        return Mono.defer(() -> budget.tryAcquireOrExclusive(bytes) ? Mono.just(bytes) : Mono.<Long>empty())
                .repeatWhenEmpty(tries -> tries.concatMap(each -> Mono.delay(RETRY_PAUSE, scheduler), 1))
                .flatMap(taken -> work.doFinally(end -> budget.release(taken)));
    }
}
