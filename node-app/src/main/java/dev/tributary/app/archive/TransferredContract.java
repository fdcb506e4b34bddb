package dev.tributary.app.archive;

import dev.tributary.core.error.StorageException;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.State;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Function;

/** A contract as a running node sends it for a backup: metadata and state of one moment, without the code. */
public final class TransferredContract {

    private TransferredContract() {}

    /** Encodes the size of the metadata in four bytes, the metadata, and the state. */
    public static byte[] encode(StoredContract stored) {
        ByteBuffer metadata = ArchivedContract.of(stored).encode().toBuffer();
        State state = stored.state();
        return ByteBuffer.allocate(Integer.BYTES + metadata.remaining() + state.size())
                .putInt(metadata.remaining())
                .put(metadata)
                .put(state.bytes().toBuffer())
                .array();
    }

    /**
     * Decodes and verifies a contract.
     *
     * @param code returns the code of this hash
     * @throws StorageException with the defect
     */
    public static StoredContract decode(Bytes encoded, Function<CodeHash, ContractCode> code) {
        try {
            ByteBuffer in = encoded.toBuffer();
            int size = in.remaining() < Integer.BYTES ? -1 : in.getInt();
            if (size < 0 || size > in.remaining()) {
                throw new IOException("it is truncated");
            }
            ArchivedContract metadata = ArchivedContract.decode(take(in, size));
            State state = new State(take(in, in.remaining()));
            if (!state.digest().equals(metadata.digest())) {
                throw new IOException("the SHA-256 of its state differs");
            }
            Contract contract = Contract.of(code.apply(metadata.key().code()), metadata.parameters());
            if (!contract.key().equals(metadata.key())) {
                throw new IOException("its code has another hash");
            }
            return new StoredContract(contract, state, metadata.digest(), metadata.changed(), metadata.demand());
        } catch (IOException malformed) {
            throw new StorageException("the node sent a contract that is damaged", malformed);
        }
    }

    private static Bytes take(ByteBuffer in, int size) {
        byte[] bytes = new byte[size];
        in.get(bytes);
        return Bytes.wrap(bytes);
    }
}
