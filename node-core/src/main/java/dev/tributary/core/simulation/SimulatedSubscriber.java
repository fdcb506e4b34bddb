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

    private final WorkloadContract subject;
    private final int node;
    private final Sinks.Empty<Void> firstState = Sinks.empty();
    private @Nullable State latestState;
    private long statesReceived;
    private boolean ended;

    SimulatedSubscriber(WorkloadContract subject, int node) {
        this.subject = subject;
        this.node = node;
    }

    /** Subscribes. Disposing cancels the subscription unless the node has crashed, which makes calls impossible. */
    Disposable follow(SimulatedNetwork network) {
        Disposable crash = network.death(node).subscribe(unused -> {}, failure -> ended = true, () -> ended = true);
        Disposable subscription = network.client(node)
                .subscribe(subject.contract().id())
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
    Mono<Void> first() {
        return firstState.asMono();
    }

    WorkloadContract subject() {
        return subject;
    }

    int node() {
        return node;
    }

    /** Whether the subscription is active and has received a state. */
    boolean isLive() {
        return !ended && latestState != null;
    }

    /** The last state received. */
    Optional<State> latest() {
        return Optional.ofNullable(latestState);
    }

    /** The number of states received. */
    long shown() {
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
