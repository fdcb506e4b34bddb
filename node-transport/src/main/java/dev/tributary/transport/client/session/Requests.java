package dev.tributary.transport.client.session;

import dev.tributary.core.Node;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractUpdate;
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
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * What each request of one session is answered with. Called on the session's event loop, and answers there. PUTs and UPDATEs
 * go on when the client has left; everything else ends with it.
 */
final class Requests {

    private final Node node;
    private final NodeAnswers nodeAnswers;
    private final Budget bytes;
    private final Visitor visitor;
    private final ClientSubscriptions subscriptions;
    private final Outbox outbox;
    private final Duration patience;
    private final Scheduler loop;
    private final Scheduler timer;
    private final Scheduler workers;

    Requests(
            Node node,
            NodeAnswers nodeAnswers,
            Budget bytes,
            Visitor visitor,
            ClientSubscriptions subscriptions,
            Outbox outbox,
            Duration patience,
            Scheduler loop,
            Scheduler timer,
            Scheduler workers) {
        this.node = node;
        this.nodeAnswers = nodeAnswers;
        this.bytes = bytes;
        this.visitor = visitor;
        this.subscriptions = subscriptions;
        this.outbox = outbox;
        this.patience = patience;
        this.loop = loop;
        this.timer = timer;
        this.workers = workers;
    }

    /** The answer, also if it is an error; empty for a request that is not answered. */
    Mono<Reply> reply(ClientRequest request) {
        if (request instanceof ClientRequest.Put put) {
            return put(put);
        } else if (request instanceof ClientRequest.Get get) {
            return get(get);
        } else if (request instanceof ClientRequest.Update update) {
            return update(update);
        } else if (request instanceof ClientRequest.Subscribe subscribe) {
            return subscribe(subscribe.id(), subscribe.summary().orElse(null));
        } else if (request instanceof NodeQuery query) {
            return query(query);
        } else if (request instanceof ClientRequest.Delegate delegate) {
            String why = "delegates are not supported yet by this node (" + delegate.call() + ")";
            return Mono.just(new Reply(new ClientError.DelegateFailed(why)));
        } else if (request instanceof ClientRequest.Authenticate) {
            return Mono.empty();
        }
        return Mono.just(new Reply(new ClientError.Unhandled("this request cannot stand where it stands")));
    }

    /** Whether it goes on when its client has left. */
    static boolean outlivesItsClient(ClientRequest request) {
        return request instanceof ClientRequest.Put || request instanceof ClientRequest.Update;
    }

    /** About what it takes in memory. */
    static long sizeOf(ClientRequest request) {
        if (request instanceof ClientRequest.Put put) {
            return (long) put.state().size() + put.contract().code().size();
        }
        if (request instanceof ClientRequest.Update update) {
            StateChange change = change(update.payload());
            return change == null ? 0 : change.size();
        }
        return 0;
    }

    private Mono<Reply> put(ClientRequest.Put put) {
        long size = sizeOf(put);
        Mono<Reply> work = Mono.fromCallable(put.contract()::unpack)
                .subscribeOn(workers)
                .publishOn(loop)
                .flatMap(contract -> answerFirst(contract.id(), put(contract, put)));
        return toTheEnd(size, work);
    }

    /** Whoever leaves after asking has asked: the work goes on, if there is room for what it brings. */
    private Mono<Reply> toTheEnd(long size, Mono<Reply> work) {
        return Mono.defer(() -> {
                    if (bytes.take(size)) {
                        return work.doFinally(end -> bytes.giveBack(size));
                    }
                    return Mono.just(new Reply(new ClientError.OperationError("busy: " + size
                            + " bytes do not fit beside what other requests under way bring, " + bytes.limit()
                            + " bytes at most; it may be tried again")));
                })
                .cache();
    }

    /** The answer comes before the notification of what it answers, also for those who are subscribed already. */
    private Mono<Reply> answerFirst(ContractInstanceId id, Mono<Reply> answer) {
        return Mono.defer(() -> {
            Runnable release = subscriptions.hold(id);
            return answer.map(reply -> reply.then(release));
        });
    }

    private Mono<Reply> put(Contract contract, ClientRequest.Put put) {
        ContractInstanceId id = contract.id();
        return node.put(contract, put.state())
                .publishOn(loop)
                .flatMap(receipt -> {
                    Reply plain = new Reply(new ClientAnswer.PutAnswer(receipt.key()));
                    return put.subscribe() ? subscribing(plain, id, put.blockingSubscribe(), null) : Mono.just(plain);
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
                        Reply plain = new Reply(
                                new ClientAnswer.GetAnswer(found.contract().key(), contract, found.value()));
                        return get.subscribe()
                                ? subscribing(plain, get.id(), get.blockingSubscribe(), found.value())
                                : Mono.just(plain);
                    }
                    return Mono.just(new Reply(new ClientAnswer.NotFound(get.id())));
                })
                .onErrorResume(failure -> failed(Command.GET, get.id(), failure));
    }

    /** The answer with a subscription behind it, or before it if the client wants to wait; notices come after it always. */
    private Mono<Reply> subscribing(Reply plain, ContractInstanceId id, boolean wait, @Nullable State seen) {
        if (!wait) {
            return Mono.just(new Reply(plain.words(), () -> begin(id, seen)));
        }
        return Mono.defer(() -> subscriptions.to(id).first())
                .timeout(patience, timer)
                .publishOn(loop)
                .map(first -> plain)
                // The answer is true all the same; what became of the subscription is said behind it.
                .onErrorReturn(plain)
                .map(same -> new Reply(same.words(), () -> begin(id, seen)));
    }

    /** Whoever asked for the state holds it, and is shown states. */
    private void begin(ContractInstanceId id, @Nullable State seen) {
        begin(id, seen, null);
    }

    private void begin(ContractInstanceId id, @Nullable State seen, @Nullable StateSummary known) {
        try {
            subscriptions.to(id).begin(seen, known);
        } catch (ClientErrorException refused) {
            outbox.add(refused.error());
        }
    }

    private Mono<Reply> subscribe(ContractInstanceId id, @Nullable StateSummary known) {
        return Mono.defer(() -> subscriptions.to(id).first())
                .timeout(patience, Mono.error(() -> tooLate(id)), timer)
                .publishOn(loop)
                .map(first -> subscribed(id, first, known))
                .doOnError(failure -> subscriptions.giveUp(id))
                .onErrorResume(failure -> failed(Command.SUBSCRIBE, id, failure));
    }

    private Reply subscribed(ContractInstanceId id, ContractUpdate first, @Nullable StateSummary known) {
        return new Reply(new ClientAnswer.SubscribeAnswer(first.key(), true), () -> begin(id, first.state(), known));
    }

    private ClientErrorException tooLate(ContractInstanceId id) {
        return new ClientErrorException(new ClientError.OperationError("SUBSCRIBE of contract " + id
                + " failed: nobody was found who holds it within " + patience.toMillis()
                + " ms; it may be tried again, or be put first"));
    }

    private Mono<Reply> update(ClientRequest.Update update) {
        StateChange change = change(update.payload());
        if (change == null) {
            return Mono.just(new Reply(new ClientError.OperationError("UPDATE of contract " + update.id()
                    + " failed: clients may bring states and deltas of the contract itself, not of related ones")));
        }
        Mono<Reply> answer = node.update(update.id(), change)
                .publishOn(loop)
                .map(receipt -> new Reply(new ClientAnswer.UpdateAnswer(receipt.key(), receipt.summary())))
                .onErrorResume(failure -> failed(Command.UPDATE, update.id(), failure));
        return toTheEnd(change.size(), answerFirst(update.id(), answer));
    }

    private static @Nullable StateChange change(UpdatePayload payload) {
        if (payload instanceof UpdatePayload.FullState full) {
            return new StateChange.Full(full.state());
        } else if (payload instanceof UpdatePayload.Delta part) {
            return new StateChange.Delta(part.delta());
        } else if (payload instanceof UpdatePayload.StateAndDelta both) {
            return new StateChange.FullAndDelta(both.state(), both.delta());
        }
        return null;
    }

    private Mono<Reply> query(NodeQuery query) {
        if (visitor.application().isPresent()) {
            return Mono.just(
                    new Reply(new ClientError.Unhandled("questions about the node are not for web applications")));
        }
        return nodeAnswers
                .answer(query)
                .<ClientReply>cast(ClientReply.class)
                .map(Reply::new)
                .onErrorResume(
                        NodeException.class,
                        failure -> Mono.just(new Reply(new ClientError.OperationError(
                                "the question cannot be answered: " + failure.getMessage()))));
    }

    private static Mono<Reply> failed(Command command, ContractInstanceId id, Throwable failure) {
        return Mono.just(new Reply(Failures.of(command, id, failure)));
    }
}
