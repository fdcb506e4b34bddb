package dev.tributary.core.contract.wasm;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.ContractCode;
import java.nio.ByteBuffer;

/**
 * The two kinds of files that contracts come in: raw WebAssembly, or the same with a version and its code hash in front.
 * Only files are packaged; between nodes code is raw, and it is the raw code that its hash is of.
 */
public final class CodeContainer {

    private static final byte[] MAGIC = {0, 'a', 's', 'm'};
    private static final int VERSION_BYTES = Long.BYTES;
    private static final int HEADER = VERSION_BYTES + 32;

    private CodeContainer() {}

    /** Whether the bytes begin as raw WebAssembly does. */
    public static boolean isWasm(Bytes code) {
        return startsWithMagic(code, 0);
    }

    /** The code in a file of either kind; throws {@link IllegalArgumentException} that says what is wrong with the file. */
    public static ContractCode unpack(Bytes file) {
        if (isWasm(file)) {
            return ContractCode.of(file);
        }
        if (file.size() < HEADER + MAGIC.length || !startsWithMagic(file, HEADER)) {
            throw new IllegalArgumentException("a contract file of " + file.size()
                    + " bytes is neither WebAssembly nor packaged WebAssembly: no \\0asm at byte 0 or " + HEADER);
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

    /** The packaged file of the code. */
    public static Bytes pack(ContractCode code) {
        return Bytes.wrap(ByteBuffer.allocate(HEADER + code.bytes().size())
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
