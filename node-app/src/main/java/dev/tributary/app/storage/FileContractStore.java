package dev.tributary.app.storage;

import dev.tributary.core.error.ContractDamagedException;
import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.error.StorageException;
import dev.tributary.core.storage.ContractStore;
import dev.tributary.core.storage.StoreEntry;
import dev.tributary.core.storage.StoreHealth;
import dev.tributary.core.storage.StoreListing;
import dev.tributary.core.storage.StoreSpace;
import dev.tributary.core.storage.StoreUsage;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.watchdog.Watched;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A contract store in a directory: small states in an index, large states and code in blob files.
 * <p>
 * A commit completes when the change has the configured {@link StorageConfig#durability()}; with
 * {@link Durability#SYNC} that is after fsync. Concurrent commits share one fsync (group commit) and together cost
 * little more than one. A read may see a change shortly before its commit completes, but never a part of it. A failed
 * commit, as on a full disk, keeps the previous state, and the store continues.
 * <p>
 * The store uses its own threads and emits results on them: do not block there. When more than
 * {@link StorageConfig#pendingChanges()} or {@link StorageConfig#pendingBytes()} are pending, the next change fails
 * with {@link NodeBusyException}, and likewise a read beyond {@link StorageConfig#pendingReads()}. Every other failure
 * is a {@link StorageException}. A damaged record or file fails the reads of its contract only, with
 * {@link ContractDamagedException}, and a new commit of the contract repairs it. While the disk has less space than a
 * reserve, and after a failed commit until the disk takes a small file again, commits are refused; removals are not. A commit that has not
 * ended after five seconds makes the store refuse further ones at once.
 */
public final class FileContractStore implements ContractStore {

    private final ContractFiles files;
    private final @Nullable String refusal;
    private final ContractReader reader;
    private final ContractLister lister;
    private final ReaderPool readers;
    private final StoreWriter writer;

    private FileContractStore(ContractFiles files, StorageConfig config, @Nullable String refusal) {
        this.files = files;
        this.refusal = refusal;
        this.reader = files.reader();
        this.lister = files.lister();
        this.readers = new ReaderPool(config);
        this.writer = new StoreWriter(files, readers, config);
    }

    /**
     * Opens the store, or creates an empty one. Blocks while it scans the index, about a second per gigabyte: call it
     * at start-up, not on an event loop.
     *
     * @throws StorageException that names the file and the remedy, if it is damaged, older than it was, no index or in use;
     *     nothing is changed then
     */
    public static FileContractStore open(Path directory, StorageConfig config) {
        return open(directory, config, new Disk());
    }

    /**
     * Opens the store of a stopped node to read it. If {@link #open} refuses it, what is readable of its index can be
     * read, {@link #refusal} names the damage, and nothing is changed. Blocks.
     *
     * @throws StorageException if nothing of the index can be read
     */
    public static FileContractStore openToRead(Path directory, StorageConfig config) {
        Disk disk = new Disk();
        try {
            return open(directory, config, disk);
        } catch (StorageException refused) {
            return started(
                    ContractFiles.openDamaged(directory, disk, config, refused),
                    config,
                    String.valueOf(refused.getMessage()));
        }
    }

    /**
     * Rewrites the index of a store that is not open, so that it takes no more space than its content. Blocks.
     *
     * @throws StorageException that names the file, if it cannot be opened or written
     */
    public static void compact(Path directory, StorageConfig config) {
        new IndexCompaction(directory.resolve("index.mv"), new Disk(), config).run();
    }

    static FileContractStore open(Path directory, StorageConfig config, Disk disk) {
        return started(ContractFiles.open(directory, disk, config), config, null);
    }

    private static FileContractStore started(ContractFiles files, StorageConfig config, @Nullable String refusal) {
        FileContractStore store = new FileContractStore(files, config, refusal);
        store.readers.start();
        store.writer.start();
        return store;
    }

    /** Why this store can only be read, with the remedy; empty unless {@link #openToRead} found it damaged. */
    public Optional<String> refusal() {
        return Optional.ofNullable(refusal);
    }

    @Override
    public Mono<StoredContract> read(ContractInstanceId id) {
        return readers.read(() -> reader.read(id));
    }

    @Override
    public Mono<Void> commit(StoredContract stored) {
        return enqueue(() -> {
            files.requireMovingDisk();
            return PendingChange.commit(stored, files.recentCode());
        });
    }

    @Override
    public Mono<Void> remove(ContractInstanceId id) {
        return enqueue(() -> PendingChange.removal(id));
    }

    @Override
    public Flux<ContractKey> keys() {
        return readers.read(lister::keys).flatMapIterable(keys -> keys);
    }

    @Override
    public Flux<StoreEntry> entries() {
        return listing().flatMapIterable(StoreListing::entries);
    }

    @Override
    public Mono<StoreListing> listing() {
        return readers.read(lister::listing);
    }

    @Override
    public Mono<Void> probe() {
        return readers.read(() -> true).then(enqueue(PendingChange::probe));
    }

    @Override
    public Flux<ContractDamagedException> damaged() {
        // The index was read when it was opened: it is read again only to name what was found.
        return readers.read(() -> files.isWhole() ? List.<ContractDamagedException>of() : lister.damagedContracts())
                .flatMapIterable(damaged -> damaged);
    }

    @Override
    public Mono<Long> verify(ContractInstanceId id, boolean withCode) {
        return readers.read(() -> reader.verify(id, withCode));
    }

    @Override
    public StoreHealth health() {
        return files.health();
    }

    /** {@inheritDoc} The writer thread looks at the disk, so a store whose disk stands still does not answer. */
    @Override
    public Mono<StoreSpace> space() {
        return enqueue(PendingChange::probe).then(readers.read(files::space));
    }

    @Override
    public StoreUsage usage() {
        return files.usage();
    }

    @Override
    public Mono<Void> close() {
        return Mono.defer(() -> {
            readers.close();
            writer.close();
            return writer.ended();
        });
    }

    @Override
    public void watchedBy(Consumer<Watched> watchdog) {
        watchdog.accept(writer.watched());
    }

    /** Enqueues a new change for each subscription. */
    private Mono<Void> enqueue(Supplier<PendingChange> next) {
        return Mono.defer(() -> {
            PendingChange change = next.get();
            writer.add(change);
            return change.completion();
        });
    }
}
