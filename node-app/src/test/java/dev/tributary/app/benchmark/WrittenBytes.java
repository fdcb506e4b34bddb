package dev.tributary.app.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this process has written to disks, as Linux counts it. */
final class WrittenBytes {

    private static final Path FILE = Path.of("/proc/self/io");
    private static final String KEY = "write_bytes: ";

    private WrittenBytes() {}

    /** The number of bytes since the process started; 0 where the system does not count them. */
    static long now() {
        if (!Files.isReadable(FILE)) {
            return 0;
        }
        try {
            return Files.readAllLines(FILE).stream()
                    .filter(line -> line.startsWith(KEY))
                    .mapToLong(line -> Long.parseLong(line.substring(KEY.length())))
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
