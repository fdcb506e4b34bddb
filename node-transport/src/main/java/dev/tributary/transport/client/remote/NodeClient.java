package dev.tributary.transport.client.remote;

import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.transport.client.message.ClientAnswer;
import dev.tributary.transport.client.message.ClientRequest;
import dev.tributary.transport.client.message.NodeQuery;
import dev.tributary.transport.client.message.PackedContract;
import dev.tributary.transport.client.message.QueryAnswer;
import dev.tributary.transport.client.message.UpdatePayload;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.FutureMono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.LoopResources;

/**
 * A node that runs in another process, with the operations of {@link dev.tributary.core.Node} as far as its door has them.
 * Nothing happens before subscription; each subscription is a new request. Results arrive on threads of this client, of which
 * there are eight; whoever blocks one delays what shares it. Cancelling a request closes its connection, and the node gives it up as far as it still can.
 * Nothing is repeated unasked but the connections of subscriptions. Errors are {@link NodeClientException}s, and of the
 * node's own kinds those that it can tell: {@link dev.tributary.core.error.ContractRejectedException},
 * {@link dev.tributary.core.error.ContractNotFoundException}, {@link dev.tributary.core.error.PayloadTooLargeException},
 * {@link dev.tributary.core.error.NodeBusyException} when too many requests wait in this client, and
 * {@link dev.tributary.core.error.ProtocolException}.
 */
public final class NodeClient {

    /** Decoding a state of 50 MiB takes tens of milliseconds. */
    private static final int WORKERS = 8;

    private static final int QUEUED = 1 << 16;
    private static final Duration LOOPS_LIMIT = Duration.ofSeconds(2);

    /** How long the node may take to say goodbye too. */
    private static final Duration GOODBYE_LIMIT = Duration.ofSeconds(2);

    /** What a closed socket leaves behind for its event loop is done by then. */
    private static final Duration QUIET = Duration.ofMillis(50);

    private final NodeClientConfig config;
    private final LoopResources loops = LoopResources.create("tributary-client", 1, true);
    private final Scheduler timer = Schedulers.newSingle("tributary-client-timer", true);
    private final Scheduler workers = Schedulers.newBoundedElastic(WORKERS, QUEUED, "tributary-client-work", 60, true);
    private final ChannelGroup sockets = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE);
    private final HttpClient http;
    private final Requests requests;
    private final Subscriptions subscriptions;
    private final Mono<Void> closing;

    private NodeClient(NodeClientConfig config) {
        this.config = config;
        // Connections are pooled where they are used; a WebSocket is nobody's twice.
        this.http = HttpClient.newConnection()
                .runOn(loops)
                .doOnChannelInit((observer, channel, remote) -> sockets.add(channel))
                .responseTimeout(config.deadline());
        Connector connector = new WebSocketConnector(config, http, workers, timer);
        this.requests = new Requests(config, connector, timer);
        this.subscriptions = new Subscriptions(config, connector, timer);
        this.closing = shutDown().cache();
    }

    /** A client, with threads of its own until it is closed. It connects when there is something to ask. */
    public static NodeClient open(NodeClientConfig config) {
        return new NodeClient(config);
    }

    /** Publishes a contract with a state, merged into what is held. Emits its name when the node has done its part. */
    public Mono<ContractKey> put(Contract contract, State state) {
        ClientRequest put = new ClientRequest.Put(PackedContract.of(contract), state, List.of(), false, false);
        return requests.ask("PUT", put, Set.of(ClientAnswer.PutAnswer.class))
                .cast(ClientAnswer.PutAnswer.class)
                .map(ClientAnswer.PutAnswer::key);
    }

    /** Finds a contract's state, without its code. Empty if nobody holds it. */
    public Mono<ClientAnswer.GetAnswer> get(ContractInstanceId id) {
        return find(new ClientRequest.Get(id, false, false, false));
    }

    /** Finds a contract's state, and its code and parameters too. Empty if nobody holds it. */
    public Mono<ClientAnswer.GetAnswer> getWithContract(ContractInstanceId id) {
        return find(new ClientRequest.Get(id, true, false, false));
    }

    private Mono<ClientAnswer.GetAnswer> find(ClientRequest.Get get) {
        return requests.ask("GET", get, Set.of(ClientAnswer.GetAnswer.class, ClientAnswer.NotFound.class))
                .ofType(ClientAnswer.GetAnswer.class);
    }

    /** Changes a contract's state, wherever it is. Emits its name and the digest of the state that the node holds now. */
    public Mono<ClientAnswer.UpdateAnswer> update(ContractInstanceId id, StateChange change) {
        ClientRequest update = new ClientRequest.Update(id, Optional.empty(), payload(change));
        return requests.ask("UPDATE", update, Set.of(ClientAnswer.UpdateAnswer.class))
                .cast(ClientAnswer.UpdateAnswer.class);
    }

    private static UpdatePayload payload(StateChange change) {
        if (change instanceof StateChange.Full full) {
            return new UpdatePayload.FullState(full.state());
        }
        if (change instanceof StateChange.Delta delta) {
            return new UpdatePayload.Delta(delta.delta());
        }
        StateChange.FullAndDelta both = (StateChange.FullAndDelta) change;
        return new UpdatePayload.StateAndDelta(both.state(), both.delta());
    }

    /**
     * The contract's state as it is now, then every change of it, until the subscriber cancels. A contract that nobody holds
     * yet is waited for. When the connection is lost, it is made again, as often as it takes, and the subscriber hears of it
     * with the next state. A subscriber that asks for less than there is, is shown the latest state when it asks again.
     *
     * @return never completes; errors if the node cannot be reached or refuses before the first state came, and when the
     *     client is closed
     */
    public Flux<RemoteUpdate> subscribe(ContractInstanceId id) {
        return subscriptions.follow(id);
    }

    /** Asks the node about itself. */
    public <A extends QueryAnswer> Mono<A> ask(NodeQuery query, Class<A> kind) {
        return requests.ask("query", query, Set.of(kind)).cast(kind);
    }

    /**
     * The text of one of the node's own pages.
     *
     * @param path such as {@code /status}
     */
    public Mono<String> page(String path) {
        return http.get()
                .uri(config.page(path))
                .responseSingle((response, body) -> response.status().code() == 200
                        ? body.asString()
                        : Mono.error(new IllegalStateException(path + " is answered with " + response.status())))
                .onErrorMap(
                        failure -> !(failure instanceof NodeClientException),
                        failure -> new NodeUnreachableException(config.node(), failure));
    }

    /** The address of one of the node's own pages, for a browser. */
    public URI url(String path) {
        return config.page(path);
    }

    /** Takes leave of the node and lets go of all threads. Further subscriptions see the same end. */
    public Mono<Void> close() {
        return closing;
    }

    private Mono<Void> shutDown() {
        return Flux.concatDelayError(
                        Mono.fromRunnable(subscriptions::close),
                        requests.close(),
                        FutureMono.deferFuture(sockets::newCloseFuture).timeout(GOODBYE_LIMIT, Mono.empty(), timer),
                        loops.disposeLater(QUIET, LOOPS_LIMIT),
                        Mono.fromRunnable(() -> {
                                    timer.dispose();
                                    workers.dispose();
                                })
                                .subscribeOn(Schedulers.boundedElastic()))
                .then();
    }
}
