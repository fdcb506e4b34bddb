package dev.tributary.core.engine;

import dev.tributary.core.error.ChannelClosedException;
import dev.tributary.core.error.NodeStoppedException;
import dev.tributary.core.loop.ClientCall;
import dev.tributary.core.loop.LocalEvent;
import dev.tributary.core.loop.NotificationChannel;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The pending calls of local clients. Each is sent to the loop's channel in an event whose handler completes it. */
final class ClientCalls {

    private final NotificationChannel<LocalEvent> channel;
    private final Set<ClientCall<?>> pending = Collections.synchronizedSet(new LinkedHashSet<>());

    ClientCalls(NotificationChannel<LocalEvent> channel) {
        this.channel = channel;
    }

    /**
     * Sends the event when subscribed to and emits the result of the operation; cancelling cancels the operation.
     *
     * @param name name of the event in logs and status
     * @param operation creates the operation, on the loop thread
     */
    <T> Mono<T> call(String name, Supplier<Mono<T>> operation) {
        return Mono.using(
                        this::<T>openCall,
                        call -> channel.send(new LocalEvent.ClientRequested<>(name, call, Mono.defer(operation)))
                                .then(call.result()),
                        this::closeCall)
                .onErrorMap(ChannelClosedException.class, failure -> new NodeStoppedException());
    }

    /** Number of pending calls. */
    int pending() {
        return pending.size();
    }

    /** Completes when all calls that are pending now have ended. */
    Mono<Void> whenCompleted() {
        return Flux.fromIterable(snapshot())
                .concatMap(call -> call.result().then().onErrorComplete(), 1)
                .then();
    }

    /** Fails all pending calls because the node has stopped. */
    void failAll() {
        snapshot().forEach(ClientCall::failStopped);
    }

    /** The pending calls in the order in which they were made. */
    private List<ClientCall<?>> snapshot() {
        synchronized (pending) {
            return List.copyOf(pending);
        }
    }

    private <T> ClientCall<T> openCall() {
        ClientCall<T> call = new ClientCall<>();
        pending.add(call);
        return call;
    }

    private void closeCall(ClientCall<?> call) {
        pending.remove(call);
        call.cancel();
    }
}
