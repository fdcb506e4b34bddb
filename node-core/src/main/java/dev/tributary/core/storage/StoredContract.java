package dev.tributary.core.storage;

import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateDigest;
import java.time.Instant;

/**
 * A contract with its state and metadata: what one commit writes atomically.
 *
 * @param digest digest of the state
 * @param changed time of the last change of the state on this node
 * @param demand demand at the time of the commit
 */
public record StoredContract(Contract contract, State state, StateDigest digest, Instant changed, Demand demand) {}
