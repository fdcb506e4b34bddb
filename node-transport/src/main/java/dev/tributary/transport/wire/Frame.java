package dev.tributary.transport.wire;

import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.value.TransactionId;

/** What arrives on a link. A large message is seen when its last chunk is there. */
public sealed interface Frame {

    /** The peer introduces itself: the first frame of a link, and only that. */
    record Greeting(Hello hello) implements Frame {}

    /** The peer closes the link and says why. */
    record Close(CloseReason reason) implements Frame {}

    /** The peer is alive. */
    record KeepAlive() implements Frame {}

    /** A message, decoded. */
    record Message(PeerMessage message) implements Frame {}

    /** A large message that is complete; its receiver decodes or releases it. */
    record Large(LargeMessage message) implements Frame {}

    /** Some bytes of a large message were read; its sender waits to be told. */
    record ChunkRead(int bytes) implements Frame {}

    /** The peer has read so many bytes of our chunks since it said so last. */
    record ChunksReceived(long bytes) implements Frame {}

    /** A message of a kind that only later versions know. */
    record Unknown(TransactionId tx, int kind) implements Frame {

        /** Whether the sender waits for a reply. */
        public boolean asks() {
            return MessageKind.asks(kind);
        }
    }
}
