package dev.tributary.core.loop;

import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

/** A flow that a test plays. Whoever subscribes after it ended finds it alive again. */
final class ScriptedFlow<E> {

    private final List<FluxSink<E>> subscriptions = new ArrayList<>();

    Flux<E> flux() {
        return Flux.create(subscriptions::add);
    }

    void next(E event) {
        current().next(event);
    }

    void fail(String why) {
        current().error(new IllegalStateException(why));
    }

    void complete() {
        current().complete();
    }

    /** How often it was subscribed so far. */
    int subscriptions() {
        return subscriptions.size();
    }

    boolean cancelled() {
        return current().isCancelled();
    }

    private FluxSink<E> current() {
        return subscriptions.get(subscriptions.size() - 1);
    }
}
