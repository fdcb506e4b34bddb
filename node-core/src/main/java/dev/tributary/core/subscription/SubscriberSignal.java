package dev.tributary.core.subscription;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A signal to subscribers: a state, or a failure. */
record SubscriberSignal(
        List<SubscriberSink> to,
        @Nullable NumberedUpdate state,
        @Nullable Throwable failure) {

    /** Returns whether the state may wait in the subscriber's sink. */
    boolean signal(SubscriberSink subscriber) {
        if (state != null) {
            return subscriber.offer(state);
        }
        subscriber.fail(Objects.requireNonNull(failure));
        return false;
    }
}
