package dev.tributary.transport.client.session;

import dev.tributary.core.Node;
import dev.tributary.core.limit.MemoryBudget;
import dev.tributary.core.limit.MemoryPlan;
import dev.tributary.core.limit.MemoryUse;
import dev.tributary.core.limit.Permits;
import dev.tributary.core.value.TimeSource;

/**
 * Resources that all sessions share.
 *
 * @param requestLimiter limiter of the running requests of each session
 */
record SessionResources(
        Node node,
        SessionConfig config,
        TimeSource time,
        Budgets budgets,
        FairLimiter requestLimiter,
        SubscriberCounts subscribers,
        UpdateEncoder updateEncoder,
        NodeQueries nodeQueries) {

    /**
     * Byte budgets of all sessions together.
     *
     * @param assembly budget of partial and queued messages
     * @param decoding budget of the copies that decoding large messages makes
     * @param answers budget of answers that clients have not read yet
     * @param notifications budget of large notifications that are being written
     * @param requests budget of the payloads of running PUTs and UPDATEs
     * @param updates budget of the states that wait for subscribed clients, with a share for each session
     */
    record Budgets(
            Permits assembly,
            Permits decoding,
            Permits answers,
            Permits notifications,
            Permits requests,
            MemoryBudget updates) {

        static Budgets of(SessionConfig.SharedLimits limits) {
            MemoryPlan plan = MemoryPlan.ofThisProcess();
            return new Budgets(
                    plan.permits(MemoryUse.CLIENT_MESSAGES, limits.assemblyBytes()),
                    plan.permits(MemoryUse.CLIENT_COPIES, limits.assemblyBytes() / 2),
                    plan.permits(MemoryUse.CLIENT_ANSWERS, limits.answerBytes()),
                    plan.permits(MemoryUse.CLIENT_NOTIFICATIONS, limits.answerBytes()),
                    plan.permits(MemoryUse.CLIENT_REQUESTS, limits.requestBytes()),
                    plan.budget(MemoryUse.CLIENT_UPDATES));
        }

        /** Returns the number of bytes of the sessions' own; the states of updates are shared with the node and others. */
        long used() {
            return assembly.used() + decoding.used() + answers.used() + notifications.used() + requests.used();
        }
    }
}
