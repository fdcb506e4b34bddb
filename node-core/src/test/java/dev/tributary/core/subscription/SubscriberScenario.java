package dev.tributary.core.subscription;

import static dev.tributary.core.interleaving.Facts.require;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.interleaving.ManualLoop;
import dev.tributary.core.interleaving.Scenario;
import dev.tributary.core.limit.Permits;
import dev.tributary.core.storage.Demand;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

/** Commits, a subscriber, and the thread that calls it back. At the end the subscriber has the latest state. */
final class SubscriberScenario implements Scenario {

    private static final Contract NOTE = LastWriterWins.named("note");

    private final ManualLoop callbacks = new ManualLoop();
    private final Permits memory = new Permits(1 << 20);
    private final AtomicInteger withoutRoom = new AtomicInteger();
    private final ContractSubscribers subscribers =
            new ContractSubscribers(callbacks, memory, lost -> {}, withoutRoom::incrementAndGet);
    private final List<Runnable> threads = new ArrayList<>();
    private final AtomicReference<@Nullable SubscriberSink> listener = new AtomicReference<>();
    private final AtomicInteger shown = new AtomicInteger();
    private final AtomicInteger published = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();

    /** Done before the threads start. */
    SubscriberScenario first(Consumer<SubscriberScenario> work) {
        work.accept(this);
        return this;
    }

    SubscriberScenario thread(Consumer<SubscriberScenario> work) {
        threads.add(() -> work.accept(this));
        return this;
    }

    void subscribe() {
        Flux.<NumberedUpdate>create(
                        sink -> {
                            SubscriberSink created = new SubscriberSink(sink);
                            listener.set(created);
                            subscribers.add(created);
                        },
                        FluxSink.OverflowStrategy.LATEST)
                .subscribe(state -> shown.set(version(state)), failure -> failures.incrementAndGet());
    }

    /** The state that is held now is read for new subscribers, as a worker does. */
    void readInitial() {
        ContractSubscribers.Newcomers newcomers = subscribers.takeNewcomers();
        if (!newcomers.subscribers().isEmpty()) {
            subscribers.deliverInitial(newcomers, stored(published.get()));
        }
    }

    void publish(int version) {
        published.set(version);
        subscribers.publish(stored(version));
    }

    void failAll() {
        subscribers.failAll(new IllegalStateException("for the test"));
    }

    void leave() {
        SubscriberSink leaving = listener.getAndSet(null);
        if (leaving != null && subscribers.remove(leaving) && subscribers.size() == 0) {
            subscribers.onEmpty();
        }
    }

    void callbackThread(int calls) {
        callbacks.turns(calls);
    }

    @Override
    public List<Runnable> threads() {
        return threads;
    }

    @Override
    public void verify() {
        callbacks.settle();
        if (listener.get() != null && failures.get() == 0) {
            readInitial();
            callbacks.settle();
            require(shown.get() == published.get(), "shown " + shown + " of " + published);
        }
        require(failures.get() <= 1, "failed twice");
        leave();
        callbacks.settle();
        require(memory.used() == 0, memory.used() + " bytes are left");
    }

    private static int version(NumberedUpdate state) {
        return LastWriterWins.content(Objects.requireNonNull(state.update()).state())[0];
    }

    private static StoredContract stored(int version) {
        State state = LastWriterWins.state(version, new byte[] {(byte) version});
        return new StoredContract(NOTE, state, state.digest(), Instant.EPOCH, Demand.unrequested(Instant.EPOCH));
    }
}
