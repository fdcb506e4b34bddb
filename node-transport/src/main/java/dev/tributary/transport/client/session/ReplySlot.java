package dev.tributary.transport.client.session;

import dev.tributary.transport.client.message.ClientReply;
import java.util.Deque;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The slot for the answer to one request, which waits in it for the answers to earlier requests of its kind. */
final class ReplySlot {

    private final Deque<ReplySlot> queue;
    private final BiConsumer<ClientReply, Runnable> out;
    private @Nullable ClientReply reply;
    private Runnable after = () -> {};

    ReplySlot(Deque<ReplySlot> queue, BiConsumer<ClientReply, Runnable> out) {
        this.queue = queue;
        this.out = out;
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
        for (ReplySlot first = queue.peek(); first != null && first.reply != null; first = queue.peek()) {
            queue.remove();
            out.accept(first.reply, first.after);
        }
    }
}
