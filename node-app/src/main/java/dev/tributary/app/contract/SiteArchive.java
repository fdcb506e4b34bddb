package dev.tributary.app.contract;

import dev.tributary.core.value.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/**
 * A directory as a tar file, compressed with xz. The same files give the same bytes: they are sorted by name, and times
 * and owners are omitted.
 *
 * @param files number of files in the archive
 * @param skipped paths that were skipped because the name begins with a dot
 * @param warnings what will not work although the archive is accepted, in words
 */
public record SiteArchive(Bytes bytes, int files, List<String> skipped, List<String> warnings) {

    private static final String INDEX = "index.html";

    /** The xz preset: its default, with which decompression needs 8 MiB of memory. */
    private static final int PRESET = LZMA2Options.PRESET_DEFAULT;

    private static final int MODE = 0100644;

    public SiteArchive {
        skipped = List.copyOf(skipped);
        warnings = List.copyOf(warnings);
    }

    /**
     * Packs a directory into at most {@code most} bytes. Throws {@link UnusableInputException} if that is not possible, or
     * if nodes would not show a file of it.
     */
    public static SiteArchive pack(Path directory, int most) throws IOException {
        return pack(directory, most, SiteLimits.ofThisMachine());
    }

    static SiteArchive pack(Path directory, int most, SiteLimits limits) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new UnusableInputException(
                    "'" + directory + "' is not a directory; a directory with an " + INDEX + " is needed");
        }
        if (!Files.isRegularFile(directory.resolve(INDEX))) {
            throw new UnusableInputException(
                    "the directory '" + directory + "' has no " + INDEX + ", which a web application needs");
        }
        List<String> leftOut = new ArrayList<>();
        List<Path> files = new ArrayList<>();
        collect(directory, directory, files, leftOut);
        for (Path file : files) {
            limits.add(name(directory, file), Files.size(file));
        }
        List<String> warnings = new ArrayList<>();
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(
                new XZOutputStream(new LimitedOutput(packed, most), new LZMA2Options(PRESET)),
                StandardCharsets.UTF_8.name())) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            tar.setAddPaxHeadersForNonAsciiNames(true);
            for (Path file : files) {
                add(tar, name(directory, file), file, warnings);
            }
        }
        return new SiteArchive(Bytes.wrap(packed.toByteArray()), files.size(), leftOut, warnings);
    }

    private static void collect(Path root, Path directory, List<Path> files, List<String> leftOut) throws IOException {
        List<Path> children;
        try (Stream<Path> entries = Files.list(directory)) {
            children = entries.sorted().toList();
        }
        for (Path each : children) {
            if (String.valueOf(each.getFileName()).startsWith(".")) {
                leftOut.add(name(root, each));
            } else if (Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)) {
                collect(root, each, files, leftOut);
            } else if (Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS)) {
                files.add(each);
            } else {
                throw new UnusableInputException("'" + each
                        + "' is neither a file nor a directory: links and other special" + " files are not supported");
            }
        }
    }

    private static String name(Path root, Path file) {
        return root.relativize(file).toString().replace('\\', '/');
    }

    private static void add(TarArchiveOutputStream tar, String name, Path file, List<String> warnings)
            throws IOException {
        byte[] content = Files.readAllBytes(file);
        if (SiteLimits.hasAbsolutePaths(name, content)) {
            warnings.add("the page '" + name + "' has a path that begins with a slash: it leads out of the website;"
                    + " leave out the slash, or begin it with /./");
        }
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length);
        entry.setModTime(0L);
        entry.setMode(MODE);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    /** Throws before the output exceeds a maximum size. */
    private static final class LimitedOutput extends OutputStream {

        private final OutputStream target;
        private final int most;
        private long size;

        LimitedOutput(OutputStream target, int most) {
            this.target = target;
            this.most = most;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            size += count;
            if (size > most) {
                throw new UnusableInputException(
                        "the directory is too large: packed, at most " + most + " bytes are allowed");
            }
            target.write(bytes, from, count);
        }
    }
}
