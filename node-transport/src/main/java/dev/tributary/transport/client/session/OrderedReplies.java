package dev.tributary.transport.client.session;

import dev.tributary.transport.client.message.ClientReply;
import dev.tributary.transport.client.message.ClientRequest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Delivers answers in the order of their requests, for each kind of request: clients of the FlatBuffers encoding match
 * answers to requests of the same kind by order. Confined to the session's event loop.
 */
final class OrderedReplies {

    private final Map<Class<? extends ClientRequest>, Deque<Slot>> byKind = new HashMap<>();
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
    Slot reserve(ClientRequest request) {
        Deque<Slot> queue =
                ordered ? byKind.computeIfAbsent(request.getClass(), kind -> new ArrayDeque<>()) : new ArrayDeque<>(1);
        Slot slot = new Slot(queue);
        queue.add(slot);
        return slot;
    }

    /** Slot for the answer to one request. An answer waits in it for the answers to earlier requests of its kind. */
    final class Slot {

        private final Deque<Slot> queue;
        private @Nullable ClientReply reply;
        private Runnable after = () -> {};

        private Slot(Deque<Slot> queue) {
            this.queue = queue;
        }

        /** Sets the answer; {@code after} runs when the answer is queued for the client. */
        void complete(ClientReply answer, Runnable after) {
            this.reply = answer;
            this.after = after;
            deliverReady();
        }

        /** Releases the slot without an answer. */
        void release() {
            queue.remove(this);
            deliverReady();
        }

        private void deliverReady() {
            for (Slot first = queue.peek(); first != null && first.reply != null; first = queue.peek()) {
                queue.remove();
                out.accept(first.reply, first.after);
            }
        }
    }
}
