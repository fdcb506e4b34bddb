package dev.tributary.transport.benchmark;

import dev.tributary.core.Node;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Measures networks of 8 and 32 nodes with their defaults over loopback TLS in one process, in memory: PUT at one node,
 * GET of it at another, and UPDATE until a subscriber at another node is shown it or a later one; states of 1 KiB, with
 * 1, 16 and 256 in flight. Prints times and rates, and messages, bytes, allocation and processor time of all nodes for
 * each operation. The last of the rounds counts. Arguments: rounds (5), operations of each row (1000).
 */
public final class NetworkBenchmark {

    private static final int KIB = 1024;
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final BenchmarkNetwork network;
    private final String title;
    private final int count;
    private int created;

    private NetworkBenchmark(BenchmarkNetwork network, String title, int count) {
        this.network = network;
        this.title = title;
        this.count = count;
    }

    public static void main(String[] args) {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
        int count = args.length > 1 ? Integer.parseInt(args[1]) : 1000;
        System.out.printf(
                "%-9s %-26s %9s %9s %8s %9s %8s %9s %9s%n",
                "", "", "p50 us", "p99 us", "/s", "messages", "KiB", "alloc KiB", "CPU us");
        for (int size : List.of(8, 32)) {
            BenchmarkNetwork network = BenchmarkNetwork.start(size);
            NetworkBenchmark benchmark = new NetworkBenchmark(network, size + " nodes", count);
            for (int round = 1; round <= rounds; round++) {
                benchmark.run(round == rounds);
            }
            network.stop();
        }
    }

    private void run(boolean print) {
        for (int inFlight : List.of(1, 16, 256)) {
            List<Contract> contracts = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                contracts.add(LastWriterWins.named("network " + created++));
            }
            Node writer = network.get(0);
            Node reader = network.last();
            measure("PUT", inFlight, print, i -> writer.put(contracts.get(i), state(1)));
            measure("GET", inFlight, print, i -> reader.get(contracts.get(i).id()));
            updates(contracts.get(0), inFlight, print);
        }
    }

    private void updates(Contract contract, int inFlight, boolean print) {
        Sinks.Many<Long> shown = Sinks.many().replay().latest();
        Disposable subscription = network.last()
                .subscribe(contract.id())
                .subscribe(
                        update -> shown.tryEmitNext(
                                ByteBuffer.wrap(update.state().bytes().toArray())
                                        .getLong()),
                        shown::tryEmitError);
        shown.asFlux().blockFirst(TIMEOUT);
        measure(
                "UPDATE until shown",
                inFlight,
                print,
                i -> Mono.defer(() -> {
                    long version = 2L + i;
                    return network.get(0)
                            .update(contract.id(), new StateChange.Full(state(version)))
                            .then(shown.asFlux().filter(each -> each >= version).next());
                }));
        subscription.dispose();
    }

    private void measure(String name, int inFlight, boolean print, IntFunction<Mono<?>> operation) {
        Histogram nanos = new ConcurrentHistogram(3);
        Map<String, Long> messages = network.sent().byType();
        long sent = network.sent().total();
        long bytes = network.sent().bytes();
        ProcessWork before = ProcessWork.now();
        long start = System.nanoTime();
        Flux.range(0, count)
                .flatMap(
                        i -> Mono.defer(() -> {
                            long begin = System.nanoTime();
                            return operation.apply(i).doOnSuccess(done -> nanos.recordValue(System.nanoTime() - begin));
                        }),
                        inFlight)
                .blockLast(TIMEOUT);
        double seconds = (System.nanoTime() - start) / 1e9;
        ProcessWork work = ProcessWork.now().since(before);
        if (print) {
            System.out.printf(
                    "%-9s %-26s %9.0f %9.0f %8.0f %9.2f %8.2f %9.1f %9.0f%n",
                    title,
                    name + ", " + inFlight + " in flight",
                    nanos.getValueAtPercentile(50) / 1e3,
                    nanos.getValueAtPercentile(99) / 1e3,
                    count / seconds,
                    (network.sent().total() - sent) / (double) count,
                    (network.sent().bytes() - bytes) / (double) KIB / count,
                    work.allocated() / (double) KIB / count,
                    work.cpuNanos() / 1e3 / count);
            System.out.println("          " + network.sent().perOperation(messages, count));
        }
    }

    private static State state(long version) {
        return LastWriterWins.state(version, new byte[KIB - Long.BYTES]);
    }
}
