package dev.tributary.transport.client.remote;

import dev.tributary.core.error.ContractNotFoundException;
import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.error.ProtocolException;
import dev.tributary.transport.client.message.ClientAnswer;
import dev.tributary.transport.client.message.ClientError;
import dev.tributary.transport.client.message.ClientReply;
import dev.tributary.transport.client.message.ClientRequest;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.pool.InstrumentedPool;
import reactor.pool.PoolAcquirePendingLimitException;
import reactor.pool.PoolBuilder;
import reactor.pool.PoolShutdownException;
import reactor.pool.PooledRef;

/**
 * Requests and their one answer each. Answers say neither which request they answer nor, when they are errors, of what kind
 * it was; so a request has a connection for itself as long as it takes. One that was given up takes its connection with it,
 * and the node sees its client leave.
 */
final class Requests {

    private static final Duration IDLE_LIMIT = Duration.ofSeconds(60);
    private static final Duration SWEEP_INTERVAL = Duration.ofSeconds(20);

    private final NodeClientConfig config;
    private final Scheduler timer;
    private final InstrumentedPool<Wire> wires;

    Requests(NodeClientConfig config, Connector connector, Scheduler timer) {
        this.config = config;
        this.timer = timer;
        this.wires = PoolBuilder.from(connector.connect())
                .sizeBetween(0, config.connections())
                .maxPendingAcquire(config.waiting())
                .evictionPredicate((wire, use) -> wire.ended() || use.idleTime() > IDLE_LIMIT.toMillis())
                .evictInBackground(SWEEP_INTERVAL, timer)
                .destroyHandler(wire -> Mono.fromRunnable(wire::close))
                .buildPool();
    }

    /** The answer, which is of one of these kinds, or an error. */
    Mono<ClientAnswer> ask(String name, ClientRequest request, Set<Class<? extends ClientAnswer>> kinds) {
        Mono<ClientReply> exchange = Mono.usingWhen(
                wires.acquire(),
                wire -> wire.poolable().exchange(request).map(reply -> expected(name, reply, kinds)),
                PooledRef::release,
                (wire, failure) -> wire.invalidate(),
                PooledRef::invalidate);
        Mono<ClientAnswer> answer = exchange.timeout(config.deadline(), timer)
                .onErrorMap(TimeoutException.class, late -> new NoAnswerException(name, config.deadline()))
                .onErrorMap(
                        PoolAcquirePendingLimitException.class,
                        full -> new NodeBusyException("requests of this client", config.waiting()))
                .onErrorMap(PoolShutdownException.class, closed -> new ClientClosedException())
                .map(Requests::answer);
        return Mono.defer(() -> wires.isDisposed() ? Mono.error(new ClientClosedException()) : answer);
    }

    private static ClientReply expected(String name, ClientReply reply, Set<Class<? extends ClientAnswer>> kinds) {
        if (reply instanceof ClientError || kinds.contains(reply.getClass())) {
            return reply;
        }
        throw new ProtocolException(
                "the node answered the " + name + " with " + reply.getClass().getSimpleName());
    }

    private static ClientAnswer answer(ClientReply reply) {
        if (reply instanceof ClientError error) {
            throw failure(error);
        }
        return (ClientAnswer) reply;
    }

    /** The same in terms of this program. */
    static RuntimeException failure(ClientError error) {
        if (error instanceof ClientError.ContractFailed failed) {
            return new ContractRejectedException(failed.key(), reason(failed));
        }
        if (error instanceof ClientError.ContractMissing missing && missing.lack() == ClientError.Lack.CONTRACT) {
            return new ContractNotFoundException(missing.id());
        }
        return new NodeRefusedException(error);
    }

    /** Our own node sends the whole sentence, and the exception would say it again. */
    private static String reason(ClientError.ContractFailed failed) {
        String sentence = String.valueOf(new ContractRejectedException(failed.key(), "").getMessage());
        return failed.cause().startsWith(sentence) ? failed.cause().substring(sentence.length()) : failed.cause();
    }

    /** Takes leave of the node; requests under way fail. */
    Mono<Void> close() {
        return wires.disposeLater();
    }
}
