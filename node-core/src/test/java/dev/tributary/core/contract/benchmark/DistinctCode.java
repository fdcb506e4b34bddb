package dev.tributary.core.contract.benchmark;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import java.nio.ByteBuffer;

/** Makes many codes of one that do the same. */
final class DistinctCode {

    private DistinctCode() {}

    /** The contract with a custom section in its code that holds the number. */
    static Contract of(Contract contract, int number) {
        Bytes code = contract.code().bytes();
        return Contract.of(
                ContractCode.of(Bytes.wrap(ByteBuffer.allocate(code.size() + 8)
                        .put(code.toBuffer())
                        .put(new byte[] {0, 6, 1, 'n'})
                        .putInt(number)
                        .array())),
                contract.parameters());
    }
}
