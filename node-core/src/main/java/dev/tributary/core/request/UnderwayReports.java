package dev.tributary.core.request;

import dev.tributary.core.error.NodeException;
import dev.tributary.core.message.Underway;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TransactionId;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import reactor.core.publisher.Mono;

/** Tells a neighbour whose request is served here that a large message still moves for it. */
final class UnderwayReports implements IntConsumer {

    /** Minimum time between two reports of one request, in nanoseconds. */
    private static final long MIN_PAUSE = Duration.ofSeconds(2).toNanos();

    private final RequestContext context;
    private final PeerId neighbour;
    private final TransactionId tx;
    private final AtomicLong nextAt;

    UnderwayReports(RequestContext context, PeerId neighbour, TransactionId tx) {
        this.context = context;
        this.neighbour = neighbour;
        this.tx = tx;
        this.nextAt = new AtomicLong(context.time().nanos());
    }

    @Override
    public void accept(int bytes) {
        long due = nextAt.get();
        long now = context.time().nanos();
        if (now - due < 0 || !nextAt.compareAndSet(due, now + MIN_PAUSE)) {
            return;
        }
        // A report that is lost is followed by the next one.
        Mono<Void> report = Mono.justOrEmpty(context.neighbours().link(neighbour))
                .flatMap(link -> link.send(new Underway(tx, bytes)))
                .onErrorComplete(NodeException.class);
        context.background().execute("tx=" + tx + " progress", 0, report);
    }
}
