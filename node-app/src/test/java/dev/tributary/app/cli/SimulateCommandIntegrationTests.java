package dev.tributary.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.app.config.LogLevel;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class SimulateCommandIntegrationTests {

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @AfterEach
    void restoreLogLevel() {
        LogLevels.setLevel(LogLevel.INFO);
    }

    @Test
    void sameArgumentsWriteSameBytes() throws IOException {
        Path first = directory.resolve("first.json");
        Path second = directory.resolve("second.json");
        assertThat(simulate("--json", first.toString())).isZero();
        assertThat(simulate("--json", second.toString())).isZero();

        assertThat(second).hasSameTextualContentAs(first);
        assertThat(Files.readString(first))
                .contains("\"requested\": 60", "\"success\": ", "\"notFound\": ", "\"refused\": ", "\"deadline\": ")
                .contains("\"noOutcome\": 0", "\"fingerprint\": \"");
    }

    @Test
    void tableShowsOutcomesAndWallClockTimeIsOnlyPrinted() throws IOException {
        Path json = directory.resolve("facts.json");
        assertThat(simulate("--json", json.toString(), "--report-every", "5")).isZero();

        assertThat(out.toString()).contains("requested", "no outcome", "GET hops", "fingerprint", "wall-clock");
        assertThat(err.toString()).contains("joining: ", "of wall-clock time").doesNotContain("\r");
        assertThat(json).content().doesNotContain("clock");
    }

    @Test
    void mixWithUpdatesAndSubscribersIsCountedAndEndsInSync() throws IOException {
        Path json = directory.resolve("mix.json");
        assertThat(simulate("--mix", "put=1,get=3,update=1,subscribe=1", "--json", json.toString()))
                .isZero();

        assertThat(out.toString())
                .contains("UPDATE", "SUBSCRIBE", ": 0 out of sync and 0 updates lost", ", 0 of them stale");
        assertThat(json).content().contains("\"updates\": {", "\"subscriptions\": {", "\"outOfSync\": 0");
    }

    @Test
    void defaultMixIsOnePutPerFourGets() throws IOException {
        Path first = directory.resolve("default.json");
        Path second = directory.resolve("mix.json");
        assertThat(simulate("--json", first.toString())).isZero();
        assertThat(simulate("--mix", "get=8,put=2", "--json", second.toString()))
                .isZero();

        assertThat(second).hasSameTextualContentAs(first);
        assertThat(first).content().doesNotContain("\"updates\"");
    }

    @Test
    void nodesStartedOverTimeJoinToo() throws IOException {
        Path json = directory.resolve("facts.json");
        assertThat(simulate("--ramp-up", "20", "--json", json.toString())).isZero();

        assertThat(json).content().contains("\"nodesUp\": 12", "\"success\": 60", "\"noOutcome\": 0");
    }

    @Test
    void plotIsAnSvgDrawing() throws IOException {
        Path plot = directory.resolve("plot.svg");
        assertThat(simulate("--plot", plot.toString())).isZero();

        assertThat(plot)
                .content()
                .startsWith("<svg ")
                .contains("<rect", "the ideal, as 1/d")
                .endsWith("</svg>\n");
    }

    @Test
    void severalSizesRunOneAfterTheOtherAndFileHoldsListOfReports() throws IOException {
        Path single = directory.resolve("single.json");
        Path both = directory.resolve("both.json");
        assertThat(simulate("--json", single.toString())).isZero();
        assertThat(simulate("--nodes", "8, 12", "--json", both.toString(), "--report-every", "5"))
                .isZero();

        assertThat(err.toString()).contains("8 nodes, joining: ", "12 nodes, joining: ");
        assertThat(both)
                .content()
                .startsWith("[\n{")
                .endsWith("}\n]\n")
                .contains("\"nodes\": 8,", "},\n{")
                .contains(Files.readString(single).strip());
    }

    @Test
    void plotOfSeveralSizesShowsHopsWithBoundAndDistancesOfLargest() throws IOException {
        Path one = directory.resolve("one.svg");
        Path plot = directory.resolve("plot.svg");
        assertThat(simulate("--plot", one.toString())).isZero();
        assertThat(simulate("--nodes", "8,12", "--plot", plot.toString())).isZero();

        assertThat(plot)
                .content()
                .contains("Hops by the number of nodes", ">8</text>", ">12</text>", "log2(N)^2", "stroke-dasharray")
                .contains(distances(one))
                .endsWith("</svg>\n");
    }

    @ParameterizedTest
    @CsvSource({
        "--nodes, 1, 2..100000",
        "--nodes, many, 'such as 100,300,1000'",
        "--nodes, '100,', 'such as 100,300,1000'",
        "--nodes, '12,12', must grow",
        "--nodes, '12,1', must grow",
        "--nodes, '12,100001', 2..100000",
        "--gateways, 12, 1..11",
        "--loss, 1.5, 0..0.9",
        "--churn, -1, 0..1",
        "--latency, 50..10, 0..10000 ms",
        "--latency, fast, A..B in milliseconds",
        "--operations, 0, 1..10000000",
        "--mix, puts=1, 'such as put=1,get=3,update=1,subscribe=1'",
        "--mix, put, put=1",
        "--mix, 'put=1,put=2', each once",
        "--mix, get=many, with a number",
        "--mix, put=0, not all 0",
        "--min-neighbours, 201, 1..200",
        "--max-neighbours, 0, 1..1000",
        "--replicas, 17, 1..16",
        "--ramp-up, -1, 0..86400 seconds",
        "--warmup, -1, 0..86400 seconds",
        "--json, no-such-directory/facts.json, there is no directory"
    })
    void invalidArgumentsAreAnsweredWithAllowedValues(String flag, String value, String allowed) {
        assertThat(simulate(flag, value)).isEqualTo(2);
        assertThat(err.toString()).contains("error: ", allowed);
    }

    /** The text of a drawing from its second panel on. */
    private static String distances(Path drawing) throws IOException {
        String text = Files.readString(drawing);
        return text.substring(text.lastIndexOf('\n', text.indexOf("Distances of")));
    }

    private int simulate(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        CommandLine line = CommandLines.create(Map.of());
        line.setOverwrittenOptionsAllowed(true);
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        String[] all = {"simulate", "--nodes", "12", "--operations", "60", "--warmup", "10"};
        String[] both = Arrays.copyOf(all, all.length + arguments.length);
        System.arraycopy(arguments, 0, both, all.length, arguments.length);
        return line.execute(both);
    }
}
