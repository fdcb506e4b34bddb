package dev.tributary.transport.client.session;

import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.ContractUpdate;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateSummary;
import dev.tributary.transport.client.message.ClientAnswer;
import dev.tributary.transport.client.message.UpdatePayload;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.core.publisher.Sinks;

/**
 * Subscription of one session to one contract. It requests the next state after the client has read the previous one,
 * so a slow client skips states but always gets the latest. Sends nothing before {@link #start}: the answer to the
 * request comes first. Confined to the session's event loop, except for the signals of the node.
 */
final class ClientSubscription extends BaseSubscriber<ContractUpdate> {

    private final Consumer<Runnable> loop;
    private final ReplyQueue outbox;
    private final UpdateEncoder payloads;
    private final ClientUpdates updates;
    private final Consumer<Throwable> onFailure;
    private final Sinks.One<ContractKey> found = Sinks.one();
    private final Disposable.Swap encoding = Disposables.swap();
    private @Nullable ContractUpdate pending;
    private @Nullable StateSummary known;
    private boolean started;
    private boolean isFound;
    private boolean ended;
    private int pauses;

    /** The update that was received and is not in the outbox yet. */
    private @Nullable ContractUpdate unsent;

    /**
     * Creates a subscription that runs its work through {@code loop} and reports its failure to {@code onFailure}.
     *
     * @param updates where the received updates count
     */
    ClientSubscription(
            Consumer<Runnable> loop,
            ReplyQueue outbox,
            UpdateEncoder payloads,
            ClientUpdates updates,
            Consumer<Throwable> onFailure) {
        this.loop = loop;
        this.outbox = outbox;
        this.payloads = payloads;
        this.updates = updates;
        this.onFailure = onFailure;
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
            if (!isFound) {
                // Fails the requests that wait for the first state, if there are any.
                found.tryEmitError(failure);
            }
            onFailure.accept(failure);
        });
    }

    private void received(ContractUpdate update) {
        if (ended) {
            updates.release(update);
            return;
        }
        pending = update;
        unsent = update;
        if (!isFound) {
            isFound = true;
            found.tryEmitValue(update.key());
        }
        if (started) {
            send();
        }
    }

    /** Emits the contract's key when its first state has come, which confirms the subscription. Any number of subscribers. */
    Mono<ContractKey> found() {
        return found.asMono();
    }

    boolean isFound() {
        return isFound;
    }

    boolean isStarted() {
        return started;
    }

    /**
     * Starts sending notifications, except of the state that the client has already seen.
     *
     * @param isSeen whether the client has seen the state that has come first
     * @param summary summary of the client's state, for notifications as deltas; null for full states. Replaces the
     *     previous summary if the subscription has started before
     */
    void start(Predicate<State> isSeen, @Nullable StateSummary summary) {
        known = summary;
        if (started) {
            return;
        }
        started = true;
        ContractUpdate waiting = pending;
        if (waiting != null && isSeen.test(waiting.state())) {
            pending = null;
            releaseUnsent();
            request(1);
        } else {
            send();
        }
    }

    /** Pauses notifications until {@link #resume}: the answer to the request that causes them comes first. */
    void pause() {
        pauses++;
    }

    void resume() {
        pauses--;
        if (started) {
            send();
        }
    }

    private void send() {
        ContractUpdate update = pending;
        if (update != null && pauses == 0) {
            pending = null;
            encodeAndSend(update);
        }
    }

    /** Encodes and sends one update. No other arrives meanwhile: the next is requested when this one is written. */
    private void encodeAndSend(ContractUpdate update) {
        StateSummary summary = known;
        if (summary == null) {
            send(update, UpdateEncoder.fullState(update));
        } else {
            encoding.update(payloads.deltaOrFullState(update, summary)
                    .subscribe(
                            payload -> loop.accept(() -> send(update, payload)),
                            failure -> loop.accept(() -> send(update, UpdateEncoder.fullState(update)))));
        }
    }

    private void send(ContractUpdate update, UpdatePayload payload) {
        if (ended) {
            return;
        }
        unsent = null;
        outbox.add(new ClientAnswer.UpdateNotification(update.key(), payload), () -> {
            updates.release(update);
            request(1);
        });
    }

    private void releaseUnsent() {
        if (unsent != null) {
            updates.release(unsent);
            unsent = null;
        }
    }

    @Override
    protected void hookFinally(SignalType end) {
        encoding.dispose();
        loop.accept(() -> {
            // After a failure of the contract, what has come before is still sent.
            if (end == SignalType.CANCEL || !started) {
                ended = true;
                pending = null;
                releaseUnsent();
            }
        });
    }
}
