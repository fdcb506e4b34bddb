package dev.tributary.core.mutation;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** Compiles one mutated source against the classes of this process. */
final class MutantCompiler {

    private static final Path SOURCES = Path.of("src/main/java/dev/tributary");

    private final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();

    /** The mutated source. */
    static String mutate(Mutant mutant) throws IOException {
        return mutant.applyTo(Files.readString(SOURCES.resolve(mutant.file())));
    }

    /** Compiles the mutated source; returns the directory of its classes. */
    Path compile(Mutant mutant) throws IOException {
        Path directory = Files.createTempDirectory("mutant");
        Path source = directory.resolve(mutant.file().getFileName());
        Files.writeString(source, mutate(mutant));
        StringWriter errors = new StringWriter();
        List<String> options = List.of(
                "-proc:none",
                "-nowarn",
                "-g",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                directory.toString());
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            boolean compiled = compiler.getTask(errors, files, null, options, null, files.getJavaFileObjects(source))
                    .call();
            if (!compiled) {
                throw new IllegalArgumentException("mutant " + mutant.id() + " does not compile: " + errors);
            }
        }
        return directory;
    }
}
