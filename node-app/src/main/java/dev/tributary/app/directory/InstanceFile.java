package dev.tributary.app.directory;

import dev.tributary.core.error.StorageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file {@code instance} of a data directory: a random id, and the path of the directory when it was last used. A
 * copy has the same id at another path, and the original is still where the path says. If it is not, the directory was
 * moved, restored or mounted elsewhere, which is accepted.
 */
final class InstanceFile {

    private static final Logger log = LoggerFactory.getLogger(InstanceFile.class);
    private static final String NAME = "instance";
    private static final int ID_BYTES = 16;
    private static final int MAX_BYTES = 64 << 10;

    private final Path directory;

    /** @param directory the real path of the data directory */
    InstanceFile(Path directory) {
        this.directory = directory;
    }

    private record Content(String id, String path) {}

    /**
     * Records that the directory is used at this path.
     *
     * @throws StorageException that names the original and the remedies, if this directory is a copy of another one
     */
    void claim() throws IOException {
        Content before = read(directory);
        if (before == null) {
            renew();
            return;
        }
        if (before.path().equals(directory.toString())) {
            return;
        }
        Path original = originalOf(before);
        if (original != null) {
            throw new StorageException("data directory " + directory + " is a copy of " + original
                    + ", with the same identity: run the node on the original; or, if the original is never used again,"
                    + " run 'tributary store adopt --data-directory " + directory
                    + "', with --new-identity if both are to be used");
        }
        log.info("data directory moved from={} to={}", before.path(), directory);
        write(new Content(before.id(), directory.toString()));
    }

    /** Gives the directory an id of its own: it is no copy any more. */
    void renew() throws IOException {
        byte[] id = new byte[ID_BYTES];
        new SecureRandom().nextBytes(id);
        write(new Content(HexFormat.of().formatHex(id), directory.toString()));
    }

    /** The directory that the id was recorded for, if it is still there and another one than this. */
    private @Nullable Path originalOf(Content recorded) {
        try {
            Path path = Path.of(recorded.path());
            Content there = read(path);
            boolean isOther = there != null && there.id().equals(recorded.id()) && !Files.isSameFile(path, directory);
            return isOther ? path : null;
        } catch (IOException | InvalidPathException unreadable) {
            log.warn(
                    "earlier data directory cannot be read, make sure that it is not used path={} reason={}",
                    recorded.path(),
                    unreadable.getMessage());
            return null;
        }
    }

    /** The content; null if there is none, or if it is malformed. */
    private static @Nullable Content read(Path directory) throws IOException {
        Path file = directory.resolve(NAME);
        if (!Files.isRegularFile(file) || Files.size(file) > MAX_BYTES) {
            return null;
        }
        String[] lines = new String(Files.readAllBytes(file), StandardCharsets.UTF_8).split("\n", 3);
        return lines.length < 2 || lines[0].isEmpty() ? null : new Content(lines[0], lines[1]);
    }

    private void write(Content content) throws IOException {
        String text = content.id() + "\n" + content.path() + "\n";
        new OwnerOnlyFile(directory.resolve(NAME)).write(text.getBytes(StandardCharsets.UTF_8));
    }
}
