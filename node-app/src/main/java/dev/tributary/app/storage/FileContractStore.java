package dev.tributary.app.storage;

import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.error.StorageException;
import dev.tributary.core.storage.ContractStore;
import dev.tributary.core.storage.Holding;
import dev.tributary.core.storage.StoreUsage;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import java.nio.file.Path;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A store in a directory of its own: small states in an index, large states and programs in files beside it.
 * <p>
 * A commit completes when the change is as durable as {@link StorageConfig#durability()} says; with
 * {@link Durability#SYNC} that is after fsync. Commits that wait at the same time share one fsync, so a single commit
 * costs one and many at once cost little more. A read may see a change shortly before its commit completes, always
 * whole. A failed commit, as on a full disk, leaves what was there, and the store goes on.
 * <p>
 * It works on threads of its own, on which the results also arrive: do not block there. When more than
 * {@link StorageConfig#pendingChanges()} or {@link StorageConfig#pendingBytes()} are under way, the next is refused with
 * {@link NodeBusyException}, and likewise beyond {@link StorageConfig#pendingReads()}. Every other failure is a
 * {@link StorageException}. A damaged record or file fails the reads of its contract only, and a new commit of the
 * contract mends it.
 */
public final class FileContractStore implements ContractStore {

    private final ContractFiles files;
    private final ContractReader reader;
    private final Readers readers;
    private final Writer writer;

    private FileContractStore(ContractFiles files, StorageConfig config) {
        this.files = files;
        this.reader = files.reader();
        this.readers = new Readers(config);
        this.writer = new Writer(files, readers, config);
    }

    /**
     * Opens the store, or makes an empty one. Blocks while it goes through the index, about a second for a gigabyte:
     * call it at start-up, not on an event loop.
     *
     * @throws StorageException that names the file, if it is damaged, foreign or in use; nothing is deleted then
     */
    public static FileContractStore open(Path directory, StorageConfig config) {
        return open(directory, config, new Disk());
    }

    static FileContractStore open(Path directory, StorageConfig config, Disk disk) {
        FileContractStore store = new FileContractStore(ContractFiles.open(directory, disk, config), config);
        store.readers.start();
        store.writer.start();
        return store;
    }

    @Override
    public Mono<StoredContract> read(ContractInstanceId id) {
        return readers.read(() -> reader.read(id));
    }

    @Override
    public Mono<Void> commit(StoredContract stored) {
        return written(() -> Change.commit(stored, files.recentCode()));
    }

    @Override
    public Mono<Void> remove(ContractInstanceId id) {
        return written(() -> Change.removal(id));
    }

    @Override
    public Flux<ContractKey> keys() {
        return readers.read(reader::keys).flatMapIterable(keys -> keys);
    }

    @Override
    public Flux<Holding> holdings() {
        return readers.read(reader::holdings).flatMapIterable(holdings -> holdings);
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

    /** Each subscription is a change of its own. */
    private Mono<Void> written(Supplier<Change> next) {
        return Mono.defer(() -> {
            Change change = next.get();
            writer.add(change);
            return change.end();
        });
    }
}
