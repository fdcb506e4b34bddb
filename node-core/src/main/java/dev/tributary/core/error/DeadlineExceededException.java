package dev.tributary.core.error;

import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TransactionId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The operation exceeded its deadline. It may have taken effect on some nodes; retrying it is safe. */
public final class DeadlineExceededException extends NodeException {

    private final TransactionId tx;
    private final Duration deadline;
    private final @Nullable PeerId lastHop;

    public DeadlineExceededException(TransactionId tx, Duration deadline, @Nullable PeerId lastHop) {
        super(
                Kind.DEADLINE_EXCEEDED,
                "tx=" + tx + " exceeded its deadline of " + deadline.toMillis() + " ms; "
                        + (lastHop == null ? "not waiting for a peer" : "last hop asked: " + lastHop));
        this.tx = tx;
        this.deadline = deadline;
        this.lastHop = lastHop;
    }

    public TransactionId tx() {
        return tx;
    }

    /** Returns the duration of the deadline. */
    public Duration deadline() {
        return deadline;
    }

    /** Returns the last peer on the route known to have been asked, or null if this node did not wait for a peer. */
    public @Nullable PeerId lastHop() {
        return lastHop;
    }
}
