package dev.tributary.core.contract;

import dev.tributary.core.value.ContractInstanceId;
import java.time.Duration;
import java.util.List;

/**
 * A contract call that did not return within its time. Its caller has its answer; the call may still occupy its thread.
 *
 * @param contract the contract that was called
 * @param thread name of its thread
 * @param running how long the call has run
 * @param stack the innermost frames of the thread, as text
 */
public record OverdueCall(ContractInstanceId contract, String thread, Duration running, List<String> stack) {

    public OverdueCall {
        stack = List.copyOf(stack);
    }
}
