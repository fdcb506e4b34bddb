package dev.tributary.transport.wire;

import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.value.TransactionId;

/** A frame received on a link. A large message is emitted when its last chunk has arrived. */
public sealed interface Frame {

    /** The peer's hello: the first frame of a link, exactly once. */
    record Greeting(Hello hello) implements Frame {}

    /** The peer closes the link for the reason. */
    record Close(CloseReason reason) implements Frame {}

    /** The peer sent a keep-alive. */
    record KeepAlive() implements Frame {}

    /** A decoded message. */
    record Message(PeerMessage message) implements Frame {}

    /** A complete large message; the receiver must decode or release it. */
    record Large(LargeMessage message) implements Frame {}

    /** Bytes of a large message were read; they must be acknowledged to the peer. */
    record ChunkRead(int bytes) implements Frame {}

    /** The peer's acknowledgement: number of chunk bytes read since the last one. */
    record Acknowledgement(long bytes) implements Frame {}

    /** A message of a kind that only later versions of the protocol know. */
    record Unknown(TransactionId tx, int kind) implements Frame {

        /** Returns whether the sender expects a reply. */
        public boolean expectsReply() {
            return MessageKind.expectsReply(kind);
        }
    }
}
