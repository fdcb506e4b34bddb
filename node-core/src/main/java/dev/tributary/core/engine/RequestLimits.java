package dev.tributary.core.engine;

import dev.tributary.core.limit.MemoryPlan;
import dev.tributary.core.limit.MemoryUse;
import dev.tributary.core.request.ConcurrencyLimit;
import dev.tributary.core.request.MemoryLimit;
import dev.tributary.core.request.OperationConfig;

/**
 * How much may be under way at once; beyond each limit the answer is a refusal.
 *
 * @param clients operations of this node's clients
 * @param remote operations of other nodes
 * @param remoteBytes bytes of code, parameters and state in those operations, of one peer and of all
 * @param remoteUpdates updates that neighbours broadcast
 * @param background bytes of state in work without a caller
 */
record RequestLimits(
        ConcurrencyLimit clients,
        ConcurrencyLimit remote,
        MemoryLimit remoteBytes,
        ConcurrencyLimit remoteUpdates,
        ConcurrencyLimit background) {

    static RequestLimits of(OperationConfig.Limits limits, MemoryPlan memory) {
        return new RequestLimits(
                new ConcurrencyLimit("client operations", limits.clientOperations()),
                new ConcurrencyLimit("operations of other nodes", limits.remoteOperations()),
                new MemoryLimit(memory.budget(MemoryUse.REQUESTS, limits.remoteBytes())),
                new ConcurrencyLimit("changes of other nodes", limits.remoteOperations()),
                new ConcurrencyLimit("bytes of background work", memory.permits(MemoryUse.BACKGROUND)));
    }
}
