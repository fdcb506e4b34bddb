package dev.tributary.transport.client.remote;

import dev.tributary.core.error.ProtocolException;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.State;
import dev.tributary.transport.client.message.ClientAnswer;
import dev.tributary.transport.client.message.ClientError;
import dev.tributary.transport.client.message.ClientReply;
import dev.tributary.transport.client.message.ClientRequest;
import dev.tributary.transport.client.message.UpdatePayload;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Scheduler;

/**
 * One subscription on one connection: a GET that also subscribes, followed by notifications. If no host has the
 * contract, the client sends a SUBSCRIBE, which the node answers when the contract is found, and then repeats the GET.
 * Replies are processed sequentially.
 */
final class RemoteSubscription {

    private final ContractInstanceId id;
    private final NodeConnection wire;
    private final Duration deadline;
    private final Scheduler timer;

    /** True after the first notification: the answer to the GET may be older than the notified state. */
    private boolean notified;

    /** True if the first GET did not find the contract. */
    private boolean notFoundYet;

    RemoteSubscription(ContractInstanceId id, NodeConnection wire, Duration deadline, Scheduler timer) {
        this.id = id;
        this.wire = wire;
        this.deadline = deadline;
        this.timer = timer;
    }

    /** Emits the current state, then every changed state. Errors when the connection ends. */
    Flux<RemoteState> states() {
        return Flux.merge(wire.replies(), wire.send(get()).cast(ClientReply.class))
                .timeout(Mono.delay(deadline, timer), reply -> replyDeadline(reply))
                .onErrorMap(TimeoutException.class, late -> new RequestTimeoutException("SUBSCRIBE", deadline))
                .concatMap(this::handle, 0)
                .handle(this::emitState);
    }

    /** Deadline for the next reply. There is none once the subscription is established: no reply means no change. */
    private Mono<Long> replyDeadline(ClientReply last) {
        return switch (last.family()) {
            case ANSWER -> expectsReply((ClientAnswer) last) ? Mono.delay(deadline, timer) : Mono.never();
            case ERROR -> Mono.never();
        };
    }

    private static boolean expectsReply(ClientAnswer last) {
        return switch (last.answerKind()) {
            case NOT_FOUND, SUBSCRIBE -> true;
            case PUT, GET, UPDATE, UPDATE_NOTIFICATION, DELEGATE, OK, STREAM_HEADER, QUERY, STREAM_CHUNK -> false;
        };
    }

    private ClientRequest get() {
        return new ClientRequest.Get(id, false, true, false);
    }

    private Mono<ClientReply> handle(ClientReply reply) {
        return switch (reply.family()) {
            case ANSWER -> handle((ClientAnswer) reply);
            case ERROR -> Mono.just(reply);
        };
    }

    private Mono<ClientReply> handle(ClientAnswer answer) {
        return switch (answer.answerKind()) {
            case NOT_FOUND -> {
                notFoundYet = true;
                yield wire.send(new ClientRequest.Subscribe(id, Optional.empty()))
                        .cast(ClientReply.class);
            }
            case SUBSCRIBE ->
                ((ClientAnswer.SubscribeAnswer) answer).isSubscribed()
                        ? wire.send(get()).cast(ClientReply.class)
                        : Mono.error(new ContractUnavailableException(id));
            case PUT, GET, UPDATE, UPDATE_NOTIFICATION, DELEGATE, OK, STREAM_HEADER, QUERY, STREAM_CHUNK ->
                Mono.just(answer);
        };
    }

    private void emitState(ClientReply reply, SynchronousSink<RemoteState> states) {
        switch (reply.family()) {
            case ANSWER -> emitState((ClientAnswer) reply, states);
            case ERROR ->
                states.error(
                        notFoundYet
                                ? new ContractUnavailableException(id)
                                : RequestClient.toException((ClientError) reply));
        }
    }

    private void emitState(ClientAnswer answer, SynchronousSink<RemoteState> states) {
        switch (answer.answerKind()) {
            case GET -> {
                if (!notified) {
                    ClientAnswer.GetAnswer get = (ClientAnswer.GetAnswer) answer;
                    states.next(new RemoteState(get.key(), get.state()));
                }
            }
            case UPDATE_NOTIFICATION -> {
                notified = true;
                emitState((ClientAnswer.UpdateNotification) answer, states);
            }
            case PUT, UPDATE, SUBSCRIBE, NOT_FOUND, DELEGATE, OK, STREAM_HEADER, QUERY, STREAM_CHUNK ->
                states.error(new ProtocolException("the node answered the SUBSCRIBE with "
                        + answer.getClass().getSimpleName()));
        }
    }

    private static void emitState(ClientAnswer.UpdateNotification notification, SynchronousSink<RemoteState> states) {
        UpdatePayload payload = notification.payload();
        switch (payload.kind()) {
            case FULL_STATE ->
                states.next(new RemoteState(notification.key(), ((UpdatePayload.FullState) payload).state()));
            case STATE_AND_DELTA ->
                states.next(new RemoteState(notification.key(), ((UpdatePayload.StateAndDelta) payload).state()));
            case DELTA, RELATED_STATE, RELATED_DELTA, RELATED_STATE_AND_DELTA ->
                states.error(new ProtocolException("the node sent a delta, although the client sent no summary"));
        }
    }

    /** A state received from the node. */
    record RemoteState(ContractKey key, State state) {}

    /** No host has the contract, and the node stopped waiting for it. */
    static final class ContractUnavailableException extends RuntimeException {

        ContractUnavailableException(ContractInstanceId id) {
            super("contract " + id + " is not available yet");
        }
    }
}
