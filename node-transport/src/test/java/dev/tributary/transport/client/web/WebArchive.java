package dev.tributary.transport.client.web;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.value.State;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Builds archives of web applications, valid and hostile ones. */
public final class WebArchive {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final XZOutputStream compressed;
    private final TarArchiveOutputStream tar;

    public WebArchive() {
        try {
            compressed = new XZOutputStream(bytes, new LZMA2Options(1));
            tar = new TarArchiveOutputStream(compressed);
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public WebArchive file(String name, String content) {
        return file(name, content.getBytes(StandardCharsets.UTF_8));
    }

    public WebArchive file(String name, byte[] content) {
        TarArchiveEntry entry = new TarArchiveEntry(name, true);
        entry.setSize(content.length);
        return entry(entry, content);
    }

    /** Adds a file with a name so long that the library, whose effort is quadratic, would take half a minute. */
    public WebArchive longName(String name) {
        byte[] terminated = (name + "\0").getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry header = new TarArchiveEntry(TarConstants.GNU_LONGLINK, TarConstants.LF_GNUTYPE_LONGNAME);
        header.setSize(terminated.length);
        return entry(header, terminated).file(name.substring(0, TarConstants.NAMELEN - 1), "x");
    }

    /** Adds a file of zeros, which compress well. */
    public WebArchive zeros(String name, long size) {
        TarArchiveEntry entry = new TarArchiveEntry(name, true);
        entry.setSize(size);
        try {
            tar.putArchiveEntry(entry);
            byte[] piece = new byte[1 << 20];
            for (long rest = size; rest > 0; rest -= piece.length) {
                tar.write(piece, 0, (int) Math.min(rest, piece.length));
            }
            tar.closeArchiveEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    public WebArchive link(String name, String to, byte kind) {
        TarArchiveEntry entry = new TarArchiveEntry(name, kind, true);
        entry.setLinkName(to);
        return entry(entry, new byte[0]);
    }

    private WebArchive entry(TarArchiveEntry entry, byte[] content) {
        try {
            tar.putArchiveEntry(entry);
            tar.write(content);
            tar.closeArchiveEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    public byte[] xz() {
        try {
            tar.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * Returns a state that is valid for {@link LastWriterWins} and as a web application: its time is the length of the
     * metadata, so a later state has longer metadata.
     */
    public State state(int time) {
        return state(time, xz());
    }

    public static State state(int time, byte[] archive) {
        return LastWriterWins.state(
                time,
                ByteBuffer.allocate(time + Long.BYTES + archive.length)
                        .put(new byte[time])
                        .putLong(archive.length)
                        .put(archive)
                        .array());
    }
}
