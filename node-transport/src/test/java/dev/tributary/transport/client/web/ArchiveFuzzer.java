package dev.tributary.transport.client.web;

import dev.tributary.core.test.FuzzSeeds;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/**
 * Fuzz target: an archive of a web application. With an odd first byte the rest is a plain tar archive, which is
 * compressed first; otherwise it is the compressed file. Files below the target directory come out, or an
 * {@link UnusableArchiveException}; anything else is a find.
 */
public final class ArchiveFuzzer {

    private static final WebConfig.ArchiveLimits LIMITS = new WebConfig.ArchiveLimits(1 << 20, 100, 1, 1);

    private ArchiveFuzzer() {}

    /** Called by the fuzzer before it reads its corpus. */
    public static void fuzzerInitialize() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            for (String name : List.of("index.html", "images/logo.svg")) {
                TarArchiveEntry entry = new TarArchiveEntry(name);
                entry.setSize(name.length());
                tar.putArchiveEntry(entry);
                tar.write(name.getBytes(StandardCharsets.US_ASCII));
                tar.closeArchiveEntry();
            }
        }
        byte[] plain = FuzzSeeds.prefixed(1, bytes.toByteArray());
        FuzzSeeds.write(Stream.of(plain, FuzzSeeds.prefixed(0, archive(plain))));
    }

    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        if (input.length == 0) {
            return;
        }
        Path directory = Files.createTempDirectory("archive");
        Path target = Files.createDirectory(directory.resolve("target"));
        try {
            new ArchiveExtractor(target, LIMITS).extract(ByteBuffer.wrap(archive(input)));
        } catch (UnusableArchiveException refused) {
            // A refusal is the expected end of most inputs.
        } finally {
            requireOnly(directory, target);
            delete(directory);
        }
    }

    private static byte[] archive(byte[] input) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        if ((input[0] & 1) == 0) {
            bytes.write(input, 1, input.length - 1);
        } else {
            try (XZOutputStream packed = new XZOutputStream(bytes, new LZMA2Options(0))) {
                packed.write(input, 1, input.length - 1);
            }
        }
        return bytes.toByteArray();
    }

    private static void requireOnly(Path directory, Path target) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> found = files.toList();
            if (!found.equals(List.of(target))) {
                throw new IllegalStateException("written outside of the target: " + found);
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
