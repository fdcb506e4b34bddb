package dev.tributary.app.simulate;

import dev.tributary.core.NodeConfig;
import dev.tributary.core.simulation.Churn;
import dev.tributary.core.simulation.NetworkConditions;
import dev.tributary.core.simulation.SimulatedNetwork;
import dev.tributary.core.simulation.SimulatedNetworkBuilder;
import dev.tributary.core.simulation.Workload;
import dev.tributary.core.simulation.report.SimulationReport;
import java.time.Duration;
import reactor.core.Disposable;

/** Runs a simulated network by a plan: start, join, workload under faults, report. */
public final class Simulation {

    /** Virtual time between two updates of the progress. */
    private static final Duration STEP = Duration.ofSeconds(1);

    private final SimulationPlan plan;
    private final Progress progress;

    public Simulation(SimulationPlan plan, Progress progress) {
        this.plan = plan;
        this.progress = progress;
    }

    /** Runs the simulation to its end, on the caller's thread. */
    public SimulationReport run() {
        SimulatedNetwork network = SimulatedNetwork.builder(plan.seed())
                .conditions(NetworkConditions.good()
                        .withLatency(
                                plan.conditions().shortest(), plan.conditions().longest())
                        .withLoss(plan.conditions().loss()))
                .gateways(plan.network().gateways())
                .nodes(plan.network().nodes() - plan.network().gateways())
                .rampUp(plan.phases().rampUp())
                .node(spec -> spec.config(config()))
                .start();
        for (Duration elapsed = Duration.ZERO;
                elapsed.compareTo(plan.phases().warmup()) < 0;
                elapsed = elapsed.plus(STEP)) {
            network.time().advance(STEP);
            progress.showWarmup(elapsed.plus(STEP), plan.phases().warmup());
        }
        if (plan.conditions().churn() == 0) {
            return runWorkload(network);
        }
        Disposable churn = network.churn(Churn.of(plan.conditions().churn()));
        network.after(workloadDuration(), churn::dispose);
        SimulationReport report = runWorkload(network);
        churn.dispose();
        return report;
    }

    private SimulationReport runWorkload(SimulatedNetwork network) {
        return network.run(
                Workload.of(plan.workload().count()).withMix(plan.workload().mix()), STEP, progress::showOperations);
    }

    private Duration workloadDuration() {
        return Workload.of(plan.workload().count())
                .interval()
                .multipliedBy(plan.workload().count());
    }

    private NodeConfig config() {
        NodeConfig config = SimulatedNetworkBuilder.config();
        return config.withOperations(
                        config.operations().withReplicas(plan.network().replicas()))
                .withRing(config.ring()
                        .withNeighbours(
                                plan.network().minNeighbours(), plan.network().maxNeighbours()));
    }
}
