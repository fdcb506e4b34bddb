package dev.tributary.core.operation;

import dev.tributary.core.contract.CallClass;
import dev.tributary.core.contract.ContractExecutor;
import dev.tributary.core.error.NodeException;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Says what somebody is missing in as few bytes as possible: a delta where the contract has one that is smaller than the
 * state, else the whole state. Small states are told whole, for a summary would be as long. Safe to use from any thread.
 */
final class Deltas {

    /** States up to this are told whole. */
    static final int SMALL = 1 << 10;

    /** After so many deltas of a contract in a row that did not do for a peer, it is told whole states. */
    private static final int FAILURES = 3;

    private static final long WHOLE_FOR = Duration.ofMinutes(10).toNanos();

    /** Of so many peers and contracts it is known whether deltas do. */
    private static final int MOST_PAIRS = 4096;

    private final ContractExecutor executor;
    private final TimeSource time;
    private final Map<Pair, Failures> failures = new LinkedHashMap<>();

    Deltas(ContractExecutor executor, TimeSource time) {
        this.executor = executor;
        this.time = time;
    }

    /** The state's summary for this peer; empty if it is to tell the whole of its own instead. */
    Mono<Optional<StateSummary>> summary(CallClass callClass, PeerId peer, Contract contract, State state) {
        if (state.size() <= SMALL || wholeFor(peer, contract.id())) {
            return Mono.just(Optional.empty());
        }
        return executor.summarize(callClass, contract, state)
                .filter(summary -> summary.size() <= Update.MAX_SUMMARY)
                .map(Optional::of)
                .onErrorResume(NodeException.class, failure -> Mono.empty())
                .defaultIfEmpty(Optional.empty());
    }

    /**
     * What the peer with this summary is missing of the state.
     *
     * @param summary null to be told the whole state
     */
    Mono<StateChange> missing(
            CallClass callClass, PeerId peer, Contract contract, State state, @Nullable StateSummary summary) {
        StateChange whole = new StateChange.Full(state);
        if (summary == null || wholeFor(peer, contract.id())) {
            return Mono.just(whole);
        }
        return executor.delta(callClass, contract, state, summary)
                .<StateChange>map(delta -> delta.size() < state.size() ? new StateChange.Delta(delta) : whole)
                .onErrorResume(NodeException.class, failure -> {
                    failed(peer, contract.id());
                    return Mono.just(whole);
                })
                .defaultIfEmpty(whole);
    }

    /** What made the one state of the other: a delta that is seen to do so if there is one, else the change as it was brought. */
    Mono<List<StateChange>> between(
            CallClass callClass, Contract contract, State before, State after, List<StateChange> brought) {
        boolean whole = brought.size() == 1 && brought.get(0) instanceof StateChange.Full;
        if (!whole || brought.get(0).size() <= SMALL) {
            return Mono.just(brought);
        }
        return executor.summarize(callClass, contract, before)
                .flatMap(summary -> executor.delta(callClass, contract, after, summary))
                .filter(delta -> delta.size() < after.size() && delta.size() > 0)
                .<StateChange>map(StateChange.Delta::new)
                .filterWhen(delta ->
                        executor.change(callClass, contract, before, delta).map(after::equals))
                .map(List::of)
                .onErrorResume(NodeException.class, failure -> Mono.empty())
                .defaultIfEmpty(brought);
    }

    /** Whether the change brings nothing. */
    static boolean isEmpty(StateChange change) {
        return change instanceof StateChange.Delta delta && delta.delta().size() == 0;
    }

    /** What brings nothing. */
    static StateChange nothing() {
        return new StateChange.Delta(new StateDelta(Bytes.empty()));
    }

    /** A delta of the contract's did not do for this peer, or not for this node. */
    synchronized void failed(PeerId peer, ContractInstanceId id) {
        Pair pair = new Pair(peer, id);
        Failures before = failures.remove(pair);
        int count = before == null || time.nanos() - before.last > WHOLE_FOR ? 1 : before.count + 1;
        failures.put(pair, new Failures(count, time.nanos()));
        if (failures.size() > MOST_PAIRS) {
            failures.remove(failures.keySet().iterator().next());
        }
    }

    /** A delta did. */
    synchronized void succeeded(PeerId peer, ContractInstanceId id) {
        failures.remove(new Pair(peer, id));
    }

    private synchronized boolean wholeFor(PeerId peer, ContractInstanceId id) {
        Failures known = failures.get(new Pair(peer, id));
        return known != null && known.count >= FAILURES && time.nanos() - known.last <= WHOLE_FOR;
    }

    private record Pair(PeerId peer, ContractInstanceId id) {}

    /** @param last when, in nanoseconds */
    private record Failures(int count, long last) {}
}
