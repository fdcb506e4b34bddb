package dev.tributary.transport.client.remote;

import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.State;

/**
 * A contract's state as a subscriber in another process is shown it.
 *
 * @param skipped how many states came between the one that this subscriber was shown before and this one, because it did
 *     not ask for more in time; 0 for the first
 * @param interrupted whether the connection was lost in between: then there may have been states that nobody counted
 */
public record RemoteUpdate(ContractKey key, State state, long skipped, boolean interrupted) {}
