package dev.tributary.transport.peer;

import dev.tributary.core.peer.PeerTransport;
import dev.tributary.core.peer.PeerTransportTests;
import dev.tributary.transport.identity.NodeIdentity;
import java.security.SecureRandom;
import java.time.Duration;
import reactor.core.scheduler.Schedulers;

class TcpPeerTransportIntegrationTests extends PeerTransportTests {

    @Override
    protected PeerTransport newTransport() {
        return TcpPeerTransport.create(
                NodeIdentity.generate(new SecureRandom()),
                PeerTransportConfig.defaults()
                        .withThreads(1)
                        .withTimeouts(PeerTransportConfig.Timeouts.defaults().withClose(Duration.ofMillis(200)))
                        .withSending(
                                PeerTransportConfig.SendLimits.defaults().withSlowPeerTimeout(Duration.ofSeconds(2))),
                Schedulers.parallel(),
                Schedulers.parallel());
    }
}
