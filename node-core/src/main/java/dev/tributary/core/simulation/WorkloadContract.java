package dev.tributary.core.simulation;

import dev.tributary.core.contract.GrowOnlySet;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import java.util.BitSet;
import java.util.List;

/** A contract of a workload, with the versions that the network has acknowledged. */
final class WorkloadContract {

    private final boolean register;
    private final Contract contract;
    private final int stateBytes;
    private final BitSet acknowledgedVersions = new BitSet();
    private int versions;
    private boolean active;

    /** Creates a contract without versions: a register if the number is even, else a set. */
    WorkloadContract(long seed, int number, int stateBytes) {
        this.register = number % 2 == 0;
        this.stateBytes = stateBytes;
        String name = "simulation " + seed + "/" + number;
        this.contract = register ? LastWriterWins.named(name) : GrowOnlySet.named(name);
    }

    Contract contract() {
        return contract;
    }

    /** Allocates the next version number, from 1. */
    int nextVersion() {
        return ++versions;
    }

    /** The state to PUT for this version, or to UPDATE with. */
    State state(int version) {
        return register
                ? LastWriterWins.state(version, new byte[stateBytes])
                : GrowOnlySet.state(List.of(element(version)));
    }

    void acknowledge(int version) {
        acknowledgedVersions.set(version);
    }

    /** The newest acknowledged version, 0 if there is none. */
    int newestAcknowledged() {
        return Math.max(0, acknowledgedVersions.length() - 1);
    }

    /** Marks the contract as updated or subscribed to. */
    void markActive() {
        active = true;
    }

    /** Whether a client has ever updated it or subscribed to it. */
    boolean isActive() {
        return active;
    }

    /** Whether the state contains this version. */
    boolean contains(State state, int version) {
        return register
                ? state.bytes().toBuffer().getLong() >= version
                : GrowOnlySet.elements(state).contains(element(version));
    }

    /** The number of acknowledged versions that the state does not contain; at most one for a register, its newest. */
    int missingVersions(State state) {
        return register
                ? (contains(state, newestAcknowledged()) ? 0 : 1)
                : (int) acknowledgedVersions.stream()
                        .filter(version -> !contains(state, version))
                        .count();
    }

    private static Bytes element(int version) {
        return Bytes.utf8("element " + version);
    }
}
