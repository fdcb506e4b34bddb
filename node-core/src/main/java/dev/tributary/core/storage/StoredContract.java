package dev.tributary.core.storage;

import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateDigest;
import java.time.Instant;

/**
 * A contract with the state that is held of it: what one commit writes, all of it or nothing.
 *
 * @param digest of the state
 * @param changed when the state last changed here
 * @param demand why it is held, as known at the commit
 */
public record StoredContract(Contract contract, State state, StateDigest digest, Instant changed, Demand demand) {}
