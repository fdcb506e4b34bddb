package dev.tributary.core.error;

import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TransactionId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The operation was not over in time. Whether it took effect somewhere is unknown; repeating it is safe. */
public final class DeadlineExceededException extends NodeException {

    private final TransactionId tx;
    private final Duration deadline;
    private final @Nullable PeerId lastHop;

    public DeadlineExceededException(TransactionId tx, Duration deadline, @Nullable PeerId lastHop) {
        super("tx=" + tx + " was not over after " + deadline.toMillis() + " ms; "
                + (lastHop == null ? "no peer was waited for" : "last hop asked: " + lastHop));
        this.tx = tx;
        this.deadline = deadline;
        this.lastHop = lastHop;
    }

    public TransactionId tx() {
        return tx;
    }

    /** The time that the operation had. */
    public Duration deadline() {
        return deadline;
    }

    /** The farthest peer known to have been asked, or null if the time passed on this node. */
    public @Nullable PeerId lastHop() {
        return lastHop;
    }

    @Override
    public boolean isRetryable() {
        return true;
    }
}
