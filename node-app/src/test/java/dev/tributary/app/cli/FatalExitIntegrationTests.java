package dev.tributary.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.app.node.FatalExit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process whose node met an error of the virtual machine ends itself, wherever the error was thrown. */
@Timeout(120)
class FatalExitIntegrationTests {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"contract", "callback", "timer", "operator", "dropped", "net", "thread"})
    void errorOfTheVirtualMachineEndsTheProcess(String where) throws Exception {
        String error = where.equals("operator") ? "java.lang.InternalError" : "java.lang.OutOfMemoryError";
        assertEndsItself(run("-Xmx96m", where), error);
    }

    @Test
    void nodeThatLostAPartEndsItself() throws Exception {
        assertEndsItself(run("-Xmx96m", "part"), "a part of it ended: timer threads");
    }

    @Test
    void nodeWithoutMemoryEndsItself() throws Exception {
        Process process = run(
                "-Xmx96m",
                "heap",
                "run",
                "--identity-difficulty",
                "0",
                "--data-directory",
                directory.resolve("node").toString(),
                "--listen",
                "127.0.0.1:0",
                "--client-port",
                "0");
        assertEndsItself(process, "FATAL node ends itself");
    }

    private static void assertEndsItself(Process process, String error) throws InterruptedException, IOException {
        try {
            String log = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(log).isEqualTo(FatalExit.EXIT_CODE);
            assertThat(log.lines().filter(line -> line.contains("FATAL node ends itself reason=\"")))
                    .singleElement()
                    .asString()
                    .contains(error)
                    .containsPattern("heap-used-mib=\\d+ heap-max-mib=\\d+ heap-free-mib=\\d+ exit=70$");
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static Process run(String heap, String... arguments) throws IOException {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                heap,
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                FatalNode.class.getName()));
        line.addAll(List.of(arguments));
        return new ProcessBuilder(line)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
