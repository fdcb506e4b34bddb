package dev.tributary.core.loop;

import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

/** A flow that the test controls. After it ended, a new subscription starts it again. */
public final class ScriptedFlow<E> {

    private final List<FluxSink<E>> subscriptions = new ArrayList<>();

    Flux<E> flux() {
        return Flux.create(subscriptions::add);
    }

    public void next(E event) {
        current().next(event);
    }

    public void fail(String why) {
        current().error(new IllegalStateException(why));
    }

    void complete() {
        current().complete();
    }

    /** Number of subscriptions so far. */
    int subscriptions() {
        return subscriptions.size();
    }

    public boolean cancelled() {
        return current().isCancelled();
    }

    private FluxSink<E> current() {
        return subscriptions.get(subscriptions.size() - 1);
    }
}
