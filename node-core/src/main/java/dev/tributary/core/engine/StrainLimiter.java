package dev.tributary.core.engine;

import dev.tributary.core.error.ContractFailedException;
import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.limit.BoundedMap;
import dev.tributary.core.limit.TokenBucket;
import dev.tributary.core.request.Cancellation;
import dev.tributary.core.request.SharedSignal;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Counts the contracts that use up the time or the memory of a call against the peers that bring them. Beyond a number, what
 * the peer brings is refused for a while, also what waits for its call. A correct peer brings none, since it has called the
 * contract itself; what a slower machine than its own cannot run is no reason to close its link. Thread-safe.
 */
final class StrainLimiter {

    private static final int BURST = 4;
    private static final TokenBucket.Rate RATE = TokenBucket.Rate.of(BURST, Duration.ofSeconds(30));

    /** Maximum number of remembered peers; beyond it the least recent is forgotten. */
    private static final int MAX_PEERS = 1024;

    private final TimeSource time;
    private final BoundedMap<PeerId, Strain> peers = BoundedMap.leastRecentlyUsed(MAX_PEERS);

    private static final class Strain {

        private final TokenBucket allowed;
        private SharedSignal exceeded = new SharedSignal();

        Strain(long now) {
            allowed = new TokenBucket(RATE, now);
        }
    }

    StrainLimiter(TimeSource time) {
        this.time = time;
    }

    /** Runs the work on a contract that the peer brought, or errors with {@link NodeBusyException} if it brought too many. */
    <T> Mono<T> limit(PeerId peer, Mono<T> work) {
        return Mono.defer(() -> {
            Mono<T> refused = Mono.error(
                    () -> new NodeBusyException("contracts of one peer that use up a call's time or memory", BURST));
            Mono<Void> exceeded = exceeded(peer);
            return exceeded == null
                    ? refused
                    : Cancellation.until(work.doOnError(failure -> record(peer, failure)), exceeded)
                            .switchIfEmpty(refused);
        });
    }

    /** Completes when the peer has brought too many; null if that is so now. */
    private synchronized @Nullable Mono<Void> exceeded(PeerId peer) {
        long now = time.nanos();
        Strain strain = peers.get(peer);
        if (strain == null) {
            strain = new Strain(now);
            peers.put(peer, strain);
        }
        return strain.allowed.availableAt() - now > 0 ? null : strain.exceeded.asMono();
    }

    private void record(PeerId peer, Throwable failure) {
        if (failure instanceof ContractFailedException failed && isStrain(failed.failure())) {
            SharedSignal reached = take(peer);
            if (reached != null) {
                reached.emit();
            }
        }
    }

    /** A stack is used up in milliseconds. */
    private static boolean isStrain(ContractFailedException.Failure failure) {
        return failure.isOverLimit() && failure != ContractFailedException.Failure.STACK_EXHAUSTED;
    }

    /** Counts one; returns what waits for the end of the peer's allowance, if this was the last one. */
    private synchronized @Nullable SharedSignal take(PeerId peer) {
        long now = time.nanos();
        Strain strain = peers.computeIfAbsent(peer, unused -> new Strain(now));
        strain.allowed.tryAcquire(now);
        if (strain.allowed.availableAt() - now <= 0) {
            return null;
        }
        SharedSignal reached = strain.exceeded;
        strain.exceeded = new SharedSignal();
        return reached;
    }
}
