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
 * One subscription on one connection: a GET that also subscribes, and then whatever comes. If nobody holds the contract, the
 * node is asked to tell when somebody does, and is then asked again. What is heard, is heard one after the other.
 */
final class Listening {

    private final ContractInstanceId id;
    private final Wire wire;
    private final Duration deadline;
    private final Scheduler timer;

    /** A change came, so that what the GET answers may be older than what is known. */
    private boolean changed;

    /** Nobody held the contract when it was first asked for. */
    private boolean awaited;

    Listening(ContractInstanceId id, Wire wire, Duration deadline, Scheduler timer) {
        this.id = id;
        this.wire = wire;
        this.deadline = deadline;
        this.timer = timer;
    }

    /** The current state, then the changed ones, until the connection ends, which is an error. */
    Flux<Heard> states() {
        return Flux.merge(wire.replies(), wire.send(get()).cast(ClientReply.class))
                .timeout(Mono.delay(deadline, timer), reply -> patience(reply))
                .onErrorMap(TimeoutException.class, late -> new NoAnswerException("SUBSCRIBE", deadline))
                .concatMap(this::hear, 0)
                .handle(this::keep);
    }

    /** Once the subscription stands, silence means that nothing changes. */
    private Mono<Long> patience(ClientReply last) {
        boolean asked = last instanceof ClientAnswer.NotFound || last instanceof ClientAnswer.SubscribeAnswer;
        return asked ? Mono.delay(deadline, timer) : Mono.never();
    }

    private ClientRequest get() {
        return new ClientRequest.Get(id, false, true, false);
    }

    private Mono<ClientReply> hear(ClientReply reply) {
        if (reply instanceof ClientAnswer.NotFound) {
            awaited = true;
            return wire.send(new ClientRequest.Subscribe(id, Optional.empty())).cast(ClientReply.class);
        }
        if (reply instanceof ClientAnswer.SubscribeAnswer answer) {
            return answer.subscribed() ? wire.send(get()).cast(ClientReply.class) : Mono.error(new NotYetException(id));
        }
        return Mono.just(reply);
    }

    private void keep(ClientReply reply, SynchronousSink<Heard> states) {
        if (reply instanceof ClientAnswer.GetAnswer found) {
            if (!changed) {
                states.next(new Heard(found.key(), found.state()));
            }
        } else if (reply instanceof ClientAnswer.UpdateNotification notification) {
            changed = true;
            if (notification.payload() instanceof UpdatePayload.FullState full) {
                states.next(new Heard(notification.key(), full.state()));
            } else if (notification.payload() instanceof UpdatePayload.StateAndDelta both) {
                states.next(new Heard(notification.key(), both.state()));
            } else {
                states.error(new ProtocolException("a change came without the state, although no state was known"));
            }
        } else if (reply instanceof ClientError error) {
            states.error(awaited ? new NotYetException(id) : Requests.failure(error));
        } else {
            states.error(new ProtocolException(
                    "a subscriber was sent " + reply.getClass().getSimpleName()));
        }
    }

    /** A state, as it came. */
    record Heard(ContractKey key, State state) {}

    /** Nobody holds the contract, and the node does not wait for it any longer. */
    static final class NotYetException extends RuntimeException {

        NotYetException(ContractInstanceId id) {
            super("nobody holds " + id + " yet");
        }
    }
}
