package dev.tributary.core.contract;

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
 * Finds contracts that break the laws of merging while they run: now and then a merge is made again and the other way
 * round, in the background, one at a time. Code that broke a law twice is in {@link Quarantine}: its contracts go on here,
 * but this node does not spread them, for peers would hand their updates round and round and never agree. Contracts that
 * ask for others to merge are not looked at. Safe to use from any thread.
 */
public final class LawWatch {

    private static final Logger log = LoggerFactory.getLogger(LawWatch.class);

    private final ContractExecutor executor;
    private final LawConfig config;
    private final Scheduler timer;
    private final RandomGenerator random;
    private final Quarantines quarantines;
    private final Sinks.Many<Merge> merges;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong waitingBytes = new AtomicLong();
    private final AtomicLong checked = new AtomicLong();
    private final AtomicLong broken = new AtomicLong();
    private final AtomicLong unfinished = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();

    /** What somebody brought was merged into what was held. */
    private record Merge(Contract contract, State held, State brought, State merged) {

        long bytes() {
            return (long) held.size() + brought.size() + merged.size();
        }
    }

    /**
     * A watch that begins with {@link #run()}.
     *
     * @param random which merges are made again; used by several threads at once
     */
    public LawWatch(
            ContractExecutor executor, LawConfig config, TimeSource time, Scheduler timer, RandomGenerator random) {
        this.executor = executor;
        this.config = config;
        this.timer = timer;
        this.random = random;
        this.quarantines = new Quarantines(config, time);
        this.merges = Sinks.many()
                .unicast()
                .onBackpressureBuffer(Queues.<Merge>get(config.waitingMerges()).get());
    }

    /** Makes merges again until it is cancelled, and emits every quarantine that begins. Subscribe once. */
    public Flux<Quarantine> run() {
        return merges.asFlux().flatMap(this::check, 1, 1);
    }

    /** Takes note of a merge that was accepted; returns at once. */
    public void saw(Contract contract, State held, State brought, State merged) {
        if (!wanted(contract.code().hash())) {
            return;
        }
        Merge merge = new Merge(contract, held, brought, merged);
        if (!enter(merge)) {
            dropped.incrementAndGet();
        }
    }

    /** Whether updates of this code's contracts may be passed on to other nodes. */
    public boolean mayBeSpread(CodeHash code) {
        return quarantines.of(code).isEmpty();
    }

    /** Why, and for how much longer, updates of this code's contracts are not passed on. */
    public Optional<Quarantine> quarantine(CodeHash code) {
        return quarantines.of(code);
    }

    /** What it did, and what waits. */
    public LawUsage usage() {
        return new LawUsage(
                checked.get(), broken.get(), unfinished.get(), dropped.get(), waiting.get(), quarantines.running());
    }

    /** All of those that are suspected already, so that they are soon found out or believed again. */
    private boolean wanted(CodeHash code) {
        return config.sample() > 0
                && (quarantines.suspects(code) || random.nextInt(config.sample()) == 0)
                && quarantines.of(code).isEmpty();
    }

    private synchronized boolean enter(Merge merge) {
        if (waitingBytes.get() + merge.bytes() > config.waitingBytes()) {
            return false;
        }
        waiting.incrementAndGet();
        waitingBytes.addAndGet(merge.bytes());
        if (merges.tryEmitNext(merge).isFailure()) {
            leave(merge);
            return false;
        }
        return true;
    }

    private void leave(Merge merge) {
        waiting.decrementAndGet();
        waitingBytes.addAndGet(-merge.bytes());
    }

    private Mono<Quarantine> check(Merge merge) {
        return executor.recheck(merge.contract(), merge.held(), merge.brought(), merge.merged())
                .timeout(config.checkLimit(), timer)
                .flatMap(law -> {
                    checked.incrementAndGet();
                    return law.map(each -> judge(merge, each)).orElse(Mono.empty());
                })
                // Whatever it is, it says nothing about the laws; and the next merge is another one.
                .onErrorResume(failure -> {
                    log.debug(
                            "contract={} could not be checked: {}",
                            merge.contract().key(),
                            failure.toString());
                    unfinished.incrementAndGet();
                    return Mono.empty();
                })
                .doFinally(end -> leave(merge));
    }

    private Mono<Quarantine> judge(Merge merge, Law law) {
        broken.incrementAndGet();
        CodeHash code = merge.contract().code().hash();
        Optional<Quarantine> begun = quarantines.broke(code, law);
        begun.ifPresentOrElse(
                quarantine -> log.warn(
                        "code={} breaks {}: its updates are not spread for {} min, found at contract={}",
                        code,
                        law,
                        quarantine.left().toMinutes(),
                        merge.contract().key()),
                () -> log.debug("contract={} broke {}", merge.contract().key(), law));
        return Mono.justOrEmpty(begun);
    }
}
