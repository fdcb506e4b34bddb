package dev.tributary.app.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.storage.SampleContracts;
import dev.tributary.core.storage.StoreEntry;
import dev.tributary.core.storage.StoredContract;
import java.io.IOException;
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

/** Stores whose records have the first format, without digest and demand. */
class FirstFormatIntegrationTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** Offset of digest and demand in a record. */
    private static final int ADDED_OFFSET = 1 + 32 + 12;

    /** Number of bytes of digest and demand. */
    private static final int ADDED_BYTES = 32 + 1 + 12 + 8;

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(ints = {0, 10, 300_000})
    void contractsAreReadAndTreatedAsPutByAClient(int stateSize) throws IOException {
        StoredContract stored = SampleContracts.sample(1, stateSize, 1);
        writeInTheFirstFormat(stored);

        FileContractStore store = open();
        StoredContract read =
                Objects.requireNonNull(store.read(stored.contract().id()).block(TIMEOUT));
        assertThat(read.state()).isEqualTo(stored.state());
        assertThat(read.digest()).isEqualTo(stored.digest());
        assertThat(read.changed()).isEqualTo(stored.changed());
        assertThat(read.demand().isClientPut()).isTrue();
        assertThat(read.demand().lastRequested()).isEqualTo(stored.changed());
        assertThat(store.entries().collectList().block(TIMEOUT)).containsExactly(StoreEntry.of(read));
        store.close().block(TIMEOUT);
    }

    @Test
    void rewrittenRecordsHaveTheNewFormat() throws IOException {
        StoredContract stored = SampleContracts.sample(1, 10, 1);
        writeInTheFirstFormat(stored);
        FileContractStore store = open();
        store.commit(stored).block(TIMEOUT);
        store.close().block(TIMEOUT);

        FileContractStore reopened = open();
        assertThat(reopened.read(stored.contract().id()).block(TIMEOUT)).isEqualTo(stored);
        reopened.close().block(TIMEOUT);
    }

    private FileContractStore open() {
        return FileContractStore.open(directory, StorageConfig.defaults());
    }

    private void writeInTheFirstFormat(StoredContract stored) throws IOException {
        FileContractStore store = open();
        store.commit(stored).block(TIMEOUT);
        store.close().block(TIMEOUT);
        MVStore index = MVStore.open(directory.resolve("index.mv").toString());
        MVMap<byte[], byte[]> contracts = index.openMap(
                "contracts",
                new MVMap.Builder<byte[], byte[]>()
                        .keyType(ByteArrayDataType.INSTANCE)
                        .valueType(ByteArrayDataType.INSTANCE));
        byte[] key = stored.contract().id().bytes().toArray();
        contracts.put(key, firstFormat(Objects.requireNonNull(contracts.get(key))));
        index.close();
        FirstFormat.convert(directory);
    }

    private static byte[] firstFormat(byte[] record) {
        byte[] first = new byte[record.length - ADDED_BYTES];
        ByteBuffer.wrap(first)
                .put((byte) 1)
                .put(record, 1, ADDED_OFFSET - 1)
                .put(record, ADDED_OFFSET + ADDED_BYTES, record.length - ADDED_OFFSET - ADDED_BYTES - Checksum.SIZE);
        return Checksum.writeChecksum(first);
    }
}
