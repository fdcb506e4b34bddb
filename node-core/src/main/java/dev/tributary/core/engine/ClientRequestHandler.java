package dev.tributary.core.engine;

import dev.tributary.core.loop.LocalEvent;
import dev.tributary.core.request.ConcurrencyLimit;

/** Starts the operations of this node's clients, each within the limit for clients. Loop thread only. */
final class ClientRequestHandler {

    private final ConcurrencyLimit limit;

    ClientRequestHandler(ConcurrencyLimit limit) {
        this.limit = limit;
    }

    <T> void onRequest(LocalEvent.ClientRequested<T> request) {
        request.call().completeFrom(limit.admit(request.operation()));
    }
}
