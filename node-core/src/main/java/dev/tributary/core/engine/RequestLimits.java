package dev.tributary.core.engine;

import dev.tributary.core.request.ConcurrencyLimit;
import dev.tributary.core.request.OperationConfig;

/**
 * How much may be under way at once; beyond each limit the answer is a refusal.
 *
 * @param clients operations of this node's clients
 * @param remote operations of other nodes
 * @param remoteBytes bytes of state in those operations
 * @param remoteUpdates updates that neighbours broadcast
 * @param background bytes of state in work without a caller
 */
record RequestLimits(
        ConcurrencyLimit clients,
        ConcurrencyLimit remote,
        ConcurrencyLimit remoteBytes,
        ConcurrencyLimit remoteUpdates,
        ConcurrencyLimit background) {

    /** Maximum bytes of state in background work: two of the largest states. */
    private static final int BACKGROUND_BYTES = 128 << 20;

    static RequestLimits of(OperationConfig.Limits limits) {
        return new RequestLimits(
                new ConcurrencyLimit("client operations", limits.clientOperations()),
                new ConcurrencyLimit("operations of other nodes", limits.remoteOperations()),
                new ConcurrencyLimit("bytes of other nodes' states", limits.remoteBytes()),
                new ConcurrencyLimit("changes of other nodes", limits.remoteOperations()),
                new ConcurrencyLimit("bytes of background work", BACKGROUND_BYTES));
    }
}
