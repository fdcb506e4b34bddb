package dev.tributary.transport.client.session;

import dev.tributary.transport.client.message.ClientReply;

/**
 * An answer to a request, and a task that follows it.
 *
 * @param words the answer
 * @param after runs on the session's event loop when the answer is queued for the client
 */
record Reply(ClientReply words, Runnable after) {

    Reply(ClientReply words) {
        this(words, () -> {});
    }

    /** Returns this reply with another task after the existing one. */
    Reply then(Runnable next) {
        return new Reply(words, () -> {
            after.run();
            next.run();
        });
    }
}
