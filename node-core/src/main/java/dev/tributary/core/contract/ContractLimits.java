package dev.tributary.core.contract;

import dev.tributary.core.error.PayloadTooLargeException;
import dev.tributary.core.value.Bounds;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;

/**
 * How much a contract may take. The sizes are the network's: a node that admitted more would hold what its peers refuse.
 *
 * @param stateBytes the largest state, in bytes, up to 50 MiB
 * @param codeBytes the largest code, in bytes, up to 10 MiB
 * @param parameterBytes the longest parameters, in bytes, up to 1 MiB
 * @param threads how many contracts run at once, 1 to 256
 * @param queuedCalls how many calls may wait for a thread, 1 or more; what comes on top is refused
 */
public record ContractLimits(int stateBytes, int codeBytes, int parameterBytes, int threads, int queuedCalls) {

    private static final int MIB = 1 << 20;

    /** The network's own limits; as many threads as processors, since contracts compute and do not wait. */
    public static final ContractLimits DEFAULT = new ContractLimits(
            50 * MIB, 10 * MIB, MIB, Math.min(256, Runtime.getRuntime().availableProcessors()), 8192);

    public ContractLimits {
        Bounds.within("stateBytes", stateBytes, 1, 50 * MIB);
        Bounds.within("codeBytes", codeBytes, 1, 10 * MIB);
        Bounds.within("parameterBytes", parameterBytes, 0, MIB);
        Bounds.within("threads", threads, 1, 256);
        Bounds.within("queuedCalls", queuedCalls, 1, Integer.MAX_VALUE);
    }

    /** Throws {@link PayloadTooLargeException} if any of the three is larger than allowed. */
    public void check(Contract contract, State state) {
        check(contract, state.size());
    }

    /** The same for what is brought of a state, in bytes. */
    void check(Contract contract, long brought) {
        check("state", brought, stateBytes);
        check("contract code", contract.code().bytes().size(), codeBytes);
        check("contract parameters", contract.parameters().bytes().size(), parameterBytes);
    }

    private static void check(String what, long size, int limit) {
        if (size > limit) {
            throw new PayloadTooLargeException(what, size, limit);
        }
    }
}
