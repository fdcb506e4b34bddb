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
 * Subscription of one session to one contract. It requests the next state after the client has read the previous one,
 * so a slow client skips states but always gets the latest. Sends nothing before {@link #start}: the answer to the
 * request comes first. Confined to the session's event loop, except for the signals of the node.
 */
final class ClientSubscription extends BaseSubscriber<ContractUpdate> {

    private final Consumer<Runnable> loop;
    private final ReplyQueue outbox;
    private final UpdateEncoder payloads;
    private final Consumer<Throwable> onFailure;
    private final Sinks.One<ContractUpdate> firstUpdate = Sinks.one();
    private final Disposable.Swap encoding = Disposables.swap();
    private @Nullable ContractUpdate pending;
    private @Nullable StateSummary known;
    private boolean started;
    private boolean isFound;
    private int pauses;

    /** Creates a subscription that runs its work through {@code loop} and reports its failure to {@code onFailure}. */
    ClientSubscription(
            Consumer<Runnable> loop, ReplyQueue outbox, UpdateEncoder payloads, Consumer<Throwable> onFailure) {
        this.loop = loop;
        this.outbox = outbox;
        this.payloads = payloads;
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
                firstUpdate.tryEmitError(failure);
            }
            onFailure.accept(failure);
        });
    }

    private void received(ContractUpdate update) {
        pending = update;
        if (!isFound) {
            isFound = true;
            firstUpdate.tryEmitValue(update);
        }
        if (started) {
            send();
        }
    }

    /** Emits the first state, which confirms the subscription. Any number of subscribers. */
    Mono<ContractUpdate> firstUpdate() {
        return firstUpdate.asMono();
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
     * @param summary summary of the client's state, for notifications as deltas; null for full states. Replaces the
     *     previous summary if the subscription has started before
     */
    void start(@Nullable State seen, @Nullable StateSummary summary) {
        known = summary;
        if (started) {
            return;
        }
        started = true;
        ContractUpdate waiting = pending;
        if (waiting != null && waiting.state().equals(seen)) {
            pending = null;
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
        outbox.add(new ClientAnswer.UpdateNotification(update.key(), payload), () -> request(1));
    }

    @Override
    protected void hookFinally(SignalType end) {
        encoding.dispose();
    }
}
