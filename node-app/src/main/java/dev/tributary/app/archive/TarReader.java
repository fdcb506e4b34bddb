package dev.tributary.app.archive;

import dev.tributary.core.value.Bytes;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An archive in a tar file. It reads the headers once and each entry where it stands, so the order does not matter, and
 * what stands before the end of a truncated file can be used. Nothing is ever unpacked by name.
 */
final class TarReader implements ArchiveReader {

    /** Maximum number of headers, so that a hostile file does not fill the memory. */
    private static final int MAX_HEADERS = 4_000_000;

    /** Maximum number of refused entries that are named. */
    private static final int MAX_REFUSED = 1_000;

    private final @Nullable FileChannel channel;
    private final Map<String, Place> places = new LinkedHashMap<>();
    private final List<Defect> refused = new ArrayList<>();

    private TarReader(@Nullable FileChannel channel) {
        this.channel = channel;
    }

    private record Place(long offset, long size) {}

    /** An archive without entries. */
    static TarReader empty() {
        return new TarReader(null);
    }

    /** Reads all headers. A file that is no tar file has no entries, and a defect. */
    static TarReader open(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        TarReader reader = new TarReader(channel);
        try {
            reader.index(channel);
            return reader;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private void index(FileChannel file) throws IOException {
        long length = file.size();
        ByteBuffer block = ByteBuffer.allocate(TarHeader.BLOCK);
        long offset = 0;
        for (int headers = 0; ; headers++) {
            if (length - offset < TarHeader.BLOCK) {
                refuse("offset " + offset, "the file is truncated: the end of the tar file is missing");
                return;
            }
            if (headers == MAX_HEADERS) {
                refuse("offset " + offset, "the file has more than " + MAX_HEADERS + " entries; the others are lost");
                return;
            }
            readFully(file, block.clear(), offset);
            TarHeader header = TarHeader.decode(block.flip());
            if (header == null) {
                refuse("offset " + offset, "it is no header of a tar file; what follows is lost");
                return;
            }
            if (header.isEnd()) {
                return;
            }
            offset += TarHeader.BLOCK;
            if (header.size() > length - offset) {
                refuse(header.name(), "it is truncated: the file ends before its " + header.size() + " bytes");
                return;
            }
            add(header, offset);
            offset += header.paddedSize();
        }
    }

    private void add(TarHeader header, long offset) {
        if (header.isSkipped()) {
            return;
        }
        if (!header.isFile()) {
            refuse(header.name(), "it is no regular file");
        } else if (ArchiveEntry.named(header.name()).isEmpty()) {
            refuse(header.name(), "an archive has no entry of this name");
        } else if (places.putIfAbsent(header.name(), new Place(offset, header.size())) != null) {
            refuse(header.name(), "it is there twice; the first one counts");
        }
    }

    private void refuse(String name, String reason) {
        if (refused.size() < MAX_REFUSED) {
            refused.add(new Defect(name, reason));
        }
    }

    @Override
    public Set<String> names() {
        return places.keySet();
    }

    @Override
    public List<Defect> refused() {
        return refused;
    }

    @Override
    public Bytes read(ArchiveEntry entry) throws IOException {
        Place place = places.get(entry.name());
        if (place == null || channel == null) {
            throw new NoSuchFileException(entry.name());
        }
        DirectoryReader.requireSize(entry, place.size());
        byte[] content = new byte[(int) place.size()];
        readFully(channel, ByteBuffer.wrap(content), place.offset());
        return Bytes.wrap(content);
    }

    @Override
    public long size(ArchiveEntry entry) {
        Place place = places.get(entry.name());
        return place == null ? -1 : place.size();
    }

    private static void readFully(FileChannel file, ByteBuffer buffer, long offset) throws IOException {
        long start = offset - buffer.position();
        while (buffer.hasRemaining()) {
            if (file.read(buffer, start + buffer.position()) < 0) {
                throw new EOFException("the file ends at " + (start + buffer.position()));
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
