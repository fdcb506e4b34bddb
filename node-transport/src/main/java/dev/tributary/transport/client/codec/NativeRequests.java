package dev.tributary.transport.client.codec;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.StateSummary;
import dev.tributary.transport.client.message.ClientRequest;
import dev.tributary.transport.client.message.ClientRequest.Authenticate;
import dev.tributary.transport.client.message.ClientRequest.Close;
import dev.tributary.transport.client.message.ClientRequest.Delegate;
import dev.tributary.transport.client.message.ClientRequest.DelegateCall;
import dev.tributary.transport.client.message.ClientRequest.Disconnect;
import dev.tributary.transport.client.message.ClientRequest.Get;
import dev.tributary.transport.client.message.ClientRequest.Put;
import dev.tributary.transport.client.message.ClientRequest.Related;
import dev.tributary.transport.client.message.ClientRequest.Subscribe;
import dev.tributary.transport.client.message.ClientRequest.Update;
import dev.tributary.transport.client.message.NodeQuery;
import dev.tributary.transport.client.message.NodeQuery.ConnectedPeers;
import dev.tributary.transport.client.message.NodeQuery.NeighbourHosting;
import dev.tributary.transport.client.message.NodeQuery.NodeDiagnostics;
import dev.tributary.transport.client.message.NodeQuery.SubscriptionInfo;
import dev.tributary.transport.client.message.StreamChunk;
import java.util.List;
import java.util.Optional;

/** Requests in the native encoding. The constants are variant indexes. */
final class NativeRequests {

    private static final int DELEGATE = 0;
    private static final int CONTRACT = 1;
    private static final int DISCONNECT = 2;
    private static final int AUTHENTICATE = 3;
    private static final int QUERY = 4;
    private static final int CLOSE = 5;
    private static final int CHUNK = 6;
    private static final int REQUESTS = 7;

    private static final int PUT = 0;
    private static final int UPDATE = 1;
    private static final int GET = 2;
    private static final int SUBSCRIBE = 3;
    private static final int CONTRACT_REQUESTS = 4;

    private static final int CONNECTED_PEERS = 0;
    private static final int SUBSCRIPTION_INFO = 1;
    private static final int NODE_DIAGNOSTICS = 2;
    private static final int NEIGHBOUR_HOSTING = 3;
    private static final int QUERIES = 4;

    /** Minimum size of a related contract in bytes: an id and the tag of an absent state. */
    private static final int MIN_RELATED_BYTES = BincodeReader.HASH_BYTES + 1;

    /** Size of a contract key in bytes. */
    private static final int KEY_BYTES = 2 * BincodeReader.HASH_BYTES;

    private static final List<DelegateCall> DELEGATE_CALLS = List.of(DelegateCall.values());

    private NativeRequests() {}

    static ClientRequest read(BincodeReader in) {
        return switch (in.variant("ClientRequest", REQUESTS)) {
            case DELEGATE -> delegate(in);
            case CONTRACT -> contractRequest(in);
            case DISCONNECT -> new Disconnect(in.option("cause", () -> in.text("cause")));
            case AUTHENTICATE -> new Authenticate(in.text("token"));
            case QUERY -> query(in);
            case CLOSE -> new Close();
            default -> NativeValues.chunk(in);
        };
    }

    private static ClientRequest delegate(BincodeReader in) {
        int call = in.peekVariant("DelegateRequest", DELEGATE_CALLS.size());
        return new Delegate(DELEGATE_CALLS.get(call), in.remainingBytes());
    }

    private static ClientRequest contractRequest(BincodeReader in) {
        return switch (in.variant("ContractRequest", CONTRACT_REQUESTS)) {
            case PUT ->
                new Put(
                        NativeValues.contract(in),
                        NativeValues.state(in),
                        in.list("related contracts", MIN_RELATED_BYTES, () -> related(in)),
                        in.bool("subscribe"),
                        in.bool("blocking_subscribe"));
            case UPDATE ->
                new Update(
                        NativeValues.id(in), Optional.of(new CodeHash(in.hash("code hash"))), NativeValues.payload(in));
            case GET ->
                new Get(
                        NativeValues.id(in),
                        in.bool("return_contract_code"),
                        in.bool("subscribe"),
                        in.bool("blocking_subscribe"));
            default ->
                new Subscribe(NativeValues.id(in), in.option("summary", () -> new StateSummary(in.bytes("summary"))));
        };
    }

    private static Related related(BincodeReader in) {
        return new Related(NativeValues.id(in), in.option("related state", () -> NativeValues.state(in)));
    }

    private static NodeQuery query(BincodeReader in) {
        return switch (in.variant("NodeQuery", QUERIES)) {
            case CONNECTED_PEERS -> new ConnectedPeers();
            case SUBSCRIPTION_INFO -> new SubscriptionInfo();
            case NODE_DIAGNOSTICS ->
                new NodeDiagnostics(
                        in.bool("include_node_info"),
                        in.bool("include_network_info"),
                        in.bool("include_subscriptions"),
                        in.list("contract_keys", KEY_BYTES, () -> NativeValues.key(in)),
                        in.bool("include_system_metrics"),
                        in.bool("include_detailed_peer_info"),
                        in.bool("include_subscriber_peer_ids"));
            default -> new NeighbourHosting();
        };
    }

    static BincodeWriter write(BincodeWriter out, ClientRequest request) {
        return switch (request.requestKind()) {
            case PUT -> put(out.u32(CONTRACT).u32(PUT), (Put) request);
            case UPDATE -> update(out.u32(CONTRACT).u32(UPDATE), (Update) request);
            case GET -> get(out.u32(CONTRACT).u32(GET), (Get) request);
            case SUBSCRIBE -> subscribe(out.u32(CONTRACT).u32(SUBSCRIBE), (Subscribe) request);
            case DELEGATE -> out.u32(DELEGATE).raw(((Delegate) request).body());
            case DISCONNECT -> out.u32(DISCONNECT).option(((Disconnect) request).cause(), out::text);
            case AUTHENTICATE -> out.u32(AUTHENTICATE).text(((Authenticate) request).token());
            case QUERY -> query(out.u32(QUERY), (NodeQuery) request);
            case CLOSE -> out.u32(CLOSE);
            case STREAM_CHUNK -> NativeValues.chunk(out.u32(CHUNK), (StreamChunk) request);
        };
    }

    private static BincodeWriter put(BincodeWriter out, Put put) {
        return NativeValues.contract(out, put.contract())
                .bytes(put.state().bytes())
                .list(put.related(), related -> related(out, related))
                .bool(put.subscribe())
                .bool(put.blockingSubscribe());
    }

    private static BincodeWriter update(BincodeWriter out, Update update) {
        out.raw(update.id().bytes());
        // An absent code hash is written as zeroes, as the native tools do.
        out.raw(update.code().map(CodeHash::bytes).orElseGet(() -> Bytes.wrap(new byte[BincodeReader.HASH_BYTES])));
        return NativeValues.payload(out, update.payload());
    }

    private static BincodeWriter get(BincodeWriter out, Get get) {
        return out.raw(get.id().bytes())
                .bool(get.withContract())
                .bool(get.subscribe())
                .bool(get.blockingSubscribe());
    }

    private static BincodeWriter subscribe(BincodeWriter out, Subscribe subscribe) {
        return out.raw(subscribe.id().bytes()).option(subscribe.summary(), summary -> out.bytes(summary.bytes()));
    }

    private static void related(BincodeWriter out, Related related) {
        out.raw(related.id().bytes()).option(related.state(), state -> out.bytes(state.bytes()));
    }

    private static BincodeWriter query(BincodeWriter out, NodeQuery query) {
        return switch (query.queryKind()) {
            case CONNECTED_PEERS -> out.u32(CONNECTED_PEERS);
            case SUBSCRIPTION_INFO -> out.u32(SUBSCRIPTION_INFO);
            case NODE_DIAGNOSTICS -> diagnostics(out.u32(NODE_DIAGNOSTICS), (NodeDiagnostics) query);
            case NEIGHBOUR_HOSTING -> out.u32(NEIGHBOUR_HOSTING);
        };
    }

    private static BincodeWriter diagnostics(BincodeWriter out, NodeDiagnostics diagnostics) {
        return out.bool(diagnostics.node())
                .bool(diagnostics.network())
                .bool(diagnostics.subscriptions())
                .list(diagnostics.contracts(), key -> NativeValues.key(out, key))
                .bool(diagnostics.system())
                .bool(diagnostics.detailedPeers())
                .bool(diagnostics.subscriberPeers());
    }
}
