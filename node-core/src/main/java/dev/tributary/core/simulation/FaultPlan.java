package dev.tributary.core.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import reactor.core.Disposable;

/** What goes wrong in a simulated network, and when: counted from the moment when all its nodes have started. */
public record FaultPlan(List<Fault> faults) {

    private static final FaultPlan NONE = new FaultPlan(List.of());

    public FaultPlan {
        faults = List.copyOf(faults);
    }

    /** Nothing goes wrong. */
    public static FaultPlan none() {
        return NONE;
    }

    /** Besides, this happens then. */
    public FaultPlan at(Duration when, Consumer<SimulatedNetwork> what) {
        if (when.isNegative()) {
            throw new IllegalArgumentException("a fault's time must be 0 or more, not " + when);
        }
        List<Fault> more = new ArrayList<>(faults);
        more.add(new Fault(when, what));
        return new FaultPlan(more);
    }

    /** Besides, these nodes crash then. */
    public FaultPlan crash(Duration when, Collection<Integer> nodes) {
        List<Integer> dying = List.copyOf(nodes);
        return at(when, network -> dying.forEach(network::crash));
    }

    /** Besides, these nodes start again then. */
    public FaultPlan restart(Duration when, Collection<Integer> nodes) {
        List<Integer> rising = List.copyOf(nodes);
        return at(when, network -> rising.forEach(network::restart));
    }

    /** Besides, these nodes and all others do not reach each other from then until then. */
    public FaultPlan partition(Duration from, Duration until, Collection<Integer> side) {
        if (until.compareTo(from) < 0) {
            throw new IllegalArgumentException("a partition must end after " + from + ", not at " + until);
        }
        List<Integer> island = List.copyOf(side);
        return at(from, network -> {
            Disposable partition = network.partition(island);
            network.after(until.minus(from), partition::dispose);
        });
    }

    /** Besides, nodes come and go from then until then. */
    public FaultPlan churn(Duration from, Duration until, Churn churn) {
        return at(from, network -> {
            Disposable going = network.churn(churn);
            network.after(until.minus(from), going::dispose);
        });
    }

    /** Something that goes wrong. */
    public record Fault(Duration when, Consumer<SimulatedNetwork> what) {}
}
