package dev.tributary.core.engine;

import dev.tributary.core.contract.ContractRuntime;
import dev.tributary.core.peer.PeerTransport;
import dev.tributary.core.storage.ContractStore;
import dev.tributary.core.value.PeerContact;
import dev.tributary.core.value.TimeSource;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What a node is given from outside.
 *
 * @param transport how it reaches its peers, and its own peer id
 * @param store where contracts are kept
 * @param runtimes run contracts, asked in this order
 * @param bootstrapPeers peers that are dialled while there are fewer neighbours than the minimum
 * @param knownPeers neighbours of an earlier run, dialled while there are none
 */
public record NodeEnvironment(
        PeerTransport transport,
        ContractStore store,
        List<ContractRuntime> runtimes,
        List<PeerContact> bootstrapPeers,
        List<PeerContact> knownPeers,
        EngineThreads threads,
        TimeSource time,
        RandomGenerator random) {

    public NodeEnvironment {
        runtimes = List.copyOf(runtimes);
        bootstrapPeers = List.copyOf(bootstrapPeers);
        knownPeers = List.copyOf(knownPeers);
    }
}
