package dev.tributary.app.archive;

import static dev.tributary.app.archive.ArchiveFixture.backUp;
import static dev.tributary.app.archive.ArchiveFixture.backUpAndPrune;
import static dev.tributary.app.archive.ArchiveFixture.commit;
import static dev.tributary.app.archive.ArchiveFixture.read;
import static dev.tributary.app.archive.ArchiveFixture.restore;
import static dev.tributary.core.storage.SampleContracts.sample;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.core.error.StorageException;
import dev.tributary.core.storage.InMemoryContractStore;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.ContractInstanceId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class BackupIntegrationTests {

    private final InMemoryContractStore store = InMemoryContractStore.create();
    private final InMemoryContractStore restored = InMemoryContractStore.create();

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"archive", "archive.tar"})
    void everyContractIsRestoredWithStateParametersAndMetadata(String name) throws IOException {
        StoredContract[] contracts = {sample(1, 0, 1), sample(2, 1_000, 2), sample(3, 2 << 20, 3), sample(4, 511, 4)};
        commit(store, contracts);
        Path archive = directory.resolve(name);

        BackupReport report = backUp(store, archive);

        assertThat(report.contracts()).isEqualTo(4);
        assertThat(report.written()).isEqualTo(4);
        RestoreReport back = restore(archive, restored);
        assertThat(back.restored()).isEqualTo(4);
        assertThat(back.refused()).isEmpty();
        for (StoredContract each : contracts) {
            assertThat(read(restored, each)).contains(each);
        }
        assertThat(temporaryFiles()).isEmpty();
    }

    @Test
    void furtherBackupWritesOnlyWhatChanged() throws IOException {
        Path archive = directory.resolve("archive");
        commit(store, sample(1, 5_000, 1), sample(2, 5_000, 2), sample(3, 5_000, 3));
        backUp(store, archive);
        StoredContract changed = sample(2, 5_000, 99);
        StoredContract requested = requestedAgain(sample(3, 5_000, 3));
        commit(store, changed, requested);

        ArchiveFixture.Source source = ArchiveFixture.Source.of(store);
        BackupReport report = Backup.run(source, new Backup.Plan(archive, "1", null, false));

        assertThat(report.written()).isEqualTo(1);
        assertThat(report.unchanged()).isEqualTo(2);
        assertThat(report.bytes()).isLessThan(10_000);
        assertThat(source.reads()).containsExactly(changed.contract().id());
        assertThat(files(archive.resolve("states"))).hasSize(3);
        restore(archive, restored);
        assertThat(read(restored, changed)).contains(changed);
        assertThat(read(restored, requested)).contains(requested);
    }

    @Test
    void nothingIsRemovedUnlessAskedFor() throws IOException {
        Path archive = directory.resolve("archive");
        StoredContract gone = sample(2, 3_000, 2);
        commit(store, sample(1, 3_000, 1), gone);
        backUp(store, archive);
        store.remove(gone.contract().id()).block();

        assertThat(backUp(store, archive).removed()).isZero();
        restore(archive, restored);
        assertThat(read(restored, gone)).contains(gone);

        assertThat(backUpAndPrune(store, archive).removed()).isEqualTo(1);
        InMemoryContractStore pruned = InMemoryContractStore.create();
        RestoreReport report = restore(archive, pruned);
        assertThat(report.restored()).isEqualTo(1);
        assertThat(report.refused()).isEmpty();
        assertThat(files(archive.resolve("states"))).hasSize(1);
    }

    @Test
    void contractThatMayBeHiddenByDamageIsNotPruned() throws IOException {
        Path archive = directory.resolve("archive");
        StoredContract hidden = sample(2, 3_000, 2);
        commit(store, sample(1, 3_000, 1), hidden);
        backUp(store, archive);
        store.remove(hidden.contract().id()).block();

        Defect page = new Defect("contracts from the first to the last", "a page is damaged");
        BackupReport report =
                Backup.run(ArchiveFixture.Source.withHidden(store, page), new Backup.Plan(archive, "1", null, true));

        assertThat(report.removed()).isZero();
        assertThat(report.failures()).containsExactly(page);
        restore(archive, restored);
        assertThat(read(restored, hidden)).contains(hidden);
    }

    @Test
    void contractThatCannotBeReadIsNamedAndItsEarlierCopyKept() {
        Path archive = directory.resolve("archive");
        StoredContract damaged = sample(1, 3_000, 1);
        commit(store, damaged, sample(2, 3_000, 2));
        backUp(store, archive);
        commit(store, sample(1, 3_000, 77), sample(2, 3_000, 78));
        ContractInstanceId id = damaged.contract().id();
        ContractSource failing = new ContractSource() {
            @Override
            public Listing list() {
                return ArchiveFixture.Source.of(store).list();
            }

            @Override
            public Optional<StoredContract> read(ContractInstanceId asked) {
                if (asked.equals(id)) {
                    throw new StorageException("its file is damaged");
                }
                return store.read(asked).blockOptional();
            }
        };

        BackupReport report = Backup.run(failing, new Backup.Plan(archive, "1", null, true));

        assertThat(report.failures()).containsExactly(new Defect(id.toString(), "its file is damaged"));
        assertThat(report.written()).isEqualTo(1);
        restore(archive, restored);
        assertThat(read(restored, damaged)).contains(damaged);
    }

    @Test
    void backupThatIsCutOffKeepsTheEarlierOneAndTheNextOneEndsIt() throws IOException {
        Path archive = directory.resolve("archive");
        commit(store, sample(1, 3_000, 1), sample(2, 3_000, 2), sample(3, 3_000, 3));
        backUp(store, archive);
        commit(store, sample(1, 3_000, 11), sample(2, 3_000, 12), sample(3, 3_000, 13));
        ContractSource cutOff = new ContractSource() {
            private int reads;

            @Override
            public Listing list() {
                return ArchiveFixture.Source.of(store).list();
            }

            @Override
            public Optional<StoredContract> read(ContractInstanceId id) {
                if (++reads == 2) {
                    throw new IllegalStateException("connection lost");
                }
                return store.read(id).blockOptional();
            }
        };
        assertThatThrownBy(() -> Backup.run(cutOff, new Backup.Plan(archive, "1", null, false)))
                .hasMessage("connection lost");

        RestoreReport between = restore(archive, restored);
        assertThat(between.restored()).isEqualTo(3);
        assertThat(between.refused()).isEmpty();

        assertThat(backUp(store, archive).written()).isEqualTo(2);
        InMemoryContractStore second = InMemoryContractStore.create();
        restore(archive, second);
        assertThat(read(second, sample(3, 3_000, 13))).contains(sample(3, 3_000, 13));
    }

    @Test
    void importKeepsWhatIsThereUnlessItMayReplace() {
        Path archive = directory.resolve("archive");
        commit(store, sample(1, 100, 1), sample(2, 100, 2), sample(3, 100, 3));
        backUp(store, archive);
        StoredContract own = sample(2, 100, 50);
        commit(restored, sample(1, 100, 1), own);

        RestoreReport report = restore(archive, restored);

        assertThat(report.restored()).isEqualTo(1);
        assertThat(report.unchanged()).isEqualTo(1);
        assertThat(report.kept()).isEqualTo(1);
        assertThat(read(restored, own)).contains(own);
        try (ArchiveContents contents = ArchiveContents.open(archive)) {
            assertThat(Restore.run(contents, restored, true).restored()).isEqualTo(1);
        }
        assertThat(read(restored, own)).contains(sample(2, 100, 2));
    }

    @Test
    void identityIsInTheArchiveOnlyIfAskedFor() throws IOException {
        commit(store, sample(1, 100, 1));
        backUp(store, directory.resolve("without.tar"));
        Bytes key = Bytes.utf8("a key");
        Backup.run(ArchiveFixture.Source.of(store), new Backup.Plan(directory.resolve("with.tar"), "1", key, false));
        try (ArchiveContents without = ArchiveContents.open(directory.resolve("without.tar"));
                ArchiveContents with = ArchiveContents.open(directory.resolve("with.tar"))) {
            assertThat(without.identity()).isEmpty();
            assertThat(with.identity()).contains(key);
        }
    }

    @Test
    void foreignDirectoryAndForeignFileAreNotWritten() throws IOException {
        Path home = Files.createDirectories(directory.resolve("home"));
        Path note = Files.writeString(home.resolve("note.txt"), "mine");
        assertThatThrownBy(() -> backUp(store, home))
                .isInstanceOf(ArchiveException.class)
                .hasMessageContaining("no archive, and not empty (note.txt)");
        Path file = Files.writeString(directory.resolve("photos.tar"), "mine");
        assertThatThrownBy(() -> backUp(store, file))
                .isInstanceOf(ArchiveException.class)
                .hasMessageContaining("exists and is no archive");
        assertThat(note).hasContent("mine");
        assertThat(file).hasContent("mine");
    }

    @Test
    void twoBackupsIntoOneDirectoryAreRefused() throws IOException {
        Path archive = directory.resolve("archive");
        try (DirectoryTarget first = DirectoryTarget.open(archive)) {
            assertThat(first.existing().names()).isEmpty();
            assertThatThrownBy(() -> backUp(store, archive))
                    .isInstanceOf(ArchiveException.class)
                    .hasMessageContaining("another backup into");
        }
        assertThat(backUp(store, archive).contracts()).isZero();
    }

    @Test
    void pinIsRestored() {
        StoredContract stored = sample(1, 100, 1);
        StoredContract pinned = new StoredContract(
                stored.contract(),
                stored.state(),
                stored.digest(),
                stored.changed(),
                stored.demand().withPin(true));
        commit(store, stored);
        backUp(store, directory.resolve("archive"));
        commit(store, pinned);
        assertThat(backUp(store, directory.resolve("archive")).unchanged()).isEqualTo(1);
        restore(directory.resolve("archive"), restored);
        assertThat(read(restored, stored)).contains(pinned);
    }

    private static StoredContract requestedAgain(StoredContract stored) {
        return new StoredContract(
                stored.contract(),
                stored.state(),
                stored.digest(),
                stored.changed(),
                stored.demand().afterRequest(stored.changed().plusSeconds(1)));
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private List<Path> temporaryFiles() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(".new")).toList();
        }
    }
}
