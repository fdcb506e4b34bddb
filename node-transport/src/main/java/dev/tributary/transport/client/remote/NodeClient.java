package dev.tributary.transport.client.remote;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.transport.client.message.ClientAnswer;
import dev.tributary.transport.client.message.ClientError;
import dev.tributary.transport.client.message.ClientRequest;
import dev.tributary.transport.client.message.NodeQuery;
import dev.tributary.transport.client.message.PackedContract;
import dev.tributary.transport.client.message.QueryAnswer;
import dev.tributary.transport.client.message.UpdatePayload;
import dev.tributary.transport.socket.SocketLoops;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;

/**
 * Client of a node in another process, with those operations of {@link dev.tributary.core.Node} that the client API
 * offers. Nothing happens before subscription; each subscription is a new request. Results arrive on eight threads of
 * this client; a callback that blocks delays others on the same thread. Cancelling a request closes its connection, and
 * the node aborts the request as far as possible. Only connections of subscriptions are retried automatically. Errors
 * are {@link NodeClientException}s and these errors of the node:
 * {@link dev.tributary.core.error.ContractRejectedException},
 * {@link dev.tributary.core.error.ContractNotFoundException},
 * {@link dev.tributary.core.error.PayloadTooLargeException}, {@link dev.tributary.core.error.NodeBusyException} when
 * too many requests are queued in this client, and {@link dev.tributary.core.error.ProtocolException}.
 */
public final class NodeClient {

    /** Number of threads that decode replies and run callbacks. Decoding 50 MiB takes tens of milliseconds. */
    private static final int WORKERS = 8;

    /** Maximum number of queued tasks. */
    private static final int MAX_QUEUED_TASKS = 1 << 16;

    private static final Duration LOOPS_TIMEOUT = Duration.ofSeconds(2);

    /** Timeout of the close handshake with the node. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    /** Quiet period of the event loop before it ends, for the remaining tasks of closed sockets. */
    private static final Duration QUIET_PERIOD = Duration.ofMillis(50);

    private final NodeClientConfig config;
    private final SocketLoops loops = SocketLoops.create("tributary-client", 1);
    private final Scheduler timer = Schedulers.newSingle("tributary-client-timer", true);
    private final Scheduler workers =
            Schedulers.newBoundedElastic(WORKERS, MAX_QUEUED_TASKS, "tributary-client-work", 60, true);
    private final HttpClient http;
    private final RequestClient requests;
    private final SubscriptionClient subscriptions;
    private final Mono<Void> closing;

    private NodeClient(NodeClientConfig config) {
        this.config = config;
        // Not pooled here: Requests pools its connections, and a WebSocket cannot be reused for another subscription.
        this.http = HttpClient.newConnection()
                .runOn(loops.resources())
                .doOnChannelInit((observer, channel, remote) -> loops.opened(channel))
                .responseTimeout(config.deadline());
        Connector connector = new WebSocketConnector(config, http, workers, timer);
        this.requests = new RequestClient(config, connector, timer);
        this.subscriptions = new SubscriptionClient(config, connector, timer);
        this.closing = shutDown().cache();
    }

    /** Creates a client, which owns threads until it is closed. It connects with the first request. */
    public static NodeClient open(NodeClientConfig config) {
        return new NodeClient(config);
    }

    /** Publishes a contract with a state, merged into an existing state. Emits the key when the PUT is complete. */
    public Mono<ContractKey> put(Contract contract, State state) {
        ClientRequest put = new ClientRequest.Put(PackedContract.of(contract), state, List.of(), false, false);
        return requests.exchange("PUT", put, Set.of(ClientAnswer.PutAnswer.class))
                .cast(ClientAnswer.PutAnswer.class)
                .map(ClientAnswer.PutAnswer::key);
    }

    /** Fetches a contract's state, without its code. Empty if the contract is not found. */
    public Mono<ClientAnswer.GetAnswer> get(ContractInstanceId id) {
        return fetch(new ClientRequest.Get(id, false, false, false));
    }

    /** Fetches a contract's state, code and parameters. Empty if the contract is not found. */
    public Mono<ClientAnswer.GetAnswer> getWithContract(ContractInstanceId id) {
        return fetch(new ClientRequest.Get(id, true, false, false));
    }

    private Mono<ClientAnswer.GetAnswer> fetch(ClientRequest.Get get) {
        return requests.exchange("GET", get, Set.of(ClientAnswer.GetAnswer.class, ClientAnswer.NotFound.class))
                .ofType(ClientAnswer.GetAnswer.class);
    }

    /** Updates a contract's state. Emits the key and the summary of the state that the node has afterwards. */
    public Mono<ClientAnswer.UpdateAnswer> update(ContractInstanceId id, StateChange change) {
        ClientRequest update = new ClientRequest.Update(id, Optional.empty(), payload(change));
        return requests.exchange("UPDATE", update, Set.of(ClientAnswer.UpdateAnswer.class))
                .cast(ClientAnswer.UpdateAnswer.class);
    }

    private static UpdatePayload payload(StateChange change) {
        return switch (change.kind()) {
            case FULL -> new UpdatePayload.FullState(((StateChange.Full) change).state());
            case DELTA -> new UpdatePayload.Delta(((StateChange.Delta) change).delta());
            case FULL_AND_DELTA -> {
                StateChange.FullAndDelta both = (StateChange.FullAndDelta) change;
                yield new UpdatePayload.StateAndDelta(both.state(), both.delta());
            }
        };
    }

    /**
     * Emits the contract's current state, then every change of it, until the subscriber cancels. Waits for a contract
     * that does not exist yet. A lost connection is retried with backoff without a limit; the next state is then marked
     * as interrupted. A subscriber that requests too slowly receives the latest state with its next request.
     *
     * @return never completes; errors if the node is unreachable or refuses before the first state arrived, and when
     *     the client is closed
     */
    public Flux<RemoteUpdate> subscribe(ContractInstanceId id) {
        return subscriptions.subscribe(id);
    }

    /** Sends a query about the node itself. Emits the answer. */
    public <A extends QueryAnswer> Mono<A> query(NodeQuery query, Class<A> kind) {
        return requests.exchange("query", query, Set.of(kind)).cast(kind);
    }

    /**
     * Fetches one of the node's HTTP pages. Emits its text; errors if the status is not 200.
     *
     * @param path path of the page, such as {@code /status}
     */
    public Mono<String> fetchPage(String path) {
        return http.get()
                .uri(config.pageUrl(path))
                .responseSingle((response, body) -> response.status().code() == 200
                        ? body.asString()
                        : Mono.error(new IllegalStateException(path + " returned status " + response.status())))
                .onErrorMap(
                        failure -> !(failure instanceof NodeClientException),
                        failure -> new NodeUnreachableException(config.node(), failure));
    }

    /**
     * The content of one of the node's HTTP pages.
     *
     * @param status HTTP status
     */
    public record Page(int status, Bytes content) {}

    /**
     * Fetches one of the node's HTTP pages, whatever its status is.
     *
     * @param path path of the page and its query
     */
    public Mono<Page> fetchContent(String path) {
        return http.get()
                .uri(config.pageUrl(path))
                .responseSingle((response, body) -> body.asByteArray()
                        .defaultIfEmpty(new byte[0])
                        .map(content -> new Page(response.status().code(), Bytes.wrap(content))))
                .onErrorMap(
                        failure -> !(failure instanceof NodeClientException),
                        failure -> new NodeUnreachableException(config.node(), failure));
    }

    /**
     * Sends a command to one of the node's HTTP pages, without a body. Emits the text of the reply.
     *
     * @param path path and query of the page
     */
    public Mono<String> command(String path) {
        return http.post()
                .uri(config.pageUrl(path))
                .responseSingle((response, body) -> body.asString()
                        .defaultIfEmpty("")
                        .flatMap(text -> response.status().code() == 200
                                ? Mono.just(text)
                                : Mono.error(new NodeRefusedException(new ClientError.OperationError(text)))))
                .onErrorMap(
                        failure -> !(failure instanceof NodeClientException),
                        failure -> new NodeUnreachableException(config.node(), failure));
    }

    /** Returns the URL of one of the node's HTTP pages, for a browser. */
    public URI pageUrl(String path) {
        return config.pageUrl(path);
    }

    /** Closes all connections and disposes all threads. Further calls return the same result. */
    public Mono<Void> close() {
        return closing;
    }

    private Mono<Void> shutDown() {
        return Flux.concatDelayError(
                        Mono.fromRunnable(subscriptions::close),
                        requests.close(),
                        loops.socketsClosed().timeout(CLOSE_TIMEOUT, Mono.empty(), timer),
                        loops.close(QUIET_PERIOD, LOOPS_TIMEOUT),
                        Mono.fromRunnable(() -> {
                                    timer.dispose();
                                    workers.dispose();
                                })
                                .subscribeOn(Schedulers.boundedElastic()))
                .then();
    }
}
