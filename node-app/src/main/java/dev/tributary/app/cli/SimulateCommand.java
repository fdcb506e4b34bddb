package dev.tributary.app.cli;

import dev.tributary.app.config.LogLevel;
import dev.tributary.app.simulate.Plot;
import dev.tributary.app.simulate.Progress;
import dev.tributary.app.simulate.Simulation;
import dev.tributary.app.simulate.SimulationPlan;
import dev.tributary.app.simulate.Summary;
import dev.tributary.core.simulation.report.SimulationReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Simulates a network of nodes. */
@Command(
        name = "simulate",
        description = {
            "Simulates a network of complete nodes in this process, on virtual time: runs operations through random"
                    + " nodes, under latency, loss and churn.",
            "The same arguments give the same run, and an identical JSON file. The wall-clock time is only printed."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class SimulateCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by the parser
    private CommandSpec spec;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            defaultValue = "100",
            description = {
                "number of nodes, gateways included (default: ${DEFAULT-VALUE})",
                "for several sizes, such as 100,300,1000, one run each: the file holds a list, the plot shows hops"
                        + " against the size"
            })
    private String nodes = "";

    @Option(
            names = "--gateways",
            paramLabel = "N",
            description = "number of gateways, which the other nodes know (default: one per 50 nodes, at most 10)")
    private @Nullable Integer gateways;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "seed of all random numbers (default: ${DEFAULT-VALUE})")
    private long seed;

    @Option(
            names = "--loss",
            paramLabel = "P",
            defaultValue = "0",
            description = "fraction of packets lost, such as 0.1 (default: ${DEFAULT-VALUE})")
    private double loss;

    @Option(
            names = "--churn",
            paramLabel = "P",
            defaultValue = "0",
            description = "fraction of nodes that crash every 5 s and restart 3 s later (default: ${DEFAULT-VALUE})")
    private double churn;

    @Option(
            names = "--latency",
            paramLabel = "A..B",
            defaultValue = "10..50",
            description = "one-way latency in milliseconds (default: ${DEFAULT-VALUE})")
    private String latency = "";

    @Option(
            names = "--operations",
            paramLabel = "N",
            defaultValue = "1000",
            description = "number of operations, started at 50 per second (default: ${DEFAULT-VALUE})")
    private int operations;

    @Option(
            names = "--mix",
            paramLabel = "KIND=N,...",
            defaultValue = "put=1,get=4",
            description =
                    "relative weights of put, get, update and subscribe; subscribers stay until the end, and then all"
                            + " replicas must be in sync (default: ${DEFAULT-VALUE})")
    private String mix = "";

    @Option(
            names = "--min-neighbours",
            paramLabel = "N",
            defaultValue = "25",
            description = "minimum number of neighbours of a node (default: ${DEFAULT-VALUE})")
    private int minNeighbours;

    @Option(
            names = "--max-neighbours",
            paramLabel = "N",
            defaultValue = "200",
            description = "maximum number of neighbours of a node (default: ${DEFAULT-VALUE})")
    private int maxNeighbours;

    @Option(
            names = "--replicas",
            paramLabel = "N",
            defaultValue = "3",
            description = "number of replicas around a contract's location (default: ${DEFAULT-VALUE})")
    private int replicas;

    @Option(
            names = "--ramp-up",
            paramLabel = "SECONDS",
            description =
                    "virtual time over which the nodes start (default: 0 up to 1000 nodes, else 100 nodes per second)")
    private @Nullable Integer rampUp;

    @Option(
            names = "--warmup",
            paramLabel = "SECONDS",
            defaultValue = "120",
            description = "virtual time from the last start to the first operation (default: ${DEFAULT-VALUE})")
    private int warmup;

    @Option(
            names = "--report-every",
            paramLabel = "SECONDS",
            defaultValue = "0",
            description = "virtual time between two progress lines (default: no lines)")
    private int reportEvery;

    @Option(names = "--json", paramLabel = "FILE", description = "write the report to this file")
    private @Nullable Path json;

    @Option(names = "--plot", paramLabel = "FILE.svg", description = "draw hops and distances to this file")
    private @Nullable Path plot;

    @Override
    public Integer call() throws IOException {
        List<SimulationPlan> plans = plans();
        requireDirectory(json);
        requireDirectory(plot);
        // Otherwise each of up to 100 000 nodes would log its neighbours.
        LogLevels.setLevel(LogLevel.ERROR);
        List<SimulationReport> reports = new ArrayList<>();
        for (SimulationPlan plan : plans) {
            reports.add(run(plan, plans.size() == 1 ? "" : plan.network().nodes() + " nodes, "));
        }
        if (json != null) {
            Files.writeString(json, toJson(reports));
        }
        if (plot != null) {
            Files.writeString(plot, Plot.of(reports));
        }
        return reports.stream().allMatch(report -> report.outcomes().noOutcome() == 0) ? 0 : 1;
    }

    private SimulationReport run(SimulationPlan plan, String prefix) {
        PrintWriter out = spec.commandLine().getOut();
        Progress progress = new Progress(
                prefix,
                spec.commandLine().getErr(),
                Ansi.AUTO.enabled(),
                plan.phases().reportEvery());
        long startedAt = System.nanoTime();
        SimulationReport report = new Simulation(plan, progress).run();
        double seconds = (System.nanoTime() - startedAt) / 1e9;
        progress.clear();
        Summary.print(report, out);
        out.printf(
                "%s%.1f s wall-clock time, %.0f events per second, %.0f times real time%n",
                prefix,
                seconds,
                report.run().events() / seconds,
                report.run().virtualTime().toMillis() / 1000.0 / seconds);
        return report;
    }

    /** A single report as an object, several reports as a list. */
    private static String toJson(List<SimulationReport> reports) {
        return reports.size() == 1
                ? reports.get(0).toJson()
                : reports.stream()
                        .map(report -> report.toJson().strip())
                        .collect(Collectors.joining(",\n", "[\n", "\n]\n"));
    }

    private List<SimulationPlan> plans() {
        try {
            return SimulationPlan.sizes(nodes).stream().map(this::plan).toList();
        } catch (IllegalArgumentException invalid) {
            throw new ParameterException(spec.commandLine(), String.valueOf(invalid.getMessage()), invalid);
        }
    }

    private SimulationPlan plan(int size) {
        Duration[] range = SimulationPlan.latency(latency);
        return new SimulationPlan(
                seed,
                new SimulationPlan.Network(
                        size,
                        gateways == null ? Math.max(1, Math.min(10, size / 50)) : gateways,
                        minNeighbours,
                        maxNeighbours,
                        replicas),
                new SimulationPlan.Conditions(loss, churn, range[0], range[1]),
                new SimulationPlan.Operations(operations, SimulationPlan.mix(mix)),
                new SimulationPlan.Phases(
                        rampUp == null ? SimulationPlan.rampUp(size) : Duration.ofSeconds(rampUp),
                        Duration.ofSeconds(warmup),
                        Duration.ofSeconds(reportEvery)));
    }

    /** Checked before the simulation, which may take long. */
    private void requireDirectory(@Nullable Path file) {
        Path directory = file == null ? null : file.toAbsolutePath().getParent();
        if (directory != null && !Files.isDirectory(directory)) {
            throw new ParameterException(
                    spec.commandLine(), "'" + file + "' cannot be written: there is no directory '" + directory + "'");
        }
    }
}
