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
        boolean replyExpected = last instanceof ClientAnswer.NotFound || last instanceof ClientAnswer.SubscribeAnswer;
        return replyExpected ? Mono.delay(deadline, timer) : Mono.never();
    }

    private ClientRequest get() {
        return new ClientRequest.Get(id, false, true, false);
    }

    private Mono<ClientReply> handle(ClientReply reply) {
        if (reply instanceof ClientAnswer.NotFound) {
            notFoundYet = true;
            return wire.send(new ClientRequest.Subscribe(id, Optional.empty())).cast(ClientReply.class);
        }
        if (reply instanceof ClientAnswer.SubscribeAnswer answer) {
            return answer.isSubscribed()
                    ? wire.send(get()).cast(ClientReply.class)
                    : Mono.error(new ContractUnavailableException(id));
        }
        return Mono.just(reply);
    }

    private void emitState(ClientReply reply, SynchronousSink<RemoteState> states) {
        if (reply instanceof ClientAnswer.GetAnswer found) {
            if (!notified) {
                states.next(new RemoteState(found.key(), found.state()));
            }
        } else if (reply instanceof ClientAnswer.UpdateNotification notification) {
            notified = true;
            if (notification.payload() instanceof UpdatePayload.FullState full) {
                states.next(new RemoteState(notification.key(), full.state()));
            } else if (notification.payload() instanceof UpdatePayload.StateAndDelta both) {
                states.next(new RemoteState(notification.key(), both.state()));
            } else {
                states.error(new ProtocolException("the node sent a delta, although the client sent no summary"));
            }
        } else if (reply instanceof ClientError error) {
            states.error(notFoundYet ? new ContractUnavailableException(id) : RequestClient.toException(error));
        } else {
            states.error(new ProtocolException(
                    "the node answered the SUBSCRIBE with " + reply.getClass().getSimpleName()));
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
