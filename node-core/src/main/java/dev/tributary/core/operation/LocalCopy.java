package dev.tributary.core.operation;

import dev.tributary.core.error.ContractQuarantinedException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.message.Put;
import dev.tributary.core.value.State;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What this node has of a contract that is put: the state that is forwarded, and whether it is stored here.
 *
 * @param failure why this node has not stored it, or null if it has
 */
record LocalCopy(State state, @Nullable NodeException failure) {

    /** A quarantined contract is stored on this node only: if it is not, it is stored nowhere. */
    NodeException notForwarded(ContractQuarantinedException quarantined) {
        return failure == null ? quarantined : failure;
    }

    /** What to answer if no other node has confirmed a copy; null if this one has none. */
    Put.@Nullable Stored alone(Put.Request put) {
        return failure == null ? new Put.Stored(put.tx(), put.contract().key(), false, 0, 1, state.digest()) : null;
    }

    /** Subtracts this node from the copies if it has none; errors with its failure if there is no other copy. */
    Mono<Put.Stored> confirm(Put.Stored stored) {
        if (failure == null) {
            return Mono.just(stored);
        }
        return stored.replicas() <= 1
                ? Mono.error(failure)
                : Mono.just(new Put.Stored(
                        stored.tx(), stored.key(), stored.root(), stored.hops(), stored.replicas() - 1, null));
    }
}
