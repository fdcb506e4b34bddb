package dev.tributary.app.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.storage.Holding;
import dev.tributary.core.storage.SampleContracts;
import dev.tributary.core.storage.StoredContract;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.ByteArrayDataType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stores that were written before their records had digest and demand. */
class FirstFormatIntegrationTests {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Where digest and demand are in a record, and how long. */
    private static final int ADDED_AT = 1 + 32 + 12;

    private static final int ADDED = 32 + 1 + 12 + 8;

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(ints = {0, 10, 300_000})
    void theirContractsAreReadWholeAndTreatedAsPutByAClient(int stateSize) {
        StoredContract stored = SampleContracts.sample(1, stateSize, 1);
        writeInTheFirstFormat(stored);

        FileContractStore store = open();
        StoredContract read =
                Objects.requireNonNull(store.read(stored.contract().id()).block(PATIENCE));
        assertThat(read.state()).isEqualTo(stored.state());
        assertThat(read.digest()).isEqualTo(stored.digest());
        assertThat(read.changed()).isEqualTo(stored.changed());
        assertThat(read.demand().byClient()).isTrue();
        assertThat(read.demand().last()).isEqualTo(stored.changed());
        assertThat(store.holdings().collectList().block(PATIENCE)).containsExactly(Holding.of(read));
        store.close().block(PATIENCE);
    }

    @Test
    void theirRecordsAreOfTheNewFormatOnceTheyAreWrittenAgain() {
        StoredContract stored = SampleContracts.sample(1, 10, 1);
        writeInTheFirstFormat(stored);
        FileContractStore store = open();
        store.commit(stored).block(PATIENCE);
        store.close().block(PATIENCE);

        FileContractStore again = open();
        assertThat(again.read(stored.contract().id()).block(PATIENCE)).isEqualTo(stored);
        again.close().block(PATIENCE);
    }

    private FileContractStore open() {
        return FileContractStore.open(directory, StorageConfig.defaults());
    }

    private void writeInTheFirstFormat(StoredContract stored) {
        FileContractStore store = open();
        store.commit(stored).block(PATIENCE);
        store.close().block(PATIENCE);
        MVStore index = MVStore.open(directory.resolve("index.mv").toString());
        MVMap<byte[], byte[]> contracts = index.openMap(
                "contracts",
                new MVMap.Builder<byte[], byte[]>()
                        .keyType(ByteArrayDataType.INSTANCE)
                        .valueType(ByteArrayDataType.INSTANCE));
        byte[] key = stored.contract().id().bytes().toArray();
        contracts.put(key, firstFormat(Objects.requireNonNull(contracts.get(key))));
        index.close();
    }

    private static byte[] firstFormat(byte[] record) {
        byte[] first = new byte[record.length - ADDED];
        ByteBuffer.wrap(first)
                .put((byte) 1)
                .put(record, 1, ADDED_AT - 1)
                .put(record, ADDED_AT + ADDED, record.length - ADDED_AT - ADDED - Checksum.SIZE);
        return Checksum.seal(first);
    }
}
