package dev.tributary.app.storage;

import dev.tributary.core.storage.StoreUsage;
import dev.tributary.core.value.CodeHash;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The totals of the index: counted when it is opened, updated by the writer thread. */
final class StoreTotals {

    private static final Logger log = LoggerFactory.getLogger(StoreTotals.class);

    private final Map<CodeHash, Integer> instances = new HashMap<>();
    private final Set<Long> files = new HashSet<>();
    private final Set<CodeHash> unused = new HashSet<>();
    private long contracts;
    private long stateBytes;
    private int damaged;

    private StoreTotals() {}

    /** The totals of an empty index. */
    static StoreTotals empty() {
        return new StoreTotals();
    }

    /** Counts the records of the index. Deletes nothing. */
    static StoreTotals count(ContractIndex index) {
        StoreTotals totals = new StoreTotals();
        index.forEachContract((id, record) -> totals.countContract(id, record));
        index.forEachProgram((hash, record) -> {
            if (totals.instances.containsKey(hash)) {
                totals.countProgram(hash, record);
            } else {
                totals.unused.add(hash);
            }
        });
        return totals;
    }

    /**
     * Deletes the records of programs without contracts and moves orphan files to the quarantine. If a record is damaged,
     * nothing is changed, since the damaged record may refer to it.
     *
     * @param reason why a file without a record may be one, or null if that is the usual remains of a process that ended
     */
    void sweep(ContractIndex index, BlobFiles blobs, @Nullable String reason) throws IOException {
        if (damaged == 0) {
            unused.forEach(index::removeProgram);
        }
        blobs.sweep(damaged == 0 ? files : null, reason);
        files.clear();
        unused.clear();
    }

    /** Adds one contract. */
    void add(ContractRecord record) {
        instances.merge(record.code(), 1, Integer::sum);
        contracts++;
        stateBytes += record.state().size();
    }

    /** Subtracts one contract. Returns whether it was the last instance of its code. */
    boolean remove(ContractRecord record) {
        contracts--;
        stateBytes -= record.state().size();
        return instances.computeIfPresent(record.code(), (code, count) -> count == 1 ? null : count - 1) == null;
    }

    StoreUsage usage() {
        return new StoreUsage(contracts, stateBytes);
    }

    private void countContract(Object id, byte[] bytes) {
        try {
            ContractRecord record = ContractRecord.decode(bytes);
            add(record);
            addReference(record.parameters());
            addReference(record.state());
        } catch (IOException e) {
            reportDamaged(id, e);
        }
    }

    private void countProgram(CodeHash hash, byte[] bytes) {
        try {
            addReference(ProgramRecord.decode(bytes).code());
        } catch (IOException e) {
            reportDamaged(hash, e);
        }
    }

    private void addReference(Blob blob) {
        if (blob instanceof Blob.FileBlob file) {
            files.add(file.number());
        }
    }

    private void reportDamaged(Object name, @Nullable IOException defect) {
        damaged++;
        log.warn("damaged record kept record={} reason={}", name, defect == null ? "" : defect.getMessage());
    }
}
