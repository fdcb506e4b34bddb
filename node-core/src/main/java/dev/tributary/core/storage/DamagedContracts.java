package dev.tributary.core.storage;

import dev.tributary.core.error.ContractDamagedException;
import dev.tributary.core.error.RateLimitedLog;
import dev.tributary.core.value.ContractInstanceId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The contracts whose copy on this node cannot be read. They count as not held until their copy is replaced or can be
 * read again. Thread-safe.
 */
public final class DamagedContracts {

    /** Number of damaged copies that are logged at once; after that there is a line a minute. */
    private static final int LOG_BURST = 10;

    /** Time after which a copy that could not be replaced counts as lost, and pause between two reports of one. */
    private static final long LOST_NANOS = Duration.ofDays(1).toNanos();

    private static final Logger log = LoggerFactory.getLogger(DamagedContracts.class);

    private final Map<ContractInstanceId, Damage> damaged = new LinkedHashMap<>();
    private final LongSupplier nanos;
    private final RateLimitedLog findings;
    private volatile Consumer<ContractInstanceId> listener = id -> {};
    private long found;
    private long repaired;
    private long scrubs;
    private long scrubbedBytes;
    private boolean isScrubPaused;

    /** No damaged contracts yet; {@code nanos} is a clock. */
    public DamagedContracts(LongSupplier nanos) {
        this.nanos = nanos;
        this.findings = new RateLimitedLog(log, LOG_BURST, nanos);
    }

    /** Calls the listener with each contract that is found damaged. The listener must not block. */
    public void onDamage(Consumer<ContractInstanceId> listener) {
        this.listener = listener;
    }

    /**
     * Records that the contract's copy cannot be read; logs and counts it once.
     *
     * @param demand demand for the contract, which its next copy inherits; null if the damage hides it
     */
    public void add(ContractDamagedException failure, @Nullable Demand demand) {
        ContractInstanceId id = failure.id();
        synchronized (this) {
            if (damaged.putIfAbsent(id, new Damage(failure, demand, nanos.getAsLong())) != null) {
                return;
            }
            found++;
        }
        findings.log(Level.WARN, "copy damaged contract={} reason=\"{}\"", id, String.valueOf(failure.getMessage()));
        listener.accept(id);
    }

    /** Records that the contract has a readable copy again. */
    public void remove(ContractInstanceId id) {
        synchronized (this) {
            if (damaged.remove(id) == null) {
                return;
            }
            repaired++;
        }
        log.info("damaged copy repaired contract={}", id);
    }

    /** Forgets a contract that the operator dropped. */
    public synchronized void forget(ContractInstanceId id) {
        damaged.remove(id);
    }

    /** Logs, once a day, that no other node has had a copy for a day. */
    public void reportIfLost(ContractInstanceId id) {
        synchronized (this) {
            Damage damage = damaged.get(id);
            if (damage == null || nanos.getAsLong() - damage.reported < LOST_NANOS) {
                return;
            }
            damage.reported = nanos.getAsLong();
        }
        log.warn(
                "damaged copy lost, no other node had one for a day contract={} remedy=\"tributary store drop {}\"",
                id,
                id);
    }

    public synchronized boolean contains(ContractInstanceId id) {
        return damaged.containsKey(id);
    }

    /** Why the contract's copy cannot be read; empty if it is not known to be damaged. */
    public synchronized Optional<ContractDamagedException> failure(ContractInstanceId id) {
        return Optional.ofNullable(damaged.get(id)).map(damage -> damage.failure);
    }

    /** The demand for the contract when it was found damaged, if it is damaged and the demand is known. */
    public synchronized Optional<Demand> demand(ContractInstanceId id) {
        return Optional.ofNullable(damaged.get(id)).map(damage -> damage.demand);
    }

    /** The damaged contracts at this moment. */
    public synchronized List<ContractInstanceId> ids() {
        return List.copyOf(damaged.keySet());
    }

    /** Counts bytes that the scrub has read. */
    public synchronized void addScrubbed(long bytes) {
        scrubbedBytes += bytes;
    }

    /** Counts a complete pass of the scrub. */
    public synchronized void addScrub() {
        scrubs++;
    }

    /** Records whether the scrub is paused. */
    public synchronized void setScrubPaused(boolean paused) {
        isScrubPaused = paused;
    }

    public synchronized DamageStatus status() {
        long now = nanos.getAsLong();
        int lost = (int) damaged.values().stream()
                .filter(damage -> now - damage.since >= LOST_NANOS)
                .count();
        return new DamageStatus(damaged.size(), lost, found, repaired, scrubs, scrubbedBytes, isScrubPaused);
    }

    /** A damaged copy. */
    private static final class Damage {

        private final ContractDamagedException failure;
        private final @Nullable Demand demand;
        private final long since;

        /** When it was last reported as lost; before the first report, when it was found. */
        private long reported;

        Damage(ContractDamagedException failure, @Nullable Demand demand, long now) {
            this.failure = failure;
            this.demand = demand;
            this.since = now;
            this.reported = now;
        }
    }
}
