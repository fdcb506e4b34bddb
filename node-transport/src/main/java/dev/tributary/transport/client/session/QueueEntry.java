package dev.tributary.transport.client.session;

import dev.tributary.transport.client.message.ClientAnswer;
import dev.tributary.transport.client.message.ClientReply;

/** An entry of the {@link ReplyQueue}. */
sealed interface QueueEntry {

    /** The kinds of entries, one for each permitted type. */
    enum Kind {
        REPLY,
        CLOSE
    }

    Kind kind();

    /**
     * An answer, error or notification for the client.
     *
     * @param size number of bytes that count against the limits: 0 for a notification, since each subscription has one
     * @param onWritten runs when the message has been written to the socket
     */
    record OutgoingReply(ClientReply reply, long size, Runnable onWritten) implements QueueEntry {

        /** Returns the approximate size of the encoded message, in bytes. */
        long encodedSize() {
            return reply instanceof ClientAnswer.UpdateNotification update
                    ? update.payload().size()
                    : size;
        }

        @Override
        public Kind kind() {
            return Kind.REPLY;
        }
    }

    /** The close frame, which is the last entry. Code 0 means a frame without a code. */
    record CloseFrame(int code, String reason) implements QueueEntry {

        @Override
        public Kind kind() {
            return Kind.CLOSE;
        }
    }
}
