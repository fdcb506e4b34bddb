package dev.tributary.core.request;

import dev.tributary.core.error.DeadlineExceededException;
import dev.tributary.core.error.ExchangeTimeoutException;
import dev.tributary.core.error.PeerUnresponsiveException;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import dev.tributary.core.value.TransactionId;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** When one run of an operation must be over, and which peer it asked last; both are named in the deadline error. */
public final class Deadline {

    private final TransactionId tx;
    private final Duration total;
    private final TimeSource time;
    private final long end;
    private volatile @Nullable PeerId lastHop;

    private Deadline(TransactionId tx, Duration total, TimeSource time) {
        this.tx = tx;
        this.total = total;
        this.time = time;
        this.end = time.nanos() + total.toNanos();
    }

    /** A deadline this far from now; {@code total} is named in the error. */
    static Deadline after(Duration total, TransactionId tx, TimeSource time) {
        return new Deadline(tx, total, time);
    }

    /** Runs the work; cancels it and errors with {@link DeadlineExceededException} if it is not over in time. */
    public <T> Mono<T> limit(Function<Deadline, Mono<T>> work, Scheduler timer) {
        return Cancellation.quiet(work.apply(this))
                .timeout(remaining(), timer)
                .onErrorMap(TimeoutException.class, late -> exceeded())
                .onErrorMap(ExchangeTimeoutException.class, silent -> exceeded(silent.peer()))
                .onErrorMap(PeerUnresponsiveException.class, silent -> exceeded(silent.peer()))
                // A peer's own deadline error names its own transaction and its share of the time; replace both.
                .onErrorMap(DeadlineExceededException.class, late -> exceeded(late.lastHop()));
    }

    TransactionId tx() {
        return tx;
    }

    /** The time left, zero if the deadline has passed. */
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, end - time.nanos()));
    }

    /** Records which peer is being asked. */
    void recordLastHop(PeerId peer) {
        lastHop = peer;
    }

    private DeadlineExceededException exceeded() {
        return exceeded(lastHop);
    }

    private DeadlineExceededException exceeded(@Nullable PeerId lastAskedPeer) {
        return new DeadlineExceededException(tx, total, lastAskedPeer);
    }
}
