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
 * The process that is killed: commits random changes for ever and prints a line when one is begun and when it is
 * acknowledged; a line that does not end with a dot was cut short. Arguments: directory, seed. Contract {@code n} always gets the states of {@link #change}.
 */
final class RestlessWriter {

    static final int CONTRACTS = 48;

    private static final int AT_ONCE = 16;
    private static final int[] SIZES = {0, 100, 5_000, 100_000, 140_000, 600_000};
    private static final ContractCode[] PROGRAMS = {SampleContracts.code(50, 1), SampleContracts.code(200_000, 2)};

    private RestlessWriter() {}

    public static void main(String[] arguments) {
        FileContractStore store = FileContractStore.open(Path.of(arguments[0]), StorageConfig.defaults());
        Random random = new Random(Long.parseLong(arguments[1]));
        PrintStream out = System.out;
        out.println("open");
        // One change of a contract at a time, so that the last line about it says what it may hold.
        Flux.range(0, AT_ONCE)
                .flatMap(
                        lane -> Mono.defer(() -> changeOne(store, lane, random.nextInt(1, 1 << 30), out))
                                .repeat(),
                        AT_ONCE)
                .blockLast();
    }

    /** The change of the given seed: a contract to commit. Every fifth seed removes it instead. */
    static StoredContract change(int contract, int seed) {
        ContractCode code = PROGRAMS[contract % PROGRAMS.length];
        return SampleContracts.sample(code, contract, SIZES[seed % SIZES.length], seed);
    }

    static boolean removes(int seed) {
        return seed % 5 == 0;
    }

    private static Mono<Void> changeOne(FileContractStore store, int lane, int seed, PrintStream out) {
        int contract = lane + AT_ONCE * (seed % 3);
        StoredContract stored = change(contract, seed);
        Mono<Void> write = removes(seed) ? store.remove(stored.contract().id()) : store.commit(stored);
        out.println("begun " + contract + " " + seed + " .");
        return write.doOnSuccess(done -> out.println("done " + contract + " " + seed + " ."));
    }
}
