package dev.tributary.core.contract.benchmark;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import java.nio.ByteBuffer;

/** Derives distinct codes with the same behaviour from one code. */
final class DistinctCode {

    private DistinctCode() {}

    /** The contract with the number in a custom section of its code. */
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
