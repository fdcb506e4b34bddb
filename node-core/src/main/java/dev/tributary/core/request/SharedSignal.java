package dev.tributary.core.request;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Something that happens once and ends many operations. To begin and to end waiting takes constant time, while a
 * {@code Sinks.Empty} copies the array of all its subscribers for each. Any thread.
 */
public final class SharedSignal {

    private final Set<MonoSink<Void>> waiting = ConcurrentHashMap.newKeySet();
    private volatile boolean emitted;

    /** Completes once it has happened, on the thread that reports it. */
    public Mono<Void> asMono() {
        return Mono.create(sink -> {
            waiting.add(sink);
            sink.onDispose(() -> waiting.remove(sink));
            // It may have happened before the sink was added, and after the waiting ones were told.
            if (emitted) {
                sink.success();
            }
        });
    }

    /** It has happened. */
    public void emit() {
        emitted = true;
        waiting.forEach(MonoSink::success);
    }

    /** Number of operations that wait. */
    int waiting() {
        return waiting.size();
    }
}
