package dev.tributary.core.simulation;

import dev.tributary.core.value.ContractUpdate;
import dev.tributary.core.value.State;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A client that subscribes to a contract of a workload and stays, until its node dies or the workload is over. */
final class Follower {

    private final Subject subject;
    private final int node;
    private final Sinks.Empty<Void> first = Sinks.empty();
    private @Nullable State latest;
    private long shown;
    private boolean gone;

    Follower(Subject subject, int node) {
        this.subject = subject;
        this.node = node;
    }

    /** Listens from now on. To dispose of it ends that; of a node that has died nothing can be called any more. */
    Disposable follow(SimulatedNetwork network) {
        Disposable end = network.death(node).subscribe(unused -> {}, failure -> gone = true, () -> gone = true);
        Disposable subscription = network.client(node)
                .subscribe(subject.contract().id())
                .doFinally(signal -> end.dispose())
                .subscribe(this::shown, this::failed);
        return () -> {
            if (!gone) {
                gone = true;
                subscription.dispose();
            }
        };
    }

    /** Completes when it was shown a state for the first time; errors if it is told that it never will be. */
    Mono<Void> first() {
        return first.asMono();
    }

    Subject subject() {
        return subject;
    }

    int node() {
        return node;
    }

    /** Whether it listens, and was shown something. */
    boolean isLive() {
        return !gone && latest != null;
    }

    /** What it was shown last. */
    Optional<State> latest() {
        return Optional.ofNullable(latest);
    }

    /** How many states it was shown. */
    long shown() {
        return shown;
    }

    private void shown(ContractUpdate update) {
        latest = update.state();
        shown++;
        first.tryEmitEmpty();
    }

    private void failed(Throwable failure) {
        gone = true;
        first.tryEmitError(failure);
    }
}
