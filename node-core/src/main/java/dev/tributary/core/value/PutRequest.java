package dev.tributary.core.value;

/** A contract to publish with its first state, or with one to merge into what is held. */
public record PutRequest(Contract contract, State state) {}
