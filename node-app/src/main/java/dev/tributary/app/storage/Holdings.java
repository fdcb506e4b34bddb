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

/** What the index adds up to: counted when it is opened, kept up by the one thread that changes it. */
final class Holdings {

    private static final Logger log = LoggerFactory.getLogger(Holdings.class);

    private final Map<CodeHash, Integer> instances = new HashMap<>();
    private final Set<Long> files = new HashSet<>();
    private long contracts;
    private long stateBytes;
    private int damaged;

    private Holdings() {}

    /** Nothing at all. */
    static Holdings none() {
        return new Holdings();
    }

    /**
     * Counts what the index holds and deletes what it does not refer to: programs without contracts, and leftover files.
     * If a record is damaged nothing is deleted, since it may be what the record referred to.
     */
    static Holdings count(Index index, BodyFiles bodies) throws IOException {
        Holdings holdings = new Holdings();
        index.forEachContract((id, record) -> holdings.countContract(id, record));
        Set<CodeHash> unused = new HashSet<>();
        index.forEachProgram((hash, record) -> {
            if (holdings.instances.containsKey(hash)) {
                holdings.countProgram(hash, record);
            } else {
                unused.add(hash);
            }
        });
        if (holdings.damaged == 0) {
            unused.forEach(index::removeProgram);
        }
        bodies.sweep(holdings.damaged == 0 ? holdings.files : null);
        holdings.files.clear();
        return holdings;
    }

    /** One more contract. */
    void add(ContractRecord record) {
        instances.merge(record.code(), 1, Integer::sum);
        contracts++;
        stateBytes += record.state().size();
    }

    /** One contract less. Returns whether it was the last instance of its code. */
    boolean subtract(ContractRecord record) {
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
            refer(record.parameters());
            refer(record.state());
        } catch (IOException e) {
            damaged(id, e);
        }
    }

    private void countProgram(CodeHash hash, byte[] bytes) {
        try {
            refer(CodeRecord.decode(bytes).code());
        } catch (IOException e) {
            damaged(hash, e);
        }
    }

    private void refer(Body body) {
        if (body instanceof Body.Filed file) {
            files.add(file.number());
        }
    }

    private void damaged(Object name, @Nullable IOException what) {
        damaged++;
        log.warn("record={} is damaged and left as it is: {}", name, what == null ? "" : what.getMessage());
    }
}
