package dev.tributary.transport.client.web;

import dev.tributary.core.value.ContractInstanceId;

/** Nobody who was asked holds the contract. */
final class AbsentAppException extends RuntimeException {

    AbsentAppException(ContractInstanceId id) {
        super("contract " + id + " was not found");
    }
}
