package dev.tributary.transport.peer;

import dev.tributary.core.value.Bounds;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.transport.identity.TlsEngine;
import dev.tributary.transport.wire.Hello;
import dev.tributary.transport.wire.WireLimits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * The settings of a {@link TcpPeerTransport}. Start from {@link #defaults()}. A value out of its range is rejected with
 * an {@link IllegalArgumentException} that contains its name and range.
 *
 * @param listen address on which to accept connections; port 0 selects any free port
 * @param agent name and version of this program, sent to peers: at most 128 bytes
 * @param engine the TLS engine
 * @param threads number of event-loop threads; they never block, so more than the processors have no benefit
 * @param handshakeTimeout timeout of TCP connect, TLS handshake and hello together
 * @param keepAlive interval after which an idle sender sends a keep-alive: shorter than the timeout of NAT routers
 * @param idleTimeout timeout after which a peer that sends nothing is disconnected; resolution: one {@code keepAlive}, of
 *     which it should span several
 * @param closeTimeout timeout for sending the remaining messages of a link that is closing
 * @param maxPendingHandshakes maximum number of inbound handshakes in progress; one more evicts the oldest, so that a flood of
 *     silent connections does not block others
 * @param maxLinks maximum number of links in both directions; the default suffices for a node's neighbours, transient
 *     links and arrivals
 * @param sendQueueMessages capacity of a link's send queue in messages: beyond it, a send is refused as busy. The last
 *     eighth is reserved for messages up to 4 KiB, so that refusals and receipts are sent even if payload fills the
 *     queue
 * @param sendQueueBytes capacity of the send queue in bytes, without messages up to 4 KiB; holds three of the largest
 *     states
 * @param slowPeerTimeout timeout of slow peers: after a refused send, the link is closed if nothing is written to the socket
 *     for this long while the queue is more than half full; a peer that reads keeps its link
 * @param writeBufferHighWaterMark high-water mark of the socket's write buffer in bytes: bounds the delay of a small message behind
 *     large ones
 * @param difficulty minimum number of zero bits of every peer id, including the own one: see
 *     {@link dev.tributary.core.value.PeerId#zeroBits()}. 0 by default, for networks of trusted nodes; all nodes of a
 *     public network must use the same number, for example {@link #PUBLIC_DIFFICULTY}
 */
public record PeerTransportConfig(
        PeerAddress listen,
        String agent,
        TlsEngine engine,
        int threads,
        Duration handshakeTimeout,
        Duration keepAlive,
        Duration idleTimeout,
        Duration closeTimeout,
        int maxPendingHandshakes,
        int maxLinks,
        int sendQueueMessages,
        int sendQueueBytes,
        Duration slowPeerTimeout,
        int writeBufferHighWaterMark,
        int difficulty) {

    /** Difficulty for public networks: the key search of the first start takes about a second on two processors. */
    public static final int PUBLIC_DIFFICULTY = 17;

    /** Maximum difficulty: beyond it, the key search of the first start would take days. */
    public static final int MAX_DIFFICULTY = 32;

    private static final PeerTransportConfig DEFAULTS = new PeerTransportConfig(
            new PeerAddress("127.0.0.1", 0),
            "tributary",
            TlsEngine.BEST,
            Runtime.getRuntime().availableProcessors(),
            Duration.ofSeconds(10),
            Duration.ofSeconds(15),
            Duration.ofSeconds(60),
            Duration.ofSeconds(2),
            256,
            640,
            8192,
            160 * 1024 * 1024,
            Duration.ofSeconds(5),
            128 * 1024,
            0);

    public PeerTransportConfig {
        if (!listen.isTcp()) {
            throw new IllegalArgumentException("listen must be an address of TCP, not " + listen);
        }
        int agentBytes = agent.getBytes(StandardCharsets.UTF_8).length;
        Bounds.within("length of agent in bytes", agentBytes, 0, Hello.MAX_AGENT);
        Bounds.within("threads", threads, 1, 1024);
        within("handshakeLimit", handshakeTimeout, Duration.ofMillis(10), Duration.ofMinutes(5));
        within("keepAlive", keepAlive, Duration.ofMillis(10), Duration.ofHours(1));
        within("idleLimit", idleTimeout, keepAlive, Duration.ofDays(1));
        within("closeLimit", closeTimeout, Duration.ofMillis(10), Duration.ofMinutes(1));
        Bounds.within("maxPendingHandshakes", maxPendingHandshakes, 1, 65_536);
        Bounds.within("maxLinks", maxLinks, 1, 65_536);
        Bounds.within("sendQueueMessages", sendQueueMessages, 1, 1 << 24);
        Bounds.within("sendQueueBytes", sendQueueBytes, WireLimits.LARGE_MESSAGE, Integer.MAX_VALUE);
        within("slowLimit", slowPeerTimeout, Duration.ofMillis(10), Duration.ofHours(1));
        Bounds.within("writeBufferHighWaterMark", writeBufferHighWaterMark, 16 * 1024, 16 * 1024 * 1024);
        requireDifficulty(difficulty);
    }

    /**
     * Returns a configuration with any free port on the loopback address, and limits that suit a node on the internet.
     */
    public static PeerTransportConfig defaults() {
        return DEFAULTS;
    }

    public PeerTransportConfig listen(PeerAddress value) {
        return with(draft -> draft.listen = value);
    }

    public PeerTransportConfig agent(String value) {
        return with(draft -> draft.agent = value);
    }

    public PeerTransportConfig engine(TlsEngine value) {
        return with(draft -> draft.engine = value);
    }

    public PeerTransportConfig threads(int value) {
        return with(draft -> draft.threads = value);
    }

    public PeerTransportConfig handshakeTimeout(Duration value) {
        return with(draft -> draft.handshakeLimit = value);
    }

    /** Sets the keep-alive interval and the idle timeout. */
    public PeerTransportConfig keepAlive(Duration interval, Duration limit) {
        return with(draft -> {
            draft.keepAlive = interval;
            draft.idleLimit = limit;
        });
    }

    public PeerTransportConfig closeTimeout(Duration value) {
        return with(draft -> draft.closeLimit = value);
    }

    public PeerTransportConfig maxPendingHandshakes(int value) {
        return with(draft -> draft.unconfirmed = value);
    }

    public PeerTransportConfig maxLinks(int value) {
        return with(draft -> draft.links = value);
    }

    /** Sets the capacity of a link's send queue. */
    public PeerTransportConfig sendQueue(int messages, int bytes) {
        return with(draft -> {
            draft.queuedMessages = messages;
            draft.queuedBytes = bytes;
        });
    }

    public PeerTransportConfig slowPeerTimeout(Duration value) {
        return with(draft -> draft.slowLimit = value);
    }

    public PeerTransportConfig writeBufferHighWaterMark(int value) {
        return with(draft -> draft.writeAhead = value);
    }

    public PeerTransportConfig difficulty(int value) {
        return with(draft -> draft.difficulty = value);
    }

    private PeerTransportConfig with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.build();
    }

    public static void requireDifficulty(int difficulty) {
        Bounds.within("difficulty", difficulty, 0, MAX_DIFFICULTY);
    }

    private static void within(String name, Duration value, Duration min, Duration max) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException(
                    name + " must be in " + min.toMillis() + ".." + max.toMillis() + " ms, not " + value.toMillis());
        }
    }

    /** A mutable copy of the settings, for the withers: the only place that copies all of them. */
    private static final class Draft {

        private PeerAddress listen;
        private String agent;
        private TlsEngine engine;
        private int threads;
        private Duration handshakeLimit;
        private Duration keepAlive;
        private Duration idleLimit;
        private Duration closeLimit;
        private int unconfirmed;
        private int links;
        private int queuedMessages;
        private int queuedBytes;
        private Duration slowLimit;
        private int writeAhead;
        private int difficulty;

        Draft(PeerTransportConfig from) {
            listen = from.listen;
            agent = from.agent;
            engine = from.engine;
            threads = from.threads;
            handshakeLimit = from.handshakeTimeout;
            keepAlive = from.keepAlive;
            idleLimit = from.idleTimeout;
            closeLimit = from.closeTimeout;
            unconfirmed = from.maxPendingHandshakes;
            links = from.maxLinks;
            queuedMessages = from.sendQueueMessages;
            queuedBytes = from.sendQueueBytes;
            slowLimit = from.slowPeerTimeout;
            writeAhead = from.writeBufferHighWaterMark;
            difficulty = from.difficulty;
        }

        PeerTransportConfig build() {
            return new PeerTransportConfig(
                    listen,
                    agent,
                    engine,
                    threads,
                    handshakeLimit,
                    keepAlive,
                    idleLimit,
                    closeLimit,
                    unconfirmed,
                    links,
                    queuedMessages,
                    queuedBytes,
                    slowLimit,
                    writeAhead,
                    difficulty);
        }
    }
}
