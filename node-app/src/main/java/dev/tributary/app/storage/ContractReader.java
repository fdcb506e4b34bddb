package dev.tributary.app.storage;

import dev.tributary.core.error.StorageException;
import dev.tributary.core.storage.Holding;
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
        return all((id, record) -> new ContractKey(id, record.code()));
    }

    /** What the index knows of all contracts at this moment, without those whose record is damaged. */
    List<Holding> holdings() {
        Map<CodeHash, Integer> codeSizes = new HashMap<>();
        return all((id, record) -> {
            Integer codeSize = codeSizes.get(record.code());
            if (codeSize == null) {
                codeSize = codeSize(record.code());
                codeSizes.put(record.code(), codeSize);
            }
            return new Holding(
                    new ContractKey(id, record.code()),
                    digest(record),
                    record.state().size() + record.parameters().size(),
                    codeSize,
                    record.demand());
        });
    }

    private <T> List<T> all(Reading<T> reading) {
        List<T> all = new ArrayList<>();
        try {
            index.get().forEachContract((id, record) -> {
                try {
                    all.add(reading.read(id, ContractRecord.decode(record)));
                } catch (IOException damaged) {
                    log.warn("record={} is damaged and left out: {}", id, damaged.getMessage());
                }
            });
            return all;
        } catch (StorageException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new StorageException("cannot read the index", e);
        }
    }

    /** A record of the first format has none: its state is read for it, once, until it is written again. */
    private StateDigest digest(ContractRecord record) throws IOException {
        StateDigest digest = record.digest();
        return digest != null ? digest : new State(bodies.read(record.state())).digest();
    }

    private int codeSize(CodeHash hash) throws IOException {
        byte[] record = index.get().program(hash);
        if (record == null) {
            throw new NoSuchFileException("code " + hash);
        }
        return CodeRecord.decode(record).code().size();
    }

    private StoredContract load(ContractInstanceId id, ContractRecord record) throws IOException {
        ContractCode code = code(record.code());
        Contract contract = Contract.of(code, new Parameters(bodies.read(record.parameters())));
        if (!contract.id().equals(id)) {
            throw new IOException("code and parameters are those of " + contract.id());
        }
        State state = new State(bodies.read(record.state()));
        StateDigest digest = record.digest();
        return new StoredContract(
                contract, state, digest == null ? state.digest() : digest, record.changed(), record.demand());
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

    /** Makes something of a record. */
    private interface Reading<T> {

        T read(ContractInstanceId id, ContractRecord record) throws IOException;
    }
}
