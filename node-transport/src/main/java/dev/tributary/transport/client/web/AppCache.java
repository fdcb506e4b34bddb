package dev.tributary.transport.client.web;

import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.State;
import dev.tributary.core.value.TimeSource;
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

/**
 * Unpacked web applications on disk: a directory for each contract, and in it one for each state that is shown. An
 * application appears whole or not at all. Everything but {@link #find} blocks. Safe to use from any thread.
 */
final class AppCache {

    private static final Logger log = LoggerFactory.getLogger(AppCache.class);

    private static final String UNFINISHED = ".new-";

    private final WebConfig config;
    private final TimeSource time;
    private final Map<ContractInstanceId, Entry> entries = new HashMap<>();
    private boolean scanned;

    AppCache(WebConfig config, TimeSource time) {
        this.config = config;
        this.time = time;
    }

    /** What is there of a contract, whichever state it is; using it keeps it. */
    synchronized Optional<UnpackedApp> find(ContractInstanceId id) {
        Entry entry = entries.get(id);
        if (entry == null) {
            return Optional.empty();
        }
        entry.used = time.nanos();
        return Optional.of(entry.app);
    }

    /** Finds what an earlier run has left, the first time. */
    synchronized void scan() {
        if (scanned) {
            return;
        }
        scanned = true;
        try {
            Files.createDirectories(config.directory());
            for (Path each : children(config.directory())) {
                adopt(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void adopt(Path directory) throws IOException {
        String name = directory.getFileName().toString();
        if (name.startsWith(UNFINISHED)) {
            remove(directory);
            return;
        }
        ContractInstanceId id;
        try {
            id = ContractInstanceId.parse(name);
        } catch (IllegalArgumentException notOurs) {
            return;
        }
        List<Path> states = children(directory);
        for (Path each : states) {
            if (states.size() > 1) {
                remove(each);
            } else {
                String digest = each.getFileName().toString();
                entries.put(id, new Entry(new UnpackedApp(each, digest, size(each)), time.nanos()));
            }
        }
    }

    /** The application of this state: the one that is there, or else it is unpacked and takes its place. */
    UnpackedApp keep(ContractInstanceId id, State state) {
        scan();
        String digest = state.digest().bytes().toHex();
        Optional<UnpackedApp> known = find(id).filter(app -> app.digest().equals(digest));
        if (known.isPresent()) {
            return known.get();
        }
        WebState web = WebState.parse(state);
        try {
            Path fresh = Files.createTempDirectory(config.directory(), UNFINISHED);
            try {
                long bytes = new Unpacking(fresh, config).run(web.archive());
                return publish(id, fresh, digest, bytes);
            } finally {
                remove(fresh);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized UnpackedApp publish(ContractInstanceId id, Path fresh, String digest, long bytes)
            throws IOException {
        Path place = config.directory().resolve(id.toString()).resolve(digest);
        if (!Files.exists(place)) {
            Files.createDirectories(place.getParent());
            Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE);
        }
        UnpackedApp app = new UnpackedApp(place, digest, bytes);
        Entry before = entries.put(id, new Entry(app, time.nanos()));
        if (before != null && !before.app.directory().equals(place)) {
            remove(before.app.directory());
        }
        log.debug("web application={} unpacked bytes={}", id, bytes);
        makeRoom();
        return app;
    }

    private void makeRoom() throws IOException {
        long now = time.nanos();
        long total = bytes();
        List<ContractInstanceId> oldestFirst = entries.entrySet().stream()
                .filter(each -> now - each.getValue().used >= config.keep().toNanos())
                .sorted(Comparator.comparingLong(each -> each.getValue().used - now))
                .map(Map.Entry::getKey)
                .toList();
        for (ContractInstanceId id : oldestFirst) {
            if (total <= config.cacheBytes()) {
                return;
            }
            total -= Objects.requireNonNull(entries.remove(id)).app.bytes();
            remove(config.directory().resolve(id.toString()));
        }
    }

    /** How many bytes are kept. */
    synchronized long bytes() {
        return entries.values().stream().mapToLong(entry -> entry.app.bytes()).sum();
    }

    private static List<Path> children(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(Files::isDirectory).toList();
        }
    }

    private static long size(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    /** Removes a directory with all that is in it, if it is there. */
    private static void remove(Path directory) throws IOException {
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
        private long used;

        Entry(UnpackedApp app, long used) {
            this.app = app;
            this.used = used;
        }
    }
}
