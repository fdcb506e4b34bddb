package dev.tributary.transport.client.remote;

import dev.tributary.transport.client.message.ClientReply;
import dev.tributary.transport.client.message.ClientRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A connection with scripted replies, sent immediately. Not thread-safe. */
final class ScriptedConnection implements NodeConnection {

    private final Sinks.Many<ClientReply> replies = Sinks.many().multicast().directAllOrNothing();
    private final List<ClientRequest> sent = new ArrayList<>();
    private final Function<ClientRequest, List<ClientReply>> script;
    private boolean ended;

    ScriptedConnection(Function<ClientRequest, List<ClientReply>> script) {
        this.script = script;
    }

    List<ClientRequest> sent() {
        return sent;
    }

    void reply(ClientReply reply) {
        replies.tryEmitNext(reply).orThrow();
    }

    void end(Throwable reason) {
        ended = true;
        replies.tryEmitError(reason).orThrow();
    }

    @Override
    public Flux<ClientReply> replies() {
        return replies.asFlux();
    }

    @Override
    public Mono<Void> send(ClientRequest request) {
        return Mono.fromRunnable(() -> {
            sent.add(request);
            script.apply(request).forEach(this::reply);
        });
    }

    @Override
    public boolean isClosed() {
        return ended;
    }

    @Override
    public void close() {
        ended = true;
    }
}
