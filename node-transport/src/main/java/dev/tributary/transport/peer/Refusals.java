package dev.tributary.transport.peer;

import dev.tributary.core.error.LinkClosedException;
import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.error.RefusalCode;
import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.message.Refused;
import dev.tributary.core.value.PeerId;
import dev.tributary.transport.wire.Frame;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses the messages of a peer that the link does not emit: those without memory, and those of an unknown kind. The
 * side that waits for the message gets the refusal. Runs on the link's event loop.
 */
final class Refusals {

    private static final Logger log = LoggerFactory.getLogger(Refusals.class);

    private final PeerId peer;
    private final IncomingMessages incoming;
    private final ReceiveQueue inbox;
    private final Consumer<PeerMessage> outbox;
    private final LongAdder unknownReplies;

    /**
     * Refuses messages of this peer.
     *
     * @param outbox sends a message to the peer; throws {@link NodeBusyException} or {@link LinkClosedException}
     * @param unknownReplies number of ignored replies of unknown kinds
     */
    Refusals(
            PeerId peer,
            IncomingMessages incoming,
            ReceiveQueue inbox,
            Consumer<PeerMessage> outbox,
            LongAdder unknownReplies) {
        this.peer = peer;
        this.incoming = incoming;
        this.inbox = inbox;
        this.outbox = outbox;
        this.unknownReplies = unknownReplies;
    }

    /** There was no memory for the message. */
    void onDropped(Frame.Dropped dropped) {
        boolean isTooLarge = incoming.exceedsShare(dropped.size());
        String detail = "no memory for a message of " + dropped.size() + " bytes; "
                + (isTooLarge
                        ? "this node takes at most " + incoming.share()
                        : "the share of the peer, " + incoming.share() + " bytes, or that of all peers is in use");
        Refused refusal =
                new Refused(dropped.tx(), isTooLarge ? RefusalCode.TOO_LARGE : RefusalCode.BUSY, detail, null);
        log.debug("message dropped tx={} peer={} size={}", dropped.tx(), peer.brief(), dropped.size());
        if (dropped.expectsReply()) {
            send(refusal);
        } else if (dropped.isReply()) {
            inbox.deliver(refusal);
        }
    }

    /** The message is of a kind that this version does not know. */
    void onUnknown(Frame.Unknown unknown) {
        if (unknown.expectsReply()) {
            send(new Refused(
                    unknown.tx(), RefusalCode.REQUEST_UNSUPPORTED, "unknown request kind " + unknown.number(), null));
        } else {
            unknownReplies.increment();
        }
    }

    private void send(Refused refusal) {
        try {
            outbox.accept(refusal);
        } catch (NodeBusyException | LinkClosedException notSent) {
            log.debug("refusal not sent tx={} peer={} reason={}", refusal.tx(), peer.brief(), notSent.getMessage());
        }
    }
}
