package dev.tributary.app.store;

import static dev.tributary.core.storage.SampleContracts.sample;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.app.directory.DataDirectory;
import dev.tributary.app.storage.FileContractStore;
import dev.tributary.app.storage.StorageConfig;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.transport.identity.NodeIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands on the data directory of a stopped node. */
@Timeout(120)
class StoreCommandsIntegrationTests {

    private static final StoredContract SMALL = sample(1, 100, 1);
    private static final StoredContract LARGE = sample(2, 300_000, 2);

    @TempDir
    private Path parent;

    private Path data;
    private String peer = "";

    @BeforeEach
    void createNode() throws IOException {
        data = parent.toRealPath().resolve("data");
        NodeIdentity identity = NodeIdentity.generate(new SecureRandom(), 0);
        peer = identity.peerId().toString();
        try (DataDirectory directory = DataDirectory.open(data)) {
            directory.requireOriginal();
            directory.writeKey(identity.encode());
            commit(SMALL);
            commit(LARGE);
        }
    }

    @Test
    void listNamesEveryContract() {
        Commands list = on(data, "store", "list");
        assertThat(list.exitCode()).as(list.err()).isZero();
        assertThat(list.out().lines())
                .hasSize(3)
                .anyMatch(line -> line.startsWith(SMALL.contract().id() + "  ")
                        && line.contains(SMALL.changed().toString())
                        && line.endsWith(SMALL.contract().code().hash().toString()))
                .anyMatch(line -> line.equals("2 contracts"));
        assertThat(on(data, "store", "list", "--json").out())
                .contains("\"key\" : \"" + LARGE.contract().id());
    }

    @Test
    void verifyNamesTheContractWhoseFileIsDamaged() throws IOException {
        assertThat(on(data, "store", "verify").out()).startsWith("2 contracts read, 300100 bytes");
        Path body = bodies().get(0);
        byte[] bytes = Files.readAllBytes(body);
        bytes[200_000] ^= 4;
        Files.write(body, bytes);

        Commands verify = on(data, "store", "verify");

        assertThat(verify.exitCode()).isEqualTo(1);
        assertThat(verify.out()).contains("1 contracts read, 100 bytes of states; 1 cannot be read");
        assertThat(verify.err())
                .startsWith("cannot read " + LARGE.contract().id() + ": ")
                .contains(body.getFileName().toString());
        Commands export = on(data, "store", "export", archive());
        assertThat(export.exitCode()).isEqualTo(1);
        assertThat(export.err()).contains(LARGE.contract().id().toString());
        assertThat(export.out()).startsWith("1 contracts in ");
    }

    @Test
    void storeThatAStartRefusesIsListedVerifiedAndExportedAndItsDefectNamed() throws IOException {
        Path index = data.resolve("contracts/index.mv");
        byte[] older = Files.readAllBytes(index);
        commit(sample(3, 100, 3));
        Files.write(index, older);

        Commands list = on(data, "store", "list");
        assertThat(list.exitCode()).isEqualTo(1);
        assertThat(list.out())
                .contains(SMALL.contract().id() + "  ", LARGE.contract().id() + "  ", "2 contracts");
        assertThat(list.err())
                .startsWith("cannot read the index: ")
                .contains("the index went back", "storage.when-damaged = continue")
                .hasLineCount(1);
        assertThat(on(data, "store", "list", "--json").out()).contains("the index went back");
        Commands verify = on(data, "store", "verify");
        assertThat(verify.exitCode()).isEqualTo(1);
        assertThat(verify.out()).contains("2 contracts read, 300100 bytes of states; 1 cannot be read");
        Commands export = on(data, "store", "export", archive());
        assertThat(export.exitCode()).isEqualTo(1);
        assertThat(export.out()).startsWith("2 contracts in ");
        assertThat(on(data, "store", "import", archive()).err()).contains("the index went back");
        assertThat(index).hasBinaryContent(older);
    }

    @Test
    void exportedArchiveIsVerifiedAndRestoredWithIdentity() {
        Commands export = on(data, "store", "export", archive() + ".tar", "--with-identity");
        assertThat(export.exitCode()).as(export.err()).isZero();
        assertThat(on(data, "store", "verify", archive() + ".tar").exitCode()).isZero();

        Path restored = parent.resolve("restored");
        Commands restore = on(restored, "restore", archive() + ".tar");
        assertThat(restore.exitCode()).as(restore.err()).isZero();
        assertThat(restore.out()).contains("2 contracts restored, 300100 bytes of states; the node is " + peer);
        assertThat(read(restored, LARGE)).contains(LARGE);
        assertThat(on(restored, "id").out().strip()).isEqualTo(peer);

        Commands again = on(restored, "restore", archive() + ".tar");
        assertThat(again.exitCode()).isEqualTo(2);
        assertThat(again.err()).contains("is not empty", "tributary store import");
    }

    @Test
    void restoreWithoutIdentityMakesAnotherOne() {
        assertThat(on(data, "store", "export", archive()).exitCode()).isZero();
        Path restored = parent.resolve("restored");
        Commands restore = on(restored, "restore", archive());
        assertThat(restore.exitCode()).as(restore.err()).isZero();
        assertThat(restore.out()).doesNotContain(peer);
        assertThat(on(restored, "id").exitCode()).isZero();
    }

    @Test
    void importAddsToWhatIsThere() {
        assertThat(on(data, "store", "export", archive()).exitCode()).isZero();
        Commands drop = on(data, "store", "drop", LARGE.contract().id().toString());
        assertThat(drop.out().strip()).isEqualTo("1 contracts dropped");
        assertThat(read(data, LARGE)).isEmpty();
        Commands imported = on(data, "store", "import", archive());
        assertThat(imported.out().strip()).isEqualTo("1 contracts imported, 1 unchanged, 0 kept with another state");
        assertThat(read(data, LARGE)).contains(LARGE);
    }

    @Test
    void dropOfWhatIsNotStoredSaysSo() {
        String unknown = sample(9, 1, 9).contract().id().toString();
        Commands drop = on(data, "store", "drop", unknown);
        assertThat(drop.exitCode()).isEqualTo(1);
        assertThat(drop.err().strip()).isEqualTo("not stored: " + unknown);
        assertThat(on(data, "store", "drop", "x").exitCode()).isEqualTo(2);
    }

    @Test
    void compactMakesTheStoreSmallerAndKeepsEveryContract() {
        for (int i = 0; i < 40; i++) {
            commit(sample(10 + i, 100_000, i));
        }
        for (int i = 0; i < 40; i++) {
            remove(sample(10 + i, 100_000, i));
        }
        Commands compact = on(data, "store", "compact");
        assertThat(compact.exitCode()).as(compact.err()).isZero();
        String[] words = compact.out().strip().split("\\D+", 3);
        assertThat(Long.parseLong(words[1])).isLessThan(Long.parseLong(words[0]));
        assertThat(read(data, SMALL)).contains(SMALL);
        assertThat(read(data, LARGE)).contains(LARGE);
    }

    @Test
    void directoryInUseIsNamedWithItsProcess() {
        try (DataDirectory held = DataDirectory.open(data)) {
            assertThat(held.hasContracts()).isTrue();
            Commands list = on(data, "store", "list");
            assertThat(list.exitCode()).isEqualTo(1);
            assertThat(list.err()).contains("is in use by this process");
        }
    }

    @Test
    void missingDirectoryAndArchiveAreNamed() {
        Commands list = on(parent.resolve("none"), "store", "list");
        assertThat(list.exitCode()).isEqualTo(2);
        assertThat(list.err()).contains("there is no data directory");
        assertThat(parent.resolve("none")).doesNotExist();
        Commands restore = on(parent.resolve("none"), "restore", archive());
        assertThat(restore.exitCode()).isEqualTo(2);
        assertThat(restore.err()).contains("it does not exist");
        assertThat(parent.resolve("none")).doesNotExist();
        Commands backup = on(data, "backup", archive(), "--api", "ws://127.0.0.1:1");
        assertThat(backup.exitCode()).isEqualTo(3);
        assertThat(backup.err())
                .contains("cannot connect", "tributary store export")
                .hasLineCount(1);
        assertThat(on(data, "backup", archive(), "--api", "nowhere").exitCode()).isEqualTo(2);
        assertThat(on(data, "store").exitCode()).isEqualTo(2);
    }

    @Test
    void copyIsAdoptedWithTheSameOrAnotherIdentity() throws IOException {
        Path copy = parent.toRealPath().resolve("copy");
        Files.createDirectories(copy.resolve("contracts/bodies"));
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, copy.resolve(data.relativize(file)));
            }
        }
        Commands adopt = on(copy, "store", "adopt");
        assertThat(adopt.exitCode()).as(adopt.err()).isZero();
        assertThat(adopt.out().strip()).isEqualTo("adopted; the node is " + peer);

        Commands other = on(copy, "store", "adopt", "--new-identity");
        assertThat(other.out()).doesNotContain("the node is " + peer).contains("the key before is ");
        assertThat(on(data, "id").out().strip()).isEqualTo(peer);
        assertThat(read(copy, SMALL)).contains(SMALL);
    }

    private static Commands on(Path directory, String... arguments) {
        boolean isParent = arguments[0].equals("store") && arguments.length == 1;
        String[] all = Stream.concat(
                        Stream.of(arguments),
                        isParent
                                ? Stream.empty()
                                : Stream.of("--data-directory", directory.toString(), "--identity-difficulty", "0"))
                .toArray(String[]::new);
        return Commands.execute(all);
    }

    private String archive() {
        return parent.resolve("archive").toString();
    }

    private List<Path> bodies() throws IOException {
        try (Stream<Path> files = Files.list(data.resolve("contracts/bodies"))) {
            return files.toList();
        }
    }

    private void commit(StoredContract stored) {
        FileContractStore store = FileContractStore.open(data.resolve("contracts"), StorageConfig.defaults());
        store.commit(stored).then(store.close()).block();
    }

    private void remove(StoredContract stored) {
        FileContractStore store = FileContractStore.open(data.resolve("contracts"), StorageConfig.defaults());
        store.remove(stored.contract().id()).then(store.close()).block();
    }

    private static Optional<StoredContract> read(Path directory, StoredContract stored) {
        FileContractStore store = FileContractStore.open(directory.resolve("contracts"), StorageConfig.defaults());
        try {
            return store.read(stored.contract().id()).blockOptional();
        } finally {
            store.close().block();
        }
    }
}
