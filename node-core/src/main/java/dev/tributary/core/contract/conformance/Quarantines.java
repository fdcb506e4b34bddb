package dev.tributary.core.contract.conformance;

import dev.tributary.core.limit.BoundedMap;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import java.util.Optional;

/**
 * Puts a contract in quarantine at its second violation of the merge law, and all contracts of its code only if the
 * {@link CodeEvidence} is against the code. Safe to use from any thread.
 */
final class Quarantines {

    /** Number of violations that start a quarantine: a single one may be chance, caused by a clock for instance. */
    private static final int THRESHOLD = 2;

    /** Maximum number of codes with evidence; the one that was used the longest time ago is forgotten. */
    private static final int MAX_CODES = 1024;

    private final Suspects<ContractInstanceId> contracts;
    private final Suspects<CodeHash> codes;
    private final BoundedMap<CodeHash, CodeEvidence> evidence = BoundedMap.leastRecentlyUsed(MAX_CODES);

    Quarantines(MergeLawConfig config, TimeSource time) {
        this.contracts = new Suspects<>(config, time, THRESHOLD);
        this.codes = new Suspects<>(config, time, 1);
    }

    /** Records that a merge that changed the state kept the law. */
    synchronized void recordHeld(ContractKey key) {
        evidence(key).recordHeld(key.id());
    }

    /**
     * Records that the contract broke the law, and returns the quarantine that this starts, if any: of its code, or else
     * of itself.
     *
     * @param sender the peer that sent the state; empty for a client of this node
     */
    synchronized Optional<Quarantine> recordViolation(ContractKey key, MergeLaw law, Optional<PeerId> sender) {
        if (current(key).isPresent()) {
            return Optional.empty();
        }
        Optional<Quarantine> contract = contracts
                .recordViolation(key.id(), law)
                .map(started -> new Quarantine(key.code(), key.id(), law, started.remaining()));
        if (contract.isEmpty() || !evidence(key).recordBroken(key.id(), sender)) {
            return contract;
        }
        return codes.recordViolation(key.code(), law)
                .map(started -> new Quarantine(key.code(), null, law, started.remaining()))
                .or(() -> contract);
    }

    /** True if the contract broke the law and was not cleared since. */
    synchronized boolean isSuspect(ContractKey key) {
        return contracts.contains(key.id());
    }

    /** The current quarantine of the contract or of its code, whichever lasts longer; empty if there is none. */
    synchronized Optional<Quarantine> current(ContractKey key) {
        Optional<Quarantine> contract = contracts
                .current(key.id())
                .map(each -> new Quarantine(key.code(), key.id(), each.law(), each.remaining()));
        Optional<Quarantine> code =
                codes.current(key.code()).map(each -> new Quarantine(key.code(), null, each.law(), each.remaining()));
        return code.filter(each -> contract.isEmpty()
                        || each.remaining().compareTo(contract.get().remaining()) >= 0)
                .or(() -> contract);
    }

    /** Number of contracts and codes in quarantine. */
    synchronized int activeCount() {
        return contracts.activeCount() + codes.activeCount();
    }

    private CodeEvidence evidence(ContractKey key) {
        return evidence.computeIfAbsent(key.code(), code -> new CodeEvidence());
    }
}
