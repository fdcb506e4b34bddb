package dev.tributary.transport.client.web;

import dev.tributary.core.error.RateLimitedLog;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.State;
import dev.tributary.core.value.TimeSource;
import dev.tributary.transport.files.OwnerOnly;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * On-disk cache of unpacked web applications: one directory for each contract, with one subdirectory for its current
 * state. Applications are published atomically, and the one that was replaced last is kept for a while: its files may
 * still be sent. What others delete of it is unpacked again. All methods block, except {@link #find}. Thread-safe.
 */
final class AppCache {

    private static final Logger log = LoggerFactory.getLogger(AppCache.class);

    private static final RateLimitedLog leftOut = RateLimitedLog.of(log);

    /** Prefix of the directories into which archives are unpacked before they are published. */
    private static final String TEMPORARY_PREFIX = ".new-";

    private final WebConfig config;
    private final TimeSource time;
    private final Map<ContractInstanceId, Entry> entries = new HashMap<>();
    private final RefusedArchives refused = new RefusedArchives();

    /** The last application that was replaced, of each contract. */
    private final Map<ContractInstanceId, Entry> replaced = new HashMap<>();

    private boolean scanned;

    AppCache(WebConfig config, TimeSource time) {
        this.config = config;
        this.time = time;
    }

    /** Returns the cached application of a contract, whatever its state, and marks it as used. */
    synchronized Optional<UnpackedApp> find(ContractInstanceId id) {
        Entry entry = entries.get(id);
        if (entry == null) {
            return Optional.empty();
        }
        if (!entry.app.isWhole()) {
            entries.remove(id);
            return Optional.empty();
        }
        entry.lastUsed = time.nanos();
        return Optional.of(entry.app);
    }

    /** Loads the applications that an earlier run of the node cached. Only the first call has an effect. */
    synchronized void scan() {
        if (scanned) {
            return;
        }
        scanned = true;
        try {
            OwnerOnly.createDirectories(config.cache().directory());
            for (Path each : subdirectories(config.cache().directory())) {
                load(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void load(Path directory) throws IOException {
        String name = directory.getFileName().toString();
        if (name.startsWith(TEMPORARY_PREFIX)) {
            delete(directory);
            return;
        }
        ContractInstanceId id;
        try {
            id = ContractInstanceId.parse(name);
        } catch (IllegalArgumentException notAContractId) {
            return;
        }
        List<Path> states = subdirectories(directory);
        for (Path each : states) {
            StateDirectory state = StateDirectory.read(each);
            if (states.size() > 1 || !state.isWhole()) {
                delete(each);
            } else {
                UnpackedApp app = UnpackedApp.in(each, state.digest(), state.bytes());
                entries.put(id, new Entry(app, time.nanos()));
            }
        }
    }

    /**
     * Returns the application of this state. Unpacks it if it is not cached, and replaces that of an older state. A state
     * that was refused is not unpacked again.
     */
    UnpackedApp getOrUnpack(ContractInstanceId id, State state) {
        scan();
        String digest = state.digest().bytes().toHex();
        Optional<UnpackedApp> cached = find(id).filter(app -> app.digest().equals(digest));
        if (cached.isPresent()) {
            return cached.get();
        }
        return refused.unlessRefused(digest, () -> unpack(id, state, digest));
    }

    private UnpackedApp unpack(ContractInstanceId id, State state, String digest) {
        WebState web = WebState.parse(state);
        try {
            OwnerOnly.createDirectories(config.cache().directory());
            Path unpacked = Files.createTempDirectory(config.cache().directory(), TEMPORARY_PREFIX);
            try {
                ArchiveExtractor extractor = new ArchiveExtractor(unpacked, config.archives());
                long bytes = extractor.extract(web.archive());
                if (extractor.leftOut() > 0) {
                    leftOut.log(
                            Level.INFO,
                            "entries of a web application left out id={} count={}",
                            id,
                            extractor.leftOut());
                }
                return publish(id, unpacked, new StateDirectory(digest, extractor.files(), extractor.files(), bytes));
            } finally {
                delete(unpacked);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized UnpackedApp publish(ContractInstanceId id, Path unpacked, StateDirectory state)
            throws IOException {
        Path parent = config.cache().directory().resolve(id.toString());
        Path target = parent.resolve(state.name());
        delete(target);
        OwnerOnly.createDirectories(parent);
        Files.move(unpacked, target, StandardCopyOption.ATOMIC_MOVE);
        UnpackedApp app = UnpackedApp.in(target, state.digest(), state.bytes());
        Entry previous = entries.put(id, new Entry(app, time.nanos()));
        if (previous != null && !previous.app.directory().equals(target)) {
            keepForAWhile(id, previous, target);
        }
        log.debug("web application unpacked id={} bytes={}", id, state.bytes());
        evict();
        return app;
    }

    private void keepForAWhile(ContractInstanceId id, Entry previous, Path current) throws IOException {
        previous.lastUsed = time.nanos();
        Entry older = replaced.put(id, previous);
        if (older != null && !older.app.directory().equals(current)) {
            delete(older.app.directory());
        }
    }

    private void evict() throws IOException {
        long now = time.nanos();
        for (Entry each : List.copyOf(replaced.values())) {
            if (now - each.lastUsed >= config.cache().minRetention().toNanos()) {
                replaced.values().remove(each);
                delete(each.app.directory());
            }
        }
        long total = bytes();
        List<ContractInstanceId> oldestFirst = entries.entrySet().stream()
                .filter(each -> now - each.getValue().lastUsed
                        >= config.cache().minRetention().toNanos())
                .sorted(Comparator.comparingLong(each -> each.getValue().lastUsed - now))
                .map(Map.Entry::getKey)
                .toList();
        for (ContractInstanceId id : oldestFirst) {
            if (total <= config.cache().bytes()) {
                return;
            }
            total -= Objects.requireNonNull(entries.remove(id)).app.bytes();
            replaced.remove(id);
            delete(config.cache().directory().resolve(id.toString()));
        }
    }

    /** Returns the size of all cached applications, in bytes. */
    synchronized long bytes() {
        return Stream.concat(entries.values().stream(), replaced.values().stream())
                .mapToLong(entry -> entry.app.bytes())
                .sum();
    }

    private static List<Path> subdirectories(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(Files::isDirectory).toList();
        }
    }

    /** Deletes a directory and its contents, if it exists. */
    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path done, @Nullable IOException failure) throws IOException {
                Files.delete(done);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static final class Entry {

        private final UnpackedApp app;
        private long lastUsed;

        Entry(UnpackedApp app, long lastUsed) {
            this.app = app;
            this.lastUsed = lastUsed;
        }
    }
}
