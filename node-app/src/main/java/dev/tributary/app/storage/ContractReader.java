package dev.tributary.app.storage;

import dev.tributary.core.error.ContractDamagedException;
import dev.tributary.core.error.StorageException;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateDigest;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
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
    private final KnownDamage damage;

    /** @param index the open index, or throws {@link StorageException} while there is none */
    ContractReader(Supplier<ContractIndex> index, BlobFiles blobs, CodeCache recentCode, KnownDamage damage) {
        this.index = index;
        this.blobs = blobs;
        this.recentCode = recentCode;
        this.damage = damage;
    }

    /** The contract, or null if the store does not contain it. */
    @Nullable
    StoredContract read(ContractInstanceId id) {
        return read(id, record -> load(id, record));
    }

    /**
     * Reads all that is stored of the contract, past the cache. Returns the number of bytes, or null if the store does
     * not contain it.
     */
    @Nullable
    Long verify(ContractInstanceId id, boolean withCode) {
        return read(id, record -> {
            long bytes = blobs.read(record.parameters()).size()
                    + (long) blobs.read(record.state()).size();
            return withCode ? bytes + readCode(record.code()).bytes().size() : bytes;
        });
    }

    private <T> @Nullable T read(ContractInstanceId id, RecordReader<T> reader) {
        ContractIndex open = index.get();
        try {
            byte[] record = open.contract(id);
            while (record != null) {
                try {
                    return reader.read(ContractRecord.decode(record));
                } catch (NoSuchFileException missing) {
                    byte[] current = index.get().contract(id);
                    if (Arrays.equals(record, current)) {
                        damage.addProgram(ContractRecord.decode(record).code());
                        throw new IOException("its file " + missing.getFile() + " is missing", missing);
                    }
                    record = current;
                }
            }
            return null;
        } catch (StorageException e) {
            throw e;
        } catch (IOException e) {
            damage.addContract(id);
            throw new ContractDamagedException(id, e);
        } catch (RuntimeException e) {
            if (open.isClosed()) {
                throw new StorageException("cannot read contract " + id, e); // a failed index, which is opened again
            }
            damage.addContract(id);
            throw new ContractDamagedException(id, new IOException("its page of the index is damaged", e));
        }
    }

    private StoredContract load(ContractInstanceId id, ContractRecord record) throws IOException {
        try {
            return loadParts(id, record);
        } catch (IOException e) {
            checkCode(record.code());
            throw e;
        }
    }

    /** Where one file is damaged, the code may be too, which the cache hides: the next commit replaces it as well. */
    private void checkCode(CodeHash hash) {
        try {
            readCode(hash);
        } catch (IOException e) {
            log.debug("code damaged code={} reason={}", hash, e.getMessage());
        }
    }

    private StoredContract loadParts(ContractInstanceId id, ContractRecord record) throws IOException {
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
        ContractCode code = readCode(hash);
        recentCode.put(code);
        return code;
    }

    private ContractCode readCode(CodeHash hash) throws IOException {
        try {
            ContractCode code = ContractCode.of(
                    blobs.read(ProgramRecord.read(index.get(), hash).code()));
            if (!code.hash().equals(hash)) {
                throw new IOException("the code stored as " + hash + " has the hash " + code.hash());
            }
            return code;
        } catch (NoSuchFileException missing) {
            throw missing; // perhaps written anew meanwhile
        } catch (IOException e) {
            damage.addProgram(hash);
            throw e;
        }
    }

    /** Reads the files of a record. */
    private interface RecordReader<T> {
        @Nullable
        T read(ContractRecord record) throws IOException;
    }
}
