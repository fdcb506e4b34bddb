package dev.tributary.transport.client.web;

import dev.tributary.core.value.ContractInstanceId;

/** The contract of a web application was not found. */
final class AbsentAppException extends RuntimeException {

    AbsentAppException(ContractInstanceId id) {
        super("contract " + id + " was not found");
    }
}
