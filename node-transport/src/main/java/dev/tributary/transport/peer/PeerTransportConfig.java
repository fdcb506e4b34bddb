package dev.tributary.transport.peer;

import dev.tributary.core.value.Bounds;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.transport.wire.Hello;
import dev.tributary.transport.wire.WireLimits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * The settings of a {@link TcpPeerTransport}. Start from {@link #defaults()}; a value out of its range is refused with
 * its name and the range.
 *
 * @param listen where to accept connections; port 0 takes any free one
 * @param agent this program and its version, shown to peers: at most 128 bytes
 * @param engine which TLS engine to use
 * @param threads event-loop threads; they never wait, so more than processors bring nothing
 * @param handshakeLimit how long connecting, TLS and hello may take together
 * @param keepAlive after this long without sending, a sign of life is sent: shorter than what routers on the way remember
 * @param idleLimit after this long without hearing anything the peer is gone; resolution: one {@code keepAlive}, of which
 *     it should span several
 * @param closeLimit how long a link that closes may take to say what it has left to say
 * @param unconfirmed inbound connections at once whose handshake is not over; one more displaces the oldest, so that a
 *     flood of silent ones keeps nobody out
 * @param links links at once, both directions together: by default as many as a node's neighbours, guests and newcomers
 * @param queuedMessages messages that may wait in one link: one more is refused as busy. The last eighth is kept for brief
 *     messages of up to 4 KiB, so that refusals and receipts get through when payload fills the queue
 * @param queuedBytes the same in bytes, for all but brief messages; room for three of the largest states
 * @param slowLimit after a send was refused, when nothing could be given to the socket for this long while the queue is more
 *     than half full, the peer is a slow one and its link is closed; a peer that reads keeps its link
 * @param writeAhead bytes that a link gives to the socket ahead of time: what a small message waits for behind large ones
 * @param difficulty how many zero bits the puzzle of every peer's id must show, its own included: see
 *     {@link dev.tributary.core.value.PeerId#zeroBits()}. None by default, for nodes that know each other; strangers on a
 *     public network must agree on a number, and {@link #PUBLIC_DIFFICULTY} is one
 */
public record PeerTransportConfig(
        PeerAddress listen,
        String agent,
        TlsEngine engine,
        int threads,
        Duration handshakeLimit,
        Duration keepAlive,
        Duration idleLimit,
        Duration closeLimit,
        int unconfirmed,
        int links,
        int queuedMessages,
        int queuedBytes,
        Duration slowLimit,
        int writeAhead,
        int difficulty) {

    /** What takes a first start about a second on two processors. */
    public static final int PUBLIC_DIFFICULTY = 17;

    /** More would take a first start days. */
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
        int agentBytes = agent.getBytes(StandardCharsets.UTF_8).length;
        Bounds.within("length of agent in bytes", agentBytes, 0, Hello.MAX_AGENT);
        Bounds.within("threads", threads, 1, 1024);
        within("handshakeLimit", handshakeLimit, Duration.ofMillis(10), Duration.ofMinutes(5));
        within("keepAlive", keepAlive, Duration.ofMillis(10), Duration.ofHours(1));
        within("idleLimit", idleLimit, keepAlive, Duration.ofDays(1));
        within("closeLimit", closeLimit, Duration.ofMillis(10), Duration.ofMinutes(1));
        Bounds.within("unconfirmed", unconfirmed, 1, 65_536);
        Bounds.within("links", links, 1, 65_536);
        Bounds.within("queuedMessages", queuedMessages, 1, 1 << 24);
        Bounds.within("queuedBytes", queuedBytes, WireLimits.LARGE_MESSAGE, Integer.MAX_VALUE);
        within("slowLimit", slowLimit, Duration.ofMillis(10), Duration.ofHours(1));
        Bounds.within("writeAhead", writeAhead, 16 * 1024, 16 * 1024 * 1024);
        requireDifficulty(difficulty);
    }

    /** Any free port of this machine's loopback address, and limits that suit a node on the internet. */
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

    public PeerTransportConfig handshakeLimit(Duration value) {
        return with(draft -> draft.handshakeLimit = value);
    }

    /** Sets when to show signs of life, and when their absence ends a link. */
    public PeerTransportConfig keepAlive(Duration interval, Duration limit) {
        return with(draft -> {
            draft.keepAlive = interval;
            draft.idleLimit = limit;
        });
    }

    public PeerTransportConfig closeLimit(Duration value) {
        return with(draft -> draft.closeLimit = value);
    }

    public PeerTransportConfig unconfirmed(int value) {
        return with(draft -> draft.unconfirmed = value);
    }

    public PeerTransportConfig links(int value) {
        return with(draft -> draft.links = value);
    }

    /** Sets the bounds of a link's outbound queue. */
    public PeerTransportConfig queued(int messages, int bytes) {
        return with(draft -> {
            draft.queuedMessages = messages;
            draft.queuedBytes = bytes;
        });
    }

    public PeerTransportConfig slowLimit(Duration value) {
        return with(draft -> draft.slowLimit = value);
    }

    public PeerTransportConfig writeAhead(int value) {
        return with(draft -> draft.writeAhead = value);
    }

    public PeerTransportConfig difficulty(int value) {
        return with(draft -> draft.difficulty = value);
    }

    private PeerTransportConfig with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.done();
    }

    static void requireDifficulty(int difficulty) {
        Bounds.within("difficulty", difficulty, 0, MAX_DIFFICULTY);
    }

    private static void within(String name, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(
                    name + " must be in " + least.toMillis() + ".." + most.toMillis() + " ms, not " + value.toMillis());
        }
    }

    /** The same settings while one of them changes: the only place that copies them all. */
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
            handshakeLimit = from.handshakeLimit;
            keepAlive = from.keepAlive;
            idleLimit = from.idleLimit;
            closeLimit = from.closeLimit;
            unconfirmed = from.unconfirmed;
            links = from.links;
            queuedMessages = from.queuedMessages;
            queuedBytes = from.queuedBytes;
            slowLimit = from.slowLimit;
            writeAhead = from.writeAhead;
            difficulty = from.difficulty;
        }

        PeerTransportConfig done() {
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
