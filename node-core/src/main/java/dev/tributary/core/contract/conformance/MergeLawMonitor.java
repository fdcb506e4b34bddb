package dev.tributary.core.contract.conformance;

import dev.tributary.core.contract.ContractExecutor;
import dev.tributary.core.limit.MemoryPlan;
import dev.tributary.core.limit.MemoryUse;
import dev.tributary.core.limit.Permits;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.PeerId;
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
 * Detects contracts whose peers would pass updates on endlessly: a sample of the accepted merges is repeated with the
 * same incoming state once more, in the background, one at a time, which must change nothing, or heal as in
 * {@link MergeLaw#MERGE_HEALS}. A contract that broke this twice is put in {@link Quarantine}: the node still runs it but
 * does not broadcast its updates. Other contracts of its code are not affected, unless several that different peers
 * brought break it. Checks that fail, or give other results when repeated, prove nothing. Safe to use from any thread.
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

    /**
     * A merge of an incoming state into the held one.
     *
     * @param sender the peer that sent the incoming state; empty for a client of this node
     */
    private record Merge(Contract contract, State held, State incoming, State merged, Optional<PeerId> sender) {

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
        this.waitingBytes = MemoryPlan.ofThisProcess().permits(MemoryUse.MERGE_CHECKS, config.queuedBytes());
        this.merges = Sinks.many()
                .unicast()
                .onBackpressureBuffer(Queues.<Merge>get(config.queuedMerges()).get());
    }

    /** Checks queued merges until cancelled, and emits every quarantine that starts. Subscribe once. */
    public Flux<Quarantine> run() {
        return merges.asFlux().flatMap(this::check, 1, 1);
    }

    /**
     * Queues an accepted merge for a check if it is sampled; returns at once.
     *
     * @param sender the peer that sent the incoming state; empty for a client of this node
     */
    public void observed(Contract contract, State held, State incoming, State merged, Optional<PeerId> sender) {
        if (!isSampled(contract.key())) {
            return;
        }
        Merge merge = new Merge(contract, held, incoming, merged, sender);
        if (!enqueue(merge)) {
            dropped.incrementAndGet();
        }
    }

    /** True if updates of this contract may be sent to peers. */
    public boolean mayBroadcast(ContractKey key) {
        return quarantines.current(key).isEmpty();
    }

    /** The quarantine of this contract or of its code: the reason and the remaining time; empty if there is none. */
    public Optional<Quarantine> quarantine(ContractKey key) {
        return quarantines.current(key);
    }

    /** Counters since the start, and the current queue. */
    public MergeLawUsage usage() {
        return new MergeLawUsage(
                checked.get(), broken.get(), unfinished.get(), dropped.get(), waiting.get(), quarantines.activeCount());
    }

    /** True for a sample of the merges, and for every merge of a contract that broke the law before, to decide soon. */
    private boolean isSampled(ContractKey key) {
        return config.sampleOneIn() > 0
                && (quarantines.isSuspect(key) || random.nextInt(config.sampleOneIn()) == 0)
                && quarantines.current(key).isEmpty();
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
        return Mono.defer(() -> executor.runInBackground(
                        merge.contract(),
                        runtime -> Reapplication.judge(
                                runtime, merge.contract(), merge.held(), merge.incoming(), merge.merged())))
                .timeout(config.checkTimeout(), timer)
                .flatMap(judged -> record(merge, judged))
                // A failed check proves no violation, and must not end the monitor.
                .onErrorResume(failure -> {
                    inconclusive(merge, failure.toString());
                    return Mono.empty();
                })
                .doFinally(end -> dequeue(merge));
    }

    private Mono<Quarantine> record(Merge merge, LawCase judged) {
        return switch (judged.outcome()) {
            case HELD, NOT_CHECKED -> {
                checked.incrementAndGet();
                recordHeld(merge);
                yield Mono.empty();
            }
            case INCONCLUSIVE -> {
                inconclusive(merge, judged.detail());
                yield Mono.empty();
            }
            case BROKEN -> {
                checked.incrementAndGet();
                yield recordViolation(merge, judged);
            }
        };
    }

    /** A merge that changed nothing, or only copied the incoming state, says little about the code. */
    private void recordHeld(Merge merge) {
        if (!merge.merged().equals(merge.held()) && !merge.merged().equals(merge.incoming())) {
            quarantines.recordHeld(merge.contract().key());
        }
    }

    private void inconclusive(Merge merge, String reason) {
        log.debug(
                "merge law check inconclusive contract={} reason={}",
                merge.contract().key(),
                reason);
        unfinished.incrementAndGet();
    }

    private Mono<Quarantine> recordViolation(Merge merge, LawCase judged) {
        broken.incrementAndGet();
        ContractKey key = merge.contract().key();
        Optional<Quarantine> started = quarantines.recordViolation(key, MergeLaw.MERGE_HEALS, merge.sender());
        started.ifPresentOrElse(
                quarantine -> log.warn(
                        "merge law broken, {} quarantined contract={} code={} minutes={} reason={}",
                        quarantine.instance() == null ? "code" : "contract",
                        key,
                        quarantine.code(),
                        quarantine.remaining().toMinutes(),
                        judged.detail()),
                () -> log.debug("merge law broken contract={} reason={}", key, judged.detail()));
        return Mono.justOrEmpty(started);
    }
}
