package dev.tributary.app.storage;

import dev.tributary.app.storage.JournalDisk.Kind;
import dev.tributary.app.storage.JournalDisk.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * What is on the disk at a point of a journal: what was synced, and operations since then that a power cut may or may not
 * have left. Names are durable with a sync of a directory, in their order; data with a sync of its file.
 */
final class CrashImage {

    private static final int SECTOR_BYTES = 512;

    private final Map<Integer, byte[]> data = new HashMap<>();
    private final Map<Path, Integer> names = new TreeMap<>();
    private final List<Operation> pending = new ArrayList<>();

    /** What of the operations since the last sync a power cut leaves. */
    enum Mode {
        NOTHING,
        EVERYTHING,
        /** The first ones. */
        ORDERED,
        /** Any, and of a write any sectors. */
        REORDERED,
        /** The last write only, such as the header without the chunk that it names. */
        LAST
    }

    /** Adds the next operation of the journal. */
    void add(Operation operation) {
        switch (operation.kind()) {
            case SYNC -> settle(operation.file(), true);
            case LOST -> settle(operation.file(), false);
            case SYNC_DIRECTORY -> {
                pending.stream().filter(CrashImage::isName).forEach(name -> apply(name, names));
                pending.removeIf(CrashImage::isName);
            }
            case MARK -> {}
            case CREATE, WRITE, TRUNCATE, RENAME, DELETE -> pending.add(operation);
        }
    }

    /** Writes the files that a power cut leaves now, in a directory that stands for the root. */
    void write(Path root, Path original, Mode mode, Random random) throws IOException {
        Map<Integer, byte[]> left = new HashMap<>(data);
        Map<Path, Integer> leftNames = new TreeMap<>(names);
        long nameCount = pending.stream().filter(CrashImage::isName).count();
        long writeCount = pending.size() - nameCount;
        long lastName = switch (mode) {
            case NOTHING -> 0;
            case EVERYTHING -> nameCount;
            case ORDERED, REORDERED, LAST -> random.nextLong(nameCount + 1);
        };
        long lastWrite = random.nextLong(writeCount + 1);
        long name = 0;
        long write = 0;
        for (Operation operation : pending) {
            if (isName(operation)) {
                if (name++ < lastName) {
                    apply(operation, leftNames);
                }
                continue;
            }
            write++;
            switch (mode) {
                case NOTHING -> {}
                case EVERYTHING -> change(operation, left);
                case ORDERED -> {
                    if (write <= lastWrite) {
                        change(operation, left);
                    }
                }
                case REORDERED -> {
                    if (random.nextBoolean()) {
                        change(random.nextInt(3) == 0 ? torn(operation, left, random) : operation, left);
                    }
                }
                case LAST -> {
                    if (write == writeCount) {
                        change(operation, left);
                    }
                }
            }
        }
        for (Map.Entry<Path, Integer> entry : leftNames.entrySet()) {
            Path file = root.resolve(original.relativize(entry.getKey()));
            Files.createDirectories(file.resolveSibling(""));
            Files.write(file, left.getOrDefault(entry.getValue(), new byte[0]));
        }
    }

    private void settle(int file, boolean isDurable) {
        for (Operation operation : pending) {
            if (isDurable && operation.file() == file && !isName(operation)) {
                change(operation, data);
            }
        }
        pending.removeIf(operation -> operation.file() == file && !isName(operation));
    }

    private static boolean isName(Operation operation) {
        return operation.kind() == Kind.CREATE || operation.kind() == Kind.RENAME || operation.kind() == Kind.DELETE;
    }

    private static void apply(Operation operation, Map<Path, Integer> names) {
        names.values().remove(operation.file());
        if (operation.kind() != Kind.DELETE) {
            names.put(operation.path(), operation.file());
        }
    }

    private static void change(Operation operation, Map<Integer, byte[]> data) {
        byte[] before = data.getOrDefault(operation.file(), new byte[0]);
        if (operation.kind() == Kind.TRUNCATE) {
            data.put(operation.file(), Arrays.copyOf(before, (int) operation.position()));
            return;
        }
        int start = (int) operation.position();
        byte[] after = Arrays.copyOf(before, Math.max(before.length, start + operation.bytes().length));
        System.arraycopy(operation.bytes(), 0, after, start, operation.bytes().length);
        data.put(operation.file(), after);
    }

    /** The write without some of its sectors, which keep what was there. */
    private static Operation torn(Operation operation, Map<Integer, byte[]> data, Random random) {
        byte[] bytes = operation.bytes().clone();
        byte[] before = data.getOrDefault(operation.file(), new byte[0]);
        for (int sector = 0; sector < bytes.length; sector += SECTOR_BYTES) {
            if (random.nextInt(4) == 0) {
                for (int at = sector; at < Math.min(bytes.length, sector + SECTOR_BYTES); at++) {
                    long position = operation.position() + at;
                    bytes[at] = position < before.length ? before[(int) position] : 0;
                }
            }
        }
        return new Operation(operation.kind(), operation.file(), operation.path(), operation.position(), bytes);
    }
}
