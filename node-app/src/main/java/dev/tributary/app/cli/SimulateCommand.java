package dev.tributary.app.cli;

import dev.tributary.app.config.LogLevel;
import dev.tributary.app.simulate.Plot;
import dev.tributary.app.simulate.Progress;
import dev.tributary.app.simulate.Simulation;
import dev.tributary.app.simulate.SimulationPlan;
import dev.tributary.app.simulate.Summary;
import dev.tributary.core.simulation.SimulationReport;
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

/** Simulates a whole network. */
@Command(
        name = "simulate",
        description = {
            "Simulates a network of whole nodes in this process, on virtual time: operations through nodes drawn at"
                    + " random, under latency, loss and churn.",
            "The same arguments give the same run, and a JSON file of the same bytes. How long it took is only shown."
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
                "how many nodes, gateways included (default: ${DEFAULT-VALUE})",
                "several sizes, such as 100,300,1000: one run for each, the file holds a list, the plot shows hops"
                        + " against the size"
            })
    private String nodes = "";

    @Option(
            names = "--gateways",
            paramLabel = "N",
            description = "how many of them the others are told of (default: one for 50, at most 10)")
    private @Nullable Integer gateways;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "what everything is drawn from (default: ${DEFAULT-VALUE})")
    private long seed;

    @Option(
            names = "--loss",
            paramLabel = "P",
            defaultValue = "0",
            description = "which fraction of the packets gets lost, such as 0.1 (default: ${DEFAULT-VALUE})")
    private double loss;

    @Option(
            names = "--churn",
            paramLabel = "P",
            defaultValue = "0",
            description =
                    "which fraction of the nodes crashes every 5 s, to be back 3 s later (default: ${DEFAULT-VALUE})")
    private double churn;

    @Option(
            names = "--latency",
            paramLabel = "A..B",
            defaultValue = "10..50",
            description = "milliseconds one way (default: ${DEFAULT-VALUE})")
    private String latency = "";

    @Option(
            names = "--operations",
            paramLabel = "N",
            defaultValue = "1000",
            description = "how many operations, 50 a second (default: ${DEFAULT-VALUE})")
    private int operations;

    @Option(
            names = "--mix",
            paramLabel = "KIND=N,...",
            defaultValue = "put=1,get=4",
            description =
                    "how many of them are a put, a get, an update, a subscribe, for how many others; who subscribes"
                            + " stays, and in the end all must be in step (default: ${DEFAULT-VALUE})")
    private String mix = "";

    @Option(
            names = "--min-neighbours",
            paramLabel = "N",
            defaultValue = "25",
            description = "how many neighbours a node wants at least (default: ${DEFAULT-VALUE})")
    private int minNeighbours;

    @Option(
            names = "--max-neighbours",
            paramLabel = "N",
            defaultValue = "200",
            description = "how many it takes at most (default: ${DEFAULT-VALUE})")
    private int maxNeighbours;

    @Option(
            names = "--replicas",
            paramLabel = "N",
            defaultValue = "3",
            description = "copies around a contract's location (default: ${DEFAULT-VALUE})")
    private int replicas;

    @Option(
            names = "--joining",
            paramLabel = "SECONDS",
            description = "virtual time over which the nodes start (default: none up to 1000 nodes, else 100 a second)")
    private @Nullable Integer joining;

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
            description = "virtual time between two lines about the progress (default: none)")
    private int reportEvery;

    @Option(names = "--json", paramLabel = "FILE", description = "write the facts there")
    private @Nullable Path json;

    @Option(names = "--plot", paramLabel = "FILE.svg", description = "draw hops and distances there")
    private @Nullable Path plot;

    @Override
    public Integer call() throws IOException {
        List<SimulationPlan> plans = plans();
        requireDirectory(json);
        requireDirectory(plot);
        // Of a thousand nodes every one would log its neighbours.
        Logs.setLevel(LogLevel.ERROR);
        List<SimulationReport> reports = new ArrayList<>();
        for (SimulationPlan plan : plans) {
            reports.add(run(plan, plans.size() == 1 ? "" : plan.nodes() + " nodes, "));
        }
        if (json != null) {
            Files.writeString(json, facts(reports));
        }
        if (plot != null) {
            Files.writeString(plot, Plot.of(reports));
        }
        return reports.stream().allMatch(report -> report.outcomes().noOutcome() == 0) ? 0 : 1;
    }

    private SimulationReport run(SimulationPlan plan, String who) {
        PrintWriter out = spec.commandLine().getOut();
        Progress progress = new Progress(who, spec.commandLine().getErr(), Ansi.AUTO.enabled(), plan.reportEvery());
        long begin = System.nanoTime();
        SimulationReport report = new Simulation(plan, progress).run();
        double seconds = (System.nanoTime() - begin) / 1e9;
        progress.end();
        Summary.print(report, out);
        out.printf(
                "%s%.1f s by the clock, %.0f events a second, %.0f times as fast as life%n",
                who, seconds, report.events() / seconds, report.virtualTime().toMillis() / 1000.0 / seconds);
        return report;
    }

    /** One report as it is, several as a list of them. */
    private static String facts(List<SimulationReport> reports) {
        return reports.size() == 1
                ? reports.get(0).toJson()
                : reports.stream()
                        .map(report -> report.toJson().strip())
                        .collect(Collectors.joining(",\n", "[\n", "\n]\n"));
    }

    private List<SimulationPlan> plans() {
        try {
            return SimulationPlan.sizes(nodes).stream().map(this::plan).toList();
        } catch (IllegalArgumentException silly) {
            throw new ParameterException(spec.commandLine(), String.valueOf(silly.getMessage()), silly);
        }
    }

    private SimulationPlan plan(int size) {
        Duration[] ends = SimulationPlan.latency(latency);
        return new SimulationPlan(
                size,
                gateways == null ? Math.max(1, Math.min(10, size / 50)) : gateways,
                seed,
                loss,
                churn,
                ends[0],
                ends[1],
                operations,
                SimulationPlan.mix(mix),
                minNeighbours,
                maxNeighbours,
                replicas,
                joining == null ? SimulationPlan.joining(size) : Duration.ofSeconds(joining),
                Duration.ofSeconds(warmup),
                Duration.ofSeconds(reportEvery));
    }

    /** Better now than after a long simulation. */
    private void requireDirectory(@Nullable Path file) {
        Path directory = file == null ? null : file.toAbsolutePath().getParent();
        if (directory != null && !Files.isDirectory(directory)) {
            throw new ParameterException(
                    spec.commandLine(), "'" + file + "' cannot be written: there is no directory '" + directory + "'");
        }
    }
}
