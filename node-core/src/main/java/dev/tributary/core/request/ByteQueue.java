package dev.tributary.core.request;

import dev.tributary.core.limit.Permits;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * Runs work that holds bytes in memory: what finds no room waits, in the order of subscription, until others have
 * returned theirs. Work that alone needs more than all bytes runs alone. Safe to use from any thread.
 */
public final class ByteQueue {

    private final Permits bytes;
    private final Scheduler scheduler;
    private final Deque<Place> waiting = new ArrayDeque<>();

    private static final class Place {

        private final long size;
        private final Sinks.Empty<Void> entered = Sinks.empty();
        private boolean isIn;

        Place(long size) {
            this.size = size;
        }
    }

    /**
     * Creates the queue with all bytes free.
     *
     * @param scheduler runs the work that has waited
     */
    public ByteQueue(long bytes, Scheduler scheduler) {
        this.bytes = new Permits(bytes);
        this.scheduler = scheduler;
    }

    /**
     * Runs the work once there is room. The bytes are returned on completion, error and cancellation.
     *
     * @param work gets what returns the bytes earlier than that
     */
    public <T> Mono<T> run(long size, Function<Runnable, Mono<T>> work) {
        return Mono.using(
                () -> enqueue(size),
                place -> entered(place).then(Mono.defer(() -> work.apply(() -> leave(place)))),
                this::leave);
    }

    /** Number of bytes in use. */
    public long used() {
        return bytes.used();
    }

    private synchronized Place enqueue(long size) {
        Place place = new Place(size);
        waiting.add(place);
        if (waiting.size() == 1) {
            enterNext();
        }
        return place;
    }

    /** Work that has waited runs on another thread: it may end at once, within the end of what it waited for. */
    private synchronized Mono<Void> entered(Place place) {
        return place.isIn ? Mono.empty() : place.entered.asMono().publishOn(scheduler);
    }

    private void leave(Place place) {
        remove(place);
        for (Place next = enterNext(); next != null; next = enterNext()) {
            next.entered.tryEmitEmpty();
        }
    }

    private synchronized void remove(Place place) {
        if (place.isIn) {
            place.isIn = false;
            bytes.release(place.size);
        } else {
            waiting.remove(place);
        }
    }

    /** Takes the first that waits in, and returns it; null if there is none, or no room. */
    private synchronized @Nullable Place enterNext() {
        Place first = waiting.peek();
        if (first == null || !bytes.tryAcquireOrExclusive(first.size)) {
            return null;
        }
        first.isIn = true;
        return waiting.remove();
    }
}
