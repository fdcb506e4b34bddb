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

    static void write(BincodeWriter out, ClientRequest request) {
        if (request instanceof Delegate delegate) {
            out.u32(DELEGATE).raw(delegate.body());
        } else if (request instanceof Disconnect disconnect) {
            out.u32(DISCONNECT).option(disconnect.cause(), out::text);
        } else if (request instanceof Authenticate authenticate) {
            out.u32(AUTHENTICATE).text(authenticate.token());
        } else if (request instanceof NodeQuery query) {
            query(out.u32(QUERY), query);
        } else if (request instanceof Close) {
            out.u32(CLOSE);
        } else if (request instanceof StreamChunk chunk) {
            NativeValues.chunk(out.u32(CHUNK), chunk);
        } else {
            contractRequest(out.u32(CONTRACT), request);
        }
    }

    private static void contractRequest(BincodeWriter out, ClientRequest request) {
        if (request instanceof Put put) {
            NativeValues.contract(out.u32(PUT), put.contract());
            out.bytes(put.state().bytes()).list(put.related(), related -> related(out, related));
            out.bool(put.subscribe()).bool(put.blockingSubscribe());
        } else if (request instanceof Update update) {
            out.u32(UPDATE).raw(update.id().bytes());
            // An absent code hash is written as zeroes, as the native tools do.
            out.raw(update.code().map(CodeHash::bytes).orElseGet(() -> Bytes.wrap(new byte[BincodeReader.HASH_BYTES])));
            NativeValues.payload(out, update.payload());
        } else if (request instanceof Get get) {
            out.u32(GET).raw(get.id().bytes()).bool(get.withContract());
            out.bool(get.subscribe()).bool(get.blockingSubscribe());
        } else if (request instanceof Subscribe subscribe) {
            out.u32(SUBSCRIBE).raw(subscribe.id().bytes());
            out.option(subscribe.summary(), summary -> out.bytes(summary.bytes()));
        }
    }

    private static void related(BincodeWriter out, Related related) {
        out.raw(related.id().bytes()).option(related.state(), state -> out.bytes(state.bytes()));
    }

    private static void query(BincodeWriter out, NodeQuery query) {
        if (query instanceof ConnectedPeers) {
            out.u32(CONNECTED_PEERS);
        } else if (query instanceof SubscriptionInfo) {
            out.u32(SUBSCRIPTION_INFO);
        } else if (query instanceof NodeDiagnostics diagnostics) {
            out.u32(NODE_DIAGNOSTICS).bool(diagnostics.node()).bool(diagnostics.network());
            out.bool(diagnostics.subscriptions()).list(diagnostics.contracts(), key -> NativeValues.key(out, key));
            out.bool(diagnostics.system()).bool(diagnostics.detailedPeers()).bool(diagnostics.subscriberPeers());
        } else {
            out.u32(NEIGHBOUR_HOSTING);
        }
    }
}
