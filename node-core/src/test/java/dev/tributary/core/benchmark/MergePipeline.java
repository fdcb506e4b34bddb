package dev.tributary.core.benchmark;

import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.concurrent.Queues;

/** Three bare sinks, one for each sender, merged by {@code Flux.merge}: no channel, no fairness, no monitor. */
final class MergePipeline implements EventPipeline {

    private static final Object EVENT = new Object();

    private final List<Sinks.Many<Object>> sinks = Stream.generate(() -> Sinks.many()
                    .unicast()
                    .onBackpressureBuffer(Queues.get(LoopBenchmark.CAPACITY).get()))
            .limit(3)
            .toList();
    private final Scheduler thread = Schedulers.newSingle("bare-merge", true);
    private final Disposable running;

    MergePipeline(Runnable handler) {
        running = Flux.merge(sinks.stream().map(Sinks.Many::asFlux).toList())
                .publishOn(thread)
                .subscribe(event -> handler.run(), failure -> failure.printStackTrace(System.err));
    }

    @Override
    public void send(int sender) {
        while (sinks.get(sender).tryEmitNext(EVENT).isFailure()) {
            LockSupport.parkNanos(1);
        }
    }

    @Override
    public void close() {
        running.dispose();
        thread.dispose();
    }
}
