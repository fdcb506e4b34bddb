package dev.tributary.app.storage;

import dev.tributary.app.storage.index.CommitRecord;
import dev.tributary.app.storage.index.IndexDigest;
import dev.tributary.app.storage.index.IndexFile;
import dev.tributary.app.storage.index.IndexMaps;
import dev.tributary.app.storage.index.ReadablePages;
import dev.tributary.app.storage.index.UnknownFormatException;
import dev.tributary.core.limit.MemoryPlan;
import dev.tributary.core.limit.MemoryUse;
import dev.tributary.core.storage.UnreadableRange;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.transport.files.OwnerOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.jspecify.annotations.Nullable;

/**
 * The index: one record per contract and one per program. Its maps have types, so that nothing that stands in a file
 * becomes an object of another one. Written by one thread and read by any; readers see a change as soon as it is put, and
 * {@link #commit} makes it durable. File errors are unchecked exceptions; after an error in a change or a commit, call
 * {@link #abandon} and open the index again.
 */
final class ContractIndex {

    /** Each commit has a {@link CommitRecord}. */
    private static final String FORMAT = "2";

    /** The format without commit records. It is read, and the next commit makes it {@link #FORMAT}. */
    private static final String FIRST_FORMAT = "1";

    private static final String FORMAT_MAP = "tributary";
    private static final String FORMAT_KEY = "format";
    private static final byte[] LAST_COMMIT = {0};

    /** Page size, half of the library's default: each commit rewrites the pages of its records. */
    private static final int PAGE_BYTES = 8 << 10;

    /** Fill below which chunks are compacted: at 50 small commits write three times as much, for no smaller file. */
    private static final int MIN_FILL_PERCENT = 30;

    private static final int MAX_COMPACTED_BYTES = 1 << 20;
    private static final int COMMITS_BETWEEN_COMPACTIONS = 16;

    /** Number of older versions whose space is not reused: a chunk is free when none of these needs it. */
    private static final int VERSIONS_KEPT = 5;

    private static final int CONTRACTS = 1;
    private static final int PROGRAMS = 2;

    private final MVStore store;
    private final MVMap<String, String> formats;
    private final MVMap<byte[], byte[]> contracts;
    private final MVMap<byte[], byte[]> programs;
    private final MVMap<byte[], byte[]> commits;
    private final boolean isSynced;
    private IndexDigest digest = new IndexDigest();
    private CommitRecord lastCommit = CommitRecord.first();
    private boolean hasDamagedRecord;
    private int commitCount;

    private ContractIndex(MVStore store, boolean isSynced) {
        this.store = store;
        this.formats = store.openMap(FORMAT_MAP, IndexMaps.texts());
        this.contracts = store.openMap("contracts", IndexMaps.records());
        this.programs = store.openMap("programs", IndexMaps.records());
        this.commits = store.openMap("commits", IndexMaps.records());
        this.isSynced = isSynced;
    }

    /** Opens the file without any version of it; {@link #open(IndexFile, StorageConfig)} does that. */
    static IndexFile file(Path file, Disk disk, StorageConfig config, Collection<Long> rejected) {
        return IndexFile.open(disk.indexName(file), PAGE_BYTES, cacheMib(config), rejected);
    }

    /** The same for a damaged file: pages that cannot be read are empty. */
    static IndexFile damagedFile(Path file, Disk disk, Collection<Long> rejected) {
        return IndexFile.openDamaged(disk.indexName(file), PAGE_BYTES, rejected);
    }

    /** Opens the newest version in the file. Fails with its defect if it is no valid index. Writes nothing. */
    static ContractIndex open(IndexFile file, StorageConfig config) throws IOException {
        MVStore store = file.openNewest();
        try {
            requireFormat(store);
            store.setRetentionTime(0); // space is free after VERSIONS_KEPT synced commits, not after a time
            store.setVersionsToKeep(VERSIONS_KEPT);
            return new ContractIndex(store, config.durability() == Durability.SYNC);
        } catch (IOException | RuntimeException e) {
            store.closeImmediately();
            throw e;
        }
    }

    /** The index library takes whole MiB; 0 is no cache. */
    private static int cacheMib(StorageConfig config) {
        long bytes = Math.min(config.cacheBytes(), MemoryPlan.ofThisProcess().bytes(MemoryUse.STORE_INDEX));
        return (int) (bytes >> 20);
    }

    /** Creates the file atomically, in place of an existing one. The action fills it, and it is committed after one. */
    static void create(Path file, Disk disk, StorageConfig config, CommitRecord before, Consumer<ContractIndex> action)
            throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        disk.delete(temporary);
        IndexFile created = file(temporary, disk, config, List.of());
        MVStore store = created.openNewest();
        try {
            ContractIndex index = new ContractIndex(store, true);
            index.lastCommit = before;
            action.accept(index);
            index.commit();
            store.close();
        } finally {
            store.closeImmediately();
        }
        if (Files.exists(temporary)) {
            OwnerOnly.tighten(temporary);
        }
        disk.move(temporary, file);
        disk.sync(file.resolveSibling(""));
    }

    private static void requireFormat(MVStore store) throws IOException {
        if (!store.hasMap(FORMAT_MAP)) {
            throw new IOException("the file is not an index of contracts");
        }
        String format = store.openMap(FORMAT_MAP, IndexMaps.texts()).get(FORMAT_KEY);
        if (format == null) {
            throw new IOException("the file has no format");
        }
        if (!format.equals(FORMAT) && !format.equals(FIRST_FORMAT)) {
            throw new UnknownFormatException("the index has format " + format + ", and this version reads "
                    + FIRST_FORMAT + " and " + FORMAT
                    + ": start the version that wrote it, or move the directory away to start empty");
        }
    }

    /** The commit that the index names, or null if the format has none or the entry is damaged. */
    @Nullable
    CommitRecord recordedCommit() {
        return CommitRecord.decode(commits.get(LAST_COMMIT));
    }

    /** The last commit of this index. */
    CommitRecord lastCommit() {
        return lastCommit;
    }

    /** Whether the index was written without commit records, so that nothing tells whether it is whole. */
    boolean isFirstFormat() {
        return FIRST_FORMAT.equals(formats.get(FORMAT_KEY));
    }

    /** Takes over what a scan of all entries found; commits continue after this one. */
    void resumeAfter(CommitRecord commit, IndexDigest found) {
        lastCommit = commit;
        digest = found;
    }

    /**
     * The digest of the entries at this moment, by reading all of them once; fails if one cannot be found by its key.
     *
     * @param totals counts the entries
     */
    IndexDigest scan(StoreTotals totals) {
        IndexDigest found = new IndexDigest();
        scan(CONTRACTS, contracts, found, totals::readContract);
        scan(PROGRAMS, programs, found, totals::readProgram);
        return found;
    }

    /** Whether {@link #scan} found a record that fails its own checksum. */
    boolean hasDamagedRecord() {
        return hasDamagedRecord;
    }

    private void scan(int number, MVMap<byte[], byte[]> map, IndexDigest found, BiPredicate<byte[], byte[]> reader) {
        forEach(map, (key, record) -> {
            if (!map.containsKey(key)) {
                throw new MVStoreException(
                        DataUtils.ERROR_FILE_CORRUPT,
                        "the index is damaged: it has an entry that a search does not find");
            }
            found.add(number, key, record);
            hasDamagedRecord |= !reader.test(key, record) && !Checksum.isValid(record);
        });
    }

    byte @Nullable [] contract(ContractInstanceId id) {
        return get(contracts, id.bytes());
    }

    void putContract(ContractInstanceId id, ContractRecord record) {
        put(CONTRACTS, contracts, key(id.bytes()), record.encode());
    }

    void removeContract(ContractInstanceId id) {
        remove(CONTRACTS, contracts, key(id.bytes()));
    }

    byte @Nullable [] program(CodeHash hash) {
        return get(programs, hash.bytes());
    }

    void putProgram(CodeHash hash, ProgramRecord record) {
        put(PROGRAMS, programs, key(hash.bytes()), record.encode());
    }

    void removeProgram(CodeHash hash) {
        remove(PROGRAMS, programs, key(hash.bytes()));
    }

    /** Visits a snapshot of the contracts that can be read. Returns the parts that cannot. */
    List<UnreadableRange> forEachReadableContract(BiConsumer<ContractInstanceId, byte[]> action) {
        return forEachReadable(
                contracts, (name, record) -> action.accept(new ContractInstanceId(Bytes.copyOf(name)), record));
    }

    /** Visits a snapshot of the programs that can be read. Returns the parts that cannot, by code hash. */
    List<UnreadableRange> forEachReadableProgram(BiConsumer<CodeHash, byte[]> action) {
        return forEachReadable(programs, (name, record) -> action.accept(new CodeHash(Bytes.copyOf(name)), record));
    }

    private List<UnreadableRange> forEachReadable(MVMap<byte[], byte[]> map, BiConsumer<byte[], byte[]> action) {
        MVStore.TxCounter version = store.registerVersionUsage();
        try {
            return ReadablePages.visit(map, action);
        } finally {
            store.deregisterVersionUsage(version);
        }
    }

    /** Commits all changes since the last commit together, with the configured durability. */
    void commit() {
        CommitRecord next = lastCommit.next(digest);
        if (!FORMAT.equals(formats.get(FORMAT_KEY))) {
            formats.put(FORMAT_KEY, FORMAT);
        }
        commits.put(LAST_COMMIT, next.encode());
        store.commit();
        if (isSynced) {
            store.sync();
        }
        lastCommit = next;
    }

    /** Compacts sparse chunks after every 16th commit, so that the file stays a small multiple of its content. */
    void compactPeriodically() {
        if (++commitCount % COMMITS_BETWEEN_COMPACTIONS == 0) {
            store.compact(MIN_FILL_PERCENT, MAX_COMPACTED_BYTES); // moves pages, which the next commit writes
        }
    }

    /** Syncs all that was written. */
    void sync() {
        store.sync();
    }

    /** Puts all records into another index, as they are, also damaged ones; the caller commits them. */
    void copyTo(ContractIndex target) {
        forEach(contracts, (key, record) -> target.put(CONTRACTS, target.contracts, key, record));
        forEach(programs, (key, record) -> target.put(PROGRAMS, target.programs, key, record));
    }

    /** Commits what compaction moved, as a commit of its own, syncs and closes. */
    void close() {
        try {
            if (store.hasUnsavedChanges()) {
                commit();
            }
            store.sync();
            store.close();
        } finally {
            abandon();
        }
    }

    /** Whether it was closed. Safe to call from any thread. */
    boolean isClosed() {
        return store.isClosed();
    }

    /** Closes the file without writing to it. */
    void abandon() {
        store.closeImmediately();
    }

    private void put(int number, MVMap<byte[], byte[]> map, byte[] key, byte[] record) {
        byte[] before = map.put(key, record);
        if (before != null) {
            digest.remove(number, key, before);
        }
        digest.add(number, key, record);
    }

    private void remove(int number, MVMap<byte[], byte[]> map, byte[] key) {
        byte[] before = map.remove(key);
        if (before != null) {
            digest.remove(number, key, before);
        }
    }

    private byte @Nullable [] get(MVMap<byte[], byte[]> map, Bytes name) {
        MVStore.TxCounter version = store.registerVersionUsage();
        try {
            return map.get(key(name));
        } finally {
            store.deregisterVersionUsage(version);
        }
    }

    private void forEach(MVMap<byte[], byte[]> map, BiConsumer<byte[], byte[]> action) {
        MVStore.TxCounter version = store.registerVersionUsage();
        try {
            for (Cursor<byte[], byte[]> cursor = map.cursor(null); cursor.hasNext(); ) {
                byte[] name = cursor.next();
                action.accept(name, cursor.getValue());
            }
        } finally {
            store.deregisterVersionUsage(version);
        }
    }

    private static byte[] key(Bytes name) {
        return name.toArray();
    }
}
