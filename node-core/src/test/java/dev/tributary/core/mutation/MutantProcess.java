package dev.tributary.core.mutation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts the process of a {@link MutantWorker}. */
final class MutantProcess {

    private MutantProcess() {}

    /** Its standard output carries the results; its log goes to a file. */
    static Process start(Path tables, List<String> mutants) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dlogback.configurationFile=logback-file.xml",
                "-Dtributary.stress.seconds=1",
                "-classpath",
                System.getProperty("java.class.path"),
                MutantWorker.class.getName(),
                tables.toString()));
        command.addAll(mutants);
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
