package dev.tributary.transport.client.session;

import java.time.Duration;

/**
 * What one session may take, and what all of them may take together.
 *
 * @param requests how many requests of a session are under way at once; no more is read from it meanwhile
 * @param messageBytes how large a message may be; a larger one ends its session
 * @param frameBytes how large one frame of it may be
 * @param assemblyBytes how many bytes of messages that are unfinished or wait to be begun all sessions together may have,
 *     besides one mebibyte each of unfinished frames, of messages in frames and of messages in chunks
 * @param queuedBytes when this much waits for a client to read it, nothing more is read from the client
 * @param answerBytes how many bytes of answers may wait in all sessions together; one more is replaced by an error. Of
 *     notifications of more than a mebibyte as many are written at a time; one more waits
 * @param requestBytes how many bytes all PUTs and UPDATEs under way may bring together; one more is refused
 * @param ping how often the client is shown that the node is there
 * @param stallLimit a client that takes nothing for this long, although something waits for it, is given up
 * @param subscribePatience how long a subscription may take to find its contract
 * @param subscriptions how many contracts one session may be subscribed to
 * @param subscribers how many sessions may be subscribed to one contract
 */
public record SessionConfig(
        int requests,
        int messageBytes,
        int frameBytes,
        long assemblyBytes,
        long queuedBytes,
        long answerBytes,
        long requestBytes,
        Duration ping,
        Duration stallLimit,
        Duration subscribePatience,
        int subscriptions,
        int subscribers) {

    private static final int MIB = 1 << 20;

    /** The largest message in chunks has room in each bound. */
    private static final long LEAST = 64L * MIB;

    /**
     * Sizes and counts are the network's; a subscription answers before its asker, who waits 30 s, has gone. What all
     * sessions may take together, answers twice since they are encoded, is less than three quarters of a small heap.
     */
    public static final SessionConfig DEFAULT = new SessionConfig(
            64,
            100 * MIB,
            16 * MIB,
            ofHeap(6, 256L * MIB),
            32L * MIB,
            ofHeap(8, 512L * MIB),
            ofHeap(6, 512L * MIB),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ofSeconds(25),
            500,
            256);

    private static long ofHeap(int part, long most) {
        return Math.max(LEAST, Math.min(most, Runtime.getRuntime().maxMemory() / part));
    }

    public SessionConfig {
        atLeast("requests", requests);
        atLeast("messageBytes", messageBytes);
        atLeast("frameBytes", frameBytes);
        atLeast("assemblyBytes", assemblyBytes);
        atLeast("queuedBytes", queuedBytes);
        atLeast("answerBytes", answerBytes);
        atLeast("requestBytes", requestBytes);
        atLeast("ping in ms", ping.toMillis());
        atLeast("stallLimit in ms", stallLimit.toMillis());
        atLeast("subscribePatience in ms", subscribePatience.toMillis());
        atLeast("subscriptions", subscriptions);
        atLeast("subscribers", subscribers);
    }

    /** Sets how many requests of a session are under way at once. */
    public SessionConfig withRequests(int value) {
        return copy(value, messageBytes, frameBytes, queuedBytes, answerBytes, ping, stallLimit, subscribePatience);
    }

    /** Sets the sizes of messages and of their frames. */
    public SessionConfig withSizes(int message, int frame) {
        return copy(requests, message, frame, queuedBytes, answerBytes, ping, stallLimit, subscribePatience);
    }

    /** Sets how much may wait for clients: for one before it is read from no more, and for all. */
    public SessionConfig withQueues(long one, long all) {
        return copy(requests, messageBytes, frameBytes, one, all, ping, stallLimit, subscribePatience);
    }

    /** Sets how often pings are sent, and when a client that takes nothing is given up. */
    public SessionConfig withPatience(Duration interval, Duration stall) {
        return copy(requests, messageBytes, frameBytes, queuedBytes, answerBytes, interval, stall, subscribePatience);
    }

    public SessionConfig withSubscribePatience(Duration value) {
        return copy(requests, messageBytes, frameBytes, queuedBytes, answerBytes, ping, stallLimit, value);
    }

    /** Sets how much of unfinished messages all sessions together may have. */
    public SessionConfig withAssembly(long bytes) {
        return new SessionConfig(
                requests,
                messageBytes,
                frameBytes,
                bytes,
                queuedBytes,
                answerBytes,
                requestBytes,
                ping,
                stallLimit,
                subscribePatience,
                subscriptions,
                subscribers);
    }

    /** Sets how much all requests under way may bring together. */
    public SessionConfig withRequestBytes(long bytes) {
        return new SessionConfig(
                requests,
                messageBytes,
                frameBytes,
                assemblyBytes,
                queuedBytes,
                answerBytes,
                bytes,
                ping,
                stallLimit,
                subscribePatience,
                subscriptions,
                subscribers);
    }

    /** Sets how many contracts a session, and how many sessions a contract may have. */
    public SessionConfig withSubscriptions(int ofSession, int ofContract) {
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
                subscriptions,
                subscribers);
    }

    private static void atLeast(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be 1 or more, not " + value);
        }
    }
}
