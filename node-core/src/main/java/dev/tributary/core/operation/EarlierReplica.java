package dev.tributary.core.operation;

import dev.tributary.core.error.RemoteFailureException;
import dev.tributary.core.error.StorageException;
import dev.tributary.core.hosting.HostedContracts;
import dev.tributary.core.message.Put;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.State;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * The replica of the contract before a PUT.
 *
 * @param restores whether it is restored if other hosts refuse the new state
 * @param replica the replica; empty if there was none, or if it is not restored
 */
record EarlierReplica(ContractInstanceId id, boolean restores, Optional<StoredContract> replica) {

    /** Maximum size of a contract that is kept in memory during a PUT to restore it: 1 MiB. */
    private static final int MAX_BYTES = 1 << 20;

    private static final Logger log = LoggerFactory.getLogger(EarlierReplica.class);

    /**
     * Reads the replica before the PUT.
     *
     * @param mayRestore whether this node answers for the state: it is put by a client, or this node is the root
     */
    static Mono<EarlierReplica> read(HostedContracts contracts, ContractInstanceId id, boolean mayRestore) {
        long size = contracts.sizeOf(id);
        boolean restores = mayRestore && size <= MAX_BYTES;
        if (!restores || size == 0) {
            return Mono.just(new EarlierReplica(id, restores, Optional.empty()));
        }
        return contracts
                .find(id)
                .map(held -> new EarlierReplica(id, true, Optional.of(held)))
                // A replica that cannot be read cannot be restored.
                .onErrorReturn(StorageException.class, new EarlierReplica(id, false, Optional.empty()))
                .defaultIfEmpty(new EarlierReplica(id, true, Optional.empty()));
    }

    /** Takes the state back if the contract rejects it at other hosts, which hold one that it does not merge with. */
    Mono<Put.Stored> onRefused(HostedContracts contracts, State merged, RemoteFailureException failure) {
        boolean isNew =
                replica.filter(held -> held.digest().equals(merged.digest())).isEmpty();
        Mono<Void> takeBack = failure.isRejection() && restores && isNew
                ? contracts.takeBack(id, merged.digest(), replica)
                : Mono.empty();
        return takeBack.onErrorResume(StorageException.class, failed -> {
                    log.warn("refused state not taken back contract={} reason={}", id, failed.getMessage());
                    return Mono.empty();
                })
                .then(Mono.error(failure));
    }
}
