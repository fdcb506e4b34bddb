package dev.tributary.app.benchmark;

import dev.tributary.app.storage.Durability;
import dev.tributary.app.storage.FileContractStore;
import dev.tributary.app.storage.StorageConfig;
import dev.tributary.core.storage.ContractStore;
import dev.tributary.core.storage.SampleContracts;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Commits per second and latency of the file store, compared with one file per state and fsync, with appending to one file
 * and fdatasync, and with etcd and NATS if they are installed; and how many bytes each writes to the disk for a byte of a
 * state. Arguments: directory, seconds per case, and optionally the inline limit in bytes. Each case starts with an empty
 * directory.
 */
public final class StoreBenchmark {

    private static final int CONTRACTS = 500;

    private final Path directory;
    private final Duration duration;
    private final StorageConfig config;

    /** What this process had written when the measured commits of the case began. */
    private long before;

    private StoreBenchmark(Path directory, Duration duration, StorageConfig config) {
        this.directory = directory;
        this.duration = duration;
        this.config = config;
    }

    /** Prints one line per case. */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments.length > 0 ? arguments[0] : "target/store-benchmark");
        Duration duration = Duration.ofSeconds(arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5);
        StorageConfig config = StorageConfig.defaults();
        if (arguments.length > 2) {
            config = config.withInlineLimit(Integer.parseInt(arguments[2]));
        }
        new StoreBenchmark(directory, duration, config).run();
    }

    private void run() throws IOException {
        System.out.printf(
                "%-9s %7s %8s %11s %9s %9s %9s %9s%n",
                "store", "bytes", "at once", "commits/s", "p50 ms", "p99 ms", "MiB disk", "written");
        for (int bytes : new int[] {1 << 10, 100 << 10}) {
            List<StoredContract> contracts = IntStream.range(0, CONTRACTS)
                    .mapToObj(i -> SampleContracts.sample(i, bytes, i))
                    .toList();
            for (int concurrency : new int[] {1, 64}) {
                store(Durability.SYNC, contracts, concurrency);
                store(Durability.BUFFERED, contracts, concurrency);
                plainFiles(contracts, concurrency);
                append(contracts, concurrency);
                other("etcd", "etcd", Etcd::start, contracts, concurrency);
                other("nats", "nats-server", Nats::start, contracts, concurrency);
            }
        }
    }

    private void store(Durability durability, List<StoredContract> contracts, int concurrency) throws IOException {
        clear();
        ContractStore store = FileContractStore.open(directory, config.withDurability(durability));
        Histogram latency = measure(contracts, concurrency, store::commit, WrittenBytes::now);
        long written = WrittenBytes.now() - before;
        store.close().block();
        print(durability.name(), contracts, concurrency, latency, written);
    }

    /** The least that any store does: the states of one group at the end of a file, and one fdatasync. */
    private void append(List<StoredContract> contracts, int concurrency) throws IOException {
        clear();
        Histogram latency = new ConcurrentHistogram(3);
        before = WrittenBytes.now();
        try (FileChannel channel =
                FileChannel.open(directory.resolve("log"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long end = System.nanoTime() + duration.toNanos();
            for (int i = 0; System.nanoTime() < end; i += concurrency) {
                long start = System.nanoTime();
                for (int j = 0; j < concurrency; j++) {
                    Bytes state = contracts.get((i + j) % CONTRACTS).state().bytes();
                    channel.write(state.toBuffer());
                }
                channel.force(false);
                latency.recordValueWithCount(System.nanoTime() - start, concurrency);
            }
        }
        print("append", contracts, concurrency, latency, WrittenBytes.now() - before);
    }

    /** How a store of another project is started: the program, and an empty directory. */
    private interface Start {
        OtherStore run(String program, Path directory) throws IOException;
    }

    private void other(String name, String program, Start start, List<StoredContract> contracts, int concurrency)
            throws IOException {
        Optional<String> found = OtherStore.program(program);
        if (found.isEmpty()) {
            return;
        }
        clear();
        try (OtherStore store = start.run(found.get(), directory.toAbsolutePath())) {
            Histogram latency = measure(
                    contracts,
                    concurrency,
                    stored -> store.put(
                            stored.contract().id().toString(),
                            stored.state().bytes().toArray()),
                    store::written);
            print(name, contracts, concurrency, latency, store.written() - before);
        }
    }

    private void plainFiles(List<StoredContract> contracts, int concurrency) throws IOException {
        clear();
        Scheduler threads = Schedulers.newBoundedElastic(concurrency, 10_000, "files");
        AtomicLong number = new AtomicLong();
        Histogram latency = measure(
                contracts,
                concurrency,
                stored -> Mono.<Void>fromRunnable(() -> replaceFile(stored, number.incrementAndGet()))
                        .subscribeOn(threads),
                WrittenBytes::now);
        print("files", contracts, concurrency, latency, WrittenBytes.now() - before);
        threads.dispose();
    }

    private void replaceFile(StoredContract stored, long number) {
        Path file = directory.resolve(stored.contract().id().toString());
        Path temporary = directory.resolve(number + ".new");
        try {
            Bytes bytes = stored.state().bytes();
            try (FileChannel channel =
                    FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                channel.write(bytes.toBuffer());
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel parent = FileChannel.open(directory)) {
                parent.force(true);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Histogram measure(
            List<StoredContract> contracts,
            int concurrency,
            Function<StoredContract, Mono<Void>> commit,
            LongSupplier written) {
        commits(contracts, concurrency, commit, duration.dividedBy(2));
        before = written.getAsLong();
        return commits(contracts, concurrency, commit, duration);
    }

    private void print(String name, List<StoredContract> contracts, int concurrency, Histogram latency, long written)
            throws IOException {
        System.out.printf(
                Locale.ROOT,
                "%-9s %7d %8d %11.0f %9.3f %9.3f %9d %9.1f%n",
                name,
                contracts.get(0).state().size(),
                concurrency,
                latency.getTotalCount() / (duration.toMillis() / 1e3),
                latency.getValueAtPercentile(50) / 1e6,
                latency.getValueAtPercentile(99) / 1e6,
                diskUsed() >> 20,
                (double) written
                        / (latency.getTotalCount() * contracts.get(0).state().size()));
    }

    private static Histogram commits(
            List<StoredContract> contracts,
            int concurrency,
            Function<StoredContract, Mono<Void>> commit,
            Duration duration) {
        Histogram latency = new ConcurrentHistogram(3);
        long end = System.nanoTime() + duration.toNanos();
        Flux.range(0, Integer.MAX_VALUE)
                .takeWhile(i -> System.nanoTime() < end)
                .flatMap(i -> timed(commit.apply(contracts.get(i % contracts.size())), latency), concurrency)
                .blockLast();
        return latency;
    }

    private static Mono<Void> timed(Mono<Void> commit, Histogram latency) {
        return Mono.defer(() -> {
            long start = System.nanoTime();
            return commit.doOnSuccess(done -> latency.recordValue(System.nanoTime() - start));
        });
    }

    private long diskUsed() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    private void clear() throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        Files.createDirectories(directory);
    }
}
