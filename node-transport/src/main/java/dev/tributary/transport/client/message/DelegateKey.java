package dev.tributary.transport.client.message;

import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.ContractInstanceId;

/** Key of a delegate, with the same structure and text form as a contract key. */
public record DelegateKey(ContractInstanceId id, CodeHash code) {

    @Override
    public String toString() {
        return id.toString();
    }
}
