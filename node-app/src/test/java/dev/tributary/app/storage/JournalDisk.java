package dev.tributary.app.storage;

import dev.tributary.core.value.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.h2.store.fs.FileBaseDefault;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/**
 * A disk that writes down each operation of the store, of the index library as well, and does not sync: {@link CrashImage}
 * rebuilds from the journal what a power cut may leave. Writes and syncs can be made to fail by their number. One at a time,
 * since the index library creates the paths itself.
 */
final class JournalDisk extends Disk {

    private static final String SCHEME = "journal";

    private static JournalDisk current = new JournalDisk();

    private final List<Operation> journal = new ArrayList<>();
    private final Map<Path, Integer> files = new HashMap<>();
    private IntPredicate failingWrites = number -> false;
    private IntPredicate failingSyncs = number -> false;
    private int nextFile;
    private int writes;
    private int syncs;

    /** Kinds of operations; LOST is a sync that failed, after which what was written since the last one is gone. */
    enum Kind {
        CREATE,
        WRITE,
        TRUNCATE,
        RENAME,
        DELETE,
        SYNC,
        SYNC_DIRECTORY,
        LOST,
        MARK
    }

    /** @param file number of the file, which a rename does not change */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Operation(Kind kind, int file, Path path, long position, byte[] bytes) {}

    static JournalDisk create() {
        FilePath.register(new JournalPath());
        current = new JournalDisk();
        return current;
    }

    /** Takes the files of a directory as durable, at the start of the journal. */
    synchronized void adopt(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                create(file);
                add(Kind.WRITE, number(file), file, 0, Files.readAllBytes(file));
                add(Kind.SYNC, number(file), file, 0, new byte[0]);
            }
        }
        add(Kind.SYNC_DIRECTORY, -1, root, 0, new byte[0]);
    }

    /** Makes the writes and syncs fail whose number, counted from now, the predicates accept. */
    synchronized void fail(IntPredicate writesThatFail, IntPredicate syncsThatFail) {
        failingWrites = writesThatFail;
        failingSyncs = syncsThatFail;
        writes = 0;
        syncs = 0;
    }

    /** Number of writes since the last call of {@link #fail}. */
    synchronized int writes() {
        return writes;
    }

    /** Number of syncs since the last call of {@link #fail}. */
    synchronized int syncs() {
        return syncs;
    }

    synchronized List<Operation> journal() {
        return List.copyOf(journal);
    }

    /** Notes in the journal that a change begins or was acknowledged. */
    synchronized void mark(String text) {
        add(Kind.MARK, -1, Path.of(text), 0, new byte[0]);
    }

    @Override
    void write(Path file, Bytes bytes) throws IOException {
        synchronized (this) {
            create(file);
            if (failingWrites.test(writes++)) {
                byte[] half = Arrays.copyOf(bytes.toArray(), bytes.size() / 2);
                Files.write(file, half);
                add(Kind.WRITE, number(file), file, 0, half);
                throw full();
            }
            add(Kind.WRITE, number(file), file, 0, bytes.toArray());
        }
        super.write(file, bytes);
    }

    @Override
    synchronized void overwrite(Path file, long position, byte[] bytes) throws IOException {
        if (Files.notExists(file)) {
            create(file);
        }
        if (failingWrites.test(writes++)) {
            throw full();
        }
        add(Kind.WRITE, number(file), file, position, bytes);
        super.overwrite(file, position, bytes);
    }

    @Override
    synchronized void move(Path file, Path target) throws IOException {
        super.move(file, target);
        int number = number(file);
        files.remove(file);
        files.put(target, number);
        add(Kind.RENAME, number, target, 0, new byte[0]);
    }

    @Override
    synchronized boolean delete(Path file) throws IOException {
        boolean isDeleted = super.delete(file);
        if (isDeleted) {
            add(Kind.DELETE, number(file), file, 0, new byte[0]);
            files.remove(file);
        }
        return isDeleted;
    }

    @Override
    synchronized void sync(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            add(Kind.SYNC_DIRECTORY, -1, path, 0, new byte[0]);
        } else {
            sync(number(path), path);
        }
    }

    @Override
    String indexName(Path file) {
        return SCHEME + ":" + file;
    }

    private synchronized void sync(int number, Path path) throws IOException {
        if (failingSyncs.test(syncs++)) {
            add(Kind.LOST, number, path, 0, new byte[0]);
            throw new IOException("Input/output error");
        }
        add(Kind.SYNC, number, path, 0, new byte[0]);
    }

    private synchronized void create(Path file) {
        files.put(file, nextFile);
        add(Kind.CREATE, nextFile++, file, 0, new byte[0]);
    }

    private int number(Path file) {
        return files.computeIfAbsent(file, before -> nextFile++);
    }

    private void add(Kind kind, int file, Path path, long position, byte[] bytes) {
        journal.add(new Operation(kind, file, path, position, bytes));
    }

    private static IOException full() {
        return new IOException("No space left on device");
    }

    /** The path of the index file. Public, since the index library creates instances. */
    public static final class JournalPath extends FilePathWrapper {

        @Override
        public FileChannel open(String mode) throws IOException {
            return current.channel(Path.of(getBase().toString()), getBase(), mode);
        }

        @Override
        public String getScheme() {
            return SCHEME;
        }
    }

    private synchronized FileChannel channel(Path path, FilePath base, String mode) throws IOException {
        if (!base.exists()) {
            create(path);
        }
        return new JournalChannel(base.open(mode), number(path), path);
    }

    private final class JournalChannel extends FileBaseDefault {

        private final FileChannel file;
        private final int number;
        private final Path path;

        JournalChannel(FileChannel file, int number, Path path) {
            this.file = file;
            this.number = number;
            this.path = path;
        }

        @Override
        public synchronized int write(ByteBuffer bytes, long position) throws IOException {
            synchronized (JournalDisk.this) {
                boolean fails = failingWrites.test(writes++);
                ByteBuffer part = fails ? bytes.slice(bytes.position(), bytes.remaining() / 2) : bytes;
                byte[] copy = new byte[part.remaining()];
                part.duplicate().get(copy);
                add(Kind.WRITE, number, path, position, copy);
                int written = file.write(part, position);
                if (fails) {
                    throw full();
                }
                return written;
            }
        }

        @Override
        public synchronized int read(ByteBuffer bytes, long position) throws IOException {
            return file.read(bytes, position);
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        protected void implTruncate(long size) throws IOException {
            synchronized (JournalDisk.this) {
                add(Kind.TRUNCATE, number, path, size, new byte[0]);
                file.truncate(size);
            }
        }

        @Override
        public void force(boolean metadata) throws IOException {
            sync(number, path);
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) throws IOException {
            return file.tryLock(position, size, shared);
        }

        @Override
        public void implCloseChannel() throws IOException {
            file.close();
        }
    }
}
