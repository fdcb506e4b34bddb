package dev.tributary.app.cli;

import dev.tributary.app.demo.ChildProgram;
import dev.tributary.app.demo.Demo;
import dev.tributary.app.demo.NodeChild;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs a demonstration with five nodes on this machine. */
@Command(
        name = "demo",
        description = {
            "Starts five nodes on loopback sockets, puts a file through one node as a signed document, gets it through"
                    + " another, puts a second version there, kills the document's root, gets the document again, and"
                    + " restarts the killed node. Deletes its temporary files at the end."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class DemoCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by the parser
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "FILE", description = "file to put, up to 50 MiB (default: a sample)")
    private @Nullable Path file;

    @Option(names = "--keep", description = "leave the nodes running until this process is interrupted")
    private boolean keep;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (file != null && !Files.isRegularFile(file)) {
            throw new ParameterException(spec.commandLine(), "'" + file + "' is not a regular file");
        }
        if (file != null && Files.size(file) > Demo.MAX_FILE_BYTES) {
            throw new ParameterException(
                    spec.commandLine(),
                    "'" + file + "' has " + Files.size(file) + " bytes; at most " + Demo.MAX_FILE_BYTES
                            + " are allowed");
        }
        PrintWriter out = spec.commandLine().getOut();
        Path directory = Files.createTempDirectory("tributary-demo");
        Demo demo = new Demo(ChildProgram.ofThisProcess(), out, directory);
        Thread cleanup = new Thread(() -> cleanUp(demo, directory), "tributary-demo-end");
        Runtime.getRuntime().addShutdownHook(cleanup);
        demo.run(file == null ? sample(directory) : file);
        if (keep) {
            out.printf("%nThe nodes keep running until this process is interrupted. Join them with:%n");
            out.printf(
                    "  run --console --data-directory /tmp/sixth --listen 127.0.0.1:0 --peers %s %s%n",
                    demo.firstAddress(), String.join(" ", NodeChild.NO_PUZZLE));
            out.flush();
            new CountDownLatch(1).await();
        }
        return 0;
    }

    private static Path sample(Path directory) throws IOException {
        Path sample = directory.resolve("sample.txt");
        try (InputStream in = Objects.requireNonNull(Demo.class.getResourceAsStream("sample.txt"))) {
            Files.copy(in, sample);
        }
        return sample;
    }

    private static void cleanUp(Demo demo, Path directory) {
        try {
            demo.stop();
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException error) throws IOException {
                    Files.delete(folder);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException | InterruptedException failure) {
            System.err.println("could not delete the demo's data in " + directory + ": " + failure);
        }
    }
}
