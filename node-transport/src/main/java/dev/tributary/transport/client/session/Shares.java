package dev.tributary.transport.client.session;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * Shares the node among sessions that ask much: what is asked waits in one line in the node, so that line must be short for
 * those who ask little. A session alone may have its fill of requests under way, each of several its part. Safe to use from
 * any thread.
 */
final class Shares {

    /** So many requests keep the node busy; more of them only wait longer. */
    private static final int TOGETHER = 64;

    /** What a session may have under way however many others there are. */
    private static final int LEAST = 4;

    /** Requests that wait for other nodes are not what the line is made of: nobody waits longer for them than this. */
    private static final Duration PATIENCE = Duration.ofMillis(50);

    private final AtomicInteger busy = new AtomicInteger();

    /** @param loop where the session goes on when it has waited for long enough */
    Share open(Scheduler loop, Scheduler timer) {
        return new Share(loop, timer);
    }

    /** How many sessions have requests under way. */
    int busy() {
        return busy.get();
    }

    private int part() {
        return Math.max(LEAST, TOGETHER / Math.max(1, busy.get()));
    }

    /** One session's part. */
    final class Share {

        private final Scheduler loop;
        private final Scheduler timer;
        private int running;
        private Sinks.Empty<Void> room = Sinks.empty();

        private Share(Scheduler loop, Scheduler timer) {
            this.loop = loop;
            this.timer = timer;
        }

        /** Completes when one more request may begin, at the latest when the patience is at its end. */
        Mono<Void> room() {
            return Mono.defer(() -> {
                Sinks.Empty<Void> bell = bell();
                return bell == null
                        ? Mono.empty()
                        : bell.asMono().timeout(PATIENCE, Mono.<Void>empty().publishOn(loop), timer);
            });
        }

        /** The same work, counted while it is under way. */
        <T> Mono<T> counted(Mono<T> work) {
            return Mono.defer(() -> {
                begin();
                return work.doFinally(end -> end().tryEmitEmpty());
            });
        }

        private synchronized Sinks.@Nullable Empty<Void> bell() {
            if (running < part()) {
                return null;
            }
            room = Sinks.empty();
            return room;
        }

        private synchronized void begin() {
            if (running++ == 0) {
                busy.incrementAndGet();
            }
        }

        private synchronized Sinks.Empty<Void> end() {
            if (--running == 0) {
                busy.decrementAndGet();
            }
            return running < part() ? room : Sinks.empty();
        }
    }
}
