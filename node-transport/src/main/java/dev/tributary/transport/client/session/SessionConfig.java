package dev.tributary.transport.client.session;

import dev.tributary.core.value.Bounds;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;

/**
 * Limits of one session, and limits that all sessions share.
 *
 * @param maxRequests maximum number of running requests of a session; nothing more is read from it meanwhile
 * @param queuedBytes high-water mark of the send queue: while it holds this much, nothing is read from the client
 * @param messages maximum sizes of messages
 * @param keepAlive pings and the timeout of a write
 * @param subscriptions limits of subscriptions
 * @param shared limits that all sessions share
 */
@RecordBuilder
public record SessionConfig(
        int maxRequests,
        long queuedBytes,
        MessageLimits messages,
        KeepAlive keepAlive,
        SubscriptionLimits subscriptions,
        SharedLimits shared)
        implements SessionConfigBuilder.With {

    private static final int MIB = 1 << 20;

    public SessionConfig {
        atLeastOne("maxRequests", maxRequests);
        atLeastOne("queuedBytes", queuedBytes);
    }

    /** Sizes and counts are those of the network. */
    public static SessionConfig defaults() {
        return SessionConfigBuilder.builder()
                .maxRequests(64)
                .queuedBytes(32L * MIB)
                .messages(MessageLimits.defaults())
                .keepAlive(KeepAlive.defaults())
                .subscriptions(SubscriptionLimits.defaults())
                .shared(SharedLimits.defaults())
                .build();
    }

    private static void atLeastOne(String name, long value) {
        Bounds.within(name, value, 1, Long.MAX_VALUE);
    }

    /**
     * Maximum sizes of the messages of one session.
     *
     * @param maxBytes maximum size of a message; a larger one closes its session
     * @param maxFrameBytes maximum size of one frame of a message
     */
    @RecordBuilder
    public record MessageLimits(int maxBytes, int maxFrameBytes) implements SessionConfigMessageLimitsBuilder.With {

        public MessageLimits {
            atLeastOne("messages.maxBytes", maxBytes);
            atLeastOne("messages.maxFrameBytes", maxFrameBytes);
        }

        public static MessageLimits defaults() {
            return SessionConfigMessageLimitsBuilder.builder()
                    .maxBytes(100 * MIB)
                    .maxFrameBytes(16 * MIB)
                    .build();
        }
    }

    /**
     * Pings and the timeout of a write.
     *
     * @param pingInterval interval of WebSocket pings to the client
     * @param writeTimeout timeout of a write: a client that reads nothing for this long is disconnected
     */
    @RecordBuilder
    public record KeepAlive(Duration pingInterval, Duration writeTimeout)
            implements SessionConfigKeepAliveBuilder.With {

        public KeepAlive {
            atLeastOne("keepAlive.pingInterval in ms", pingInterval.toMillis());
            atLeastOne("keepAlive.writeTimeout in ms", writeTimeout.toMillis());
        }

        public static KeepAlive defaults() {
            return SessionConfigKeepAliveBuilder.builder()
                    .pingInterval(Duration.ofSeconds(30))
                    .writeTimeout(Duration.ofSeconds(30))
                    .build();
        }
    }

    /**
     * Limits of subscriptions.
     *
     * @param maxPerSession maximum number of contracts that one session may subscribe to
     * @param maxPerContract maximum number of sessions that may subscribe to one contract
     * @param timeout timeout of a subscription that waits for its contract to be found
     */
    @RecordBuilder
    public record SubscriptionLimits(int maxPerSession, int maxPerContract, Duration timeout)
            implements SessionConfigSubscriptionLimitsBuilder.With {

        public SubscriptionLimits {
            atLeastOne("subscriptions.maxPerSession", maxPerSession);
            atLeastOne("subscriptions.maxPerContract", maxPerContract);
            atLeastOne("subscriptions.timeout in ms", timeout.toMillis());
        }

        /** The timeout is below the 30 s that clients wait. */
        public static SubscriptionLimits defaults() {
            return SessionConfigSubscriptionLimitsBuilder.builder()
                    .maxPerSession(500)
                    .maxPerContract(256)
                    .timeout(Duration.ofSeconds(25))
                    .build();
        }
    }

    /**
     * Limits that all sessions share.
     *
     * @param assemblyBytes maximum number of bytes of partial and queued messages of all sessions together, beyond one
     *     mebibyte each for partial frames, for messages in frames and for messages in chunks of every session
     * @param answerBytes maximum number of bytes of queued answers of all sessions together; beyond it an answer is
     *     replaced by an error. Also the limit of concurrently written notifications larger than one mebibyte; beyond
     *     it they wait
     * @param requestBytes maximum number of payload bytes of all running PUTs and UPDATEs; further ones are refused
     */
    @RecordBuilder
    public record SharedLimits(long assemblyBytes, long answerBytes, long requestBytes)
            implements SessionConfigSharedLimitsBuilder.With {

        /** Minimum of each limit: the largest message in chunks fits. */
        private static final long MIN_BYTES = 64L * MIB;

        public SharedLimits {
            atLeastOne("shared.assemblyBytes", assemblyBytes);
            atLeastOne("shared.answerBytes", answerBytes);
            atLeastOne("shared.requestBytes", requestBytes);
        }

        /** All together, counting answers twice because of their encoded copy, stay below 3/4 of a small heap. */
        public static SharedLimits defaults() {
            return SessionConfigSharedLimitsBuilder.builder()
                    .assemblyBytes(shareOfHeap(6, 256L * MIB))
                    .answerBytes(shareOfHeap(8, 512L * MIB))
                    .requestBytes(shareOfHeap(6, 512L * MIB))
                    .build();
        }

        private static long shareOfHeap(int divisor, long maximum) {
            return Math.max(MIN_BYTES, Math.min(maximum, Runtime.getRuntime().maxMemory() / divisor));
        }
    }
}
