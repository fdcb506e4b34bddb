package dev.tributary.transport.client.web;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The directory of one unpacked state; its name tells how many files it had when it was complete.
 *
 * @param digest digest of the state, in hexadecimal; empty for a directory of another layout
 * @param files number of files by its name
 * @param found number of files that it has
 * @param bytes total size of the files that it has
 */
record StateDirectory(String digest, int files, int found, long bytes) {

    private static final Pattern NAME = Pattern.compile("([0-9a-f]{16,128})-([0-9]{1,7})");

    /** Reads the name and counts the files. Blocks. */
    static StateDirectory read(Path directory) throws IOException {
        Matcher name = NAME.matcher(directory.getFileName().toString());
        if (!name.matches()) {
            return new StateDirectory("", 0, 0, 0);
        }
        try (Stream<Path> all = Files.list(directory)) {
            List<Path> files = all.filter(Files::isRegularFile)
                    .filter(each -> !each.endsWith(IntegrityValues.FILE))
                    .toList();
            long bytes =
                    files.stream().mapToLong(each -> each.toFile().length()).sum();
            boolean hasIntegrity = Files.exists(directory.resolve(IntegrityValues.FILE));
            return new StateDirectory(
                    hasIntegrity ? name.group(1) : "", Integer.parseInt(name.group(2)), files.size(), bytes);
        }
    }

    boolean isWhole() {
        return !digest.isEmpty() && files == found;
    }

    String name() {
        return digest + "-" + files;
    }
}
