package dev.tributary.transport.wire;

import dev.tributary.core.message.Connect;
import dev.tributary.core.message.Get;
import dev.tributary.core.message.Hosting;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.Put;
import dev.tributary.core.message.Refused;
import dev.tributary.core.message.Update;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.StateDigest;
import java.util.List;

/** Writes the fields of each kind of reply. */
final class PeerReplyWriter {

    private PeerReplyWriter() {}

    static FieldWriter write(PeerReply reply, FieldWriter out) {
        return switch (reply.kind()) {
            case PUT_STORED -> stored((Put.Stored) reply, out);
            case GET_FOUND -> found((Get.Found) reply, out);
            case GET_NOT_FOUND -> {
                Get.NotFound notFound = (Get.NotFound) reply;
                yield SharedFields.begin(MessageKind.GET_NOT_FOUND, notFound, out)
                        .bytes(Field.INSTANCE_ID, notFound.id().bytes())
                        .u32(Field.HOPS, notFound.hops());
            }
            case CONNECT_OFFERS ->
                SharedFields.begin(MessageKind.CONNECT_OFFERS, reply, out)
                        .contacts(((Connect.Offers) reply).contacts());
            case HOSTING_ANSWER -> answer((Hosting.Answer) reply, out);
            case UPDATE_DIFFERENCE -> difference((Update.Difference) reply, out);
            case REFUSED -> refused((Refused) reply, out);
        };
    }

    private static FieldWriter answer(Hosting.Answer answer, FieldWriter out) {
        return SharedFields.begin(MessageKind.HOSTING_ANSWER, answer, out)
                .positions(Field.UNCONFIRMED, answer.unconfirmed())
                .verdicts(Field.VERDICTS, answer.verdicts());
    }

    private static FieldWriter stored(Put.Stored stored, FieldWriter out) {
        SharedFields.begin(MessageKind.PUT_STORED, stored, out)
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
        SharedFields.contract(SharedFields.begin(MessageKind.GET_FOUND, found, out), found.contract(), found.state());
        if (!found.fresh()) {
            out.u32(Field.STALE, 1);
        }
        return out.u32(Field.HOPS, found.hops());
    }

    private static FieldWriter difference(Update.Difference difference, FieldWriter out) {
        SharedFields.begin(MessageKind.UPDATE_DIFFERENCE, difference, out)
                .bytes(Field.DIGEST, difference.digest().bytes());
        return SharedFields.summary(difference.summary(), out)
                .changes(Field.CHANGES, SharedFields.within(List.of(difference.change())));
    }

    private static FieldWriter refused(Refused refused, FieldWriter out) {
        SharedFields.begin(MessageKind.REFUSED, refused, out)
                .u32(Field.REFUSAL_CODE, refused.code().number())
                .text(Field.DETAIL, refused.detail());
        PeerId lastHop = refused.lastHop();
        return lastHop == null ? out : out.bytes(Field.LAST_HOP, lastHop.bytes());
    }
}
