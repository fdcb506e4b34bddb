package dev.tributary.transport.client.web;

import dev.tributary.core.error.QuotedText;
import dev.tributary.transport.files.OwnerOnly;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tukaani.xz.XZInputStream;

/**
 * Unpacks one archive into an empty directory, under names of our own ({@link FileNames}). Archives are untrusted: links,
 * special files and paths that lead out are left out; exceeded limits fail with {@link UnusableArchiveException}. Blocks.
 * After a failure the caller deletes what was written.
 */
final class ArchiveExtractor {

    private static final Logger log = LoggerFactory.getLogger(ArchiveExtractor.class);

    private static final Set<StandardOpenOption> NEW_FILE =
            Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);

    /** Memory limit of the decompressor, in KiB: the highest preset of xz needs 65 MiB. */
    private static final int MAX_DECODER_KIB = 72 << 10;

    /** Maximum size of the headers of one file, in bytes, including a long name. */
    private static final int MAX_HEADER_BYTES = 64 << 10;

    private final Path target;
    private final WebConfig.ArchiveLimits limits;
    private final IntegrityValues integrity = new IntegrityValues();
    private long written;
    private int entries;
    private int files;
    private int leftOut;

    ArchiveExtractor(Path target, WebConfig.ArchiveLimits limits) {
        this.target = target;
        this.limits = limits;
    }

    /** Unpacks the archive. Returns the total size of all files, in bytes. */
    long extract(ByteBuffer archive) {
        try (InputStream plain = new XZInputStream(new ByteBufferInput(archive), MAX_DECODER_KIB)) {
            MeteredInput metered = new MeteredInput(plain);
            TarArchiveInputStream tar = new TarArchiveInputStream(metered, StandardCharsets.UTF_8.name());
            metered.allow(MAX_HEADER_BYTES);
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                metered.allow(limits.unpackedBytes() + MAX_HEADER_BYTES);
                unpack(tar, entry);
                metered.allow(MAX_HEADER_BYTES);
            }
            integrity.write(target);
            return written;
        } catch (IOException | IllegalArgumentException e) {
            throw new UnusableArchiveException("the archive cannot be unpacked: " + e.getMessage(), e);
        }
    }

    private void unpack(TarArchiveInputStream tar, TarArchiveEntry entry) throws IOException {
        if (++entries > limits.maxEntries()) {
            throw new UnusableArchiveException("the archive has more than " + limits.maxEntries() + " files");
        }
        Optional<String> path = isPlain(entry) ? SafePath.normalized(entry.getName()) : Optional.empty();
        if (path.isEmpty()) {
            leftOut++;
            log.debug("left out of a web application: {}", QuotedText.quote(entry.getName()));
        } else if (!entry.isDirectory() && !path.get().isEmpty()) {
            write(tar, path.get());
        }
    }

    /** Returns the number of files that were written. */
    int files() {
        return files;
    }

    /** Returns the number of entries that were left out. */
    int leftOut() {
        return leftOut;
    }

    private static boolean isPlain(TarArchiveEntry entry) {
        byte kind = entry.getLinkFlag();
        boolean file = kind == TarConstants.LF_NORMAL || kind == TarConstants.LF_OLDNORM;
        return (file || kind == TarConstants.LF_DIR) && !entry.isSparse();
    }

    /** Writes a file. An existing file is kept: the first of several entries with the same name counts. */
    private void write(InputStream content, String name) throws IOException {
        Path path = target.resolve(FileNames.of(name));
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            content.transferTo(OutputStream.nullOutputStream());
            return;
        }
        files++;
        boolean mayCheck = ContentTypes.isPage(name) || ContentTypes.isScript(name);
        integrity.nextFile();
        byte[] buffer = new byte[16 << 10];
        try (OutputStream file = Channels.newOutputStream(Files.newByteChannel(path, NEW_FILE, OwnerOnly.file(path)))) {
            for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
                written += count;
                if (written > limits.unpackedBytes()) {
                    throw new UnusableArchiveException(
                            "the archive has more than " + limits.unpackedBytes() + " bytes when it is unpacked");
                }
                file.write(buffer, 0, count);
                if (mayCheck) {
                    integrity.add(buffer, count);
                }
            }
        }
    }
}
