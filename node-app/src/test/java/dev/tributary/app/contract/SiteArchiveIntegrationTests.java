package dev.tributary.app.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.transport.client.web.WebConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.tukaani.xz.XZInputStream;

class SiteArchiveIntegrationTests {

    private static final int MAX_BYTES = 1 << 20;

    @TempDir
    private Path site;

    @BeforeEach
    void writeIndex() throws IOException {
        Files.writeString(site.resolve("index.html"), "index");
    }

    @Test
    void archiveContainsAllFilesUnderTheirPaths() throws IOException {
        String name = "a-name-that-is-long-".repeat(6) + "and-not-ascii-é.txt";
        Files.createDirectories(site.resolve("deep").resolve("er"));
        Files.writeString(site.resolve("deep").resolve("er").resolve(name), "deep");
        assertThat(content(SiteArchive.pack(site, MAX_BYTES)))
                .isEqualTo(Map.of("index.html", "index", "deep/er/" + name, "deep"));
    }

    @Test
    void sameFilesGiveTheSameBytes() throws IOException {
        Files.writeString(site.resolve("b"), "b");
        Files.writeString(site.resolve("a"), "a");
        SiteArchive first = SiteArchive.pack(site, MAX_BYTES);
        Files.setLastModifiedTime(site.resolve("a"), FileTime.fromMillis(1));
        assertThat(SiteArchive.pack(site, MAX_BYTES)).isEqualTo(first);
        Files.writeString(site.resolve("a"), "c");
        assertThat(SiteArchive.pack(site, MAX_BYTES).bytes()).isNotEqualTo(first.bytes());
    }

    @Test
    void hiddenFilesAreLeftOutAndListed() throws IOException {
        Files.writeString(site.resolve(".env"), "secret");
        Files.createDirectories(site.resolve("sub").resolve(".git"));
        Files.writeString(site.resolve("sub").resolve(".git").resolve("config"), "secret");
        SiteArchive archive = SiteArchive.pack(site, MAX_BYTES);
        assertThat(content(archive)).containsOnlyKeys("index.html");
        assertThat(archive.files()).isEqualTo(1);
        assertThat(archive.skipped()).containsExactly(".env", "sub/.git");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void linkIsRefusedByName() throws IOException {
        Files.createSymbolicLink(site.resolve("link"), site.resolve("index.html"));
        assertRefused(MAX_BYTES, "link' is neither a file nor a directory");
    }

    @Test
    void tooLargeDirectoryIsRefusedWithTheLimit() throws IOException {
        byte[] noise = new byte[100_000];
        new Random(1).nextBytes(noise);
        Files.write(site.resolve("noise"), noise);
        assertRefused(50_000, "at most 50000 bytes");
    }

    @Test
    void indexIsRequired() throws IOException {
        Files.delete(site.resolve("index.html"));
        assertRefused(MAX_BYTES, "has no index.html");
    }

    @Test
    void fileBeyondALimitOfTheNodesIsRefusedByName() throws IOException {
        Files.writeString(site.resolve("large.html"), "0123456789");
        WebConfig.ArchiveLimits limits = WebConfig.ArchiveLimits.defaults();
        assertRefused(limits.withPageBytes(9), true, "page 'large.html' has 10 bytes: at most 9");
        assertRefused(limits.withMaxEntries(1), true, "'large.html' is one file too many: at most 1 ");
        assertRefused(limits.withUnpackedBytes(14), true, "with 'large.html' the directory is too large: at most 14");
    }

    @Test
    void nameThatTheLocaleDestroysIsRefused() throws IOException {
        Files.writeString(site.resolve("größe.txt"), "");
        assertRefused(WebConfig.ArchiveLimits.defaults(), false, "größe.txt' is not UTF-8, or the locale is not");
    }

    @Test
    @DisabledOnOs({OS.WINDOWS, OS.MAC})
    void namesThatSomeSystemsRefuseArePacked() throws IOException {
        String name = "n".repeat(210);
        for (String each : new String[] {"Category:Foo.html", "what?", "dot.", name}) {
            Files.writeString(site.resolve(each), "x");
        }
        assertThat(content(SiteArchive.pack(site, MAX_BYTES))).containsKeys("Category:Foo.html", "what?", "dot.", name);
    }

    @Test
    void absolutePathIsWarnedOf() throws IOException {
        Files.writeString(site.resolve("a.html"), "<img src=\"/logo.png\">");
        Files.writeString(site.resolve("b.html"), "<img src='/./logo.png'><a href='//a.example/'><a href=/./>");
        assertThat(SiteArchive.pack(site, MAX_BYTES).warnings())
                .singleElement()
                .asString()
                .contains("page 'a.html' has a path that begins with a slash");
    }

    private void assertRefused(WebConfig.ArchiveLimits limits, boolean namesAreUnicode, String reason) {
        assertThatThrownBy(() -> SiteArchive.pack(site, MAX_BYTES, SiteLimits.of(limits, namesAreUnicode)))
                .isInstanceOf(UnusableInputException.class)
                .hasMessageContaining(reason);
    }

    private void assertRefused(int most, String reason) {
        assertThatThrownBy(() -> SiteArchive.pack(site, most))
                .isInstanceOf(UnusableInputException.class)
                .hasMessageContaining(reason);
    }

    private static Map<String, String> content(SiteArchive archive) throws IOException {
        Map<String, String> content = new TreeMap<>();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(
                new XZInputStream(new ByteArrayInputStream(archive.bytes().toArray())))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                content.put(entry.getName(), new String(tar.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return content;
    }
}
