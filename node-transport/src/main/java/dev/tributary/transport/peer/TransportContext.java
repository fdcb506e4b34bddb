package dev.tributary.transport.peer;

import dev.tributary.core.value.PeerId;
import dev.tributary.transport.identity.PeerTls;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import reactor.core.scheduler.Scheduler;

/**
 * Resources shared by all connections of a transport.
 *
 * @param listenPort port on which this node accepts connections; 0 while it does not
 * @param unknownReplies number of ignored replies of unknown kinds
 */
record TransportContext(
        PeerId self,
        PeerTransportConfig config,
        PeerTls tls,
        AtomicInteger listenPort,
        Limits limits,
        RateLimitedLinkLog log,
        Threads threads,
        LongAdder unknownReplies) {

    Links links() {
        return limits.links();
    }

    PeerMemory memory() {
        return limits.memory();
    }

    /** What all links share: their number and their memory. */
    record Limits(Links links, PeerMemory memory) {}

    /**
     * Threads besides the event loops.
     *
     * @param timer scheduler for timeouts and keep-alives
     * @param decoder scheduler on which large messages are decoded: hashing their code would block an event loop for
     *     too long
     */
    record Threads(Scheduler timer, Scheduler decoder) {}
}
