package dev.tributary.app.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a process has written to disks, as Linux counts it. */
final class WrittenBytes {

    private static final String KEY = "write_bytes: ";

    private WrittenBytes() {}

    /** The number of bytes since this process started; 0 where the system does not count them. */
    static long now() {
        return of(ProcessHandle.current().pid());
    }

    /** The same for another process. */
    static long of(long pid) {
        Path file = Path.of("/proc/" + pid + "/io");
        if (!Files.isReadable(file)) {
            return 0;
        }
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> line.startsWith(KEY))
                    .mapToLong(line -> Long.parseLong(line.substring(KEY.length())))
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
