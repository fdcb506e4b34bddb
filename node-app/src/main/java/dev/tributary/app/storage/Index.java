package dev.tributary.app.storage;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.ContractInstanceId;
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
 * The file of small records: one for each contract, one for each program. Changed by one thread and read by any; a
 * reader sees a change as soon as it is put, its durability comes with {@link #commit}. Errors of the file are unchecked
 * exceptions; after one of them in a change or a commit the index is abandoned and opened again.
 */
final class Index {

    private static final String FORMAT_MAP = "tributary";
    private static final String FORMAT_KEY = "format";
    private static final String FORMAT = "1";

    /** Half of the default: a commit rewrites the page around its record, and commits are many. */
    private static final int PAGE_BYTES = 8 << 10;

    private static final int LEAST_FILL_PERCENT = 50;
    private static final int COMPACTED_BYTES = 4 << 20;
    private static final int COMMITS_BETWEEN_COMPACTIONS = 64;

    private final MVStore store;
    private final MVMap<byte[], byte[]> contracts;
    private final MVMap<byte[], byte[]> programs;
    private final boolean synced;
    private int commits;

    private Index(MVStore store, boolean synced) {
        this.store = store;
        this.contracts = store.openMap("contracts", records());
        this.programs = store.openMap("programs", records());
        this.synced = synced;
    }

    /**
     * Opens the file, or makes a new one, which appears under its name only when it is whole. Fails with what is wrong
     * with an existing one, which stays as it is.
     */
    static Index open(Path file, Disk disk, StorageConfig config) throws IOException {
        if (Files.notExists(file)) {
            create(file, disk);
        } else if (Files.size(file) == 0) {
            throw new IOException("the file is empty: it was cut short");
        }
        MVStore store = builder(disk.indexName(file))
                .cacheSize(Math.toIntExact(config.cacheBytes() >> 20))
                .open();
        try {
            requireFormat(store);
            store.setRetentionTime(0); // space is reused when no reader is in it and five newer versions are there
            return new Index(store, config.durability() == Durability.SYNC);
        } catch (IOException | RuntimeException e) {
            store.closeImmediately();
            throw e;
        }
    }

    private static void create(Path file, Disk disk) throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(unfinished);
        MVStore store = builder(disk.indexName(unfinished)).open();
        try {
            store.openMap(FORMAT_MAP).put(FORMAT_KEY, FORMAT);
            store.commit();
            store.sync();
        } finally {
            store.close();
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
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
        Object format = store.openMap(FORMAT_MAP).get(FORMAT_KEY);
        if (!FORMAT.equals(format)) {
            throw new IOException("the index has format " + format + ", known is " + FORMAT);
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

    void putProgram(CodeHash hash, CodeRecord record) {
        programs.put(key(hash.bytes()), record.encode());
    }

    void removeProgram(CodeHash hash) {
        programs.remove(key(hash.bytes()));
    }

    /** Goes through all contracts as they are now, whatever is changed meanwhile. */
    void forEachContract(BiConsumer<ContractInstanceId, byte[]> visitor) {
        forEach(contracts, (name, record) -> visitor.accept(new ContractInstanceId(name), record));
    }

    /** Goes through all programs as they are now. */
    void forEachProgram(BiConsumer<CodeHash, byte[]> visitor) {
        forEach(programs, (name, record) -> visitor.accept(new CodeHash(name), record));
    }

    /** Makes all changes since the last commit one, as durable as configured. */
    void commit() {
        store.commit();
        if (synced) {
            store.sync();
        }
    }

    /** Now and then rewrites some of what is mostly dead, so that the file stays within a small multiple of its content. */
    void compactSometimes() {
        if (++commits % COMMITS_BETWEEN_COMPACTIONS == 0) {
            store.compact(LEAST_FILL_PERCENT, COMPACTED_BYTES);
        }
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

    /** Closes without writing anything. */
    void abandon() {
        store.closeImmediately();
    }

    private byte @Nullable [] get(MVMap<byte[], byte[]> map, Bytes name) {
        MVStore.TxCounter reading = store.registerVersionUsage();
        try {
            return map.get(key(name));
        } finally {
            store.deregisterVersionUsage(reading);
        }
    }

    private void forEach(MVMap<byte[], byte[]> map, BiConsumer<Bytes, byte[]> visitor) {
        MVStore.TxCounter reading = store.registerVersionUsage();
        try {
            for (Cursor<byte[], byte[]> cursor = map.cursor(null); cursor.hasNext(); ) {
                byte[] name = cursor.next();
                visitor.accept(Bytes.copyOf(name), cursor.getValue());
            }
        } finally {
            store.deregisterVersionUsage(reading);
        }
    }

    private static byte[] key(Bytes name) {
        return name.toArray();
    }

    private static MVMap.Builder<byte[], byte[]> records() {
        return new MVMap.Builder<byte[], byte[]>()
                .keyType(ByteArrayDataType.INSTANCE)
                .valueType(ByteArrayDataType.INSTANCE);
    }
}
