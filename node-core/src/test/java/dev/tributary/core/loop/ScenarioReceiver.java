package dev.tributary.core.loop;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** A receiver of a channel that notes every signal and whether the rules of Reactive Streams are kept. */
final class ScenarioReceiver implements Subscriber<LocalEvent> {

    private final long firstRequest;
    private final List<String> delivered;
    private volatile @Nullable Subscription subscription;
    private volatile boolean cancelled;
    private long requested;
    private long received;
    private int ends;
    private @Nullable String broken;
    private @Nullable Thread inside;

    /**
     * A receiver that is not attached.
     *
     * @param firstRequest its demand when it attaches; zero for none
     * @param delivered where the names of the events are added
     */
    ScenarioReceiver(long firstRequest, List<String> delivered) {
        this.firstRequest = firstRequest;
        this.delivered = delivered;
    }

    @Override
    public void onSubscribe(Subscription given) {
        if (ends > 0 || received > 0) {
            broken = "a signal before the subscription";
        }
        subscription = given;
        if (firstRequest > 0) {
            request(firstRequest);
        }
    }

    void request(long more) {
        Subscription current = subscription;
        if (current != null) {
            requested = requested + more < 0 ? Long.MAX_VALUE : requested + more;
            current.request(more);
        }
    }

    void cancel() {
        Subscription current = subscription;
        cancelled = true;
        if (current != null) {
            current.cancel();
        }
    }

    @Override
    public void onNext(LocalEvent event) {
        if (inside != null || ends > 0 || subscription == null) {
            broken = "an event beside another signal, after the end or before the subscription";
        }
        inside = Thread.currentThread();
        received++;
        delivered.add(((LocalEvent.BackgroundWork) event).description());
        inside = null;
    }

    @Override
    public void onError(Throwable failure) {
        broken = failure.toString();
    }

    @Override
    public void onComplete() {
        ends++;
        if (subscription == null) {
            broken = "the end before the subscription";
        }
    }

    boolean isAttached() {
        return subscription != null && !cancelled && ends == 0;
    }

    boolean hasDemand() {
        return isAttached() && requested > received;
    }

    /** Number of completions. */
    int ends() {
        return ends;
    }

    /** What was wrong; null if nothing was. */
    @Nullable
    String broken() {
        if (broken == null && received > requested) {
            return "more events than requested";
        }
        return broken;
    }
}
