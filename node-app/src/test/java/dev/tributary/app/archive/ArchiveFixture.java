package dev.tributary.app.archive;

import dev.tributary.core.storage.ContractStore;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.ContractInstanceId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Backups of a store in memory. */
final class ArchiveFixture {

    private ArchiveFixture() {}

    /** The contracts of a store, and the ids that were read. */
    record Source(ContractStore store, List<ContractInstanceId> reads, List<Defect> hidden) implements ContractSource {

        static Source of(ContractStore store) {
            return new Source(store, new ArrayList<>(), List.of());
        }

        /** A source that has contracts which it cannot list. */
        static Source withHidden(ContractStore store, Defect hidden) {
            return new Source(store, new ArrayList<>(), List.of(hidden));
        }

        @Override
        public Listing list() {
            return new Listing(store.entries().toStream().toList(), List.of(), hidden);
        }

        @Override
        public Optional<StoredContract> read(ContractInstanceId id) {
            reads.add(id);
            return store.read(id).blockOptional();
        }
    }

    static BackupReport backUp(ContractStore store, Path archive) {
        return Backup.run(Source.of(store), new Backup.Plan(archive, "1", null, false));
    }

    static BackupReport backUpAndPrune(ContractStore store, Path archive) {
        return Backup.run(Source.of(store), new Backup.Plan(archive, "1", null, true));
    }

    static RestoreReport restore(Path archive, ContractStore store) {
        try (ArchiveContents contents = ArchiveContents.open(archive)) {
            return Restore.run(contents, store, false);
        }
    }

    static void commit(ContractStore store, StoredContract... contracts) {
        for (StoredContract each : contracts) {
            store.commit(each).block();
        }
    }

    static Optional<StoredContract> read(ContractStore store, StoredContract expected) {
        return store.read(expected.contract().id()).blockOptional();
    }
}
