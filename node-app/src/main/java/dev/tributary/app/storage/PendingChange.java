package dev.tributary.app.storage;

import dev.tributary.core.error.StorageException;
import dev.tributary.core.storage.Demand;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateDigest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A queued commit or removal of a contract, and the result that its caller waits for. */
final class PendingChange {

    /** Estimated heap of a change without its payload, in bytes. */
    private static final int OVERHEAD = 1_024;

    /** Stands for the contract of a probe. */
    private static final ContractInstanceId PROBE = ContractInstanceId.NONE;

    private final ContractInstanceId id;
    private final @Nullable Content content;
    private final long bytes;
    private final Sinks.Empty<Void> result = Sinks.empty();
    private @Nullable StorageException failure;

    private PendingChange(ContractInstanceId id, @Nullable Content content, long bytes) {
        this.id = id;
        this.content = content;
        this.bytes = OVERHEAD + bytes;
    }

    static PendingChange commit(StoredContract stored, CodeCache recentCode) {
        Parameters parameters = stored.contract().parameters();
        long bytes = stored.state().size() + (long) parameters.bytes().size();
        ContractCode code = stored.contract().code();
        ContractCode cached = recentCode.get(code.hash());
        if (cached == null) {
            bytes += code.bytes().size();
        } else {
            code = cached; // the shared instance lets the caller's copy be garbage collected
        }
        Content content =
                new Content(code, parameters, stored.state(), stored.digest(), stored.changed(), stored.demand());
        return new PendingChange(stored.contract().id(), content, bytes);
    }

    static PendingChange removal(ContractInstanceId id) {
        return new PendingChange(id, null, 0);
    }

    /** Changes nothing: its result tells that the writer answers. */
    static PendingChange probe() {
        return new PendingChange(PROBE, null, 0);
    }

    boolean isProbe() {
        return id.equals(PROBE);
    }

    ContractInstanceId id() {
        return id;
    }

    /** What to write, or null to remove the contract. */
    @Nullable
    Content content() {
        return content;
    }

    /** Approximate memory that the change holds while it is queued, in bytes. */
    long bytes() {
        return bytes;
    }

    /** Sets the error that {@link #complete} emits; the first one wins. */
    void failWith(StorageException reason) {
        if (failure == null) {
            failure = reason;
        }
    }

    boolean hasFailed() {
        return failure != null;
    }

    /** Completes or errors when the writer calls {@link #complete}. Cancelling does not undo the change. */
    Mono<Void> completion() {
        return result.asMono();
    }

    /** Emits the result to the caller. */
    void complete() {
        if (failure == null) {
            result.tryEmitEmpty();
        } else {
            result.tryEmitError(failure);
        }
    }

    /** The parts of a contract with its state. */
    record Content(
            ContractCode code,
            Parameters parameters,
            State state,
            StateDigest digest,
            Instant changed,
            Demand demand) {}
}
