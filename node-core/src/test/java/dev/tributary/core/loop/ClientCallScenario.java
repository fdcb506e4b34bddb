package dev.tributary.core.loop;

import static dev.tributary.core.interleaving.Facts.require;

import dev.tributary.core.interleaving.ManualLoop;
import dev.tributary.core.interleaving.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/** A call of a client that is answered, cancelled and failed by the node's stop; and a set that is disposed meanwhile. */
final class ClientCallScenario implements Scenario {

    private final ManualLoop operations = new ManualLoop();
    private final ClientCall<Integer> call = new ClientCall<>();
    private final DisposableSet running = new DisposableSet();
    private final List<Runnable> threads = new ArrayList<>();
    private final AtomicInteger answers = new AtomicInteger();
    private volatile boolean cancelled;
    private volatile boolean stopped;

    ClientCallScenario() {
        call.result().subscribe(value -> answers.incrementAndGet(), failure -> answers.incrementAndGet());
    }

    ClientCallScenario thread(Consumer<ClientCallScenario> work) {
        threads.add(() -> work.accept(this));
        return this;
    }

    /** The loop starts the operation, which ends on another thread. */
    void start() {
        call.completeFrom(Mono.using(
                this::register,
                operation -> Mono.<Integer>create(sink -> operation.update(operations.schedule(() -> sink.success(1)))),
                running::remove));
    }

    private Disposable.Swap register() {
        Disposable.Swap operation = Disposables.swap();
        running.add(operation);
        return operation;
    }

    void operationThread() {
        operations.settle();
    }

    void cancel() {
        cancelled = true;
        call.cancel();
    }

    void stop() {
        stopped = true;
        call.failStopped();
        running.dispose();
    }

    @Override
    public List<Runnable> threads() {
        return threads;
    }

    @Override
    public void verify() {
        operations.settle();
        require(answers.get() <= 1, answers + " answers");
        require(answers.get() == 1 || cancelled, "no answer");
        require(running.size() == 0, "an operation is left");
        require(!stopped || running.isDisposed(), "the set is not disposed");
        require(!stopped || answers.get() == 1, "the client is not told of the stop");
    }
}
