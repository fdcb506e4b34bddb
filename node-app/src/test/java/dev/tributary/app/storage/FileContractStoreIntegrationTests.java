package dev.tributary.app.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.storage.ContractStore;
import dev.tributary.core.storage.Demand;
import dev.tributary.core.storage.DurableContractStoreTests;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileContractStoreIntegrationTests extends DurableContractStoreTests {

    @TempDir
    private Path directory;

    @Override
    protected ContractStore open() {
        return reopen();
    }

    @Override
    protected ContractStore reopen() {
        return FileContractStore.open(directory, StorageConfig.defaults());
    }

    @Test
    void changedDemandDoesNotWriteTheStateAnew(@TempDir Path other) throws IOException {
        Contract contract = LastWriterWins.named("wanted");
        State state = LastWriterWins.state(1, new byte[1 << 20]);
        Instant now = Instant.parse("2026-01-02T12:00:00Z");
        Demand demand = Demand.firstRequest(now);
        ContractStore store = FileContractStore.open(other, StorageConfig.defaults());
        store.commit(new StoredContract(contract, state, state.digest(), now, demand))
                .block();
        Set<Path> before = files(other);

        Demand more = demand.afterRequest(now.plusSeconds(7200));
        store.commit(new StoredContract(contract, state, state.digest(), now, more))
                .block();

        assertThat(files(other)).isEqualTo(before);
        store.close().block();
        ContractStore reopened = FileContractStore.open(other, StorageConfig.defaults());
        assertThat(reopened.read(contract.id()).block())
                .isEqualTo(new StoredContract(contract, state, state.digest(), now, more));
        reopened.close().block();
    }

    private static Set<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().contains("contracts")).collect(Collectors.toSet());
        }
    }
}
