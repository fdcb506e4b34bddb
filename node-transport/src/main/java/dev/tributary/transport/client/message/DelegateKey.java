package dev.tributary.transport.client.message;

import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.ContractInstanceId;

/** A delegate's name, built and written as a contract's is. */
public record DelegateKey(ContractInstanceId id, CodeHash code) {

    @Override
    public String toString() {
        return id.toString();
    }
}
