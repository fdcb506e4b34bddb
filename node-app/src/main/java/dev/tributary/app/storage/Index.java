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

    /** How long freed space is kept for readers that are still in it; 0 would save a little disk. */
    private static final int RETENTION_MILLIS = 2_000;

    /** Without syncs the freed space must also outlive what the operating system has not written yet. */
    private static final int UNSYNCED_RETENTION_MILLIS = 60_000;

    private static final int LEAST_FILL_PERCENT = 50;
    private static final int COMPACTED_BYTES = 4 << 20;
    private static final int COMMITS_BETWEEN_COMPACTIONS = 256;

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
            boolean synced = config.durability() == Durability.SYNC;
            store.setRetentionTime(synced ? RETENTION_MILLIS : UNSYNCED_RETENTION_MILLIS);
            return new Index(store, synced);
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
        return new MVStore.Builder().fileName(name).autoCommitDisabled().autoCommitBufferSize(0);
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
        return contracts.get(key(id.bytes()));
    }

    void putContract(ContractInstanceId id, ContractRecord record) {
        contracts.put(key(id.bytes()), record.encode());
    }

    void removeContract(ContractInstanceId id) {
        contracts.remove(key(id.bytes()));
    }

    byte @Nullable [] program(CodeHash hash) {
        return programs.get(key(hash.bytes()));
    }

    void putProgram(CodeHash hash, CodeRecord record) {
        programs.put(key(hash.bytes()), record.encode());
    }

    void removeProgram(CodeHash hash) {
        programs.remove(key(hash.bytes()));
    }

    /** Goes through all contracts as they are now, whatever is changed meanwhile. */
    void forEachContract(BiConsumer<ContractInstanceId, byte[]> visitor) {
        for (Cursor<byte[], byte[]> cursor = contracts.cursor(null); cursor.hasNext(); ) {
            byte[] key = cursor.next();
            visitor.accept(new ContractInstanceId(Bytes.copyOf(key)), cursor.getValue());
        }
    }

    /** Goes through all programs. */
    void forEachProgram(BiConsumer<CodeHash, byte[]> visitor) {
        for (Cursor<byte[], byte[]> cursor = programs.cursor(null); cursor.hasNext(); ) {
            byte[] key = cursor.next();
            visitor.accept(new CodeHash(Bytes.copyOf(key)), cursor.getValue());
        }
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

    private static byte[] key(Bytes name) {
        return name.toArray();
    }

    private static MVMap.Builder<byte[], byte[]> records() {
        return new MVMap.Builder<byte[], byte[]>()
                .keyType(ByteArrayDataType.INSTANCE)
                .valueType(ByteArrayDataType.INSTANCE);
    }
}
