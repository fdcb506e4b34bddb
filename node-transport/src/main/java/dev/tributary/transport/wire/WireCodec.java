package dev.tributary.transport.wire;

import dev.tributary.core.error.PayloadTooLargeException;
import dev.tributary.core.error.ProtocolException;
import dev.tributary.core.error.RefusalCode;
import dev.tributary.core.message.Connect;
import dev.tributary.core.message.Get;
import dev.tributary.core.message.Hosting;
import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.message.PeerNotice;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.PeerRequest;
import dev.tributary.core.message.Put;
import dev.tributary.core.message.Refused;
import dev.tributary.core.message.Underway;
import dev.tributary.core.message.Update;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.HopsToLive;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDigest;
import dev.tributary.core.value.StateSummary;
import dev.tributary.core.value.TransactionId;
import dev.tributary.core.value.Visited;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Encodes and decodes messages: the kind (1 byte), the transaction id (16 bytes), then fields. Decoding is not
 * thread-safe; encoding is safe for any thread.
 */
public final class WireCodec {

    /** Size of the kind and the transaction id, in bytes. */
    static final int HEADER = 1 + 16;

    private final FieldReader fields = new FieldReader();

    /**
     * Returns the encoded size in bytes.
     *
     * @throws PayloadTooLargeException if a part of the message is larger than its limit
     */
    public static int sizeOf(PeerMessage message) {
        SizeWriter size = new SizeWriter();
        write(message, size);
        return Math.toIntExact(size.size());
    }

    /** Appends the message to the buffer; for small messages. */
    public static void encode(PeerMessage message, ByteBuf out) {
        write(message, new BufferWriter(out));
    }

    /** Returns the message as a new buffer that wraps the payloads without a copy; for large messages. */
    public static ByteBuf wrap(PeerMessage message) {
        WrappingWriter parts = new WrappingWriter();
        write(message, parts);
        return parts.join();
    }

    private static FieldWriter write(PeerMessage message, FieldWriter out) {
        return switch (message.family()) {
            case REQUEST -> writeRequest((PeerRequest) message, out);
            case REPLY -> writeReply((PeerReply) message, out);
            case NOTICE -> writeNotice((PeerNotice) message, out);
        };
    }

    private static FieldWriter writeNotice(PeerNotice notice, FieldWriter out) {
        return switch (notice.kind()) {
            case UPDATE_CHANGED -> changed((Update.Changed) notice, out);
            case HOSTING_UNFOLLOWED ->
                begin(MessageKind.HOSTING_UNFOLLOWED, notice, out)
                        .ids(Field.UNFOLLOWED, ((Hosting.Unfollowed) notice).ids());
            case CONNECT_FULL ->
                begin(MessageKind.CONNECT_FULL, notice, out)
                        .u32(Field.LIFETIME, millis(((Connect.Full) notice).lifetime()));
            case UNDERWAY ->
                begin(MessageKind.UNDERWAY, notice, out).u32(Field.MESSAGE_SIZE, ((Underway) notice).bytes());
        };
    }

    private static FieldWriter changed(Update.Changed changed, FieldWriter out) {
        return begin(MessageKind.UPDATE_CHANGED, changed, out)
                .bytes(Field.INSTANCE_ID, changed.id().bytes())
                .bytes(Field.BEFORE, changed.before().bytes())
                .bytes(Field.DIGEST, changed.after().bytes())
                .changes(Field.CHANGES, within(changed.changes()));
    }

    private static FieldWriter writeRequest(PeerRequest request, FieldWriter out) {
        FieldWriter written = switch (request.kind()) {
            case GET ->
                begin(MessageKind.GET_REQUEST, request, out)
                        .bytes(Field.INSTANCE_ID, ((Get.Request) request).id().bytes());
            case PUT -> {
                Put.Request put = (Put.Request) request;
                yield contract(begin(MessageKind.PUT_REQUEST, put, out), put.contract(), put.state());
            }
            case CONNECT -> connect((Connect.Request) request, out);
            case HOSTING_OFFER -> offer((Hosting.Offer) request, out);
            case UPDATE_RECONCILE -> reconcile((Update.Reconcile) request, out);
        };
        return written.u8(Field.HOPS_TO_LIVE, request.hopsToLive().left())
                .peers(Field.VISITED, request.visited().peers())
                .u32(Field.BUDGET, millis(request.budget()));
    }

    private static FieldWriter connect(Connect.Request connect, FieldWriter out) {
        return begin(MessageKind.CONNECT_REQUEST, connect, out)
                .u64(Field.TARGET, Double.doubleToRawLongBits(connect.target().value()))
                .bytes(Field.JOINER, connect.joiner().bytes())
                .u8(Field.ADJACENT, connect.adjacent() ? 1 : 0)
                .u8(Field.DETOURS, connect.detours());
    }

    private static FieldWriter reconcile(Update.Reconcile reconcile, FieldWriter out) {
        begin(MessageKind.UPDATE_RECONCILE, reconcile, out)
                .bytes(Field.INSTANCE_ID, reconcile.id().bytes())
                .bytes(Field.DIGEST, reconcile.digest().bytes());
        return summary(reconcile.summary(), out);
    }

    private static int millis(Duration duration) {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, duration.toMillis()));
    }

    private static FieldWriter writeReply(PeerReply reply, FieldWriter out) {
        return switch (reply.kind()) {
            case PUT_STORED -> stored((Put.Stored) reply, out);
            case GET_FOUND -> found((Get.Found) reply, out);
            case GET_NOT_FOUND -> {
                Get.NotFound notFound = (Get.NotFound) reply;
                yield begin(MessageKind.GET_NOT_FOUND, notFound, out)
                        .bytes(Field.INSTANCE_ID, notFound.id().bytes())
                        .u32(Field.HOPS, notFound.hops());
            }
            case CONNECT_OFFERS ->
                begin(MessageKind.CONNECT_OFFERS, reply, out).contacts(((Connect.Offers) reply).contacts());
            case HOSTING_ANSWER -> answer((Hosting.Answer) reply, out);
            case UPDATE_DIFFERENCE -> difference((Update.Difference) reply, out);
            case REFUSED -> refused((Refused) reply, out);
        };
    }

    private static FieldWriter offer(Hosting.Offer offer, FieldWriter out) {
        return begin(MessageKind.HOSTING_OFFER, offer, out)
                .replicas(Field.REPLICAS, offer.replicas())
                .positions(Field.UNCONFIRMED, offer.unconfirmed());
    }

    private static FieldWriter answer(Hosting.Answer answer, FieldWriter out) {
        return begin(MessageKind.HOSTING_ANSWER, answer, out)
                .positions(Field.UNCONFIRMED, answer.unconfirmed())
                .verdicts(Field.VERDICTS, answer.verdicts());
    }

    private static FieldWriter stored(Put.Stored stored, FieldWriter out) {
        begin(MessageKind.PUT_STORED, stored, out)
                .bytes(Field.INSTANCE_ID, stored.key().id().bytes())
                .bytes(Field.CODE_HASH, stored.key().code().bytes());
        StateDigest held = stored.digest();
        if (held != null) {
            out.bytes(Field.DIGEST, held.bytes());
        }
        return out.u32(Field.HOPS, stored.hops())
                .u32(Field.REPLICA_COUNT, stored.replicas())
                .u32(Field.ROOT, stored.root() ? 1 : 0);
    }

    private static FieldWriter found(Get.Found found, FieldWriter out) {
        contract(begin(MessageKind.GET_FOUND, found, out), found.contract(), found.state());
        if (!found.fresh()) {
            out.u32(Field.STALE, 1);
        }
        return out.u32(Field.HOPS, found.hops());
    }

    private static FieldWriter difference(Update.Difference difference, FieldWriter out) {
        begin(MessageKind.UPDATE_DIFFERENCE, difference, out)
                .bytes(Field.DIGEST, difference.digest().bytes());
        return summary(difference.summary(), out).changes(Field.CHANGES, within(List.of(difference.change())));
    }

    private static FieldWriter refused(Refused refused, FieldWriter out) {
        begin(MessageKind.REFUSED, refused, out)
                .u32(Field.REFUSAL_CODE, refused.code().number())
                .text(Field.DETAIL, refused.detail());
        PeerId lastHop = refused.lastHop();
        return lastHop == null ? out : out.bytes(Field.LAST_HOP, lastHop.bytes());
    }

    private static FieldWriter begin(MessageKind kind, PeerMessage message, FieldWriter out) {
        out.put8(kind.number());
        out.put64(message.tx().high());
        out.put64(message.tx().low());
        return out;
    }

    private static FieldWriter contract(FieldWriter out, Contract contract, State state) {
        return out.bytes(Field.CODE, within(Field.CODE, contract.code().bytes(), WireLimits.CODE))
                .bytes(
                        Field.PARAMETERS,
                        within(Field.PARAMETERS, contract.parameters().bytes(), WireLimits.PARAMETERS))
                .bytes(Field.STATE, within(Field.STATE, state.bytes(), WireLimits.STATE));
    }

    private static FieldWriter summary(@Nullable StateSummary summary, FieldWriter out) {
        return summary == null
                ? out
                : out.bytes(Field.SUMMARY, within(Field.SUMMARY, summary.bytes(), WireLimits.SUMMARY));
    }

    private static List<StateChange> within(List<StateChange> changes) {
        long bytes = changes.stream().mapToLong(StateChange::size).sum();
        if (bytes > WireLimits.STATE) {
            throw new PayloadTooLargeException(Field.CHANGES.label(), bytes, WireLimits.STATE);
        }
        return changes;
    }

    private static Bytes within(Field field, Bytes bytes, int limit) {
        if (bytes.size() > limit) {
            throw new PayloadTooLargeException(field.label(), bytes.size(), limit);
        }
        return bytes;
    }

    /**
     * Decodes the rest of the buffer, which the caller owns.
     *
     * @return a {@link Frame.Message} or a {@link Frame.Unknown}
     * @throws ProtocolException if it is not a valid message
     */
    public Frame decode(ByteBuf body) {
        if (body.readableBytes() < HEADER) {
            throw new ProtocolException("a message of " + body.readableBytes() + " bytes; at least " + HEADER);
        }
        int number = body.readUnsignedByte();
        TransactionId tx = new TransactionId(body.readLong(), body.readLong());
        fields.scan(body);
        MessageKind kind = MessageKind.ofNumber(number);
        return kind == null ? new Frame.Unknown(tx, number) : new Frame.Message(read(kind, tx));
    }

    private PeerMessage read(MessageKind kind, TransactionId tx) {
        return switch (kind) {
            case PUT_REQUEST -> new Put.Request(tx, hopsToLive(), visited(), budget(), contract(), state());
            case GET_REQUEST -> new Get.Request(tx, hopsToLive(), visited(), budget(), id());
            case CONNECT_REQUEST ->
                new Connect.Request(
                        tx,
                        hopsToLive(),
                        visited(),
                        budget(),
                        target(),
                        joiner(),
                        fields.u8(Field.ADJACENT) != 0,
                        detours());
            case CONNECT_OFFERS -> new Connect.Offers(tx, ContactReader.read(fields, Connect.Offers.MAX_CONTACTS));
            case CONNECT_FULL -> new Connect.Full(tx, positive(Field.LIFETIME));
            case HOSTING_OFFER -> new Hosting.Offer(tx, budget(), fields.replicas(Field.REPLICAS, Field.UNCONFIRMED));
            case HOSTING_ANSWER ->
                new Hosting.Answer(tx, fields.verdicts(Field.VERDICTS), fields.positions(Field.UNCONFIRMED));
            case PUT_STORED ->
                new Put.Stored(
                        tx,
                        key(),
                        fields.u31(Field.ROOT) != 0,
                        fields.u31(Field.HOPS),
                        fields.u31(Field.REPLICA_COUNT),
                        digest());
            case GET_FOUND -> new Get.Found(tx, contract(), state(), fields.u31(Field.HOPS), fresh());
            case GET_NOT_FOUND -> new Get.NotFound(tx, id(), fields.u31(Field.HOPS));
            case HOSTING_UNFOLLOWED -> new Hosting.Unfollowed(tx, fields.ids(Field.UNFOLLOWED, Hosting.Offer.MAX));
            case UNDERWAY -> new Underway(tx, messageSize());
            case UPDATE_CHANGED ->
                new Update.Changed(
                        tx,
                        id(),
                        new StateDigest(fields.id32(Field.BEFORE)),
                        new StateDigest(fields.id32(Field.DIGEST)),
                        fields.changes(Field.CHANGES, Update.Changed.MAX_CHANGES, WireLimits.STATE));
            case UPDATE_RECONCILE ->
                new Update.Reconcile(tx, budget(), id(), new StateDigest(fields.id32(Field.DIGEST)), summary());
            case UPDATE_DIFFERENCE ->
                new Update.Difference(
                        tx,
                        fields.changes(Field.CHANGES, 1, WireLimits.STATE).get(0),
                        new StateDigest(fields.id32(Field.DIGEST)),
                        summary());
            case REFUSED ->
                new Refused(tx, refusalCode(), fields.line(Field.DETAIL, WireLimits.REFUSAL_DETAIL), lastHop());
        };
    }

    private HopsToLive hopsToLive() {
        int left = fields.u8(Field.HOPS_TO_LIVE);
        if (left > HopsToLive.MAX) {
            throw new ProtocolException("hops to live must be in 0.." + HopsToLive.MAX + ", not " + left);
        }
        return new HopsToLive(left);
    }

    private Visited visited() {
        return new Visited(fields.peers(Field.VISITED, Visited.MAX));
    }

    private Duration budget() {
        return positive(Field.BUDGET);
    }

    private Duration positive(Field field) {
        int millis = fields.u31(field);
        if (millis == 0) {
            throw new ProtocolException(field.label() + " must be at least 1 ms");
        }
        return Duration.ofMillis(millis);
    }

    private int messageSize() {
        int bytes = fields.u31(Field.MESSAGE_SIZE);
        if (bytes == 0 || bytes > WireLimits.LARGE_MESSAGE) {
            throw new ProtocolException("message size must be in 1.." + WireLimits.LARGE_MESSAGE + ", not " + bytes);
        }
        return bytes;
    }

    private RingLocation target() {
        double value = Double.longBitsToDouble(fields.u64(Field.TARGET));
        if (!(value >= 0 && value < 1)) {
            throw new ProtocolException("target must be in [0, 1), not " + value);
        }
        return new RingLocation(value);
    }

    private PeerId joiner() {
        return new PeerId(fields.id32(Field.JOINER));
    }

    private int detours() {
        int detours = fields.u8(Field.DETOURS);
        if (detours > Connect.Request.MAX_DETOURS) {
            throw new ProtocolException("detours must be in 0.." + Connect.Request.MAX_DETOURS + ", not " + detours);
        }
        return detours;
    }

    private Contract contract() {
        // All lengths are checked before the code is hashed, because hashing is expensive.
        Bytes parameters = fields.bytes(Field.PARAMETERS, WireLimits.PARAMETERS);
        Bytes code = fields.bytes(Field.CODE, WireLimits.CODE);
        return Contract.of(ContractCode.of(code), new Parameters(parameters));
    }

    private State state() {
        return new State(fields.bytes(Field.STATE, WireLimits.STATE));
    }

    private ContractInstanceId id() {
        return new ContractInstanceId(fields.id32(Field.INSTANCE_ID));
    }

    private ContractKey key() {
        return new ContractKey(id(), new CodeHash(fields.id32(Field.CODE_HASH)));
    }

    private boolean fresh() {
        return !fields.has(Field.STALE) || fields.u31(Field.STALE) == 0;
    }

    private @Nullable StateDigest digest() {
        return fields.has(Field.DIGEST) ? new StateDigest(fields.id32(Field.DIGEST)) : null;
    }

    private @Nullable StateSummary summary() {
        return fields.has(Field.SUMMARY) ? new StateSummary(fields.bytes(Field.SUMMARY, WireLimits.SUMMARY)) : null;
    }

    private RefusalCode refusalCode() {
        return RefusalCode.ofNumber(fields.u31(Field.REFUSAL_CODE));
    }

    private @Nullable PeerId lastHop() {
        return fields.has(Field.LAST_HOP) ? new PeerId(fields.id32(Field.LAST_HOP)) : null;
    }
}
