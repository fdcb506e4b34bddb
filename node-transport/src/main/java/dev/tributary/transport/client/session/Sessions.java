package dev.tributary.transport.client.session;

import dev.tributary.core.Node;
import dev.tributary.core.value.TimeSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.http.server.HttpServerResponse;

/** All sessions of a door. */
public final class Sessions {

    public Sessions(Node node, SessionConfig config, TimeSource time, Scheduler timer, Scheduler workers) {}

    public Publisher<Void> open(Visitor visitor, HttpServerResponse response) {
        return response.sendNotFound();
    }

    public int count() {
        return 0;
    }

    public int subscriptions() {
        return 0;
    }

    public Mono<Void> close() {
        return Mono.empty();
    }
}
