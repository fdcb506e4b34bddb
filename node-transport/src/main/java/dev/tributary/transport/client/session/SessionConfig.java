package dev.tributary.transport.client.session;

import dev.tributary.core.limit.MemoryPlan;
import dev.tributary.core.limit.MemoryUse;
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
     * @param maxBytes maximum size of a message, also if it is one frame; a larger one is refused with an error
     */
    @RecordBuilder
    public record MessageLimits(int maxBytes) implements SessionConfigMessageLimitsBuilder.With {

        public MessageLimits {
            atLeastOne("messages.maxBytes", maxBytes);
        }

        public static MessageLimits defaults() {
            return SessionConfigMessageLimitsBuilder.builder()
                    .maxBytes(100 * MIB)
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
     * @param assemblyBytes maximum number of bytes of partial and queued messages of all sessions together, beyond some
     *     kilobytes of each; one session may take three quarters of it. Decoding may take half as much again
     * @param answerBytes maximum number of bytes of queued answers of all sessions together; beyond it an answer is
     *     replaced by an error. Also the limit of concurrently written notifications that are not small; beyond it they
     *     wait
     * @param requestBytes maximum number of payload bytes of all running PUTs and UPDATEs; further ones are refused
     */
    @RecordBuilder
    public record SharedLimits(long assemblyBytes, long answerBytes, long requestBytes)
            implements SessionConfigSharedLimitsBuilder.With {

        public SharedLimits {
            atLeastOne("shared.assemblyBytes", assemblyBytes);
            atLeastOne("shared.answerBytes", answerBytes);
            atLeastOne("shared.requestBytes", requestBytes);
        }

        /** The ceilings of the plan of this process. Larger ones are not reached: the plan is for all servers in it. */
        public static SharedLimits defaults() {
            MemoryPlan plan = MemoryPlan.ofThisProcess();
            return SessionConfigSharedLimitsBuilder.builder()
                    .assemblyBytes(plan.bytes(MemoryUse.CLIENT_MESSAGES))
                    .answerBytes(plan.bytes(MemoryUse.CLIENT_ANSWERS))
                    .requestBytes(plan.bytes(MemoryUse.CLIENT_REQUESTS))
                    .build();
        }
    }
}
