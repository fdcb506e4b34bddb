package dev.tributary.core.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Repeats a run in another process: differences between JVMs, such as identity hash codes, must not affect it. */
@Timeout(600)
class ReplayIntegrationTests {

    @Test
    void sameSeedGivesSameRunInTwoJvms() throws IOException, InterruptedException {
        String here = SimulatedNetworkTests.runUnderFaults(3).toJson();

        assertThat(inAnotherJvm()).isEqualTo(here);
    }

    /** Prints the report of one run under faults. */
    public static void main(String[] arguments) {
        System.out.print(SimulatedNetworkTests.runUnderFaults(3).toJson());
    }

    private static String inAnotherJvm() throws IOException, InterruptedException {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ReplayIntegrationTests.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String printed = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor()).isZero();
        return printed;
    }
}
