package dev.tributary.core.contract;

import dev.tributary.core.error.PayloadTooLargeException;
import dev.tributary.core.value.Bounds;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * Limits of contracts. The sizes are those of the network: a node that accepted more would hold states that its peers
 * refuse.
 *
 * @param stateBytes maximum size of a state in bytes, up to 50 MiB
 * @param codeBytes maximum size of the code in bytes, up to 10 MiB
 * @param parameterBytes maximum size of the parameters in bytes, up to 1 MiB
 * @param threads maximum number of calls that run at once, 1 to 256; of four or more, one is only for clients, and half
 *     of the others but one are for calls of peers for contracts that were not quick the last time
 * @param queuedCalls capacity of the queue of calls, 1 or more; further calls are refused
 */
@RecordBuilder
public record ContractLimits(int stateBytes, int codeBytes, int parameterBytes, int threads, int queuedCalls)
        implements ContractLimitsBuilder.With {

    private static final int MIB = 1 << 20;

    public ContractLimits {
        Bounds.within("stateBytes", stateBytes, 1, 50 * MIB);
        Bounds.within("codeBytes", codeBytes, 1, 10 * MIB);
        Bounds.within("parameterBytes", parameterBytes, 0, MIB);
        Bounds.within("threads", threads, 1, 256);
        Bounds.within("queuedCalls", queuedCalls, 1, Integer.MAX_VALUE);
    }

    /**
     * The network's sizes, and one thread for each processor, since contracts compute and do not block; two more are for
     * clients and for contracts that are known to be quick, when the others are used up.
     */
    public static ContractLimits defaults() {
        return ContractLimitsBuilder.builder()
                .stateBytes(50 * MIB)
                .codeBytes(10 * MIB)
                .parameterBytes(MIB)
                .threads(Math.min(256, Runtime.getRuntime().availableProcessors() + 2))
                .queuedCalls(8192)
                .build();
    }

    /** Throws {@link PayloadTooLargeException} if the state, the code or the parameters exceed their maximum. */
    public void check(Contract contract, State state) {
        check(contract, state.size());
    }

    /** {@link #check(Contract, State)} for an incoming state or delta of this size in bytes. */
    void check(Contract contract, long incomingBytes) {
        check("state", incomingBytes, stateBytes);
        check("contract code", contract.code().bytes().size(), codeBytes);
        check("contract parameters", contract.parameters().bytes().size(), parameterBytes);
    }

    private static void check(String what, long size, int limit) {
        if (size > limit) {
            throw new PayloadTooLargeException(what, size, limit);
        }
    }
}
