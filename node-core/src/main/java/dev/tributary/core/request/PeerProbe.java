package dev.tributary.core.request;

import dev.tributary.core.message.Get;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.HopsToLive;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TransactionId;
import dev.tributary.core.value.Visited;
import java.time.Duration;
import reactor.core.publisher.Mono;

/** The liveness probe of a peer: a GET of an id that no contract has, so the reply is small and immediate. */
public final class PeerProbe {

    private PeerProbe() {}

    /**
     * Sends the probe and emits any reply; errors as {@link Exchanges#ask} does.
     *
     * @param self the id of this node
     */
    public static Mono<PeerReply> send(
            Exchanges exchanges, PeerLink link, TransactionId tx, PeerId self, Duration timeout) {
        Get.Request probe =
                new Get.Request(tx, new HopsToLive(0), Visited.none().plus(self), timeout, ContractInstanceId.NONE);
        return exchanges.ask(link, probe, timeout);
    }
}
