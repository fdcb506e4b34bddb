package dev.tributary.core.hosting;

import dev.tributary.core.contract.CallClass;
import dev.tributary.core.contract.ContractExecutor;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.limit.BoundedMap;
import dev.tributary.core.message.Update;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Encodes what a peer is missing in as few bytes as possible: as a delta if the contract computes one that is smaller
 * than the state, else as the full state. Small states are sent in full: a summary would be as long. Safe to use from
 * any thread.
 */
final class DeltaEncoder {

    /** Maximum number of bytes of a state that is always sent in full. */
    static final int SMALL_STATE_BYTES = 1 << 10;

    /** Number of consecutive failed deltas of a contract after which a peer is sent full states. */
    private static final int MAX_FAILURES = 3;

    /** Time without a further failure after which deltas are tried again, in nanoseconds. */
    private static final long FULL_STATE_PERIOD = Duration.ofMinutes(10).toNanos();

    /** Maximum number of peer and contract pairs whose failures are tracked. */
    private static final int MAX_PAIRS = 4096;

    private final ContractExecutor executor;
    private final TimeSource time;
    private final BoundedMap<Pair, Failures> failures = BoundedMap.leastRecentlyWritten(MAX_PAIRS);

    DeltaEncoder(ContractExecutor executor, TimeSource time) {
        this.executor = executor;
        this.time = time;
    }

    /** The summary of the state to send to this peer; empty if the peer should reply with its full state. */
    Mono<Optional<StateSummary>> summary(CallClass callClass, PeerId peer, Contract contract, State state) {
        if (state.size() <= SMALL_STATE_BYTES || sendsFullState(peer, contract.id())) {
            return Mono.just(Optional.empty());
        }
        return executor.summarize(callClass, contract, state)
                .filter(summary -> summary.size() <= Update.MAX_SUMMARY)
                .map(Optional::of)
                .onErrorResume(NodeException.class, failure -> Mono.empty())
                .defaultIfEmpty(Optional.empty());
    }

    /**
     * The change that the peer with this summary is missing, compared with the state.
     *
     * @param summary of the peer's state, or null to get the full state
     */
    Mono<StateChange> missingChange(
            CallClass callClass, PeerId peer, Contract contract, State state, @Nullable StateSummary summary) {
        StateChange fullState = new StateChange.Full(state);
        if (summary == null || sendsFullState(peer, contract.id())) {
            return Mono.just(fullState);
        }
        return executor.delta(callClass, contract, state, summary)
                .<StateChange>map(delta -> delta.size() < state.size() ? new StateChange.Delta(delta) : fullState)
                .onErrorResume(NodeException.class, failure -> {
                    recordFailure(peer, contract.id());
                    return Mono.just(fullState);
                })
                .defaultIfEmpty(fullState);
    }

    /** The changes from one state to the other: a delta if it was tried with success, else the incoming ones. */
    Mono<List<StateChange>> changesBetween(
            CallClass callClass, Contract contract, State before, State after, List<StateChange> incoming) {
        boolean isFullState = incoming.size() == 1 && incoming.get(0) instanceof StateChange.Full;
        if (!isFullState || incoming.get(0).size() <= SMALL_STATE_BYTES) {
            return Mono.just(incoming);
        }
        return executor.summarize(callClass, contract, before)
                .flatMap(summary -> executor.delta(callClass, contract, after, summary))
                .filter(delta -> delta.size() < after.size() && delta.size() > 0)
                .<StateChange>map(StateChange.Delta::new)
                .filterWhen(delta ->
                        executor.change(callClass, contract, before, delta).map(after::equals))
                .map(List::of)
                .onErrorResume(NodeException.class, failure -> Mono.empty())
                .defaultIfEmpty(incoming);
    }

    /**
     * Whether the change that a peer is missing is nothing in the eyes of the contract, although its state has other
     * bytes: an empty delta, or a full state where merging either way changes nothing, and both summaries lead to the same
     * delta.
     *
     * @param state that holds all that the peer's does
     * @param incoming what the peer sent, of which the state is the result
     */
    Mono<Boolean> isNothing(
            CallClass callClass, Contract contract, State state, StateChange change, StateChange incoming) {
        if (isEmpty(change)) {
            return Mono.just(true);
        }
        if (!(change instanceof StateChange.Full) || !(incoming instanceof StateChange.Full full)) {
            return Mono.just(false);
        }
        State theirs = full.state();
        return executor.change(callClass, contract, theirs, change)
                .filter(theirs::equals)
                .flatMap(unchanged -> Mono.zip(
                        deltaFrom(callClass, contract, state, theirs), deltaFrom(callClass, contract, state, state)))
                .map(both -> both.getT1().equals(both.getT2()))
                .onErrorResume(NodeException.class, failure -> Mono.empty())
                .defaultIfEmpty(false);
    }

    /** The delta from the other state to this one. */
    private Mono<StateDelta> deltaFrom(CallClass callClass, Contract contract, State state, State other) {
        return executor.summarize(callClass, contract, other)
                .flatMap(summary -> executor.delta(callClass, contract, state, summary));
    }

    /** Whether the change is a delta of zero bytes. */
    static boolean isEmpty(StateChange change) {
        return change instanceof StateChange.Delta delta && delta.delta().size() == 0;
    }

    /** A delta of zero bytes. */
    static StateChange emptyChange() {
        return new StateChange.Delta(new StateDelta(Bytes.empty()));
    }

    /** Records that a delta of the contract failed for this peer, or that the peer's failed on this node. */
    synchronized void recordFailure(PeerId peer, ContractInstanceId id) {
        Pair pair = new Pair(peer, id);
        Failures before = failures.get(pair);
        int count = before == null || time.nanos() - before.last > FULL_STATE_PERIOD ? 1 : before.count + 1;
        failures.put(pair, new Failures(count, time.nanos()));
    }

    /** Records a delta that was applied; resets the failures. */
    synchronized void recordSuccess(PeerId peer, ContractInstanceId id) {
        failures.remove(new Pair(peer, id));
    }

    private synchronized boolean sendsFullState(PeerId peer, ContractInstanceId id) {
        Failures known = failures.get(new Pair(peer, id));
        return known != null && known.count >= MAX_FAILURES && time.nanos() - known.last <= FULL_STATE_PERIOD;
    }

    private record Pair(PeerId peer, ContractInstanceId id) {}

    /** @param last time of the last failure, in nanoseconds */
    private record Failures(int count, long last) {}
}
