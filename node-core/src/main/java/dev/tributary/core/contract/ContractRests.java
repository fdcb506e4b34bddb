package dev.tributary.core.contract;

import dev.tributary.core.error.ContractFailedException;
import dev.tributary.core.error.ContractFailedException.Failure;
import dev.tributary.core.error.RateLimitedLog;
import dev.tributary.core.limit.BoundedMap;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDigest;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Contracts that ran out of time, memory or stack on this node: such a call costs as much as thousands of others, and
 * would be repeated with each notice and each comparison. After one, the contract rests for all but this node's clients,
 * and what it failed on is refused for a while. The first calls of a code are not judged: they are slow because they are
 * the first. Safe to use from any thread.
 */
final class ContractRests {

    /** Time for which a change that failed is refused. */
    private static final Duration MEMORY = Duration.ofMinutes(10);

    /** Number of calls of a code after which it counts as warm. */
    private static final int COLD_CALLS = 2;

    /** Maximum number of contracts that are remembered; beyond it the one that failed longest ago is forgotten. */
    private static final int MAX_CONTRACTS = 4096;

    /** Maximum number of codes whose calls are counted. */
    private static final int MAX_CODES = 8192;

    private static final RateLimitedLog log = RateLimitedLog.of(LoggerFactory.getLogger(ContractRests.class));

    private final TimeSource time;
    private final BoundedMap<ContractInstanceId, ContractRest> rests = BoundedMap.leastRecentlyWritten(MAX_CONTRACTS);
    private final BoundedMap<CodeHash, Integer> calls = BoundedMap.leastRecentlyUsed(MAX_CODES);

    /** What a call of a contract is for. A success of one kind says nothing about the other. */
    enum Work {
        CHANGE,
        COMPARE
    }

    ContractRests(TimeSource time) {
        this.time = time;
    }

    /** Whether the contract rests: all calls but those of this node's clients are refused. */
    synchronized boolean isResting(ContractInstanceId id) {
        ContractRest rest = rests.get(id);
        return rest != null && rest.isResting(time.nanos());
    }

    /** Whether the contract exceeded a limit and has not succeeded since: its next call may cost as much. */
    synchronized boolean isSuspect(ContractInstanceId id) {
        ContractRest rest = rests.get(id);
        return rest != null && rest.isSuspect();
    }

    /**
     * Throws {@link ContractFailedException} if the contract rests, or failed on this change a short time ago.
     *
     * @param change the change to merge, or null
     */
    void require(CallClass callClass, Contract contract, @Nullable StateChange change) {
        if (callClass == CallClass.CLIENT_LOCAL) {
            return;
        }
        ContractRest rest = known(contract.id());
        if (rest == null) {
            return;
        }
        if (isResting(contract.id())) {
            throw refused(contract, "it rests after a call over its limits");
        }
        // Only the changes of contracts that failed before are hashed.
        if (change != null && failedOn(rest, digests(change))) {
            throw refused(contract, "it exceeded its limits with this change before");
        }
    }

    private synchronized @Nullable ContractRest known(ContractInstanceId id) {
        return rests.get(id);
    }

    private synchronized boolean failedOn(ContractRest rest, List<StateDigest> change) {
        return rest.isRefused(change, time.nanos());
    }

    private static ContractFailedException refused(Contract contract, String detail) {
        return new ContractFailedException(contract.key(), "a call", Failure.RESTING, detail);
    }

    /** Records a call that returned. */
    synchronized void recordSuccess(Contract contract, Work work) {
        countCall(contract);
        ContractRest rest = rests.get(contract.id());
        if (rest != null) {
            rest.endAfter(work);
        }
    }

    /**
     * Records a call that failed; only those over a limit matter.
     *
     * @param change the change that was to be merged, or null
     */
    void recordFailure(Contract contract, Work work, @Nullable StateChange change, ContractFailedException failure) {
        if (failure.failure().isOverLimit()) {
            recordExcess(contract, work, change == null ? null : digests(change), failure.failure());
        }
    }

    private synchronized void recordExcess(
            Contract contract, Work work, @Nullable List<StateDigest> change, Failure failure) {
        boolean isCold = countCall(contract) <= COLD_CALLS;
        ContractRest known = rests.get(contract.id());
        if (isCold && known == null) {
            return;
        }
        long now = time.nanos();
        ContractRest rest = known == null ? new ContractRest(now) : known;
        rests.put(contract.id(), rest);
        rest.begin(work, now);
        if (change != null) {
            rest.refuse(change, now + MEMORY.toNanos());
        }
        log.log(
                Level.WARN,
                "contract rests contract={} failure={} seconds={}",
                contract.key(),
                failure,
                rest.length().toSeconds());
    }

    /** The number of calls of the contract's code, this one included. */
    private int countCall(Contract contract) {
        CodeHash code = contract.code().hash();
        Integer before = calls.get(code);
        int now = before == null ? 1 : Math.min(before, COLD_CALLS) + 1;
        if (before == null || before != now) {
            calls.put(code, now);
        }
        return now;
    }

    private static List<StateDigest> digests(StateChange change) {
        return switch (change.kind()) {
            case FULL -> List.of(((StateChange.Full) change).state().digest());
            case DELTA -> List.of(digest((StateChange.Delta) change));
            case FULL_AND_DELTA -> {
                StateChange.FullAndDelta both = (StateChange.FullAndDelta) change;
                yield List.of(both.state().digest(), digest(new StateChange.Delta(both.delta())));
            }
        };
    }

    private static StateDigest digest(StateChange.Delta change) {
        return new State(change.delta().bytes()).digest();
    }
}
