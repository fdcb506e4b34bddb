package dev.tributary.app.storage;

import static dev.tributary.core.storage.SampleContracts.sample;

import dev.tributary.core.error.StorageException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.test.StepVerifier;

/** The writer thread lives on after any error: without it the store would take changes and never commit them. */
@Timeout(60)
class FailingWriterIntegrationTests {

    private static final int LARGE = 300_000;
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    @Test
    void writerCommitsTheNextChangeAfterAnErrorDuringItsRecovery() {
        BrokenDisk disk = new BrokenDisk();
        FileContractStore store = FileContractStore.open(directory, StorageConfig.defaults(), disk);
        disk.isBroken = true;

        StepVerifier.create(store.commit(sample(1, LARGE, 1)))
                .expectError(StorageException.class)
                .verify(TIMEOUT);
        disk.isBroken = false;
        StepVerifier.create(store.commit(sample(2, LARGE, 2))).expectComplete().verify(TIMEOUT);

        StepVerifier.create(store.read(sample(2, LARGE, 2).contract().id()))
                .expectNextCount(1)
                .expectComplete()
                .verify(TIMEOUT);
        store.close().block(TIMEOUT);
    }

    /** Fails with errors, not exceptions, while it is broken: also when the index is opened again. */
    private static final class BrokenDisk extends Disk {

        private volatile boolean isBroken;

        @Override
        void sync(Path path) throws IOException {
            fail();
            super.sync(path);
        }

        @Override
        String indexName(Path file) {
            fail();
            return super.indexName(file);
        }

        private void fail() {
            if (isBroken) {
                throw new AssertionError("the disk is broken");
            }
        }
    }
}
