package dev.tributary.transport.client.web;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * An unpacked web application on disk.
 *
 * @param directory directory of its files
 * @param digest digest of the contract state that it was unpacked from, in hexadecimal
 * @param bytes total size of its files
 */
record UnpackedApp(Path directory, String digest, long bytes) {

    /**
     * Returns the file at these path segments, or the index page if they name a directory. Blocks.
     *
     * @return empty if there is no such file, or a symbolic link leads out of the application
     */
    Optional<Path> file(List<String> segments) throws IOException {
        Path file = directory;
        for (String segment : segments) {
            file = file.resolve(segment);
        }
        if (Files.isDirectory(file)) {
            file = file.resolve("index.html");
        }
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        Path real = file.toRealPath();
        return real.startsWith(directory.toRealPath()) ? Optional.of(real) : Optional.empty();
    }
}
