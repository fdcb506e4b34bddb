package dev.tributary.app.storage;

import dev.tributary.core.error.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The directory that is one node's own: its key, its contracts, its peers. Held by one process at a time, until closed or dead.
 * All methods block; they are for start-up and shutdown.
 */
public final class DataDirectory implements AutoCloseable {

    private static final String LOCK = "lock";

    /** Far behind the process id, so that a lock which also forbids reading leaves that readable. */
    private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

    /** What this process holds: on POSIX, to open and close a locked file once more would release its lock. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel lock;

    private DataDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Takes hold of the directory; makes it, for its owner's eyes only, if it is missing.
     *
     * @throws StorageException that names the directory, who holds it and what to do
     */
    public static DataDirectory open(Path directory) {
        try {
            Files.createDirectories(directory, ownerOnly("rwx------"));
            Path path = directory.toRealPath();
            if (!HELD.add(path)) {
                throw inUse(path, "this process");
            }
            try {
                return new DataDirectory(path, lock(path));
            } catch (IOException | RuntimeException e) {
                HELD.remove(path);
                throw e;
            }
        } catch (IOException e) {
            throw new StorageException("cannot use data directory " + directory, e);
        }
    }

    /** Where the contracts are kept. */
    public Path contracts() {
        return path.resolve("contracts");
    }

    /** Who the node's neighbours were. */
    public PeerFile peers() {
        return new PeerFile(path.resolve("peers"));
    }

    /**
     * The node's key, made and written at the first start and read at each later one.
     *
     * @param create gives the encoded form of a new key
     * @param decode reads the encoded form, or throws an unchecked exception that says what is wrong with it
     * @throws StorageException that names the file and the remedy, if it is damaged or others may read it
     */
    public <T> T loadOrCreateKey(Supplier<byte[]> create, Function<byte[], T> decode) {
        return keyFile(path).loadOrCreate(create, decode);
    }

    /**
     * The key in a directory that may be in use: takes hold of the directory only to make the key, if there is none yet.
     * As {@link #loadOrCreateKey} otherwise.
     */
    public static <T> T readOrCreateKey(Path directory, Supplier<byte[]> create, Function<byte[], T> decode) {
        T key = keyFile(directory).load(decode);
        if (key != null) {
            return key;
        }
        try (DataDirectory held = open(directory)) {
            return held.loadOrCreateKey(create, decode);
        }
    }

    /** Lets another process have the directory. */
    @Override
    public void close() {
        try {
            lock.truncate(0);
            lock.close();
        } catch (IOException e) {
            throw new StorageException("cannot let go of data directory " + path, e);
        } finally {
            HELD.remove(path);
        }
    }

    /** Where the key of such a directory is. */
    public static Path keyOf(Path directory) {
        return directory.resolve("identity.key");
    }

    private static KeyFile keyFile(Path directory) {
        return new KeyFile(keyOf(directory));
    }

    private static FileChannel lock(Path path) throws IOException {
        Path file = path.resolve(LOCK);
        FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                ownerOnly("rw-------"));
        try {
            FileLock lock = channel.tryLock(LOCKED_BYTE, 1, false);
            if (lock == null) {
                throw inUse(path, holder(channel));
            }
            byte[] pid = Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII);
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(pid), 0);
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer pid = ByteBuffer.allocate(20);
        channel.read(pid, 0);
        String text = StandardCharsets.US_ASCII.decode(pid.flip()).toString();
        return text.isEmpty() ? "another process" : "process " + text;
    }

    private static StorageException inUse(Path path, String holder) {
        return new StorageException("data directory " + path + " is in use by " + holder
                + ": stop that node, or give this one another data directory");
    }

    static FileAttribute<?>[] ownerOnly(String permissions) {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }
}
