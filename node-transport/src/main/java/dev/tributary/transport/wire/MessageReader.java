package dev.tributary.transport.wire;

import dev.tributary.core.error.ProtocolException;
import dev.tributary.core.message.Connect;
import dev.tributary.core.message.Get;
import dev.tributary.core.message.Hosting;
import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.message.Put;
import dev.tributary.core.message.Refused;
import dev.tributary.core.message.Underway;
import dev.tributary.core.message.Update;
import dev.tributary.core.value.StateDigest;
import dev.tributary.core.value.TransactionId;

/** Reads a message of each kind from the fields that were scanned last. Not thread-safe. */
final class MessageReader {

    private final FieldReader fields;
    private final CheckedFields checked;

    MessageReader(FieldReader fields) {
        this.fields = fields;
        this.checked = new CheckedFields(fields);
    }

    /**
     * Reads the fields of a message of this kind.
     *
     * @throws ProtocolException if one of them is missing or not valid
     */
    PeerMessage read(MessageKind kind, TransactionId tx) {
        return switch (kind) {
            case PUT_REQUEST ->
                new Put.Request(
                        tx,
                        checked.hopsToLive(),
                        checked.visited(),
                        checked.budget(),
                        checked.contract(),
                        checked.state());
            case GET_REQUEST ->
                new Get.Request(tx, checked.hopsToLive(), checked.visited(), checked.budget(), checked.id());
            case CONNECT_REQUEST ->
                new Connect.Request(
                        tx,
                        checked.hopsToLive(),
                        checked.visited(),
                        checked.budget(),
                        checked.target(),
                        checked.joiner(),
                        fields.u8(Field.ADJACENT) != 0,
                        checked.detours());
            case CONNECT_OFFERS -> new Connect.Offers(tx, ContactReader.read(fields, Connect.Offers.MAX_CONTACTS));
            case CONNECT_FULL -> new Connect.Full(tx, checked.positive(Field.LIFETIME));
            case HOSTING_OFFER ->
                new Hosting.Offer(tx, checked.budget(), fields.replicas(Field.REPLICAS, Field.UNCONFIRMED));
            case HOSTING_ANSWER ->
                new Hosting.Answer(tx, fields.verdicts(Field.VERDICTS), fields.positions(Field.UNCONFIRMED));
            case PUT_STORED ->
                new Put.Stored(
                        tx,
                        checked.key(),
                        fields.u31(Field.ROOT) != 0,
                        fields.u31(Field.HOPS),
                        fields.u31(Field.REPLICA_COUNT),
                        checked.digest());
            case GET_FOUND ->
                new Get.Found(tx, checked.contract(), checked.state(), fields.u31(Field.HOPS), checked.fresh());
            case GET_NOT_FOUND -> new Get.NotFound(tx, checked.id(), fields.u31(Field.HOPS));
            case HOSTING_UNFOLLOWED -> new Hosting.Unfollowed(tx, fields.ids(Field.UNFOLLOWED, Hosting.Offer.MAX));
            case UNDERWAY -> new Underway(tx, checked.messageSize());
            case UPDATE_ACKNOWLEDGED -> new Update.Acknowledged(tx, checked.id());
            case UPDATE_CHANGED ->
                new Update.Changed(
                        tx,
                        checked.id(),
                        new StateDigest(fields.id32(Field.BEFORE)),
                        new StateDigest(fields.id32(Field.DIGEST)),
                        fields.changes(Field.CHANGES, Update.Changed.MAX_CHANGES, WireLimits.STATE),
                        checked.acknowledge());
            case UPDATE_RECONCILE ->
                new Update.Reconcile(
                        tx,
                        checked.budget(),
                        checked.id(),
                        new StateDigest(fields.id32(Field.DIGEST)),
                        checked.summary());
            case UPDATE_DIFFERENCE ->
                new Update.Difference(
                        tx,
                        fields.changes(Field.CHANGES, 1, WireLimits.STATE).get(0),
                        new StateDigest(fields.id32(Field.DIGEST)),
                        checked.summary());
            case REFUSED ->
                new Refused(
                        tx,
                        checked.refusalCode(),
                        fields.line(Field.DETAIL, WireLimits.REFUSAL_DETAIL),
                        checked.lastHop());
        };
    }
}
