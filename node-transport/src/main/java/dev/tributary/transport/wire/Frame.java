package dev.tributary.transport.wire;

import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.value.TransactionId;

/** A frame received on a link. A large message is emitted when its last chunk has arrived. */
public sealed interface Frame {

    /** The kinds of frames, one for each permitted type. */
    enum Kind {
        GREETING,
        CLOSE,
        KEEP_ALIVE,
        MESSAGE,
        LARGE,
        DROPPED,
        CHUNK_READ,
        ACKNOWLEDGEMENT,
        UNKNOWN
    }

    Kind kind();

    /** The peer's hello: the first frame of a link, exactly once. */
    record Greeting(Hello hello) implements Frame {

        @Override
        public Kind kind() {
            return Kind.GREETING;
        }
    }

    /** The peer closes the link for the reason. */
    record Close(CloseReason reason) implements Frame {

        @Override
        public Kind kind() {
            return Kind.CLOSE;
        }
    }

    /** The peer sent a keep-alive. */
    record KeepAlive() implements Frame {

        @Override
        public Kind kind() {
            return Kind.KEEP_ALIVE;
        }
    }

    /** A decoded message. */
    record Message(PeerMessage message) implements Frame {

        @Override
        public Kind kind() {
            return Kind.MESSAGE;
        }
    }

    /** A complete large message; the receiver must decode or release it. */
    record Large(LargeMessage message) implements Frame {

        @Override
        public Kind kind() {
            return Kind.LARGE;
        }
    }

    /**
     * A large message for which there was no memory; its bytes were dropped.
     *
     * @param number the kind's number on the wire
     * @param size its size in bytes
     */
    record Dropped(TransactionId tx, int number, int size) implements Frame {

        @Override
        public Kind kind() {
            return Kind.DROPPED;
        }

        /** Returns whether the sender expects a reply. */
        public boolean expectsReply() {
            return MessageKind.expectsReply(number);
        }

        /** Returns whether it is the reply to a request of this node. */
        public boolean isReply() {
            return MessageKind.isReply(number);
        }
    }

    /** Bytes of a large message were read; they must be acknowledged to the peer. */
    record ChunkRead(int bytes) implements Frame {

        @Override
        public Kind kind() {
            return Kind.CHUNK_READ;
        }
    }

    /** The peer's acknowledgement: number of chunk bytes read since the last one. */
    record Acknowledgement(long bytes) implements Frame {

        @Override
        public Kind kind() {
            return Kind.ACKNOWLEDGEMENT;
        }
    }

    /**
     * A message of a kind that only later versions of the protocol know.
     *
     * @param number the kind's number on the wire
     */
    record Unknown(TransactionId tx, int number) implements Frame {

        @Override
        public Kind kind() {
            return Kind.UNKNOWN;
        }

        /** Returns whether the sender expects a reply. */
        public boolean expectsReply() {
            return MessageKind.expectsReply(number);
        }
    }
}
