package dev.tributary.transport.client.session;

import java.time.Duration;

/**
 * Limits of one session, and limits that all sessions share.
 *
 * @param maxRequests maximum number of running requests of a session; nothing more is read from it meanwhile
 * @param maxMessageBytes maximum size of a message; a larger one closes its session
 * @param maxFrameBytes maximum size of one frame of a message
 * @param assemblyBytes maximum number of bytes of partial and queued messages of all sessions together, beyond one
 *     mebibyte each for partial frames, for messages in frames and for messages in chunks of every session
 * @param queuedBytes high-water mark of the send queue: while it holds this much, nothing is read from the client
 * @param answerBytes maximum number of bytes of queued answers of all sessions together; beyond it an answer is
 *     replaced by an error. Also the limit of concurrently written notifications larger than one mebibyte; beyond it
 *     they wait
 * @param requestBytes maximum number of payload bytes of all running PUTs and UPDATEs; further ones are refused
 * @param pingInterval interval of WebSocket pings to the client
 * @param writeTimeout timeout of a write: a client that reads nothing for this long is disconnected
 * @param subscribeTimeout timeout of a subscription that waits for its contract to be found
 * @param maxSubscriptions maximum number of contracts that one session may subscribe to
 * @param maxSubscribers maximum number of sessions that may subscribe to one contract
 */
public record SessionConfig(
        int maxRequests,
        int maxMessageBytes,
        int maxFrameBytes,
        long assemblyBytes,
        long queuedBytes,
        long answerBytes,
        long requestBytes,
        Duration pingInterval,
        Duration writeTimeout,
        Duration subscribeTimeout,
        int maxSubscriptions,
        int maxSubscribers) {

    private static final int MIB = 1 << 20;

    /** Minimum of each shared byte limit: the largest message in chunks fits. */
    private static final long MIN_SHARED_BYTES = 64L * MIB;

    /**
     * Sizes and counts are those of the network; the timeout of a subscription is below the 30 s that clients wait. All
     * shared limits together, counting answers twice because of their encoded copy, stay below 3/4 of a small heap.
     */
    public static final SessionConfig DEFAULT = new SessionConfig(
            64,
            100 * MIB,
            16 * MIB,
            shareOfHeap(6, 256L * MIB),
            32L * MIB,
            shareOfHeap(8, 512L * MIB),
            shareOfHeap(6, 512L * MIB),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ofSeconds(25),
            500,
            256);

    private static long shareOfHeap(int divisor, long maximum) {
        return Math.max(MIN_SHARED_BYTES, Math.min(maximum, Runtime.getRuntime().maxMemory() / divisor));
    }

    public SessionConfig {
        atLeast("requests", maxRequests);
        atLeast("messageBytes", maxMessageBytes);
        atLeast("frameBytes", maxFrameBytes);
        atLeast("assemblyBytes", assemblyBytes);
        atLeast("queuedBytes", queuedBytes);
        atLeast("answerBytes", answerBytes);
        atLeast("requestBytes", requestBytes);
        atLeast("ping in ms", pingInterval.toMillis());
        atLeast("stallLimit in ms", writeTimeout.toMillis());
        atLeast("subscribeTimeout in ms", subscribeTimeout.toMillis());
        atLeast("subscriptions", maxSubscriptions);
        atLeast("subscribers", maxSubscribers);
    }

    /** Sets the maximum number of running requests of a session. */
    public SessionConfig withMaxRequests(int value) {
        return copy(
                value,
                maxMessageBytes,
                maxFrameBytes,
                queuedBytes,
                answerBytes,
                pingInterval,
                writeTimeout,
                subscribeTimeout);
    }

    /** Sets the maximum sizes of a message and of a frame, in bytes. */
    public SessionConfig withSizes(int message, int frame) {
        return copy(
                maxRequests, message, frame, queuedBytes, answerBytes, pingInterval, writeTimeout, subscribeTimeout);
    }

    /** Sets the high-water mark of one send queue, and the maximum number of queued answer bytes of all sessions. */
    public SessionConfig withQueues(long one, long all) {
        return copy(
                maxRequests, maxMessageBytes, maxFrameBytes, one, all, pingInterval, writeTimeout, subscribeTimeout);
    }

    /** Sets the ping interval and the write timeout. */
    public SessionConfig withKeepAlive(Duration interval, Duration stall) {
        return copy(
                maxRequests,
                maxMessageBytes,
                maxFrameBytes,
                queuedBytes,
                answerBytes,
                interval,
                stall,
                subscribeTimeout);
    }

    public SessionConfig withSubscribeTimeout(Duration value) {
        return copy(
                maxRequests,
                maxMessageBytes,
                maxFrameBytes,
                queuedBytes,
                answerBytes,
                pingInterval,
                writeTimeout,
                value);
    }

    /** Sets the maximum number of bytes of partial and queued messages of all sessions. */
    public SessionConfig withAssembly(long bytes) {
        return new SessionConfig(
                maxRequests,
                maxMessageBytes,
                maxFrameBytes,
                bytes,
                queuedBytes,
                answerBytes,
                requestBytes,
                pingInterval,
                writeTimeout,
                subscribeTimeout,
                maxSubscriptions,
                maxSubscribers);
    }

    /** Sets the maximum number of payload bytes of all running requests. */
    public SessionConfig withRequestBytes(long bytes) {
        return new SessionConfig(
                maxRequests,
                maxMessageBytes,
                maxFrameBytes,
                assemblyBytes,
                queuedBytes,
                answerBytes,
                bytes,
                pingInterval,
                writeTimeout,
                subscribeTimeout,
                maxSubscriptions,
                maxSubscribers);
    }

    /** Sets the maximum number of contracts of a session, and of sessions of a contract. */
    public SessionConfig withSubscriptions(int ofSession, int ofContract) {
        return new SessionConfig(
                maxRequests,
                maxMessageBytes,
                maxFrameBytes,
                assemblyBytes,
                queuedBytes,
                answerBytes,
                requestBytes,
                pingInterval,
                writeTimeout,
                subscribeTimeout,
                ofSession,
                ofContract);
    }

    private SessionConfig copy(
            int requests,
            int messageBytes,
            int frameBytes,
            long queuedBytes,
            long answerBytes,
            Duration ping,
            Duration stallLimit,
            Duration subscribePatience) {
        return new SessionConfig(
                requests,
                messageBytes,
                frameBytes,
                assemblyBytes,
                queuedBytes,
                answerBytes,
                requestBytes,
                ping,
                stallLimit,
                subscribePatience,
                maxSubscriptions,
                maxSubscribers);
    }

    private static void atLeast(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be 1 or more, not " + value);
        }
    }
}
