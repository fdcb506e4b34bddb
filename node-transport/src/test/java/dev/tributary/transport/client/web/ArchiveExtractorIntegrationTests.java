package dev.tributary.transport.client.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Unpacking of valid archives, and refusal of hostile ones. */
class ArchiveExtractorIntegrationTests {

    @TempDir
    Path outer;

    @Test
    void filesAndDirectoriesAreUnpacked() throws IOException {
        String longName = "deep/" + "n".repeat(150) + ".txt";

        long bytes = unpack(new WebArchive()
                .file("./", "")
                .file("./index.html", "<html>")
                .file("scripts/app.js", "1+1")
                .file(longName, "x"));

        assertThat(bytes).isEqualTo(10);
        assertThat(file("index.html")).hasContent("<html>");
        assertThat(file("scripts/app.js")).hasContent("1+1");
        assertThat(file(longName)).hasContent("x");
    }

    @Test
    void existingFileIsNotOverwritten() throws IOException {
        unpack(new WebArchive().file("a", "first").zeros("a", 1 << 20).file("b", "third"));

        assertThat(file("a")).hasContent("first");
        assertThat(file("b")).hasContent("third");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../out", "a/../../out", "/out"})
    void pathThatLeadsOutIsLeftOut(String name) throws IOException {
        unpack(new WebArchive().file("good", "1").file(name, "2").file("better", "3"));

        assertThat(file("good")).hasContent("1");
        assertThat(file("better")).hasContent("3");
        assertThat(target().toFile().list()).hasSize(3);
        assertThat(filesOutsideTarget()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\\..\\out", "c:/out", "a/\u0007", "Category:Foo", "a.", "größe"})
    void nameThatSomeSystemsRefuseIsUnpacked(String name) throws IOException {
        unpack(new WebArchive().file(name, "2"));

        assertThat(file(name)).hasContent("2");
        assertThat(filesOutsideTarget()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            bytes = {
                TarConstants.LF_SYMLINK,
                TarConstants.LF_LINK,
                TarConstants.LF_FIFO,
                TarConstants.LF_CHR,
                TarConstants.LF_BLK
            })
    void linksAndSpecialFilesAreLeftOut(byte kind) throws IOException {
        unpack(new WebArchive().link("link", "/etc/passwd", kind).file("good", "x"));

        assertThat(file("good")).hasContent("x");
        assertThat(file("link")).doesNotExist();
        assertThat(filesOutsideTarget()).isEmpty();
    }

    @Test
    void unpackingStopsAtTheSizeLimit() {
        byte[] bomb = new WebArchive().zeros("bomb", 64 << 20).xz();
        assertThat(bomb.length).isLessThan(200_000);

        assertThatThrownBy(() -> run(bomb, limits(100)))
                .isInstanceOf(UnusableArchiveException.class)
                .hasMessageContaining("more than 1048576 bytes");
        assertThat(file("bomb").toFile().length()).isLessThanOrEqualTo(1 << 20);
    }

    @Test
    void archiveAtTheLimitIsAccepted() throws IOException {
        byte[] archive = new WebArchive().zeros("a", 1 << 20).xz();

        assertThat(run(archive, limits(1))).isEqualTo(1 << 20);
    }

    @Test
    void tooManyFilesAreRefused() {
        WebArchive archive = new WebArchive();
        for (int i = 0; i <= 100; i++) {
            archive.file("f" + i, "");
        }
        byte[] packed = archive.xz();

        assertThatThrownBy(() -> run(packed, limits(100))).hasMessageContaining("more than 100 files");
    }

    @Test
    void oversizedNameIsNotReadIntoMemory() {
        byte[] packed = new WebArchive().longName("n".repeat(70_000)).xz();

        assertThatThrownBy(() -> run(packed, WebConfig.ArchiveLimits.defaults()))
                .hasMessageContaining("header or a file beyond its limit");
    }

    @Test
    void invalidArchiveIsRefusedWithItsReason() {
        assertThatThrownBy(() -> run(new byte[0], WebConfig.ArchiveLimits.defaults()))
                .isInstanceOf(UnusableArchiveException.class);
        assertThatThrownBy(() -> run(new byte[100], WebConfig.ArchiveLimits.defaults()))
                .hasMessageContaining("cannot be unpacked");
        byte[] broken = new WebArchive().file("a", "b".repeat(10_000)).xz();
        broken[broken.length / 2] ^= 1;
        assertThatThrownBy(() -> run(broken, WebConfig.ArchiveLimits.defaults()))
                .isInstanceOf(UnusableArchiveException.class);
        byte[] cut = Arrays.copyOf(broken, 60);
        assertThatThrownBy(() -> run(cut, WebConfig.ArchiveLimits.defaults()))
                .isInstanceOf(UnusableArchiveException.class);
    }

    private long unpack(WebArchive archive) throws IOException {
        return run(archive.xz(), WebConfig.ArchiveLimits.defaults());
    }

    private long run(byte[] archive, WebConfig.ArchiveLimits limits) throws IOException {
        Files.createDirectories(target());
        return new ArchiveExtractor(target(), limits).extract(ByteBuffer.wrap(archive));
    }

    /** Limits of 1 MiB and this number of files and directories. */
    private static WebConfig.ArchiveLimits limits(int maxEntries) {
        return WebConfig.ArchiveLimits.defaults().withUnpackedBytes(1 << 20).withMaxEntries(maxEntries);
    }

    private Path file(String path) {
        return target().resolve(FileNames.of(path));
    }

    private Path target() {
        return outer.resolve("target");
    }

    private List<Path> filesOutsideTarget() throws IOException {
        try (Stream<Path> all = Files.list(outer)) {
            return all.filter(each -> !each.equals(target())).toList();
        }
    }
}
