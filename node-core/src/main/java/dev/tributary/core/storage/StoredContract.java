package dev.tributary.core.storage;

import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import java.time.Instant;

/**
 * A contract with the state that is held of it: what one commit writes, all of it or nothing.
 *
 * @param changed when the state last changed here
 */
public record StoredContract(Contract contract, State state, Instant changed) {}
