package dev.tributary.transport.client.session;

import dev.tributary.transport.client.message.ClientReply;

/**
 * An answer, and what comes right behind it.
 *
 * @param after runs when the answer stands in the outbox, on the session's event loop
 */
record Reply(ClientReply words, Runnable after) {

    Reply(ClientReply words) {
        this(words, () -> {});
    }

    /** The same with something more behind it. */
    Reply then(Runnable more) {
        return new Reply(words, () -> {
            after.run();
            more.run();
        });
    }
}
