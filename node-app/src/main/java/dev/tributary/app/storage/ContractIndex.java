package dev.tributary.app.storage;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.transport.files.OwnerOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.BiConsumer;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.ByteArrayDataType;
import org.jspecify.annotations.Nullable;

/**
 * The index file: one record per contract and one per program. Its maps have types, so that nothing that stands in a
 * file becomes an object of another one. Written by one thread and read by any; readers see a change as soon as it is put, and {@link #commit} makes it durable. File errors are unchecked exceptions; after an
 * error in a change or a commit, call {@link #abandon} and open the index again.
 */
final class ContractIndex {

    private static final String FORMAT_MAP = "tributary";
    private static final String FORMAT_KEY = "format";
    private static final String FORMAT = "1";

    /** Page size, half of the library's default: each commit rewrites the pages of its records. */
    private static final int PAGE_BYTES = 8 << 10;

    private static final int MIN_FILL_PERCENT = 50;
    private static final int MAX_COMPACTED_BYTES = 1 << 20;
    private static final int COMMITS_BETWEEN_COMPACTIONS = 16;

    private final MVStore store;
    private final MVMap<byte[], byte[]> contracts;
    private final MVMap<byte[], byte[]> programs;
    private final boolean isSynced;
    private int commits;

    private ContractIndex(MVStore store, boolean isSynced) {
        this.store = store;
        this.contracts = store.openMap("contracts", records());
        this.programs = store.openMap("programs", records());
        this.isSynced = isSynced;
    }

    /**
     * Opens the file, or creates it atomically. Fails with the defect of an existing file that is no valid index, and
     * leaves that file unchanged.
     */
    static ContractIndex open(Path file, Disk disk, StorageConfig config) throws IOException {
        if (Files.notExists(file)) {
            create(file, disk);
        } else if (Files.size(file) == 0) {
            throw new IOException("the file is empty: it was truncated");
        }
        MVStore store = builder(disk.indexName(file))
                .cacheSize(Math.toIntExact(config.cacheBytes() >> 20))
                .open();
        try {
            requireFormat(store);
            store.setRetentionTime(0); // reuses space that no reader uses, after five newer versions
            return new ContractIndex(store, config.durability() == Durability.SYNC);
        } catch (IOException | RuntimeException e) {
            store.closeImmediately();
            throw e;
        }
    }

    private static void create(Path file, Disk disk) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(temporary);
        MVStore store = builder(disk.indexName(temporary)).open();
        try {
            store.openMap(FORMAT_MAP, texts()).put(FORMAT_KEY, FORMAT);
            store.commit();
            store.sync();
        } finally {
            store.close();
        }
        if (Files.exists(temporary)) {
            OwnerOnly.tighten(temporary);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        disk.sync(file.resolveSibling(""));
    }

    private static MVStore.Builder builder(String name) {
        return new MVStore.Builder()
                .fileName(name)
                .autoCommitDisabled()
                .autoCommitBufferSize(0)
                .pageSplitSize(PAGE_BYTES);
    }

    private static void requireFormat(MVStore store) throws IOException {
        if (!store.hasMap(FORMAT_MAP)) {
            throw new IOException("the file is not an index of contracts");
        }
        String format = store.openMap(FORMAT_MAP, texts()).get(FORMAT_KEY);
        if (!FORMAT.equals(format)) {
            throw new IOException("the index has format " + format + "; supported is " + FORMAT);
        }
    }

    byte @Nullable [] contract(ContractInstanceId id) {
        return get(contracts, id.bytes());
    }

    void putContract(ContractInstanceId id, ContractRecord record) {
        contracts.put(key(id.bytes()), record.encode());
    }

    void removeContract(ContractInstanceId id) {
        contracts.remove(key(id.bytes()));
    }

    byte @Nullable [] program(CodeHash hash) {
        return get(programs, hash.bytes());
    }

    void putProgram(CodeHash hash, ProgramRecord record) {
        programs.put(key(hash.bytes()), record.encode());
    }

    void removeProgram(CodeHash hash) {
        programs.remove(key(hash.bytes()));
    }

    /** Visits a snapshot of all contracts; concurrent changes are not visible. */
    void forEachContract(BiConsumer<ContractInstanceId, byte[]> action) {
        forEach(contracts, (name, record) -> action.accept(new ContractInstanceId(name), record));
    }

    /** Visits a snapshot of all programs. */
    void forEachProgram(BiConsumer<CodeHash, byte[]> action) {
        forEach(programs, (name, record) -> action.accept(new CodeHash(name), record));
    }

    /** Commits all changes since the last commit together, with the configured durability. */
    void commit() {
        store.commit();
        if (isSynced) {
            store.sync();
        }
    }

    /** Compacts sparse chunks after every 16th commit, so that the file stays a small multiple of its content. */
    void compactPeriodically() {
        if (++commits % COMMITS_BETWEEN_COMPACTIONS == 0) {
            store.compact(MIN_FILL_PERCENT, MAX_COMPACTED_BYTES);
        }
    }

    /** Puts all records into another index, as they are, also damaged ones; the caller commits them. */
    void copyTo(ContractIndex target) {
        forEach(contracts, (name, record) -> target.contracts.put(key(name), record));
        forEach(programs, (name, record) -> target.programs.put(key(name), record));
    }

    /** Commits, syncs and closes. */
    void close() {
        try {
            store.commit();
            store.sync();
            store.close();
        } finally {
            abandon();
        }
    }

    /** Closes the file without writing to it. */
    void abandon() {
        store.closeImmediately();
    }

    private byte @Nullable [] get(MVMap<byte[], byte[]> map, Bytes name) {
        MVStore.TxCounter version = store.registerVersionUsage();
        try {
            return map.get(key(name));
        } finally {
            store.deregisterVersionUsage(version);
        }
    }

    private void forEach(MVMap<byte[], byte[]> map, BiConsumer<Bytes, byte[]> action) {
        MVStore.TxCounter version = store.registerVersionUsage();
        try {
            for (Cursor<byte[], byte[]> cursor = map.cursor(null); cursor.hasNext(); ) {
                byte[] name = cursor.next();
                action.accept(Bytes.copyOf(name), cursor.getValue());
            }
        } finally {
            store.deregisterVersionUsage(version);
        }
    }

    private static byte[] key(Bytes name) {
        return name.toArray();
    }

    private static MVMap.Builder<String, String> texts() {
        return new MVMap.Builder<String, String>()
                .keyType(ShortTextType.INSTANCE)
                .valueType(ShortTextType.INSTANCE);
    }

    private static MVMap.Builder<byte[], byte[]> records() {
        return new MVMap.Builder<byte[], byte[]>()
                .keyType(ByteArrayDataType.INSTANCE)
                .valueType(ByteArrayDataType.INSTANCE);
    }
}
