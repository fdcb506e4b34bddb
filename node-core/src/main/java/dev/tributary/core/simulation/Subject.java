package dev.tributary.core.simulation;

import dev.tributary.core.contract.GrowOnlySet;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import java.util.BitSet;
import java.util.List;

/** A contract of a workload, and what the network has promised to keep of it. */
final class Subject {

    private final boolean register;
    private final Contract contract;
    private final int stateBytes;
    private final BitSet acknowledged = new BitSet();
    private int versions;
    private boolean living;

    /** Nothing was put of it yet. */
    Subject(long seed, int number, int stateBytes) {
        this.register = number % 2 == 0;
        this.stateBytes = stateBytes;
        String name = "simulation " + seed + "/" + number;
        this.contract = register ? LastWriterWins.named(name) : GrowOnlySet.named(name);
    }

    Contract contract() {
        return contract;
    }

    /** The number of the next version, from 1. */
    int nextVersion() {
        return ++versions;
    }

    /** What to put for that version, or to change it by. */
    State state(int version) {
        return register
                ? LastWriterWins.state(version, new byte[stateBytes])
                : GrowOnlySet.state(List.of(element(version)));
    }

    void acknowledge(int version) {
        acknowledged.set(version);
    }

    /** The newest version that was acknowledged, 0 if none was. */
    int acknowledged() {
        return Math.max(0, acknowledged.length() - 1);
    }

    /** Somebody has changed it, or listens to it. */
    void live() {
        living = true;
    }

    /** Whether anybody ever changed it, or listened to it. */
    boolean living() {
        return living;
    }

    /** Whether the state has this version in it. */
    boolean has(State state, int version) {
        return register
                ? state.bytes().toBuffer().getLong() >= version
                : GrowOnlySet.elements(state).contains(element(version));
    }

    /** How many versions were acknowledged and are not in the state. A register has only its newest to lose. */
    int missing(State state) {
        return register
                ? (has(state, acknowledged()) ? 0 : 1)
                : (int) acknowledged.stream()
                        .filter(version -> !has(state, version))
                        .count();
    }

    private static Bytes element(int version) {
        return Bytes.utf8("element " + version);
    }
}
