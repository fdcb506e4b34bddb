package dev.tributary.core.contract;

import dev.tributary.core.limit.Permits;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.core.value.TimeSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.util.concurrent.Queues;

/**
 * Detects contracts that break the merge laws: a sample of the accepted merges is repeated, also in the other
 * direction, in the background, one at a time. Code that broke a law twice is put in {@link Quarantine}: the node still
 * runs its contracts but does not broadcast their updates, since peers would pass them on endlessly and never converge.
 * Merges that need related contracts fail in the check and prove nothing. Safe to use from any thread.
 */
public final class MergeLawMonitor {

    private static final Logger log = LoggerFactory.getLogger(MergeLawMonitor.class);

    private final ContractExecutor executor;
    private final MergeLawConfig config;
    private final Scheduler timer;
    private final RandomGenerator random;
    private final Quarantines quarantines;
    private final Sinks.Many<Merge> merges;
    private final AtomicInteger waiting = new AtomicInteger();
    private final Permits waitingBytes;
    private final AtomicLong checked = new AtomicLong();
    private final AtomicLong broken = new AtomicLong();
    private final AtomicLong unfinished = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();

    /** A merge of an incoming state into the held one. */
    private record Merge(Contract contract, State held, State incoming, State merged) {

        long bytes() {
            return (long) held.size() + incoming.size() + merged.size();
        }
    }

    /**
     * A monitor that starts with {@link #run()}.
     *
     * @param random selects the merges that are checked; used by several threads at once
     */
    public MergeLawMonitor(
            ContractExecutor executor,
            MergeLawConfig config,
            TimeSource time,
            Scheduler timer,
            RandomGenerator random) {
        this.executor = executor;
        this.config = config;
        this.timer = timer;
        this.random = random;
        this.quarantines = new Quarantines(config, time);
        this.waitingBytes = new Permits(config.queuedBytes());
        this.merges = Sinks.many()
                .unicast()
                .onBackpressureBuffer(Queues.<Merge>get(config.queuedMerges()).get());
    }

    /** Checks queued merges until cancelled, and emits every quarantine that starts. Subscribe once. */
    public Flux<Quarantine> run() {
        return merges.asFlux().flatMap(this::check, 1, 1);
    }

    /** Queues an accepted merge for a check if it is sampled; returns at once. */
    public void observed(Contract contract, State held, State incoming, State merged) {
        if (!isSampled(contract.code().hash())) {
            return;
        }
        Merge merge = new Merge(contract, held, incoming, merged);
        if (!enqueue(merge)) {
            dropped.incrementAndGet();
        }
    }

    /** True if updates of this code's contracts may be sent to peers. */
    public boolean mayBroadcast(CodeHash code) {
        return quarantines.current(code).isEmpty();
    }

    /** The quarantine of this code: the reason and the remaining time; empty if there is none. */
    public Optional<Quarantine> quarantine(CodeHash code) {
        return quarantines.current(code);
    }

    /** Counters since the start, and the current queue. */
    public MergeLawUsage usage() {
        return new MergeLawUsage(
                checked.get(), broken.get(), unfinished.get(), dropped.get(), waiting.get(), quarantines.activeCount());
    }

    /** True for a sample of the merges, and for every merge of a code that broke a law before, to decide soon. */
    private boolean isSampled(CodeHash code) {
        return config.sampleOneIn() > 0
                && (quarantines.isSuspect(code) || random.nextInt(config.sampleOneIn()) == 0)
                && quarantines.current(code).isEmpty();
    }

    private synchronized boolean enqueue(Merge merge) {
        if (!waitingBytes.tryAcquire(merge.bytes())) {
            return false;
        }
        waiting.incrementAndGet();
        if (merges.tryEmitNext(merge).isFailure()) {
            dequeue(merge);
            return false;
        }
        return true;
    }

    private void dequeue(Merge merge) {
        waiting.decrementAndGet();
        waitingBytes.release(merge.bytes());
    }

    private Mono<Quarantine> check(Merge merge) {
        return executor.recheck(merge.contract(), merge.held(), merge.incoming(), merge.merged())
                .timeout(config.checkTimeout(), timer)
                .flatMap(law -> {
                    checked.incrementAndGet();
                    return law.map(each -> recordViolation(merge, each)).orElse(Mono.empty());
                })
                // A failed check proves no violation, and must not end the monitor.
                .onErrorResume(failure -> {
                    log.debug(
                            "merge law check failed contract={} reason={}",
                            merge.contract().key(),
                            failure.toString());
                    unfinished.incrementAndGet();
                    return Mono.empty();
                })
                .doFinally(end -> dequeue(merge));
    }

    private Mono<Quarantine> recordViolation(Merge merge, MergeLaw law) {
        broken.incrementAndGet();
        CodeHash code = merge.contract().code().hash();
        Optional<Quarantine> started = quarantines.recordViolation(code, law);
        started.ifPresentOrElse(
                quarantine -> log.warn(
                        "merge law broken, code quarantined code={} law={} minutes={} contract={}",
                        code,
                        law,
                        quarantine.remaining().toMinutes(),
                        merge.contract().key()),
                () -> log.debug(
                        "merge law broken contract={} law={}", merge.contract().key(), law));
        return Mono.justOrEmpty(started);
    }
}
