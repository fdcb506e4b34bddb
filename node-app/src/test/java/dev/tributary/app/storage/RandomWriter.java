package dev.tributary.app.storage;

import dev.tributary.core.storage.SampleContracts;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.ContractCode;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Random;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The process that the test kills: commits random changes without end, and prints a line when a change begins and when
 * it is acknowledged; a line without a final dot is truncated. Arguments: directory, seed. Contract {@code n} always
 * gets the states of {@link #change}.
 */
final class RandomWriter {

    static final int CONTRACTS = 48;

    private static final int CONCURRENCY = 16;
    private static final int[] SIZES = {0, 100, 5_000, 100_000, 140_000, 600_000};
    private static final ContractCode[] PROGRAMS = {SampleContracts.code(50, 1), SampleContracts.code(200_000, 2)};

    private RandomWriter() {}

    public static void main(String[] arguments) {
        FileContractStore store = FileContractStore.open(Path.of(arguments[0]), StorageConfig.defaults());
        Random random = new Random(Long.parseLong(arguments[1]));
        PrintStream out = System.out;
        out.println("open");
        // At most one change per contract in flight, so that the last line about a contract tells what it may hold.
        Flux.range(0, CONCURRENCY)
                .flatMap(
                        worker -> Mono.defer(() -> changeOne(store, worker, random.nextInt(1, 1 << 30), out))
                                .repeat(),
                        CONCURRENCY)
                .blockLast();
    }

    /** The contract to commit for this seed. Every fifth seed removes the contract instead. */
    static StoredContract change(int contract, int seed) {
        ContractCode code = PROGRAMS[contract % PROGRAMS.length];
        return SampleContracts.sample(code, contract, SIZES[seed % SIZES.length], seed);
    }

    static boolean removes(int seed) {
        return seed % 5 == 0;
    }

    private static Mono<Void> changeOne(FileContractStore store, int worker, int seed, PrintStream out) {
        int contract = worker + CONCURRENCY * (seed % 3);
        StoredContract stored = change(contract, seed);
        Mono<Void> operation = removes(seed) ? store.remove(stored.contract().id()) : store.commit(stored);
        out.println("begun " + contract + " " + seed + " .");
        return operation.doOnSuccess(done -> out.println("done " + contract + " " + seed + " ."));
    }
}
