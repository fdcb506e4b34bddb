package dev.tributary.core.membership;

import dev.tributary.core.value.PeerContact;
import reactor.core.publisher.Flux;

/** What decides whether, and which, peers are dialled. */
public interface DialDemand {

    /** How urgently the node needs neighbours. Any thread. */
    NeighbourDemand demand();

    /** Emits the demand when it rises because an established neighbour was lost. For several subscribers. */
    Flux<NeighbourDemand> demandSignals();

    /** The peers to dial, once each. For one subscriber. */
    Flux<PeerContact> dialRequests();
}
