package dev.tributary.core.contract.conformance;

import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateDelta;
import java.util.Arrays;

/** Compares states in the contract's eyes. */
final class StateComparison {

    private final ContractCalls calls;

    StateComparison(ContractCalls calls) {
        this.calls = calls;
    }

    /**
     * True if the bytes are equal, or if the contract sees no difference: in both directions the delta is empty, or is
     * the one that the contract also answers with when nothing is missing.
     */
    boolean same(State a, State b) {
        if (a.equals(b)) {
            return true;
        }
        try {
            StateDelta forth = calls.delta(a, b);
            StateDelta back = calls.delta(b, a);
            return forth.equals(back)
                    && (forth.size() == 0 || (forth.equals(calls.delta(a, a)) && forth.equals(calls.delta(b, b))));
        } catch (ContractRejectedException rejected) {
            return false;
        }
    }

    /** True if the states consist of the same bytes in any order: correct contracts write unsorted maps. */
    static boolean sameBytes(State a, State b) {
        return sameBytes(a.bytes(), b.bytes());
    }

    /** {@link #sameBytes(State, State)} for other results. */
    static boolean sameBytes(Bytes a, Bytes b) {
        return a.equals(b) || (a.size() == b.size() && Arrays.equals(histogram(a), histogram(b)));
    }

    private static int[] histogram(Bytes bytes) {
        int[] counts = new int[256];
        for (int i = 0; i < bytes.size(); i++) {
            counts[bytes.at(i) & 0xff]++;
        }
        return counts;
    }
}
