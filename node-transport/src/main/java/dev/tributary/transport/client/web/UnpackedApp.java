package dev.tributary.transport.client.web;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A web application on disk.
 *
 * @param directory where its files are
 * @param digest of the state that it came from
 * @param bytes what its files have together
 */
record UnpackedApp(Path directory, String digest, long bytes) {

    /**
     * The file at these segments, or the index page of the directory there. Blocks.
     *
     * @return empty if there is none, or if it lies elsewhere in truth
     */
    Optional<Path> file(List<String> segments) throws IOException {
        Path place = directory;
        for (String segment : segments) {
            place = place.resolve(segment);
        }
        if (Files.isDirectory(place)) {
            place = place.resolve("index.html");
        }
        if (!Files.isRegularFile(place)) {
            return Optional.empty();
        }
        Path real = place.toRealPath();
        return real.startsWith(directory.toRealPath()) ? Optional.of(real) : Optional.empty();
    }
}
