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

/** A commit or a removal that waits for the writer, and who waits for it. */
final class Change {

    private static final int OVERHEAD = 1_024;

    private final ContractInstanceId id;
    private final @Nullable Content content;
    private final long bytes;
    private final Sinks.Empty<Void> asker = Sinks.empty();
    private @Nullable StorageException failure;

    private Change(ContractInstanceId id, @Nullable Content content, long bytes) {
        this.id = id;
        this.content = content;
        this.bytes = OVERHEAD + bytes;
    }

    static Change commit(StoredContract stored, CodeCache recentCode) {
        Parameters parameters = stored.contract().parameters();
        long bytes = stored.state().size() + (long) parameters.bytes().size();
        ContractCode code = stored.contract().code();
        ContractCode known = recentCode.get(code.hash());
        if (known == null) {
            bytes += code.bytes().size();
        } else {
            code = known; // the asker's own copy need not wait with us
        }
        Content content =
                new Content(code, parameters, stored.state(), stored.digest(), stored.changed(), stored.demand());
        return new Change(stored.contract().id(), content, bytes);
    }

    static Change removal(ContractInstanceId id) {
        return new Change(id, null, 0);
    }

    ContractInstanceId id() {
        return id;
    }

    /** What to write, or null to remove the contract. */
    @Nullable
    Content content() {
        return content;
    }

    /** How much memory it holds while it waits, about. */
    long bytes() {
        return bytes;
    }

    /** Decides that {@link #answer} will be an error, unless it is decided already. */
    void fail(StorageException reason) {
        if (failure == null) {
            failure = reason;
        }
    }

    /** How it ends, for the asker, who may have left by then. */
    Mono<Void> end() {
        return asker.asMono();
    }

    /** Tells the asker how it ended. */
    void answer() {
        if (failure == null) {
            asker.tryEmitEmpty();
        } else {
            asker.tryEmitError(failure);
        }
    }

    /** A contract with its state, in parts. */
    record Content(
            ContractCode code,
            Parameters parameters,
            State state,
            StateDigest digest,
            Instant changed,
            Demand demand) {}
}
