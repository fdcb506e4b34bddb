package dev.tributary.app.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.core.error.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CopiedDirectoryIntegrationTests {

    @TempDir
    private Path parent;

    private Path original;

    @BeforeEach
    void useOriginal() throws IOException {
        original = parent.toRealPath().resolve("original");
        start(original);
    }

    @Test
    void directoryIsAcceptedAtEveryFurtherStart() {
        start(original);
        start(original);
    }

    @Test
    void copyIsRefusedAndTheRemedyNamed() throws IOException {
        Path copy = copy(original, "copy");
        assertThatThrownBy(() -> start(copy))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(copy + " is a copy of " + original)
                .hasMessageContaining("tributary store adopt --data-directory " + copy);
        start(original);
        assertThatThrownBy(() -> start(copy)).isInstanceOf(StorageException.class);
    }

    @Test
    void adoptedCopyIsOneOfItsOwn() throws IOException {
        Path copy = copy(original, "copy");
        try (DataDirectory directory = DataDirectory.open(copy)) {
            directory.adopt();
        }
        start(copy);
        start(original);
        assertThatThrownBy(() -> start(copy(copy, "copy of the copy"))).hasMessageContaining("is a copy of " + copy);
    }

    @Test
    void movedDirectoryIsAccepted() throws IOException {
        Path moved = Files.move(original, original.resolveSibling("moved"));
        start(moved);
        start(Files.move(moved, original));
    }

    @Test
    void copyWhoseOriginalIsGoneOrReplacedIsAccepted() throws IOException {
        Path copy = copy(original, "copy");
        Path second = copy(original, "second");
        Files.move(original, parent.resolve("elsewhere"));
        start(copy);
        start(original); // a new node at the old path
        start(second);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void directoryBehindALinkIsTheSameOne() throws IOException {
        Path link = Files.createSymbolicLink(parent.resolve("link"), original);
        start(link);
        Path moved = Files.move(original, original.resolveSibling("moved"));
        Files.createSymbolicLink(original, moved);
        start(moved);
        start(original);
    }

    @Test
    void damagedFileIsWrittenAgain() throws IOException {
        Files.writeString(original.resolve("instance"), "");
        start(original);
        assertThat(original.resolve("instance")).isNotEmptyFile();
    }

    private static void start(Path path) {
        try (DataDirectory directory = DataDirectory.open(path)) {
            directory.requireOriginal();
        }
    }

    private Path copy(Path from, String name) throws IOException {
        Path to = Files.createDirectory(from.resolveSibling(name));
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
        return to;
    }
}
