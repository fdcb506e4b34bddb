package dev.tributary.app.storage;

import dev.tributary.core.storage.StoreUsage;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.ContractInstanceId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The totals of the index: counted by the scan that opens it, updated by the writer thread. */
final class StoreTotals {

    private static final Logger log = LoggerFactory.getLogger(StoreTotals.class);

    private final Map<CodeHash, Integer> instances = new HashMap<>();
    private final Set<Long> files = new HashSet<>();
    private final Set<CodeHash> unused = new HashSet<>();
    /** The records that cannot be read, as they are logged. */
    private final List<String> damaged = new ArrayList<>();

    private long contracts;
    private long stateBytes;
    private int programs;
    private boolean withoutDigest;

    private StoreTotals() {}

    /** The totals of an empty index. */
    static StoreTotals empty() {
        return new StoreTotals();
    }

    /** Counts the record of a contract; read all contracts before the programs. Returns whether it can be read. */
    boolean readContract(byte[] id, byte[] bytes) {
        try {
            ContractRecord record = ContractRecord.decode(bytes);
            add(record);
            addReference(record.parameters());
            addReference(record.state());
            withoutDigest |= record.digest() == null;
            return true;
        } catch (IOException e) {
            addDamaged(new ContractInstanceId(Bytes.copyOf(id)), e);
            return false;
        }
    }

    /** Counts the record of a program. Returns whether it can be read. */
    boolean readProgram(byte[] name, byte[] bytes) {
        CodeHash hash = new CodeHash(Bytes.copyOf(name));
        if (!instances.containsKey(hash)) {
            unused.add(hash);
            return Checksum.isValid(bytes);
        }
        try {
            addReference(ProgramRecord.decode(bytes).code());
            programs++;
            return true;
        } catch (IOException e) {
            addDamaged(hash, e);
            return false;
        }
    }

    /** Whether all records could be read and have the format of today, and no program is missing. */
    boolean isWhole() {
        return damaged.isEmpty() && !withoutDigest && programs == instances.size();
    }

    /** Logs the records that could not be read. */
    void logDamaged() {
        damaged.forEach(defect -> log.warn("damaged record kept {}", defect));
    }

    /**
     * Deletes the records of programs without contracts and moves orphan files to the quarantine. If a record is damaged,
     * nothing is changed, since the damaged record may refer to it.
     *
     * @param reason why a file without a record may be one, or null if that is the usual remains of a process that ended
     */
    void sweep(ContractIndex index, BlobFiles blobs, @Nullable String reason) throws IOException {
        if (damaged.isEmpty()) {
            unused.forEach(index::removeProgram);
        }
        blobs.sweep(damaged.isEmpty() ? files : null, reason);
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

    private void addDamaged(Object name, IOException defect) {
        damaged.add("record=" + name + " reason=\"" + defect.getMessage() + "\"");
    }

    private void addReference(Blob blob) {
        if (blob instanceof Blob.FileBlob file) {
            files.add(file.number());
        }
    }
}
