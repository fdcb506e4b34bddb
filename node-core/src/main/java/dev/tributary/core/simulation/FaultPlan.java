package dev.tributary.core.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import reactor.core.Disposable;

/** A schedule of faults in a simulated network. Times count from the moment when all nodes have started. */
public record FaultPlan(List<Fault> faults) {

    private static final FaultPlan NONE = new FaultPlan(List.of());

    public FaultPlan {
        faults = List.copyOf(faults);
    }

    /** A plan without faults. */
    public static FaultPlan none() {
        return NONE;
    }

    /** Adds an action at this time. */
    public FaultPlan at(Duration when, Consumer<SimulatedNetwork> what) {
        if (when.isNegative()) {
            throw new IllegalArgumentException("a fault's time must be 0 or more, not " + when);
        }
        List<Fault> extended = new ArrayList<>(faults);
        extended.add(new Fault(when, what));
        return new FaultPlan(extended);
    }

    /** Adds a crash of these nodes at this time. */
    public FaultPlan crash(Duration when, Collection<Integer> nodes) {
        List<Integer> crashing = List.copyOf(nodes);
        return at(when, network -> crashing.forEach(network::crash));
    }

    /** Adds a restart of these nodes at this time. */
    public FaultPlan restart(Duration when, Collection<Integer> nodes) {
        List<Integer> restarting = List.copyOf(nodes);
        return at(when, network -> restarting.forEach(network::restart));
    }

    /** Adds a partition between these nodes and all others, which heals at the second time. */
    public FaultPlan partition(Duration from, Duration until, Collection<Integer> side) {
        if (until.compareTo(from) < 0) {
            throw new IllegalArgumentException("a partition must end after " + from + ", not at " + until);
        }
        List<Integer> isolated = List.copyOf(side);
        return at(from, network -> {
            Disposable partition = network.partition(isolated);
            network.after(until.minus(from), partition::dispose);
        });
    }

    /** Adds churn between these times. */
    public FaultPlan churn(Duration from, Duration until, Churn churn) {
        return at(from, network -> {
            Disposable running = network.churn(churn);
            network.after(until.minus(from), running::dispose);
        });
    }

    /** An action on the network and its time. */
    public record Fault(Duration time, Consumer<SimulatedNetwork> action) {}
}
