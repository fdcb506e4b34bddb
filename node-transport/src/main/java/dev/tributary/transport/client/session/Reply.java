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
}
