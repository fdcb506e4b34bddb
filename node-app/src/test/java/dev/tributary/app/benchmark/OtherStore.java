package dev.tributary.app.benchmark;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;

/** A store of another project, in a process of its own, for the same work. */
abstract class OtherStore implements AutoCloseable {

    private final Process process;

    OtherStore(Process process) {
        this.process = process;
    }

    /** Completes when the value is durable. */
    abstract Mono<Void> put(String key, byte[] value);

    /** What the process has written to disks. */
    final long written() {
        return WrittenBytes.of(process.pid());
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** The program that this system property names, or that stands in the search path. */
    static Optional<String> program(String name) {
        String given = System.getProperty("benchmark." + name);
        if (given != null) {
            return Optional.of(given);
        }
        return Stream.of(System.getenv("PATH").split(":"))
                .map(directory -> Path.of(directory, name))
                .filter(file -> file.toFile().canExecute())
                .map(Path::toString)
                .findFirst();
    }

    static Process start(String... command) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
