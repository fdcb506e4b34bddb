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
 * Answers in the order of their requests, kind by kind: clients of the FlatBuffers encoding take the first answer of a kind
 * for that of their first request of it. Used on the session's event loop.
 */
final class Lanes {

    private final Map<Class<? extends ClientRequest>, Deque<Place>> byKind = new HashMap<>();
    private final boolean ordered;
    private final BiConsumer<ClientReply, Runnable> out;

    /**
     * Lanes that lead there: an answer, and what is to happen when it was taken.
     *
     * @param ordered whether the order matters; if not, nobody waits
     */
    Lanes(boolean ordered, BiConsumer<ClientReply, Runnable> out) {
        this.ordered = ordered;
        this.out = out;
    }

    /** The place of a request that has just come. */
    Place enter(ClientRequest request) {
        Deque<Place> lane =
                ordered ? byKind.computeIfAbsent(request.getClass(), kind -> new ArrayDeque<>()) : new ArrayDeque<>(1);
        Place place = new Place(lane);
        lane.add(place);
        return place;
    }

    /** Where one request waits for its answer, and its answer for those before it. */
    final class Place {

        private final Deque<Place> lane;
        private @Nullable ClientReply reply;
        private Runnable after = () -> {};

        private Place(Deque<Place> lane) {
            this.lane = lane;
        }

        /** Gives the answer; {@code after} runs when it stands in the outbox. */
        void answer(ClientReply given, Runnable after) {
            this.reply = given;
            this.after = after;
            advance();
        }

        /** There will be no answer. */
        void leave() {
            lane.remove(this);
            advance();
        }

        private void advance() {
            for (Place first = lane.peek(); first != null && first.reply != null; first = lane.peek()) {
                lane.remove();
                out.accept(first.reply, first.after);
            }
        }
    }
}
