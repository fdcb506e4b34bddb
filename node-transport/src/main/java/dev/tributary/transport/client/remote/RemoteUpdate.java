package dev.tributary.transport.client.remote;

import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.State;

/**
 * A contract's state as received by a subscriber in another process.
 *
 * @param skipped number of states between the previous update and this one that were dropped because the subscriber
 *     did not request in time; 0 for the first update
 * @param interrupted true if the connection was lost since the previous update: further states may have been missed
 */
public record RemoteUpdate(ContractKey key, State state, long skipped, boolean interrupted) {}
