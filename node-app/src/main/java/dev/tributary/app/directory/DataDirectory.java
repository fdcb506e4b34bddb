package dev.tributary.app.directory;

import dev.tributary.core.error.StorageException;
import dev.tributary.transport.files.OwnerOnly;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The data directory of one node: its key, contracts and peers. Locked by one process at a time, until it closes the
 * directory or ends. All methods block; they are for start-up and shutdown.
 */
public final class DataDirectory implements AutoCloseable {

    private static final String LOCK = "lock";

    /** What the node writes into the directory, without keys. */
    private static final List<String> OWN_ENTRIES = List.of("contracts", "web", "peers", "instance", LOCK);

    /** Offset of the locked byte, far beyond the process id, which stays readable even if the lock is mandatory. */
    private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

    /** Directories locked by this process: on POSIX, opening and closing a locked file again releases its lock. */
    private static final Set<Path> LOCKED = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel lock;

    private DataDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Locks the directory, and creates it if it is missing. Only its owner has access to it and to all in it: a start
     * takes the access of other users away, but that to the key, which they may have read.
     *
     * @throws StorageException that names the directory, the process that holds its lock and the remedy
     */
    public static DataDirectory open(Path directory) {
        try {
            OwnerOnly.createDirectories(directory);
            Path path = directory.toRealPath();
            if (!LOCKED.add(path)) {
                throw inUse(path, "this process");
            }
            try {
                DataDirectory held = new DataDirectory(path, lock(path));
                held.tighten();
                return held;
            } catch (IOException | RuntimeException e) {
                LOCKED.remove(path);
                throw e;
            }
        } catch (IOException e) {
            throw new StorageException("cannot use data directory " + directory, e);
        }
    }

    /** Keys are left as they are: loading a key refuses one that other users may have read. */
    private void tighten() throws IOException {
        for (String name : OWN_ENTRIES) {
            Path entry = path.resolve(name);
            if (Files.exists(entry, LinkOption.NOFOLLOW_LINKS) && !Files.isSymbolicLink(entry)) {
                OwnerOnly.tightenAll(entry);
            }
        }
    }

    /**
     * Refuses a directory that is a copy of another one on this machine. A directory that was moved is accepted.
     *
     * @throws StorageException that names the original and the remedies
     */
    public void requireOriginal() {
        try {
            new InstanceFile(path).claim();
        } catch (IOException e) {
            throw new StorageException("cannot use data directory " + path, e);
        }
    }

    /** Makes a copied directory one of its own, which {@link #requireOriginal} accepts. */
    public void adopt() {
        try {
            new InstanceFile(path).renew();
        } catch (IOException e) {
            throw new StorageException("cannot use data directory " + path, e);
        }
    }

    /** The directory itself, without links. */
    public Path path() {
        return path;
    }

    /** True if there are files of a contract store. */
    public boolean hasContracts() {
        try (Stream<Path> files = Files.isDirectory(contracts()) ? Files.list(contracts()) : Stream.empty()) {
            return files.findAny().isPresent();
        } catch (IOException e) {
            throw new StorageException("cannot use data directory " + path, e);
        }
    }

    /** True if there is a key file. */
    public boolean hasKey() {
        return Files.exists(keyFileOf(path), LinkOption.NOFOLLOW_LINKS);
    }

    /** Writes the node's key into a directory that has none; throws {@link StorageException} if that fails. */
    public void writeKey(byte[] encoded) {
        if (hasKey()) {
            throw new StorageException("the key file " + keyFileOf(path) + " exists already");
        }
        try {
            new OwnerOnlyFile(keyFileOf(path)).write(encoded);
        } catch (IOException e) {
            throw new StorageException("cannot write the key file " + keyFileOf(path), e);
        }
    }

    /** Moves the node's key aside, so that the next start creates another one; returns its new path. */
    public Path setKeyAside() {
        Path key = keyFileOf(path);
        Path aside = key.resolveSibling(key.getFileName() + "." + Instant.now().getEpochSecond());
        try {
            return Files.move(key, aside);
        } catch (IOException e) {
            throw new StorageException("cannot move the key file " + key, e);
        }
    }

    /** The directory of the contract store. */
    public Path contracts() {
        return path.resolve("contracts");
    }

    /** The file of the node's known peers. */
    public PeerFile peers() {
        return new PeerFile(path.resolve("peers"));
    }

    /**
     * The node's key, created at the first start and read at each later one.
     *
     * @param create returns a new key in its encoded form
     * @param decode decodes a key, or throws an unchecked exception whose message names the defect
     * @throws StorageException that names the file and the remedy, if it is damaged or readable by other users
     */
    public <T> T loadOrCreateKey(Supplier<byte[]> create, Function<byte[], T> decode) {
        return keyFile(path).loadOrCreate(create, decode);
    }

    /**
     * The key in a directory that may be in use: locks the directory only to create a missing key. Otherwise as
     * {@link #loadOrCreateKey}.
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

    /** The key in a directory that may be in use; empty if there is none. Otherwise as {@link #loadOrCreateKey}. */
    public static <T> Optional<T> readKey(Path directory, Function<byte[], T> decode) {
        return Optional.ofNullable(keyFile(directory).load(decode));
    }

    /** Releases the lock. */
    @Override
    public void close() {
        try {
            lock.truncate(0);
            lock.close();
        } catch (IOException e) {
            throw new StorageException("cannot release data directory " + path, e);
        } finally {
            LOCKED.remove(path);
        }
    }

    /** Whether a node has stored contracts in a data directory, or could have. */
    public static boolean hasStore(Path directory) {
        Path contracts = directory.resolve("contracts");
        return Files.exists(contracts.resolve("index.mv")) || Files.exists(contracts.resolve("generation"));
    }

    /** The path of the key file in a data directory. */
    public static Path keyFileOf(Path directory) {
        return directory.resolve("identity.key");
    }

    private static KeyFile keyFile(Path directory) {
        return new KeyFile(keyFileOf(directory));
    }

    private static FileChannel lock(Path path) throws IOException {
        Path file = path.resolve(LOCK);
        FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                OwnerOnly.file(file));
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
}
