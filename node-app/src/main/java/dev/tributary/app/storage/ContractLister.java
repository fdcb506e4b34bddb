package dev.tributary.app.storage;

import dev.tributary.core.error.ContractDamagedException;
import dev.tributary.core.error.StorageException;
import dev.tributary.core.storage.StoreEntry;
import dev.tributary.core.storage.StoreListing;
import dev.tributary.core.storage.UnreadableRange;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateDigest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Lists the contracts of the index. What cannot be read is named beside them, and fails no list. Methods block; call them
 * from any thread that may block.
 */
final class ContractLister {

    private final Supplier<ContractIndex> index;
    private final BlobFiles blobs;
    private final KnownDamage damage;

    /** @param index the open index, or throws {@link StorageException} while there is none */
    ContractLister(Supplier<ContractIndex> index, BlobFiles blobs, KnownDamage damage) {
        this.index = index;
        this.blobs = blobs;
        this.damage = damage;
    }

    /** The keys of the contracts at this moment that can be read. */
    List<ContractKey> keys() {
        List<ContractKey> keys = new ArrayList<>();
        forEach((open, id, record) -> keys.add(new ContractKey(id, record.code())), (id, defect) -> {});
        return keys;
    }

    /** The contracts at this moment, and what of them cannot be read. */
    StoreListing listing() {
        Map<CodeHash, Integer> codeSizes = new HashMap<>();
        List<StoreEntry> entries = new ArrayList<>();
        List<ContractInstanceId> damaged = new ArrayList<>();
        List<UnreadableRange> unreadable = forEach(
                (open, id, record) -> entries.add(entry(open, id, record, codeSizes)), (id, defect) -> damaged.add(id));
        return new StoreListing(entries, damaged, unreadable);
    }

    /** The contracts whose record, or whose program's record, is damaged or missing at this moment. */
    List<ContractDamagedException> damagedContracts() {
        List<ContractDamagedException> all = new ArrayList<>();
        forEach((open, id, record) -> entry(open, id, record, new HashMap<>()), (id, defect) -> {
            damage.addContract(id);
            all.add(new ContractDamagedException(id, defect));
        });
        return all;
    }

    private StoreEntry entry(
            ContractIndex open, ContractInstanceId id, ContractRecord record, Map<CodeHash, Integer> codeSizes)
            throws IOException {
        Integer codeSize = codeSizes.get(record.code());
        if (codeSize == null) {
            codeSize = ProgramRecord.read(open, record.code()).code().size();
            codeSizes.put(record.code(), codeSize);
        }
        return new StoreEntry(
                new ContractKey(id, record.code()),
                digest(record),
                record.state().size() + record.parameters().size(),
                codeSize,
                record.changed(),
                record.demand());
    }

    /** The digest in the record. Records of the first format have none; it is then computed from the state. */
    private StateDigest digest(ContractRecord record) throws IOException {
        StateDigest digest = record.digest();
        return digest != null ? digest : new State(blobs.read(record.state())).digest();
    }

    /** Returns the parts of the index that cannot be read. */
    private List<UnreadableRange> forEach(RecordAction action, BiConsumer<ContractInstanceId, IOException> onDamage) {
        ContractIndex open = index.get();
        List<UnreadableRange> unreadable = open.forEachReadableContract((id, record) -> {
            try {
                action.accept(open, id, ContractRecord.decode(record));
            } catch (IOException defect) {
                onDamage.accept(id, defect);
            } catch (RuntimeException defect) {
                onDamage.accept(id, new IOException("a page of the index is damaged", defect));
            }
        });
        if (open.isClosed()) {
            throw new StorageException("the index was closed while it was read"); // it failed, and is opened again
        }
        return unreadable;
    }

    /** Reads the record of a contract. */
    private interface RecordAction {

        void accept(ContractIndex open, ContractInstanceId id, ContractRecord record) throws IOException;
    }
}
