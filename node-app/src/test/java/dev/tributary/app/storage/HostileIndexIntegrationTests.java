package dev.tributary.app.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.core.error.StorageException;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.h2.mvstore.MVStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An index file that an attacker wrote: none of its entries becomes a Java object. */
class HostileIndexIntegrationTests {

    private static final AtomicInteger CREATED = new AtomicInteger();

    @TempDir
    private Path directory;

    static Stream<Object> objects() throws IOException {
        return Stream.of(
                new Gadget(),
                new HashMap<>(Map.of("a", new URL("http://192.0.2.1/"))),
                new Object[] {new Gadget()},
                1,
                "a text of more than 15 characters",
                new byte[] {1});
    }

    @ParameterizedTest
    @MethodSource("objects")
    void objectInPlaceOfTheFormatIsATypedError(Object object) {
        write("tributary", "format", object);

        assertThatThrownBy(() -> FileContractStore.open(directory, StorageConfig.defaults()))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("index.mv")
                .hasMessageContaining("where a short text is expected");
        assertThat(CREATED).hasValue(0);
    }

    @ParameterizedTest
    @MethodSource("objects")
    void objectAsAKeyIsATypedError(Object object) {
        if (object instanceof Comparable) {
            write("tributary", object, "1");

            assertThatThrownBy(() -> FileContractStore.open(directory, StorageConfig.defaults()))
                    .isInstanceOf(StorageException.class);
        }
        assertThat(CREATED).hasValue(0);
    }

    @Test
    void indexOfTheUntypedFormIsStillRead() {
        write("tributary", "format", "1");

        FileContractStore.open(directory, StorageConfig.defaults()).close().block();
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void filesOfTheStoreAreOfTheirOwnerOnly() throws IOException {
        FileContractStore.open(directory, StorageConfig.defaults()).close().block();

        assertThat(mode(directory.resolve("index.mv"))).isEqualTo("rw-------");
        assertThat(mode(directory.resolve("bodies"))).isEqualTo("rwx------");
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private void write(String map, Object key, Object value) {
        MVStore store = MVStore.open(directory.resolve("index.mv").toString());
        store.openMap(map).put(key, value);
        store.close();
    }

    /** Counts how often it is read from a file. */
    private static final class Gadget implements Serializable {

        private static final long serialVersionUID = 1;

        private void readObject(ObjectInputStream in) {
            CREATED.incrementAndGet();
        }
    }
}
