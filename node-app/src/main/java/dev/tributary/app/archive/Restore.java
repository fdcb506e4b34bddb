package dev.tributary.app.archive;

import dev.tributary.core.storage.ContractStore;
import dev.tributary.core.storage.StoreEntry;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.StateDigest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;

/**
 * Writes the contracts of an archive to a store. What does not match its digest or its id is refused by name, and the
 * rest is written.
 */
public final class Restore {

    /** Maximum number of commits under way: they share a sync. */
    private static final int BATCH = 256;

    /** Number of bytes under way from which no more are read. */
    private static final long BATCH_BYTES = 16L << 20;

    private final ContractStore store;
    private final List<StoredContract> batch = new ArrayList<>();
    private final List<Defect> refused;
    private long batchBytes;
    private int restored;
    private long stateBytes;

    private Restore(ContractStore store, List<Defect> refused) {
        this.store = store;
        this.refused = new ArrayList<>(refused);
    }

    /**
     * Writes all contracts. Blocks.
     *
     * @param isReplacing whether a contract that the store has with another state is replaced
     * @throws dev.tributary.core.error.StorageException if the store cannot be written
     */
    public static RestoreReport run(ArchiveContents archive, ContractStore store, boolean isReplacing) {
        Map<ContractInstanceId, StateDigest> present = store.entries()
                .toStream()
                .collect(Collectors.toMap(entry -> entry.key().id(), StoreEntry::digest));
        Restore restore = new Restore(store, archive.defects());
        int unchanged = 0;
        int kept = 0;
        for (ArchivedContract contract : archive.contracts()) {
            StateDigest digest = present.get(contract.key().id());
            if (contract.digest().equals(digest)) {
                unchanged++;
            } else if (digest != null && !isReplacing) {
                kept++;
            } else {
                restore.add(archive, contract);
            }
        }
        restore.commit();
        return new RestoreReport(restore.restored, unchanged, kept, restore.stateBytes, restore.refused);
    }

    private void add(ArchiveContents archive, ArchivedContract contract) {
        try {
            StoredContract stored = archive.read(contract);
            batch.add(stored);
            batchBytes +=
                    stored.state().size() + stored.contract().code().bytes().size();
        } catch (IOException defect) {
            refused.add(Defect.of(contract.key(), defect));
        }
        if (batch.size() == BATCH || batchBytes >= BATCH_BYTES) {
            commit();
        }
    }

    private void commit() {
        Flux.fromIterable(batch).flatMap(store::commit, BATCH).blockLast();
        restored += batch.size();
        stateBytes += batch.stream().mapToLong(each -> each.state().size()).sum();
        batch.clear();
        batchBytes = 0;
    }
}
