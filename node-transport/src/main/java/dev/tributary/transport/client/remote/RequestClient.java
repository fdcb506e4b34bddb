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
 * Sends requests, each of which has one reply. Replies do not identify their request, and errors not even its kind, so
 * a request uses a connection exclusively until it completes. A request that is cancelled or times out closes its
 * connection, and the node sees its client disconnect.
 */
final class RequestClient {

    /** Time after which an idle connection is closed. */
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(60);

    private static final Duration SWEEP_INTERVAL = Duration.ofSeconds(20);

    private final NodeClientConfig config;
    private final Scheduler timer;
    private final InstrumentedPool<NodeConnection> connections;

    RequestClient(NodeClientConfig config, Connector connector, Scheduler timer) {
        this.config = config;
        this.timer = timer;
        this.connections = PoolBuilder.from(connector.connect())
                .sizeBetween(0, config.maxConnections())
                .maxPendingAcquire(config.maxPending())
                .evictionPredicate((connection, metadata) ->
                        connection.isClosed() || metadata.idleTime() > IDLE_TIMEOUT.toMillis())
                .evictInBackground(SWEEP_INTERVAL, timer)
                .destroyHandler(connection -> Mono.fromRunnable(connection::close))
                .buildPool();
    }

    /** Sends the request. Emits the answer, which is of one of these kinds, or an error. */
    Mono<ClientAnswer> exchange(String name, ClientRequest request, Set<Class<? extends ClientAnswer>> kinds) {
        Mono<ClientReply> exchange = Mono.usingWhen(
                connections.acquire(),
                connection -> connection.poolable().exchange(request).map(reply -> checkKind(name, reply, kinds)),
                PooledRef::release,
                (connection, failure) -> connection.invalidate(),
                PooledRef::invalidate);
        Mono<ClientAnswer> answer = exchange.timeout(config.deadline(), timer)
                .onErrorMap(TimeoutException.class, timeout -> new RequestTimeoutException(name, config.deadline()))
                .onErrorMap(
                        PoolAcquirePendingLimitException.class,
                        queueFull -> new NodeBusyException("requests of this client", config.maxPending()))
                .onErrorMap(PoolShutdownException.class, closed -> new ClientClosedException())
                .map(RequestClient::answerOrThrow);
        return Mono.defer(() -> connections.isDisposed() ? Mono.error(new ClientClosedException()) : answer);
    }

    private static ClientReply checkKind(String name, ClientReply reply, Set<Class<? extends ClientAnswer>> kinds) {
        if (reply instanceof ClientError || kinds.contains(reply.getClass())) {
            return reply;
        }
        throw new ProtocolException(
                "the node answered the " + name + " with " + reply.getClass().getSimpleName());
    }

    private static ClientAnswer answerOrThrow(ClientReply reply) {
        return switch (reply.family()) {
            case ANSWER -> (ClientAnswer) reply;
            case ERROR -> throw toException((ClientError) reply);
        };
    }

    /** Maps an error of the node to an exception. */
    static RuntimeException toException(ClientError error) {
        return switch (error.kind()) {
            case CONTRACT_FAILED -> rejected((ClientError.ContractFailed) error);
            case CONTRACT_MISSING -> missing((ClientError.ContractMissing) error);
            case PLAIN,
                    DESERIALIZATION_ERROR,
                    INCORRECT_STATE,
                    UNHANDLED,
                    UNKNOWN_CLIENT,
                    OPERATION_ERROR,
                    DELEGATE_NOT_REGISTERED,
                    DELEGATE_FAILED,
                    DELEGATE_MISSING,
                    SECRET_MISSING,
                    SECRET_FORBIDDEN -> new NodeRefusedException(error);
        };
    }

    private static RuntimeException rejected(ClientError.ContractFailed failed) {
        return new ContractRejectedException(failed.key(), reason(failed));
    }

    private static RuntimeException missing(ClientError.ContractMissing missing) {
        return switch (missing.reason()) {
            case CONTRACT -> new ContractNotFoundException(missing.id());
            case STACK_OVERFLOW, RELATED -> new NodeRefusedException(missing);
        };
    }

    /** Removes the prefix of the exception message, which this implementation of the node includes in the cause. */
    private static String reason(ClientError.ContractFailed failed) {
        String prefix = String.valueOf(new ContractRejectedException(failed.key(), "").getMessage());
        return failed.cause().startsWith(prefix) ? failed.cause().substring(prefix.length()) : failed.cause();
    }

    /** Closes all connections; pending requests fail. */
    Mono<Void> close() {
        return connections.disposeLater();
    }
}
