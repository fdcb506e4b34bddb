package dev.tributary.core.storage;

import dev.tributary.core.error.ContractDamagedException;
import dev.tributary.core.error.RateLimitedLog;
import dev.tributary.core.value.ContractInstanceId;
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

    private static final Logger log = LoggerFactory.getLogger(DamagedContracts.class);

    private final Map<ContractInstanceId, Damage> damaged = new LinkedHashMap<>();
    private final RateLimitedLog findings;
    private volatile Consumer<ContractInstanceId> listener = id -> {};
    private long found;
    private long repaired;
    private long scrubs;
    private long scrubbedBytes;

    /** No damaged contracts yet; {@code nanos} is the clock of the rate limit of the log. */
    public DamagedContracts(LongSupplier nanos) {
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
            if (damaged.putIfAbsent(id, new Damage(failure, demand)) != null) {
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

    public synchronized boolean contains(ContractInstanceId id) {
        return damaged.containsKey(id);
    }

    /** Why the contract's copy cannot be read; empty if it is not known to be damaged. */
    public synchronized Optional<ContractDamagedException> failure(ContractInstanceId id) {
        return Optional.ofNullable(damaged.get(id)).map(Damage::failure);
    }

    /** The demand for the contract when it was found damaged, if it is damaged and the demand is known. */
    public synchronized Optional<Demand> demand(ContractInstanceId id) {
        return Optional.ofNullable(damaged.get(id)).map(Damage::demand);
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

    public synchronized DamageStatus status() {
        return new DamageStatus(damaged.size(), found, repaired, scrubs, scrubbedBytes);
    }

    private record Damage(
            ContractDamagedException failure, @Nullable Demand demand) {}
}
