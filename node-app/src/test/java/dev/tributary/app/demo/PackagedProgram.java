package dev.tributary.app.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The packaged program, for child processes of tests. They map its classes from archives of class data instead of
 * loading and verifying them, which halves the processor time of a start. The archives are made once for each jar, by
 * the first test that needs one; test processes side by side wait for it.
 */
public final class PackagedProgram {

    /** The jar of the program. */
    public static final Path JAR = Path.of("target", "tributary.jar").toAbsolutePath();

    private static final Path NODE_ARCHIVE =
            Path.of("target", "tributary-node.jsa").toAbsolutePath();
    private static final Path COMMAND_ARCHIVE =
            Path.of("target", "tributary-command.jsa").toAbsolutePath();
    private static final Path LOCK = Path.of("target", "tributary-jsa.lock");

    private PackagedProgram() {}

    /** The program for processes of nodes. */
    public static ChildProgram forNodes() {
        return with(NODE_ARCHIVE);
    }

    /** The program for processes of commands. */
    public static ChildProgram forCommands() {
        return with(COMMAND_ARCHIVE);
    }

    private static ChildProgram with(Path archive) {
        return Archives.EXIST ? program("-XX:SharedArchiveFile=" + archive) : program();
    }

    private static ChildProgram program(String... further) {
        List<String> options = new ArrayList<>(ChildProgram.QUICK_START);
        options.addAll(List.of(further));
        return new ChildProgram(options, List.of("-jar", JAR.toString()));
    }

    /** Whether the archives could be made: some JVMs cannot, and print an error for an archive that is not there. */
    private static final class Archives {

        static final boolean EXIST = ensureArchives();
    }

    private static boolean ensureArchives() {
        try (FileChannel file = FileChannel.open(LOCK, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = file.lock()) {
            if (lock.isValid() && !(isOfThisJar(NODE_ARCHIVE) && isOfThisJar(COMMAND_ARCHIVE))) {
                createArchives();
            }
            return isOfThisJar(NODE_ARCHIVE) && isOfThisJar(COMMAND_ARCHIVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static boolean isOfThisJar(Path archive) throws IOException {
        return Files.exists(archive)
                && Files.getLastModifiedTime(archive).compareTo(Files.getLastModifiedTime(JAR)) >= 0;
    }

    /** Runs a node and a command that puts a file through it; each writes its archive when it ends. */
    private static void createArchives() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "archives");
        String data = directory.resolve("node").toString();
        List<String> run = new ArrayList<>(List.of("run", "--console", "--listen", "127.0.0.1:0"));
        run.addAll(List.of("--data-directory", data, "--client-port", "0"));
        run.addAll(NodeChild.NO_PUZZLE);
        Process node = start(NODE_ARCHIVE, directory, run);
        String ready = String.valueOf(node.inputReader().readLine());
        Path content = Files.writeString(directory.resolve("content"), "content");
        String api = NodeChild.Reply.of(ready).field("api");
        Process command = start(COMMAND_ARCHIVE, directory, List.of("put", content.toString(), "--api", api));
        finish(command, COMMAND_ARCHIVE);
        node.outputWriter().append("stop\n").flush();
        finish(node, NODE_ARCHIVE);
    }

    private static Process start(Path archive, Path directory, List<String> arguments) throws IOException {
        ChildProgram writing = program("-XX:ArchiveClassesAtExit=" + temporary(archive), "-Xlog:disable");
        List<String> line = new ArrayList<>(writing.command("512m"));
        line.addAll(arguments);
        Path log = Files.createTempFile(directory, "process", ".log");
        return new ProcessBuilder(line).redirectError(log.toFile()).start();
    }

    /** Waits until the process has ended, and uses its archive if it is complete. */
    private static void finish(Process process, Path archive) throws IOException, InterruptedException {
        if (process.waitFor() == 0 && Files.exists(temporary(archive))) {
            Files.move(temporary(archive), archive, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static Path temporary(Path archive) {
        return archive.resolveSibling(archive.getFileName() + ".new");
    }
}
