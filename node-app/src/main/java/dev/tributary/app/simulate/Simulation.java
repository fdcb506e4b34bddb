package dev.tributary.app.simulate;

import dev.tributary.core.NodeConfig;
import dev.tributary.core.simulation.Churn;
import dev.tributary.core.simulation.NetworkConditions;
import dev.tributary.core.simulation.SimulatedNetwork;
import dev.tributary.core.simulation.SimulationReport;
import dev.tributary.core.simulation.SimulationSpec;
import dev.tributary.core.simulation.Workload;
import java.time.Duration;
import reactor.core.Disposable;

/** A network that starts, joins, works under faults, and is looked at in the end. */
public final class Simulation {

    /** How much virtual time passes between two movements of a bar. */
    private static final Duration STEP = Duration.ofSeconds(1);

    private final SimulationPlan plan;
    private final Progress progress;

    public Simulation(SimulationPlan plan, Progress progress) {
        this.plan = plan;
        this.progress = progress;
    }

    /** Runs it all; on this thread, for as long as it takes. */
    public SimulationReport run() {
        SimulatedNetwork network = SimulatedNetwork.create(plan.seed())
                .conditions(NetworkConditions.good()
                        .withLatency(plan.shortest(), plan.longest())
                        .withLoss(plan.loss()))
                .gateways(plan.gateways())
                .nodes(plan.nodes() - plan.gateways())
                .joining(plan.joining())
                .node(spec -> spec.config(config()))
                .start();
        for (Duration warm = Duration.ZERO; warm.compareTo(plan.warmup()) < 0; warm = warm.plus(STEP)) {
            network.time().advance(STEP);
            progress.warming(warm.plus(STEP), plan.warmup());
        }
        if (plan.churn() == 0) {
            return work(network);
        }
        Disposable churn = network.churn(Churn.of(plan.churn()));
        network.after(workTime(), churn::dispose);
        SimulationReport report = work(network);
        churn.dispose();
        return report;
    }

    private SimulationReport work(SimulatedNetwork network) {
        return network.run(Workload.of(plan.operations()).withMix(plan.mix()), STEP, progress::working);
    }

    private Duration workTime() {
        return Workload.of(plan.operations()).interval().multipliedBy(plan.operations());
    }

    private NodeConfig config() {
        NodeConfig config = SimulationSpec.config();
        return config.withOperations(config.operations().withReplicas(plan.replicas()))
                .withRing(config.ring().withNeighbours(plan.minNeighbours(), plan.maxNeighbours()));
    }
}
