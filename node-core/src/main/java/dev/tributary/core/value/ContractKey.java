package dev.tributary.core.value;

/** A contract's full name: its instance id and the hash of the code behind it. */
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
