package dev.tributary.core.hosting;

import dev.tributary.core.error.ContractDamagedException;
import dev.tributary.core.storage.ContractStore;
import dev.tributary.core.storage.Demand;
import dev.tributary.core.storage.StoreEntry;
import dev.tributary.core.storage.StoreListing;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.StateDigest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Reads the copies of the hosted contracts from the store. A contract whose copy cannot be read leaves the hosting
 * table, and comes back once its copy can be read again.
 */
final class CopyReader {

    private static final Logger log = LoggerFactory.getLogger(CopyReader.class);

    private final ContractStore store;
    private final HostingTable table;

    CopyReader(ContractStore store, HostingTable table) {
        this.store = store;
        this.table = table;
    }

    /** The stored contract, or empty if this node does not host it or its copy cannot be read. */
    Mono<StoredContract> find(ContractInstanceId id) {
        return Mono.defer(() -> {
            StateDigest digest = table.digestOf(id).orElse(null);
            if (digest == null && !table.damaged().contains(id)) {
                return Mono.empty();
            }
            return store.read(id)
                    .doOnNext(stored -> readopt(StoreEntry.of(stored)))
                    .onErrorResume(ContractDamagedException.class, failure -> {
                        markDamaged(failure, digest);
                        return Mono.empty();
                    })
                    .switchIfEmpty(Mono.fromRunnable(() -> markMissing(id, digest)));
        });
    }

    /** Reads the copy past all caches, and emits the number of bytes; empty if not hosted or not readable. */
    Mono<Long> verify(ContractInstanceId id, boolean withCode) {
        return Mono.defer(() -> {
            StateDigest digest = table.digestOf(id).orElse(null);
            return digest == null
                    ? Mono.empty()
                    : store.verify(id, withCode)
                            .onErrorResume(ContractDamagedException.class, failure -> {
                                markDamaged(failure, digest);
                                return Mono.empty();
                            })
                            .switchIfEmpty(Mono.fromRunnable(() -> markMissing(id, digest)));
        });
    }

    /**
     * Writes the copy of a contract that is known to be damaged anew if it can be read. Emits whether this node now
     * holds the contract. No other change of the contract may run meanwhile.
     */
    Mono<Boolean> rewriteDamaged(ContractInstanceId id) {
        return Mono.defer(() -> table.holds(id) || !table.damaged().contains(id)
                ? Mono.just(true)
                : store.read(id)
                        .flatMap(stored -> store.commit(stored)
                                .then(Mono.fromRunnable(() -> readopt(StoreEntry.of(stored))))
                                .thenReturn(true))
                        .onErrorReturn(ContractDamagedException.class, false)
                        .defaultIfEmpty(false));
    }

    /**
     * Takes a contract whose copy cannot be read out of the table, unless it has another state by now: then the failure
     * is that of an earlier copy.
     *
     * @param read the digest that the table had when the read began, or null if it did not hold the contract
     */
    void markDamaged(ContractDamagedException failure, @Nullable StateDigest read) {
        synchronized (table) {
            HostedContract entry = table.entry(failure.id());
            if (entry != null && !entry.digest().equals(read)) {
                return;
            }
            Demand demand = entry == null ? null : entry.demand();
            table.discard(failure.id());
            table.damaged().add(failure, demand);
        }
    }

    /** A damaged index may hide the record of a contract that it holds. */
    private void markMissing(ContractInstanceId id, @Nullable StateDigest read) {
        synchronized (table) {
            HostedContract entry = table.entry(id);
            if (entry != null && entry.digest().equals(read)) {
                markDamaged(new ContractDamagedException(id, "the store does not find its record"), read);
            }
        }
    }

    /** Logs what the listing of a store may hide. */
    static void logUnreadable(StoreListing listing) {
        listing.unreadable()
                .forEach(range ->
                        log.error("part of the store not read {} reason=\"{}\"", range.contracts(), range.reason()));
    }

    /** Adds a contract whose damaged copy can be read again, unless it was replaced meanwhile. */
    private void readopt(StoreEntry holding) {
        ContractInstanceId id = holding.key().id();
        synchronized (table) {
            if (table.damaged().contains(id) && !table.holds(id)) {
                table.restore(holding);
                table.damaged().remove(id);
            }
        }
    }
}
