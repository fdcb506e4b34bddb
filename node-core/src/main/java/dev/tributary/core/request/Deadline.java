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
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * When one run of an operation must be over, and which peer it asked last; both are named in the deadline error. A
 * deadline may grow once it is known how large a state moves for the operation. Any thread.
 */
public final class Deadline {

    private final TransactionId tx;
    private final TimeSource time;
    private final long start;
    private final IntFunction<Duration> totalFor;
    private final IntConsumer onMoved;
    private volatile Duration total;
    private volatile @Nullable PeerId lastHop;

    private Deadline(
            TransactionId tx,
            Duration total,
            TimeSource time,
            long start,
            IntFunction<Duration> totalFor,
            IntConsumer onMoved) {
        this.tx = tx;
        this.total = total;
        this.time = time;
        this.start = start;
        this.totalFor = totalFor;
        this.onMoved = onMoved;
    }

    /** A deadline this far from now; {@code total} is named in the error. */
    static Deadline after(Duration total, TransactionId tx, TimeSource time) {
        return new Deadline(tx, total, time, time.nanos(), bytes -> Duration.ZERO, bytes -> {});
    }

    /** The same deadline, which grows to the total of the largest message that moves for the operation. */
    Deadline growing(IntFunction<Duration> totalFor) {
        return new Deadline(tx, total, time, start, totalFor, onMoved);
    }

    /** The same deadline; the listener is also called with the size in bytes of what moves. */
    public Deadline onMoved(IntConsumer listener) {
        return new Deadline(tx, total, time, start, totalFor, onMoved.andThen(listener));
    }

    /** Runs the work; cancels it and errors with {@link DeadlineExceededException} if it is not over in time. */
    public <T> Mono<T> limit(Function<Deadline, Mono<T>> work, Scheduler timer) {
        return Cancellation.quiet(work.apply(this))
                .timeout(expiry(timer))
                .onErrorMap(TimeoutException.class, late -> exceeded())
                .onErrorMap(ExchangeTimeoutException.class, silent -> exceeded(silent.peer()))
                .onErrorMap(PeerUnresponsiveException.class, silent -> exceeded(silent.peer()))
                // A peer's own deadline error names its own transaction and its share of the time; replace both.
                .onErrorMap(DeadlineExceededException.class, late -> exceeded(late.lastHop()));
    }

    /** Emits when the deadline has passed; it may have grown meanwhile. */
    private Mono<Long> expiry(Scheduler timer) {
        return Mono.defer(() -> {
            Duration awaited = total;
            return Mono.delay(remaining(), timer)
                    .flatMap(due -> awaited.equals(total) ? Mono.just(due) : expiry(timer));
        });
    }

    TransactionId tx() {
        return tx;
    }

    /** The time left, zero if the deadline has passed. */
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, total.toNanos() - (time.nanos() - start)));
    }

    /** A large message of this size moves for the operation. */
    public void recordMoved(int bytes) {
        synchronized (this) {
            Duration needed = totalFor.apply(bytes);
            total = needed.compareTo(total) > 0 ? needed : total;
        }
        onMoved.accept(bytes);
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
