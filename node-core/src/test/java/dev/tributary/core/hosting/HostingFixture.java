package dev.tributary.core.hosting;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.message.Hosting;
import dev.tributary.core.storage.Demand;
import dev.tributary.core.storage.StoreEntry;
import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.State;
import java.time.Instant;

/** Contracts, holdings and a peer for the tests of the hosting table and its parts. */
final class HostingFixture {

    static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");
    static final long INTERVAL = HostingConfig.defaults().interval().toNanos();
    static final PeerId PEER = ScriptedPeer.idAt(0.3, 1);

    private HostingFixture() {}

    static Contract contract(int number) {
        return LastWriterWins.named("contract " + number);
    }

    static State state(int version) {
        return LastWriterWins.state(version, new byte[] {1});
    }

    /** A contract of this size that was requested once, the given number of hours before noon. */
    static StoreEntry holding(int number, int bytes, int hoursAgo) {
        return holding(number, bytes, Demand.firstRequest(NOON.minusSeconds(3600L * hoursAgo)));
    }

    static StoreEntry holding(int number, int bytes, Demand demand) {
        return new StoreEntry(contract(number).key(), state(1).digest(), bytes, 0, NOON, demand);
    }

    /** The same contract with another state. */
    static StoreEntry changed(StoreEntry before, int version) {
        return new StoreEntry(
                before.key(), state(version).digest(), before.bytes(), before.codeBytes(), NOON, before.demand());
    }

    static Hosting.Replica held(ContractKey key, int version) {
        return new Hosting.Replica(key.id(), state(version).digest(), 100);
    }
}
