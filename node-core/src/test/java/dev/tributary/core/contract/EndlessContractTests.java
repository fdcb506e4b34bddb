package dev.tributary.core.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.TimeSource;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;
import reactor.test.scheduler.VirtualTimeScheduler;

/**
 * As many contracts that cannot end as there are threads, each with a notice a second for twenty minutes, beside contracts
 * that are in order. The time of the threads is simulated: a call takes what its runtime says.
 */
class EndlessContractTests {

    private static final int THREADS = 2;
    private static final Duration RUN = Duration.ofMinutes(20);
    private static final ContractCode CODE = ContractCode.of(Bytes.utf8("test/exhausting"));
    private static final State HELD = State.utf8("held");

    @Test
    void othersDoNotWaitForContractsThatCannotEnd() throws InterruptedException {
        long before;
        long with;
        int endless;
        try (Machine usual = new Machine();
                Machine poisoned = new Machine()) {
            before = usual.run(0);
            with = poisoned.run(THREADS);
            endless = poisoned.runtime.endlessCalls;
        }

        System.out.printf(
                "%d threads, 40 calls of 10 ms a second for %d min: p99 %d ms; with %d contracts that cannot end, a notice "
                        + "a second each: p99 %d ms, %d calls ran into their limit of 5 s%n",
                THREADS, RUN.toMinutes(), before, THREADS, with, endless);
        assertThat(with).isLessThanOrEqualTo(2 * before);
        assertThat(endless).isLessThan(16);
    }

    /** An executor on threads whose time is simulated: a thread in a call waits until the time has come. */
    private static final class Machine implements AutoCloseable {

        private final ExecutorService pool = Executors.newCachedThreadPool();
        private final ExhaustingRuntime runtime = new ExhaustingRuntime(this::spend);
        private final List<Long> waited = Collections.synchronizedList(new ArrayList<>());
        private final PriorityQueue<Sleeper> sleepers = new PriorityQueue<>(Comparator.comparingLong(Sleeper::end));
        private final ContractExecutor executor = new ContractExecutor(
                List.of(runtime),
                new ContractLimits(1000, 1000, 1000, THREADS, 8192),
                new Threads(),
                VirtualTimeScheduler.create(),
                new TimeSource(Clock.systemUTC(), () -> now() * 1_000_000),
                RelatedStates.none());

        private long now;
        private int active;

        /** Runs all calls; returns the 99th percentile of the time that those of the other contracts took, in ms. */
        long run(int endless) throws InterruptedException {
            for (long at = 0; at < RUN.toMillis(); at += 25) {
                advance(at);
                call("other " + at / 25 % 20, "usual " + at);
                for (int i = 0; i < endless && at % 1000 == 0; i++) {
                    call("endless " + i, "endless " + at);
                }
            }
            advance(2 * RUN.toMillis());
            waited.sort(null);
            return waited.get(waited.size() * 99 / 100);
        }

        private void call(String name, String incoming) {
            long arrived = now();
            Contract contract = Contract.of(CODE, Parameters.utf8(name));
            executor.change(CallClass.NETWORK_RELAY, contract, HELD, new StateChange.Full(State.utf8(incoming)))
                    .subscribe(merged -> waited.add(now() - arrived), failure -> {});
        }

        private synchronized long now() {
            return now;
        }

        /** Lets the threads work until this time. */
        private synchronized void advance(long until) throws InterruptedException {
            for (; ; ) {
                while (active != sleepers.size()) {
                    wait();
                }
                Sleeper next = sleepers.peek();
                if (next == null || next.end() > until) {
                    now = until;
                    return;
                }
                now = next.end();
                sleepers.remove();
                notifyAll();
            }
        }

        /** Called by a thread in a call. */
        private synchronized void spend(Duration duration) {
            Sleeper sleeper = new Sleeper(now + duration.toMillis(), new Object());
            sleepers.add(sleeper);
            notifyAll();
            try {
                while (sleepers.contains(sleeper)) {
                    wait();
                }
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        }

        private synchronized void count(int more) {
            active += more;
            notifyAll();
        }

        @Override
        public void close() {
            pool.shutdownNow();
        }

        private record Sleeper(long end, Object identity) {}

        private final class Threads implements Scheduler {

            @Override
            public Disposable schedule(Runnable task) {
                count(1);
                pool.execute(() -> {
                    try {
                        task.run();
                    } finally {
                        count(-1);
                    }
                });
                return () -> {};
            }

            @Override
            public Worker createWorker() {
                throw new UnsupportedOperationException();
            }
        }
    }
}
