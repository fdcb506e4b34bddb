package dev.tributary.transport.client.web;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;

/**
 * An unpacked web application on disk. Its methods block.
 *
 * @param directory directory of its files, whose names are {@link FileNames}
 * @param digest digest of the contract state that it was unpacked from, in hexadecimal
 * @param bytes total size of its files
 * @param changed when a file was last added to the directory, or removed
 */
record UnpackedApp(Path directory, String digest, long bytes, FileTime changed) {

    static UnpackedApp in(Path directory, String digest, long bytes) throws IOException {
        return new UnpackedApp(directory, digest, bytes, Files.getLastModifiedTime(directory));
    }

    /** Returns whether the directory is there and has lost no file since it was unpacked or loaded. */
    boolean isWhole() {
        try {
            return Files.getLastModifiedTime(directory).equals(changed);
        } catch (IOException gone) {
            return false;
        }
    }

    /** Returns the file of a normalized path, if there is one. */
    Optional<Path> file(String path) {
        Path file = directory.resolve(FileNames.of(path));
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? Optional.of(file) : Optional.empty();
    }
}
