package dev.tributary.app.storage;

import dev.tributary.core.storage.ContractStore;
import dev.tributary.core.storage.DurableContractStoreTests;
import java.nio.file.Path;
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
}
