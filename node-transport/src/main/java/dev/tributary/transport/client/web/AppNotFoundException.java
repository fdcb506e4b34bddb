package dev.tributary.transport.client.web;

import dev.tributary.core.value.ContractInstanceId;

/** The contract of a web application was not found. */
final class AppNotFoundException extends RuntimeException {

    AppNotFoundException(ContractInstanceId id) {
        super("contract " + id + " was not found");
    }
}
