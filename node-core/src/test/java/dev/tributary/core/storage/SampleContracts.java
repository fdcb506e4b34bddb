package dev.tributary.core.storage;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.State;
import java.time.Instant;
import java.util.Random;

/** Stored contracts for tests: the same arguments give the same contract in every test and process. */
public final class SampleContracts {

    private static final Instant CHANGED = Instant.parse("2026-01-02T03:04:05.123456789Z");

    private SampleContracts() {}

    /** Instance {@code number} of one small program, with a state derived from size and seed. */
    public static StoredContract sample(int number, int stateSize, long seed) {
        return sample(ContractCode.of(Bytes.utf8("a program")), number, stateSize, seed);
    }

    /** Instance {@code number} of the given program. */
    public static StoredContract sample(ContractCode code, int number, int stateSize, long seed) {
        Contract contract = Contract.of(code, Parameters.utf8("instance " + number));
        State state = new State(bytes(stateSize, seed));
        Demand demand = new Demand(seed % 2 == 0, seed % 3 == 0, CHANGED.minusSeconds(seed), 1 + seed);
        return new StoredContract(contract, state, state.digest(), CHANGED.plusSeconds(seed), demand);
    }

    /** A program of the given size. */
    public static ContractCode code(int size, long seed) {
        return ContractCode.of(bytes(size, seed));
    }

    private static Bytes bytes(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return Bytes.wrap(bytes);
    }
}
