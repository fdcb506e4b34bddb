package dev.tributary.transport.client.session;

import dev.tributary.core.value.ContractUpdate;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateSummary;
import dev.tributary.transport.client.message.ClientAnswer;
import dev.tributary.transport.client.message.UpdatePayload;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.core.publisher.Sinks;

/**
 * One session's subscription to one contract. It asks for the next state when the client has read the one before, so a slow
 * client is shown fewer, and always the latest. Nothing is sent before {@link #begin}: the answer to the request comes
 * first. Used on the session's event loop, besides the signals of the node.
 */
final class ClientSubscription extends BaseSubscriber<ContractUpdate> {

    private final Consumer<Runnable> loop;
    private final Outbox outbox;
    private final Payloads payloads;
    private final Consumer<Throwable> failed;
    private final Sinks.One<ContractUpdate> first = Sinks.one();
    private final Disposable.Swap preparing = Disposables.swap();
    private @Nullable ContractUpdate unsent;
    private @Nullable StateSummary known;
    private boolean begun;
    private boolean found;
    private int held;

    /** A subscription that does its work through {@code loop}, and says when it fails. */
    ClientSubscription(Consumer<Runnable> loop, Outbox outbox, Payloads payloads, Consumer<Throwable> failed) {
        this.loop = loop;
        this.outbox = outbox;
        this.payloads = payloads;
        this.failed = failed;
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        request(1);
    }

    @Override
    protected void hookOnNext(ContractUpdate update) {
        loop.accept(() -> received(update));
    }

    @Override
    protected void hookOnError(Throwable failure) {
        loop.accept(() -> {
            if (!found) {
                // Whoever waits is told; if nobody does, the session is.
                first.tryEmitError(failure);
            }
            failed.accept(failure);
        });
    }

    private void received(ContractUpdate update) {
        unsent = update;
        if (!found) {
            found = true;
            first.tryEmitValue(update);
        }
        if (begun) {
            send();
        }
    }

    /** The state that is held when the subscription stands: for everybody who waits for that. */
    Mono<ContractUpdate> first() {
        return first.asMono();
    }

    boolean found() {
        return found;
    }

    boolean begun() {
        return begun;
    }

    /**
     * Notifications may go out from now on, but not of the state that the client has seen already.
     *
     * @param summary of what the client holds, if it wants to be told what it is missing; it counts from now on, also if
     *     the subscription has begun before
     */
    void begin(@Nullable State seen, @Nullable StateSummary summary) {
        known = summary;
        if (begun) {
            return;
        }
        begun = true;
        ContractUpdate waiting = unsent;
        if (waiting != null && waiting.state().equals(seen)) {
            unsent = null;
            request(1);
        } else {
            send();
        }
    }

    /** No notification goes out until {@link #release}: the answer to the request that causes it comes first. */
    void hold() {
        held++;
    }

    void release() {
        held--;
        if (begun) {
            send();
        }
    }

    private void send() {
        ContractUpdate update = unsent;
        if (update != null && held == 0) {
            unsent = null;
            prepare(update);
        }
    }

    /** There is no other update meanwhile: it is asked for when this one is written. */
    private void prepare(ContractUpdate update) {
        StateSummary summary = known;
        if (summary == null) {
            send(update, Payloads.whole(update));
        } else {
            preparing.update(payloads.missing(update, summary)
                    .subscribe(
                            payload -> loop.accept(() -> send(update, payload)),
                            failure -> loop.accept(() -> send(update, Payloads.whole(update)))));
        }
    }

    private void send(ContractUpdate update, UpdatePayload payload) {
        outbox.add(new ClientAnswer.UpdateNotification(update.key(), payload), () -> request(1));
    }

    @Override
    protected void hookFinally(SignalType end) {
        preparing.dispose();
    }
}
