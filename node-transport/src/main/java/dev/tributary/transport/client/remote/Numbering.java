package dev.tributary.transport.client.remote;

import dev.tributary.core.value.State;
import dev.tributary.transport.client.remote.Listening.Heard;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.SynchronousSink;

/** Numbers the states of one subscription, across its connections, and leaves out those that are no news. */
final class Numbering {

    private @Nullable State last;
    private long sequence;
    private long interruptions;
    private boolean fresh;

    /** There is a new connection: its first state is the current one, whatever happened in between. */
    void connected() {
        fresh = true;
    }

    void number(Heard heard, SynchronousSink<Numbered> news) {
        boolean first = fresh;
        fresh = false;
        if (heard.state().equals(last)) {
            return;
        }
        if (first && last != null) {
            interruptions++;
        }
        last = heard.state();
        news.next(new Numbered(heard, ++sequence, interruptions));
    }

    /**
     * A state with its place.
     *
     * @param sequence from 1
     * @param interruptions how many gaps there were before it that nobody can count through
     */
    record Numbered(Heard heard, long sequence, long interruptions) {}
}
