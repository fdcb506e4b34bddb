package dev.tributary.core.value;

/**
 * Code and parameters: everything needed to run a contract. A class instead of a record, so that {@link #key()} is
 * derived from them and cannot be forged.
 */
public final class Contract {

    private final ContractKey key;
    private final ContractCode code;
    private final Parameters parameters;

    private Contract(ContractCode code, Parameters parameters) {
        this.key = ContractKey.of(code.hash(), parameters);
        this.code = code;
        this.parameters = parameters;
    }

    public static Contract of(ContractCode code, Parameters parameters) {
        return new Contract(code, parameters);
    }

    public ContractKey key() {
        return key;
    }

    public ContractInstanceId id() {
        return key.id();
    }

    public ContractCode code() {
        return code;
    }

    public Parameters parameters() {
        return parameters;
    }

    /** Size of code and parameters together, in bytes. */
    public int bytes() {
        return code.bytes().size() + parameters.bytes().size();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Contract that && key.equals(that.key);
    }

    @Override
    public int hashCode() {
        return key.hashCode();
    }

    @Override
    public String toString() {
        return "contract " + key;
    }
}
