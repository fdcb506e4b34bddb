package dev.tributary.core.value;

/** A contract to publish, with its first state or a state to merge into the one that is held. */
public record PutRequest(Contract contract, State state) {}
