package dev.tributary.app.benchmark;

import dev.tributary.app.storage.FileContractStore;
import dev.tributary.app.storage.StorageConfig;
import dev.tributary.core.storage.SampleContracts;
import dev.tributary.core.storage.StoredContract;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What the store writes to the disk on a busy day, one commit after the other, as no commit shares its sync with others:
 * 100 000 commits of 1 KiB to 1 000 contracts, 10 000 of 20 KiB to 100, and 1 000 of 300 KiB to 20. A share of the day is
 * run, and what it wrote is multiplied. Arguments: directory, share of the day, such as 20 for a twentieth.
 */
public final class StoreWear {

    private static final Kind[] DAY = {
        new Kind(100_000, 1 << 10, 1_000), new Kind(10_000, 20 << 10, 100), new Kind(1_000, 300 << 10, 20)
    };

    private StoreWear() {}

    /** A kind of commits: how many a day, how large, and to how many contracts. */
    private record Kind(int commits, int bytes, int contracts) {

        StoredContract contract(int number, long version) {
            return SampleContracts.sample(bytes + number % contracts, bytes, version);
        }
    }

    /** Prints one line. */
    public static void main(String[] arguments) {
        Path directory = Path.of(arguments[0]);
        int share = Integer.parseInt(arguments[1]);
        FileContractStore store = FileContractStore.open(directory, StorageConfig.defaults());
        for (Kind kind : DAY) {
            for (int i = 0; i < kind.contracts(); i++) {
                store.commit(kind.contract(i, 0)).block();
            }
        }
        long before = WrittenBytes.now();
        long committed = 0;
        int commits = 0;
        int small = DAY[0].commits() / share;
        for (int i = 0; i < small; i++) {
            for (Kind kind : DAY) {
                if (i % (DAY[0].commits() / kind.commits()) == 0) {
                    store.commit(kind.contract(i, i + 1)).block();
                    committed += kind.bytes();
                    commits++;
                }
            }
        }
        store.close().block();
        long written = WrittenBytes.now() - before;
        System.out.printf(
                Locale.ROOT,
                "commits %d committed MiB %.1f written MiB %.1f factor %.1f; a day: committed GiB %.2f written GiB %.2f%n",
                commits,
                committed / 1048576.0,
                written / 1048576.0,
                (double) written / committed,
                committed * share / 1073741824.0,
                written * share / 1073741824.0);
    }
}
