package dev.tributary.transport.peer;

import dev.tributary.core.error.QuotedText;
import dev.tributary.core.limit.MemoryPlan;
import dev.tributary.core.value.Bounds;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.transport.identity.NodeIdentity;
import dev.tributary.transport.identity.TlsEngine;
import dev.tributary.transport.wire.Hello;
import dev.tributary.transport.wire.WireLimits;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * The settings of a {@link TcpPeerTransport}. Start from {@link #local()}, {@link #lan()} or {@link #internet()}. A
 * value out of its range is rejected with an {@link IllegalArgumentException} that contains its name and range.
 *
 * @param listen address on which to accept connections; port 0 selects any free port
 * @param network what all nodes of a network have in common
 * @param agent name and version of this program, sent to peers: at most 128 bytes
 * @param engine the TLS engine
 * @param threads number of event-loop threads; they never block, so more than the processors have no benefit
 * @param links limits of the number of links
 * @param timeouts timeouts of a link
 * @param sending limits of the messages that wait to be sent on a link
 */
@RecordBuilder
public record PeerTransportConfig(
        PeerAddress listen,
        Network network,
        String agent,
        TlsEngine engine,
        int threads,
        LinkLimits links,
        Timeouts timeouts,
        SendLimits sending)
        implements PeerTransportConfigBuilder.With {

    public PeerTransportConfig {
        if (!listen.isTcp()) {
            throw new IllegalArgumentException("listen must be an address of TCP, not " + listen);
        }
        int agentBytes = agent.getBytes(StandardCharsets.UTF_8).length;
        Bounds.within("length of agent in bytes", agentBytes, 0, Hello.MAX_AGENT);
        Bounds.within("threads", threads, 1, 1024);
    }

    /** The same as {@link #internet()}. */
    public static PeerTransportConfig defaults() {
        return internet();
    }

    /** For tests and demonstrations: many nodes on one machine, each on any free port of the loopback address. */
    public static PeerTransportConfig local() {
        return internet()
                // Each node of a process has its own event loops: one thread is enough for each.
                .withThreads(1)
                // No packet is lost on loopback, so a handshake or a close that takes longer has failed.
                .withTimeouts(
                        Timeouts.defaults().withHandshake(Duration.ofSeconds(2)).withClose(Duration.ofMillis(200)));
    }

    /** For a handful of trusted machines. Set the address to listen on, which peers must be able to reach. */
    public static PeerTransportConfig lan() {
        return internet()
                // There is no NAT router, and a dead machine is noticed within 20 s instead of a minute.
                .withTimeouts(Timeouts.defaults()
                        .withHandshake(Duration.ofSeconds(5))
                        .withKeepAlive(Duration.ofSeconds(5))
                        .withIdle(Duration.ofSeconds(20)));
    }

    /**
     * For nodes on the internet. Set the address to listen on, which is any free port of the loopback address, and the
     * difficulty of the network.
     */
    public static PeerTransportConfig internet() {
        return PeerTransportConfigBuilder.builder()
                .listen(new PeerAddress("127.0.0.1", 0))
                .network(Network.defaults())
                .agent("tributary")
                .engine(TlsEngine.BEST)
                .threads(Runtime.getRuntime().availableProcessors())
                .links(LinkLimits.defaults())
                .timeouts(Timeouts.defaults())
                .sending(SendLimits.defaults())
                .build();
    }

    private static void within(String name, Duration value, Duration min, Duration max) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException(
                    name + " must be in " + min.toMillis() + ".." + max.toMillis() + " ms, not " + value.toMillis());
        }
    }

    /**
     * What all nodes of a network have in common. A peer with another name, or with a lower difficulty, is refused.
     *
     * @param name name of the network: 1 to 64 letters, digits, dots, hyphens and underscores
     * @param difficulty minimum number of zero bits of every peer id, including the own one: see
     *     {@link dev.tributary.core.value.PeerId#zeroBits()}. 0 by default, for networks of trusted nodes; a public
     *     network has for example {@link NodeIdentity#PUBLIC_DIFFICULTY}
     */
    @RecordBuilder
    public record Network(String name, int difficulty) implements PeerTransportConfigNetworkBuilder.With {

        private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1," + Hello.MAX_NETWORK + "}");

        public Network {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("network must be 1 to " + Hello.MAX_NETWORK
                        + " letters, digits, dots, hyphens and underscores, not " + QuotedText.quote(name));
            }
            NodeIdentity.requireDifficulty(difficulty);
        }

        public static Network defaults() {
            return new Network(Hello.DEFAULT_NETWORK, 0);
        }
    }

    /**
     * Limits of the number of links.
     *
     * @param max maximum number of links in both directions; the default suffices for a node's neighbours, transient
     *     links and arrivals
     * @param maxPendingHandshakes maximum number of inbound handshakes that are started at once, a quarter of it for one
     *     address prefix; four times as many connections may wait for their start, and as many may be silent
     * @param memory memory that all links may use together; by default it follows from the heap
     */
    @RecordBuilder
    public record LinkLimits(int max, int maxPendingHandshakes, MemoryPlan memory)
            implements PeerTransportConfigLinkLimitsBuilder.With {

        public LinkLimits {
            Bounds.within("links.max", max, 1, 65_536);
            Bounds.within("links.maxPendingHandshakes", maxPendingHandshakes, 1, 65_536);
        }

        public static LinkLimits defaults() {
            return PeerTransportConfigLinkLimitsBuilder.builder()
                    .max(640)
                    .maxPendingHandshakes(256)
                    .memory(MemoryPlan.ofThisProcess())
                    .build();
        }
    }

    /**
     * Timeouts of a link.
     *
     * @param handshake timeout of TCP connect, TLS handshake and hello together
     * @param keepAlive interval after which an idle sender sends a keep-alive: shorter than the timeout of NAT routers
     * @param idle timeout after which a peer that sends nothing is disconnected; resolution: one {@code keepAlive}, of
     *     which it should span several
     * @param close timeout for sending the remaining messages of a link that is closing
     */
    @RecordBuilder
    public record Timeouts(Duration handshake, Duration keepAlive, Duration idle, Duration close)
            implements PeerTransportConfigTimeoutsBuilder.With {

        public Timeouts {
            within("timeouts.handshake", handshake, Duration.ofMillis(10), Duration.ofMinutes(5));
            within("timeouts.keepAlive", keepAlive, Duration.ofMillis(10), Duration.ofHours(1));
            within("timeouts.idle", idle, keepAlive, Duration.ofDays(1));
            within("timeouts.close", close, Duration.ofMillis(10), Duration.ofMinutes(1));
        }

        public static Timeouts defaults() {
            return PeerTransportConfigTimeoutsBuilder.builder()
                    .handshake(Duration.ofSeconds(10))
                    .keepAlive(Duration.ofSeconds(15))
                    .idle(Duration.ofSeconds(60))
                    .close(Duration.ofSeconds(2))
                    .build();
        }
    }

    /**
     * Limits of the messages that wait to be sent on a link.
     *
     * @param queuedMessages capacity of the send queue in messages: beyond it, a send is refused as busy. The last
     *     eighth is reserved for messages up to 4 KiB, so that refusals and receipts are sent even if payload fills the
     *     queue
     * @param queuedBytes capacity of the send queue in bytes, without messages up to 4 KiB; holds three of the largest
     *     states. All links together are limited by {@link LinkLimits#memory}
     * @param slowPeerTimeout timeout of slow peers: after a refused send, the link is closed if nothing is written to
     *     the socket for this long while the queue is more than half full; a peer that reads keeps its link
     * @param writeBufferHighWaterMark high-water mark of the socket's write buffer in bytes: bounds the delay of a
     *     small message behind large ones
     */
    @RecordBuilder
    public record SendLimits(
            int queuedMessages, int queuedBytes, Duration slowPeerTimeout, int writeBufferHighWaterMark)
            implements PeerTransportConfigSendLimitsBuilder.With {

        public SendLimits {
            Bounds.within("sending.queuedMessages", queuedMessages, 1, 1 << 24);
            Bounds.within("sending.queuedBytes", queuedBytes, WireLimits.LARGE_MESSAGE, Integer.MAX_VALUE);
            within("sending.slowPeerTimeout", slowPeerTimeout, Duration.ofMillis(10), Duration.ofHours(1));
            Bounds.within("sending.writeBufferHighWaterMark", writeBufferHighWaterMark, 16 * 1024, 16 * 1024 * 1024);
        }

        public static SendLimits defaults() {
            return PeerTransportConfigSendLimitsBuilder.builder()
                    .queuedMessages(8192)
                    .queuedBytes(160 * 1024 * 1024)
                    // A laptop that changes its network stands still for several seconds; a dead one is idle after 60
                    // s.
                    .slowPeerTimeout(Duration.ofSeconds(30))
                    .writeBufferHighWaterMark(128 * 1024)
                    .build();
        }
    }
}
