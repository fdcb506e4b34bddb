package dev.tributary.transport.wire;

import dev.tributary.core.message.Connect;
import dev.tributary.core.message.Hosting;
import dev.tributary.core.message.PeerNotice;
import dev.tributary.core.message.Underway;
import dev.tributary.core.message.Update;

/** Writes the fields of each kind of notice. */
final class PeerNoticeWriter {

    private PeerNoticeWriter() {}

    static FieldWriter write(PeerNotice notice, FieldWriter out) {
        return switch (notice.kind()) {
            case UPDATE_ACKNOWLEDGED ->
                SharedFields.begin(MessageKind.UPDATE_ACKNOWLEDGED, notice, out)
                        .bytes(
                                Field.INSTANCE_ID,
                                ((Update.Acknowledged) notice).id().bytes());
            case UPDATE_CHANGED -> changed((Update.Changed) notice, out);
            case HOSTING_UNFOLLOWED ->
                SharedFields.begin(MessageKind.HOSTING_UNFOLLOWED, notice, out)
                        .ids(Field.UNFOLLOWED, ((Hosting.Unfollowed) notice).ids());
            case CONNECT_FULL ->
                SharedFields.begin(MessageKind.CONNECT_FULL, notice, out)
                        .millis(Field.LIFETIME, ((Connect.Full) notice).lifetime());
            case UNDERWAY ->
                SharedFields.begin(MessageKind.UNDERWAY, notice, out)
                        .u32(Field.MESSAGE_SIZE, ((Underway) notice).bytes());
        };
    }

    private static FieldWriter changed(Update.Changed changed, FieldWriter out) {
        SharedFields.begin(MessageKind.UPDATE_CHANGED, changed, out);
        if (changed.asksForAcknowledgement()) {
            out.u32(Field.ACKNOWLEDGE, 1);
        }
        return out.bytes(Field.INSTANCE_ID, changed.id().bytes())
                .bytes(Field.BEFORE, changed.before().bytes())
                .bytes(Field.DIGEST, changed.after().bytes())
                .changes(Field.CHANGES, SharedFields.within(changed.changes()));
    }
}
