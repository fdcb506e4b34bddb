package dev.tributary.app.storage;

import dev.tributary.core.error.StorageException;
import dev.tributary.core.storage.StoreEntry;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateDigest;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads contracts from the index and the blob files without locking out the writer: if a file is missing because the
 * contract changed meanwhile, the read is retried. Methods block; call them from any thread that may block.
 */
final class ContractReader {

    private static final Logger log = LoggerFactory.getLogger(ContractReader.class);

    private final Supplier<ContractIndex> index;
    private final BlobFiles blobs;
    private final CodeCache recentCode;

    /** @param index the open index, or throws {@link StorageException} while there is none */
    ContractReader(Supplier<ContractIndex> index, BlobFiles blobs, CodeCache recentCode) {
        this.index = index;
        this.blobs = blobs;
        this.recentCode = recentCode;
    }

    /** The contract, or null if the store does not contain it. */
    @Nullable
    StoredContract read(ContractInstanceId id) {
        try {
            byte[] record = index.get().contract(id);
            while (record != null) {
                try {
                    return load(id, ContractRecord.decode(record));
                } catch (NoSuchFileException missing) {
                    byte[] current = index.get().contract(id);
                    if (Arrays.equals(record, current)) {
                        throw new IOException("its file " + missing.getFile() + " is missing", missing);
                    }
                    record = current;
                }
            }
            return null;
        } catch (StorageException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new StorageException("cannot read contract " + id, e);
        }
    }

    /** The keys of all contracts at this moment, except for damaged records. */
    List<ContractKey> keys() {
        return mapAll((id, record) -> new ContractKey(id, record.code()));
    }

    /** The index entries of all contracts at this moment, except for damaged records. */
    List<StoreEntry> storedContracts() {
        Map<CodeHash, Integer> codeSizes = new HashMap<>();
        return mapAll((id, record) -> {
            Integer codeSize = codeSizes.get(record.code());
            if (codeSize == null) {
                codeSize = codeSize(record.code());
                codeSizes.put(record.code(), codeSize);
            }
            return new StoreEntry(
                    new ContractKey(id, record.code()),
                    digest(record),
                    record.state().size() + record.parameters().size(),
                    codeSize,
                    record.changed(),
                    record.demand());
        });
    }

    /** The ids of all contracts at this moment, also of those whose record is damaged. */
    List<ContractInstanceId> ids() {
        List<ContractInstanceId> ids = new ArrayList<>();
        try {
            index.get().forEachContract((id, record) -> ids.add(id));
            return ids;
        } catch (StorageException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new StorageException("cannot read the index", e);
        }
    }

    private <T> List<T> mapAll(RecordMapper<T> mapper) {
        List<T> all = new ArrayList<>();
        try {
            index.get().forEachContract((id, record) -> {
                try {
                    all.add(mapper.read(id, ContractRecord.decode(record)));
                } catch (IOException damaged) {
                    log.warn("damaged record skipped record={} reason={}", id, damaged.getMessage());
                }
            });
            return all;
        } catch (StorageException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new StorageException("cannot read the index", e);
        }
    }

    /** The digest in the record. Records of the first format have none; it is then computed from the state. */
    private StateDigest digest(ContractRecord record) throws IOException {
        StateDigest digest = record.digest();
        return digest != null ? digest : new State(blobs.read(record.state())).digest();
    }

    private int codeSize(CodeHash hash) throws IOException {
        byte[] record = index.get().program(hash);
        if (record == null) {
            throw new NoSuchFileException("code " + hash);
        }
        return ProgramRecord.decode(record).code().size();
    }

    private StoredContract load(ContractInstanceId id, ContractRecord record) throws IOException {
        ContractCode code = code(record.code());
        Contract contract = Contract.of(code, new Parameters(blobs.read(record.parameters())));
        if (!contract.id().equals(id)) {
            throw new IOException("its code and parameters belong to contract " + contract.id());
        }
        State state = new State(blobs.read(record.state()));
        StateDigest digest = record.digest();
        return new StoredContract(
                contract, state, digest == null ? state.digest() : digest, record.changed(), record.demand());
    }

    private ContractCode code(CodeHash hash) throws IOException {
        ContractCode cached = recentCode.get(hash);
        if (cached != null) {
            return cached;
        }
        byte[] record = index.get().program(hash);
        if (record == null) {
            throw new NoSuchFileException("code " + hash);
        }
        ContractCode code =
                ContractCode.of(blobs.read(ProgramRecord.decode(record).code()));
        if (!code.hash().equals(hash)) {
            throw new IOException("the code stored as " + hash + " has the hash " + code.hash());
        }
        recentCode.put(code);
        return code;
    }

    /** Maps a record to a result. */
    private interface RecordMapper<T> {

        T read(ContractInstanceId id, ContractRecord record) throws IOException;
    }
}
