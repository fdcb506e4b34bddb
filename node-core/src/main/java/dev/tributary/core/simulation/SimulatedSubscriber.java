package dev.tributary.core.simulation;

import dev.tributary.core.value.ContractUpdate;
import dev.tributary.core.value.State;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A client that subscribes to a contract of a workload until its node crashes or the workload ends. */
final class SimulatedSubscriber {

    private final WorkloadContract contract;
    private final int node;
    private final Sinks.Empty<Void> firstState = Sinks.empty();
    private @Nullable State latestState;
    private long statesReceived;
    private boolean ended;

    SimulatedSubscriber(WorkloadContract contract, int node) {
        this.contract = contract;
        this.node = node;
    }

    /** Subscribes. Disposing cancels the subscription unless the node has crashed, which makes calls impossible. */
    Disposable subscribe(SimulatedNetwork network) {
        Disposable crash = network.crashed(node).subscribe(unused -> {}, failure -> ended = true, () -> ended = true);
        Disposable subscription = network.client(node)
                .subscribe(contract.contract().id())
                .doFinally(signal -> crash.dispose())
                .subscribe(this::onUpdate, this::onFailure);
        return () -> {
            if (!ended) {
                ended = true;
                subscription.dispose();
            }
        };
    }

    /** Completes on the first state; errors if the subscription fails before. */
    Mono<Void> firstState() {
        return firstState.asMono();
    }

    WorkloadContract contract() {
        return contract;
    }

    int node() {
        return node;
    }

    /** Whether the subscription is active and has received a state. */
    boolean isActive() {
        return !ended && latestState != null;
    }

    /** The last state received. */
    Optional<State> latestState() {
        return Optional.ofNullable(latestState);
    }

    /** The number of states received. */
    long statesReceived() {
        return statesReceived;
    }

    private void onUpdate(ContractUpdate update) {
        latestState = update.state();
        statesReceived++;
        firstState.tryEmitEmpty();
    }

    private void onFailure(Throwable failure) {
        ended = true;
        firstState.tryEmitError(failure);
    }
}
