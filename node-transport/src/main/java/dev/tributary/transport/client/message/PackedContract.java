package dev.tributary.transport.client.message;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.Parameters;
import org.jspecify.annotations.Nullable;

/**
 * Code and parameters as they travel, not yet hashed. The names that travel with them are claims and are not kept: they
 * follow from code and parameters. Compared by content.
 */
public final class PackedContract {

    private final Bytes code;
    private final Parameters parameters;

    /** Computed at most a few times: several threads may do it at once, with the same result. */
    private volatile @Nullable Contract contract;

    private PackedContract(Bytes code, Parameters parameters, @Nullable Contract contract) {
        this.code = code;
        this.parameters = parameters;
        this.contract = contract;
    }

    public static PackedContract of(Bytes code, Parameters parameters) {
        return new PackedContract(code, parameters, null);
    }

    /** A contract that is hashed already. */
    public static PackedContract of(Contract contract) {
        return new PackedContract(contract.code().bytes(), contract.parameters(), contract);
    }

    public Bytes code() {
        return code;
    }

    public Parameters parameters() {
        return parameters;
    }

    /** The contract with its true names. The first call hashes, some 5 ms for each megabyte: never on an event loop. */
    public Contract unpack() {
        Contract known = contract;
        if (known == null) {
            known = Contract.of(ContractCode.of(code), parameters);
            contract = known;
        }
        return known;
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
        return "contract of " + code.size() + " bytes code and "
                + parameters.bytes().size() + " bytes parameters";
    }
}
