package dev.tributary.core.value;

/** Full identifier of a contract: its instance id and the hash of its code. */
public record ContractKey(ContractInstanceId id, CodeHash code) {

    public static ContractKey of(CodeHash code, Parameters parameters) {
        return new ContractKey(ContractInstanceId.of(code, parameters), code);
    }

    public RingLocation location() {
        return id.location();
    }

    @Override
    public String toString() {
        return id.toString();
    }
}
