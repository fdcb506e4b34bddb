package dev.tributary.app.benchmark;

import dev.tributary.core.value.Contract;
import dev.tributary.core.value.StateChange;
import dev.tributary.transport.client.remote.NodeClient;
import dev.tributary.transport.client.remote.RemoteUpdate;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A register that a client of the first node updates, and that a client of the last node subscribes to. */
final class SubscribedRegister implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    private final Contract contract;
    private final NodeClient writer;
    private final int bytes;
    private final AtomicLong version = new AtomicLong(1);
    private final Map<Long, Sinks.Empty<Void>> waiting = new ConcurrentSkipListMap<>();
    private final CountDownLatch subscribed = new CountDownLatch(1);
    private final Disposable subscription;

    private SubscribedRegister(Contract contract, DaemonNetwork network, int bytes) {
        this.contract = contract;
        this.writer = network.first();
        this.bytes = bytes;
        this.subscription = network.last()
                .subscribe(contract.id())
                .subscribe(this::onShown, failure -> System.out.println("  subscription failed: " + failure));
    }

    /** Puts the register, and waits until the subscriber is shown it. */
    static SubscribedRegister open(Contract contract, DaemonNetwork network, int bytes) {
        network.first().put(contract, Registers.state(1, bytes)).block(TIMEOUT);
        SubscribedRegister register = new SubscribedRegister(contract, network, bytes);
        try {
            if (!register.subscribed.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("the subscriber was shown nothing");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return register;
    }

    /** Updates the register, and completes when that is answered and the subscriber is shown this version or a later one. */
    Mono<Void> update() {
        return Mono.defer(() -> {
            long next = version.incrementAndGet();
            Sinks.Empty<Void> shown = Sinks.empty();
            waiting.put(next, shown);
            return writer.update(contract.id(), new StateChange.Full(Registers.state(next, bytes)))
                    .then(shown.asMono())
                    .timeout(TIMEOUT)
                    .doFinally(end -> waiting.remove(next));
        });
    }

    private void onShown(RemoteUpdate update) {
        subscribed.countDown();
        long shown = Registers.version(update.state());
        waiting.forEach((each, sink) -> {
            if (each <= shown) {
                sink.tryEmitEmpty();
            }
        });
    }

    @Override
    public void close() {
        subscription.dispose();
    }
}
