package dev.tributary.transport.client.message;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.Parameters;
import org.jspecify.annotations.Nullable;

/**
 * Code and parameters of a contract as transmitted, not yet hashed. The hash and key transmitted with them are not
 * trusted and not kept: they are computed from code and parameters. Equality is by content.
 */
public final class PackedContract {

    private final Bytes code;
    private final Parameters parameters;

    /** Computed lazily. Concurrent threads may compute it more than once, with the same result. */
    private volatile @Nullable Contract contract;

    private PackedContract(Bytes code, Parameters parameters, @Nullable Contract contract) {
        this.code = code;
        this.parameters = parameters;
        this.contract = contract;
    }

    public static PackedContract of(Bytes code, Parameters parameters) {
        return new PackedContract(code, parameters, null);
    }

    /** Wraps a contract that is already hashed. */
    public static PackedContract of(Contract contract) {
        return new PackedContract(contract.code().bytes(), contract.parameters(), contract);
    }

    public Bytes code() {
        return code;
    }

    public Parameters parameters() {
        return parameters;
    }

    /** Returns the contract with its computed key. The first call hashes, about 5 ms per MB: not on an event loop. */
    public Contract unpack() {
        Contract unpacked = contract;
        if (unpacked == null) {
            unpacked = Contract.of(ContractCode.of(code), parameters);
            contract = unpacked;
        }
        return unpacked;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PackedContract that && code.equals(that.code) && parameters.equals(that.parameters);
    }

    @Override
    public int hashCode() {
        return 31 * code.hashCode() + parameters.hashCode();
    }

    @Override
    public String toString() {
        return "contract of " + code.size() + " bytes of code and "
                + parameters.bytes().size() + " bytes of parameters";
    }
}
