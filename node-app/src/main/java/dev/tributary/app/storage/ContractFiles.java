package dev.tributary.app.storage;

import dev.tributary.core.error.StorageException;
import dev.tributary.core.storage.StoreUsage;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store's directory: {@code index.mv} and {@code bodies/}. Blocks, and is for one thread except where said
 * otherwise. When the index fails it is abandoned and opened again, which shows what of the failed changes is there.
 */
final class ContractFiles {

    private static final Logger log = LoggerFactory.getLogger(ContractFiles.class);

    private final Path indexFile;
    private final Disk disk;
    private final StorageConfig config;
    private final BodyFiles bodies;
    private final CodeCache recentCode;
    private volatile @Nullable Index index;
    private volatile StoreUsage usage = new StoreUsage(0, 0);
    private Holdings holdings = Holdings.none();
    private List<Body.Filed> replaced = List.of();

    private ContractFiles(Path directory, Disk disk, StorageConfig config) {
        this.indexFile = directory.resolve("index.mv");
        this.disk = disk;
        this.config = config;
        this.bodies = new BodyFiles(directory.resolve("bodies"), disk, config);
        this.recentCode = new CodeCache(config.cacheBytes());
    }

    /** Opens the directory, or makes a new one. */
    static ContractFiles open(Path directory, Disk disk, StorageConfig config) {
        ContractFiles files = new ContractFiles(directory, disk, config);
        try {
            if (Files.notExists(directory)) {
                Files.createDirectories(directory);
                disk.sync(directory.toAbsolutePath().resolveSibling(""));
            }
            Path bodies = Files.createDirectories(directory.resolve("bodies"));
            if (Files.notExists(files.indexFile) && !files.bodies.isEmpty()) {
                throw new IOException("it is missing, but there are files in " + bodies
                        + ": put the index back, or move them away to start empty");
            }
            files.requireIndex();
            return files;
        } catch (IOException | RuntimeException e) {
            throw new StorageException("cannot open the store " + files.indexFile, e);
        }
    }

    /** A reader of these files, for any thread. */
    ContractReader reader() {
        return new ContractReader(this::openIndex, bodies, recentCode);
    }

    /** For any thread. */
    CodeCache recentCode() {
        return recentCode;
    }

    /** For any thread. */
    StoreUsage usage() {
        return usage;
    }

    /** Makes the changes durable together, or fails each that is not. */
    void apply(List<Change> changes) {
        try {
            Batch batch = new Batch(requireIndex(), bodies, holdings);
            changes.forEach(batch::apply);
            batch.commit();
            replaced = batch.replaced();
            usage = holdings.usage();
            changes.forEach(this::remember);
        } catch (Throwable e) { // of whatever kind: the writer goes on with the next changes
            StorageException failure = new StorageException("cannot write to the store " + indexFile, rootOf(e));
            changes.forEach(change -> change.fail(failure));
            recover(e);
        }
    }

    /** Deletes what the last changes replaced: not urgent, so done after they are answered. */
    void tidy() {
        replaced.forEach(bodies::delete);
        replaced = List.of();
        Index open = index;
        if (open == null) {
            return;
        }
        try {
            open.compactSometimes();
        } catch (RuntimeException e) {
            recover(e);
        }
    }

    /** Lets go of the files. */
    void close() {
        Index open = index;
        index = null;
        if (open != null) {
            try {
                open.close();
            } catch (RuntimeException e) {
                throw new StorageException("cannot close the store " + indexFile, e);
            }
        }
    }

    private Index openIndex() {
        Index open = index;
        if (open == null) {
            throw new StorageException("the store " + indexFile + " failed and could not be opened again yet");
        }
        return open;
    }

    private Index requireIndex() throws IOException {
        Index open = index;
        if (open != null) {
            return open;
        }
        open = Index.open(indexFile, disk, config);
        try {
            holdings = Holdings.count(open, bodies);
        } catch (IOException | DirectoryIteratorException e) {
            open.abandon();
            throw e;
        }
        usage = holdings.usage();
        index = open;
        return open;
    }

    /** Readers need the index even if nobody writes again, so it is opened at once if that is possible. */
    private void recover(Throwable failure) {
        log.warn("store={} failed and is opened again", indexFile, failure);
        Index failed = index;
        index = null;
        if (failed != null) {
            failed.abandon();
        }
        try {
            requireIndex();
        } catch (IOException | RuntimeException e) {
            log.error("store={} cannot be opened again yet: {}", indexFile, e.toString());
        }
    }

    /** The index wraps the disk's reason into its own words. */
    private static Throwable rootOf(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    private void remember(Change change) {
        Change.Content content = change.content();
        if (content != null) {
            recentCode.put(content.code());
        }
    }
}
