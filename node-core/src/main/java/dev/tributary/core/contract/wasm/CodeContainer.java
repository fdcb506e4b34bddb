package dev.tributary.core.contract.wasm;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.ContractCode;
import java.nio.ByteBuffer;

/**
 * The two formats of contract files: raw WebAssembly, or WebAssembly after a header with a version and the code hash.
 * Only files are packaged; nodes exchange raw code, and the code hash is the hash of the raw code.
 */
public final class CodeContainer {

    private static final byte[] MAGIC = {0, 'a', 's', 'm'};
    private static final int VERSION_BYTES = Long.BYTES;
    private static final int HEADER_BYTES = VERSION_BYTES + 32;

    private CodeContainer() {}

    /** True if the bytes begin with the magic number of WebAssembly. */
    public static boolean isWasm(Bytes code) {
        return startsWithMagic(code, 0);
    }

    /** Reads the code from a file of either format; throws {@link IllegalArgumentException} if it is invalid. */
    public static ContractCode unpack(Bytes file) {
        if (isWasm(file)) {
            return ContractCode.of(file);
        }
        if (file.size() < HEADER_BYTES + MAGIC.length || !startsWithMagic(file, HEADER_BYTES)) {
            throw new IllegalArgumentException("a contract file of " + file.size()
                    + " bytes is neither WebAssembly nor packaged WebAssembly: no \\0asm at byte 0 or " + HEADER_BYTES);
        }
        ByteBuffer bytes = file.toBuffer();
        long version = bytes.getLong();
        if (version != 0) {
            throw new IllegalArgumentException(
                    "a packaged contract has version " + Long.toUnsignedString(version) + "; known is only 0");
        }
        byte[] claimed = new byte[32];
        bytes.get(claimed);
        byte[] wasm = new byte[bytes.remaining()];
        bytes.get(wasm);
        ContractCode code = ContractCode.of(Bytes.wrap(wasm));
        CodeHash claim = new CodeHash(Bytes.wrap(claimed));
        if (!claim.equals(code.hash())) {
            throw new IllegalArgumentException(
                    "a packaged contract claims the code hash " + claim + ", its code has " + code.hash());
        }
        return code;
    }

    /** Packages the code as a file. */
    public static Bytes pack(ContractCode code) {
        return Bytes.wrap(ByteBuffer.allocate(HEADER_BYTES + code.bytes().size())
                .putLong(0)
                .put(code.hash().bytes().toBuffer())
                .put(code.bytes().toBuffer())
                .array());
    }

    private static boolean startsWithMagic(Bytes bytes, int from) {
        for (int i = 0; i < MAGIC.length; i++) {
            if (from + i >= bytes.size() || bytes.at(from + i) != MAGIC[i]) {
                return false;
            }
        }
        return true;
    }
}
