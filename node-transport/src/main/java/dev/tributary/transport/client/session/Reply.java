package dev.tributary.transport.client.session;

import dev.tributary.transport.client.message.ClientReply;

/**
 * An answer to a request, and a task that follows it.
 *
 * @param message the answer
 * @param afterQueued runs on the session's event loop when the answer is queued for the client
 */
record Reply(ClientReply message, Runnable afterQueued) {

    Reply(ClientReply message) {
        this(message, () -> {});
    }

    /** Returns this reply with another task after the existing one. */
    Reply andThen(Runnable next) {
        return new Reply(message, () -> {
            afterQueued.run();
            next.run();
        });
    }
}
