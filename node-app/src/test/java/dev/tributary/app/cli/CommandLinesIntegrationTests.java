package dev.tributary.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.app.config.LogLevel;
import dev.tributary.app.directory.DataDirectory;
import dev.tributary.core.value.PeerId;
import dev.tributary.transport.identity.NodeIdentity;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CommandLinesIntegrationTests {

    @TempDir
    private Path directory;

    private final Map<String, String> environment = new HashMap<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @AfterEach
    void restoreLogLevel() {
        LogLevels.setLevel(LogLevel.INFO);
    }

    @Test
    void idGeneratesKeyOnceAndPrintsSamePeerIdEachTime() {
        String data = directory.resolve("data").toString();
        assertThat(execute("id", "--data-directory", data)).isZero();
        String first = out.toString().strip();
        assertThat(PeerId.parse(first)).hasToString(first);
        assertThat(PeerId.parse(first).zeroBits()).isGreaterThanOrEqualTo(NodeIdentity.PUBLIC_DIFFICULTY);
        out.getBuffer().setLength(0);
        environment.put("TRIBUTARY_DATA_DIRECTORY", data);
        try (DataDirectory running = DataDirectory.open(directory.resolve("data"))) {
            assertThat(execute("id")).as("while %s is open", running).isZero();
        }
        assertThat(out.toString().strip()).isEqualTo(first);
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void keyBelowDifficultyIsRefusedWithRemedy() {
        environment.put("TRIBUTARY_DATA_DIRECTORY", directory.toString());
        assertThat(execute("id", "--identity-difficulty", "0")).isZero();
        int bits = PeerId.parse(out.toString().strip()).zeroBits();

        assertThat(execute("id", "--identity-difficulty", "32")).isEqualTo(1);
        assertThat(err.toString())
                .startsWith("error: the key file " + directory.resolve("identity.key") + " has an identity of " + bits
                        + " bits, and identity.difficulty is 32: move the file away to start with a new identity")
                .hasLineCount(1);
    }

    @Test
    void damagedKeyIsReportedInOneLine() throws IOException {
        environment.put("TRIBUTARY_IDENTITY_DIFFICULTY", "0");
        assertThat(execute("id", "--data-directory", directory.toString())).isZero();
        Files.writeString(directory.resolve("identity.key"), "rust");
        assertThat(execute("id", "--data-directory", directory.toString())).isEqualTo(1);
        assertThat(err.toString())
                .startsWith("error: the key file " + directory)
                .hasLineCount(1);
    }

    @Test
    void invalidSettingIsWrongUsage() {
        assertThat(execute("id", "--log-level", "loud")).isEqualTo(2);
        assertThat(err.toString())
                .isEqualTo("error: --log-level = 'loud': must be one of error|warn|info|debug|trace"
                        + System.lineSeparator());
    }

    @Test
    void unknownCommandGetsSuggestion() {
        assertThat(execute("idd")).isEqualTo(2);
        assertThat(err.toString()).contains("error: ", "'idd'", "Did you mean: tributary id?", "--help");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void unknownFlagGetsSuggestion() {
        assertThat(execute("id", "--data-dir=x")).isEqualTo(2);
        assertThat(err.toString()).contains("'--data-dir=x'", "--data-directory", "Try 'tributary id --help'");
    }

    @Test
    void missingCommandIsWrongUsage() {
        assertThat(execute()).isEqualTo(2);
        assertThat(err.toString()).contains("A command is missing");
    }

    @Test
    void helpListsExitCodesAndPrecedenceOfSettings() {
        assertThat(execute("--help")).isZero();
        assertThat(out.toString()).contains("Exit codes:", "a flag overrides the environment", "TRIBUTARY_CONFIG");
    }

    @Test
    void versionNamesProgramAndJava() {
        assertThat(execute("--version")).isZero();
        assertThat(out.toString()).containsPattern("tributary \\d+\\.\\d+").contains("Java " + Runtime.version());
    }

    @Test
    void completionPrintsScript() {
        assertThat(execute("completion")).isZero();
        assertThat(out.toString()).contains("complete -F _complete_tributary", "--data-directory");
    }

    private int execute(String... arguments) {
        CommandLine line = CommandLines.create(environment);
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }
}
