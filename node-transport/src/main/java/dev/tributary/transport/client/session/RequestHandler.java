package dev.tributary.transport.client.session;

import dev.tributary.core.Node;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.limit.Permits;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateSummary;
import dev.tributary.transport.client.message.ClientAnswer;
import dev.tributary.transport.client.message.ClientError;
import dev.tributary.transport.client.message.ClientError.Command;
import dev.tributary.transport.client.message.ClientReply;
import dev.tributary.transport.client.message.ClientRequest;
import dev.tributary.transport.client.message.NodeQuery;
import dev.tributary.transport.client.message.PackedContract;
import dev.tributary.transport.client.message.UpdatePayload;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Executes the requests of one session. Called on the session's event loop, and replies there. PUTs and UPDATEs
 * continue after the client has disconnected; all other requests are cancelled.
 */
final class RequestHandler {

    private final Node node;
    private final NodeQueries nodeAnswers;
    private final Permits payloadBudget;
    private final ClientIdentity identity;
    private final ClientSubscriptions subscriptions;
    private final ReplyQueue outbox;
    private final Duration subscribeTimeout;
    private final Scheduler loop;
    private final Scheduler timer;
    private final Scheduler workers;

    RequestHandler(
            Node node,
            NodeQueries nodeAnswers,
            Permits payloadBudget,
            ClientIdentity identity,
            ClientSubscriptions subscriptions,
            ReplyQueue outbox,
            Duration subscribeTimeout,
            SessionSchedulers schedulers) {
        this.node = node;
        this.nodeAnswers = nodeAnswers;
        this.payloadBudget = payloadBudget;
        this.identity = identity;
        this.subscriptions = subscriptions;
        this.outbox = outbox;
        this.subscribeTimeout = subscribeTimeout;
        this.loop = schedulers.loop();
        this.timer = schedulers.timer();
        this.workers = schedulers.workers();
    }

    /** Executes a request. Emits the answer, which may be an error; empty for a request without an answer. */
    Mono<Reply> handle(ClientRequest request) {
        return switch (request.requestKind()) {
            case PUT -> put((ClientRequest.Put) request);
            case GET -> get((ClientRequest.Get) request);
            case UPDATE -> update((ClientRequest.Update) request);
            case SUBSCRIBE -> {
                ClientRequest.Subscribe subscribe = (ClientRequest.Subscribe) request;
                yield subscribe(subscribe.id(), subscribe.summary().orElse(null));
            }
            case QUERY -> query((NodeQuery) request);
            case DELEGATE -> {
                String call = ((ClientRequest.Delegate) request).call().toString();
                yield error(
                        new ClientError.DelegateFailed("delegates are not supported yet by this node (" + call + ")"));
            }
            case AUTHENTICATE -> Mono.empty();
            case DISCONNECT, CLOSE, STREAM_CHUNK -> error(new ClientError.Unhandled("unexpected request"));
        };
    }

    private static Mono<Reply> error(ClientError error) {
        return Mono.just(new Reply(error));
    }

    /** Returns whether the request continues after its client has disconnected. */
    static boolean continuesAfterDisconnect(ClientRequest request) {
        return switch (request.requestKind()) {
            case PUT, UPDATE -> true;
            case GET, SUBSCRIBE, DELEGATE, DISCONNECT, AUTHENTICATE, CLOSE, QUERY, STREAM_CHUNK -> false;
        };
    }

    /** Returns the approximate size of the request in memory, in bytes. */
    static long sizeOf(ClientRequest request) {
        return switch (request.requestKind()) {
            case PUT -> {
                ClientRequest.Put put = (ClientRequest.Put) request;
                yield (long) put.state().size()
                        + put.contract().code().size()
                        + put.contract().parameters().bytes().size();
            }
            case UPDATE -> {
                StateChange change = change(((ClientRequest.Update) request).payload());
                yield change == null ? 0 : change.size();
            }
            case GET, SUBSCRIBE, DELEGATE, DISCONNECT, AUTHENTICATE, CLOSE, QUERY, STREAM_CHUNK -> 0;
        };
    }

    private Mono<Reply> put(ClientRequest.Put put) {
        long size = sizeOf(put);
        Mono<Reply> work = Mono.fromCallable(put.contract()::unpack)
                .subscribeOn(workers)
                .publishOn(loop)
                .flatMap(contract -> notifyAfterAnswer(contract.id(), put(contract, put)));
        return continueAfterDisconnect(size, work);
    }

    /** Continues the work after a disconnect. Answers busy if its payload exceeds the byte budget. */
    private Mono<Reply> continueAfterDisconnect(long size, Mono<Reply> work) {
        return Mono.defer(() -> {
                    if (payloadBudget.tryAcquire(size)) {
                        return work.doFinally(end -> payloadBudget.release(size));
                    }
                    return Mono.just(new Reply(new ClientError.OperationError("busy: " + size
                            + " bytes exceed the budget of all running requests, " + payloadBudget.limit()
                            + " bytes; it may be retried")));
                })
                .cache();
    }

    /** Delays notifications until the answer is queued, also for a client that is subscribed already. */
    private Mono<Reply> notifyAfterAnswer(ContractInstanceId id, Mono<Reply> answer) {
        return Mono.defer(() -> {
            Runnable release = subscriptions.pause(id);
            return answer.map(reply -> reply.andThen(release));
        });
    }

    private Mono<Reply> put(Contract contract, ClientRequest.Put put) {
        ContractInstanceId id = contract.id();
        return node.put(contract, put.state())
                .publishOn(loop)
                .flatMap(receipt -> {
                    Reply reply = new Reply(new ClientAnswer.PutAnswer(receipt.key()));
                    return put.subscribe() ? subscribing(reply, id, put.blockingSubscribe(), null) : Mono.just(reply);
                })
                .onErrorResume(failure -> failed(Command.PUT, id, failure));
    }

    private Mono<Reply> get(ClientRequest.Get get) {
        return node.get(get.id())
                .publishOn(loop)
                .flatMap(result -> {
                    if (result instanceof GetResult.Found found) {
                        Optional<PackedContract> contract = get.withContract()
                                ? Optional.of(PackedContract.of(found.contract()))
                                : Optional.empty();
                        Reply reply = new Reply(
                                new ClientAnswer.GetAnswer(found.contract().key(), contract, found.value()));
                        return get.subscribe()
                                ? subscribing(reply, get.id(), get.blockingSubscribe(), found.value())
                                : Mono.just(reply);
                    }
                    return Mono.just(new Reply(new ClientAnswer.NotFound(get.id())));
                })
                .onErrorResume(failure -> failed(Command.GET, get.id(), failure));
    }

    /** Subscribes after the answer, or before it for a blocking subscription. Notifications follow the answer. */
    private Mono<Reply> subscribing(
            Reply reply, ContractInstanceId id, boolean waitForSubscription, @Nullable State seen) {
        if (!waitForSubscription) {
            return Mono.just(new Reply(reply.message(), () -> begin(id, seen)));
        }
        return Mono.defer(() -> subscriptions.getOrCreate(id).found())
                .timeout(subscribeTimeout, timer)
                .publishOn(loop)
                .map(key -> reply)
                // The answer stays valid; a failure of the subscription is reported after it.
                .onErrorReturn(reply)
                .map(same -> new Reply(same.message(), () -> begin(id, seen)));
    }

    /** Starts notifications with full states: a client that sent no summary gets no deltas. */
    private void begin(ContractInstanceId id, @Nullable State seen) {
        begin(id, state -> state.equals(seen), null);
    }

    private void begin(ContractInstanceId id, Predicate<State> isSeen, @Nullable StateSummary known) {
        try {
            subscriptions.getOrCreate(id).start(isSeen, known);
        } catch (ClientErrorException refused) {
            outbox.add(refused.error());
        }
    }

    private Mono<Reply> subscribe(ContractInstanceId id, @Nullable StateSummary known) {
        return Mono.defer(() -> subscriptions.getOrCreate(id).found())
                .timeout(subscribeTimeout, Mono.error(() -> notFoundInTime(id)), timer)
                .publishOn(loop)
                .map(key -> subscribed(id, key, known))
                .doOnError(failure -> subscriptions.cancelPending(id))
                .onErrorResume(failure -> failed(Command.SUBSCRIBE, id, failure));
    }

    /** The state that confirmed the subscription is not sent. */
    private Reply subscribed(ContractInstanceId id, ContractKey key, @Nullable StateSummary known) {
        return new Reply(new ClientAnswer.SubscribeAnswer(key, true), () -> begin(id, state -> true, known));
    }

    private ClientErrorException notFoundInTime(ContractInstanceId id) {
        return new ClientErrorException(new ClientError.OperationError("SUBSCRIBE of contract " + id
                + " failed: contract not found within " + subscribeTimeout.toMillis()
                + " ms; it may be retried, or put first"));
    }

    private Mono<Reply> update(ClientRequest.Update update) {
        StateChange change = change(update.payload());
        if (change == null) {
            return Mono.just(new Reply(new ClientError.OperationError("UPDATE of contract " + update.id()
                    + " failed: only states and deltas of the contract itself are allowed, not of related contracts")));
        }
        Mono<Reply> answer = node.update(update.id(), change)
                .publishOn(loop)
                .map(receipt -> new Reply(new ClientAnswer.UpdateAnswer(receipt.key(), receipt.summary())))
                .onErrorResume(failure -> failed(Command.UPDATE, update.id(), failure));
        return continueAfterDisconnect(change.size(), notifyAfterAnswer(update.id(), answer));
    }

    private static @Nullable StateChange change(UpdatePayload payload) {
        return switch (payload.kind()) {
            case FULL_STATE -> new StateChange.Full(((UpdatePayload.FullState) payload).state());
            case DELTA -> new StateChange.Delta(((UpdatePayload.Delta) payload).delta());
            case STATE_AND_DELTA -> {
                UpdatePayload.StateAndDelta both = (UpdatePayload.StateAndDelta) payload;
                yield new StateChange.FullAndDelta(both.state(), both.delta());
            }
            case RELATED_STATE, RELATED_DELTA, RELATED_STATE_AND_DELTA -> null;
        };
    }

    private Mono<Reply> query(NodeQuery query) {
        if (identity.application().isPresent()) {
            return Mono.just(new Reply(new ClientError.Unhandled("web applications may not query the node")));
        }
        return nodeAnswers
                .answer(query)
                .<ClientReply>cast(ClientReply.class)
                .map(Reply::new)
                .onErrorResume(
                        NodeException.class,
                        failure -> Mono.just(new Reply(
                                new ClientError.OperationError("the query failed: " + failure.getMessage()))));
    }

    private static Mono<Reply> failed(Command command, ContractInstanceId id, Throwable failure) {
        return Mono.just(new Reply(ClientErrorMapper.toClientError(command, id, failure)));
    }
}
