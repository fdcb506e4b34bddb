package dev.tributary.app.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerContact;
import dev.tributary.core.value.PeerId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerFileIntegrationTests {

    @TempDir
    private Path directory;

    @Test
    void writtenPeersAreReadInOrder() {
        file().write(contacts(3));

        assertThat(file().read()).isEqualTo(contacts(3));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void fileIsAccessibleToItsOwnerOnly() throws IOException {
        file().write(contacts(1));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path())))
                .isEqualTo("rw-------");
        assertThat(directory).isDirectoryNotContaining(path -> !path.equals(path()));
    }

    @Test
    void numberOfPeersIsLimited() {
        file().write(contacts(PeerFile.CAPACITY + 10));

        assertThat(file().read()).isEqualTo(contacts(PeerFile.CAPACITY));
    }

    @Test
    void missingFileHasNoPeers() {
        assertThat(file().read()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "some other file\n1\n2\n", "\u0000\u0001", "# tributary peers 2\n"})
    void damagedOrOtherFileIsIgnored(String content) throws IOException {
        Files.writeString(path(), content);

        assertThat(file().read()).isEmpty();
    }

    @Test
    void binaryOrOversizedFileOrDirectoryIsIgnored() throws IOException {
        Files.write(path(), new byte[] {(byte) 0xff, (byte) 0xfe});
        assertThat(file().read()).isEmpty();
        Files.write(path(), new byte[1 << 20]);
        assertThat(file().read()).isEmpty();
        Files.delete(path());
        Files.createDirectory(path());
        assertThat(file().read()).isEmpty();
        file().write(contacts(1));
        assertThat(file().read()).isEmpty();
    }

    @Test
    void invalidEntriesAreSkipped() throws IOException {
        file().write(contacts(2));
        List<String> lines = Files.readAllLines(path());
        Files.write(
                path(),
                List.of(
                        lines.get(0),
                        lines.get(1),
                        "",
                        "host.example:1",
                        "invalid@host.example:1",
                        lines.get(2).replaceFirst(":.*", ":0"),
                        lines.get(2).replaceFirst(":.*", ":99999"),
                        lines.get(2)));

        assertThat(file().read()).isEqualTo(contacts(2));
    }

    private PeerFile file() {
        return new PeerFile(path());
    }

    private Path path() {
        return directory.resolve("peers");
    }

    private static List<PeerContact> contacts(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new PeerContact(new PeerAddress("host.example", 1000 + i), id(i)))
                .toList();
    }

    private static PeerId id(int number) {
        byte[] bytes = new byte[32];
        bytes[0] = (byte) (number + 1);
        return new PeerId(Bytes.wrap(bytes));
    }
}
