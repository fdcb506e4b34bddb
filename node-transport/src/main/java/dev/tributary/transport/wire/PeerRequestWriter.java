package dev.tributary.transport.wire;

import dev.tributary.core.message.Connect;
import dev.tributary.core.message.Get;
import dev.tributary.core.message.Hosting;
import dev.tributary.core.message.PeerRequest;
import dev.tributary.core.message.Put;
import dev.tributary.core.message.Update;

/** Writes the fields of each kind of request. */
final class PeerRequestWriter {

    private PeerRequestWriter() {}

    static FieldWriter write(PeerRequest request, FieldWriter out) {
        FieldWriter written = switch (request.kind()) {
            case GET ->
                SharedFields.begin(MessageKind.GET_REQUEST, request, out)
                        .bytes(Field.INSTANCE_ID, ((Get.Request) request).id().bytes());
            case PUT -> {
                Put.Request put = (Put.Request) request;
                yield SharedFields.contract(
                        SharedFields.begin(MessageKind.PUT_REQUEST, put, out), put.contract(), put.state());
            }
            case CONNECT -> connect((Connect.Request) request, out);
            case HOSTING_OFFER -> offer((Hosting.Offer) request, out);
            case UPDATE_RECONCILE -> reconcile((Update.Reconcile) request, out);
        };
        return written.u8(Field.HOPS_TO_LIVE, request.hopsToLive().left())
                .peers(Field.VISITED, request.visited().peers())
                .millis(Field.BUDGET, request.budget());
    }

    private static FieldWriter connect(Connect.Request connect, FieldWriter out) {
        return SharedFields.begin(MessageKind.CONNECT_REQUEST, connect, out)
                .u64(Field.TARGET, Double.doubleToRawLongBits(connect.target().value()))
                .bytes(Field.JOINER, connect.joiner().bytes())
                .u8(Field.ADJACENT, connect.adjacent() ? 1 : 0)
                .u8(Field.DETOURS, connect.detours());
    }

    private static FieldWriter offer(Hosting.Offer offer, FieldWriter out) {
        return SharedFields.begin(MessageKind.HOSTING_OFFER, offer, out)
                .replicas(Field.REPLICAS, offer.replicas())
                .positions(Field.UNCONFIRMED, offer.unconfirmed());
    }

    private static FieldWriter reconcile(Update.Reconcile reconcile, FieldWriter out) {
        SharedFields.begin(MessageKind.UPDATE_RECONCILE, reconcile, out)
                .bytes(Field.INSTANCE_ID, reconcile.id().bytes())
                .bytes(Field.DIGEST, reconcile.digest().bytes());
        return SharedFields.summary(reconcile.summary(), out);
    }
}
