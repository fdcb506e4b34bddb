package dev.tributary.transport.client.session;

import dev.tributary.transport.client.message.ClientReply;
import dev.tributary.transport.client.message.ClientRequest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Delivers answers in the order of their requests, for each kind of request: clients of the FlatBuffers encoding match
 * answers to requests of the same kind by order. Confined to the session's event loop.
 */
final class OrderedReplies {

    private final Map<Class<? extends ClientRequest>, Deque<ReplySlot>> byKind = new HashMap<>();
    private final boolean ordered;
    private final BiConsumer<ClientReply, Runnable> out;

    /**
     * Creates the queues.
     *
     * @param ordered whether order matters; if not, each answer is delivered immediately
     * @param out receives each answer, and a task to run after the answer is queued
     */
    OrderedReplies(boolean ordered, BiConsumer<ClientReply, Runnable> out) {
        this.ordered = ordered;
        this.out = out;
    }

    /** Reserves the slot for the answer to a request that has just arrived. */
    ReplySlot reserve(ClientRequest request) {
        Deque<ReplySlot> queue =
                ordered ? byKind.computeIfAbsent(request.getClass(), kind -> new ArrayDeque<>()) : new ArrayDeque<>(1);
        ReplySlot slot = new ReplySlot(queue, out);
        queue.add(slot);
        return slot;
    }
}
