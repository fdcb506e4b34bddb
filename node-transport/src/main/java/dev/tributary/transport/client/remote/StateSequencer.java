package dev.tributary.transport.client.remote;

import dev.tributary.core.value.State;
import dev.tributary.transport.client.remote.RemoteSubscription.RemoteState;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.SynchronousSink;

/** Numbers the states of one subscription across its connections, and drops repeated states. */
final class StateSequencer {

    private @Nullable State last;
    private long sequence;
    private long interruptions;
    private boolean newConnection;

    /** Marks the start of a new connection, whose first state is the current state. */
    void onConnected() {
        newConnection = true;
    }

    void assignNumber(RemoteState heard, SynchronousSink<SequencedState> sink) {
        boolean firstOfConnection = newConnection;
        newConnection = false;
        if (heard.state().equals(last)) {
            return;
        }
        if (firstOfConnection && last != null) {
            interruptions++;
        }
        last = heard.state();
        sink.next(new SequencedState(heard, ++sequence, interruptions));
    }

    /**
     * A state with its sequence number.
     *
     * @param sequence sequence number of the state, from 1
     * @param interruptions number of interruptions before the state, in which an unknown number of states was missed
     */
    record SequencedState(RemoteState received, long sequence, long interruptions) {}
}
