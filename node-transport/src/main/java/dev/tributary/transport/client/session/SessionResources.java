package dev.tributary.transport.client.session;

import dev.tributary.core.limit.Permits;

/**
 * Resources that all sessions share.
 *
 * @param assembly budget of partial and queued messages
 * @param answers budget of answers that clients have not read yet
 * @param notifications budget of large notifications that are being written
 * @param requests budget of the payloads of running PUTs and UPDATEs
 * @param requestLimiter limiter of the running requests of each session
 */
record SessionResources(
        Permits assembly,
        Permits answers,
        Permits notifications,
        Permits requests,
        FairLimiter requestLimiter,
        SubscriberCounts subscribers,
        UpdateEncoder updateEncoder,
        NodeQueries nodeQueries) {}
