package dev.tributary.app.storage;

import dev.tributary.core.error.StorageException;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.State;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts contracts together from index and files, without a lock against the writer: what it finds missing because the
 * contract changed meanwhile is read again. Blocks; for any thread that may.
 */
final class ContractReader {

    private static final Logger log = LoggerFactory.getLogger(ContractReader.class);

    private final Supplier<Index> index;
    private final BodyFiles bodies;
    private final CodeCache recentCode;

    /** @param index the open index, or throws {@link StorageException} while there is none */
    ContractReader(Supplier<Index> index, BodyFiles bodies, CodeCache recentCode) {
        this.index = index;
        this.bodies = bodies;
        this.recentCode = recentCode;
    }

    /** The contract, or null if it is not held. */
    @Nullable
    StoredContract read(ContractInstanceId id) {
        try {
            byte[] record = index.get().contract(id);
            while (record != null) {
                try {
                    return load(id, ContractRecord.decode(record));
                } catch (NoSuchFileException gone) {
                    byte[] now = index.get().contract(id);
                    if (Arrays.equals(record, now)) {
                        throw new IOException("its file " + gone.getFile() + " is missing", gone);
                    }
                    record = now;
                }
            }
            return null;
        } catch (StorageException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new StorageException("cannot read contract " + id, e);
        }
    }

    /** All keys at this moment, without those whose record is damaged. */
    List<ContractKey> keys() {
        List<ContractKey> keys = new ArrayList<>();
        try {
            index.get().forEachContract((id, record) -> {
                try {
                    keys.add(new ContractKey(id, ContractRecord.decode(record).code()));
                } catch (IOException damaged) {
                    log.warn("record={} is damaged and left out: {}", id, damaged.getMessage());
                }
            });
            return keys;
        } catch (StorageException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new StorageException("cannot read the keys", e);
        }
    }

    private StoredContract load(ContractInstanceId id, ContractRecord record) throws IOException {
        ContractCode code = code(record.code());
        Contract contract = Contract.of(code, new Parameters(bodies.read(record.parameters())));
        if (!contract.id().equals(id)) {
            throw new IOException("code and parameters are those of " + contract.id());
        }
        return new StoredContract(contract, new State(bodies.read(record.state())), record.changed());
    }

    private ContractCode code(CodeHash hash) throws IOException {
        ContractCode recent = recentCode.get(hash);
        if (recent != null) {
            return recent;
        }
        byte[] record = index.get().program(hash);
        if (record == null) {
            throw new NoSuchFileException("code " + hash);
        }
        ContractCode code =
                ContractCode.of(bodies.read(CodeRecord.decode(record).code()));
        if (!code.hash().equals(hash)) {
            throw new IOException("the code kept as " + hash + " is " + code.hash());
        }
        recentCode.put(code);
        return code;
    }
}
