package dev.tributary.app.storage;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/** A small file system in memory, mounted at a directory, which another program can fill. */
final class SmallDisk {

    private static final int CHUNK_BYTES = 64 << 10;

    private final Path directory;

    private SmallDisk(Path directory) {
        this.directory = directory;
    }

    /** Mounts it; the test is skipped where that is not allowed. */
    static SmallDisk mount(Path directory, int mebibytes) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        boolean isMounted = Files.exists(Path.of("/bin/mount"))
                && run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs", directory.toString());
        assumeTrue(isMounted, "skipped: only root can mount a small disk");
        return new SmallDisk(directory);
    }

    /** Another program fills the disk to the last byte. */
    void fill() throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        try (OutputStream out = Files.newOutputStream(filler(), StandardOpenOption.CREATE_NEW)) {
            while (true) {
                out.write(chunk);
            }
        } catch (IOException full) {
            if (directory.toFile().getUsableSpace() > 0) {
                throw full;
            }
        }
    }

    /** The other program makes room again. */
    void freeSpace() throws IOException {
        Files.delete(filler());
    }

    private Path filler() {
        return directory.resolve("filler");
    }

    /** Call after all processes that use it have ended. */
    void unmount() throws IOException, InterruptedException {
        if (!run("umount", directory.toString())) {
            throw new IOException(directory + " is not unmounted");
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
    }
}
