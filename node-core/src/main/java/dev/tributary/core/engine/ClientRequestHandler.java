package dev.tributary.core.engine;

import dev.tributary.core.loop.LocalEvent;
import dev.tributary.core.operation.GetOperation;
import dev.tributary.core.operation.PutOperation;
import dev.tributary.core.operation.UpdateOperation;
import dev.tributary.core.request.ConcurrencyLimit;

/** Starts the operations of this node's clients, each within the limit for clients. Loop thread only. */
final class ClientRequestHandler {

    private final PutOperation puts;
    private final GetOperation gets;
    private final UpdateOperation updates;
    private final ConcurrencyLimit limit;

    ClientRequestHandler(PutOperation puts, GetOperation gets, UpdateOperation updates, ConcurrencyLimit limit) {
        this.puts = puts;
        this.gets = gets;
        this.updates = updates;
        this.limit = limit;
    }

    void onPut(LocalEvent.PutRequested request) {
        request.call().completeFrom(limit.admit(puts.publish(request.contract(), request.state())));
    }

    void onGet(LocalEvent.GetRequested request) {
        request.call().completeFrom(limit.admit(gets.fetch(request.id())));
    }

    void onUpdate(LocalEvent.UpdateRequested request) {
        request.call().completeFrom(limit.admit(updates.update(request.id(), request.change())));
    }
}
