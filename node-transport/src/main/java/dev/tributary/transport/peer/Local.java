package dev.tributary.transport.peer;

import dev.tributary.core.value.PeerId;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import reactor.core.scheduler.Scheduler;

/**
 * What every connection of a transport shares.
 *
 * @param listenPort where this node accepts connections, 0 while it does not
 * @param timer for limits and keep-alives
 * @param decoder where large messages are decoded: their code is hashed, which is too long for an event loop
 * @param unknown replies of kinds that this version does not know, ignored
 */
record Local(
        PeerId self,
        PeerTransportConfig config,
        PeerTls tls,
        AtomicInteger listenPort,
        Links links,
        LinkLog log,
        Scheduler timer,
        Scheduler decoder,
        LongAdder unknown) {}
