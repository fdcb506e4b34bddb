package dev.tributary.transport.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.test.MayDropSignals;
import dev.tributary.transport.client.web.WebArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;

/** Archives by any tool of the network, and a cache that others change. */
@MayDropSignals("signals in flight when the server closes have no receiver")
class WebArchivesIntegrationTests extends WebSiteFixture {

    @Test
    void namesThatSomeSystemsRefuseAreServed() {
        String long250 = "n".repeat(250) + ".txt";
        publish(site().file("Category:Foo.txt", "colon")
                .file("what?.txt", "question")
                .file("a\\b.txt", "backslash")
                .file("dot.", "dot")
                .file("größe.txt", "umlaut")
                .file(long250, "long"));

        assertThat(document("").status()).isEqualTo(200);
        assertThat(file("Category:Foo.txt").text()).isEqualTo("colon");
        assertThat(file("what%3F.txt").text()).isEqualTo("question");
        assertThat(file("a%5Cb.txt").text()).isEqualTo("backslash");
        assertThat(file("dot.").text()).isEqualTo("dot");
        assertThat(file("gr%C3%B6%C3%9Fe.txt").text()).isEqualTo("umlaut");
        assertThat(file(long250).text()).isEqualTo("long");
    }

    @Test
    void badEntryIsLeftOutAndTheRestIsServed() throws IOException {
        publish(site().file("../../out.txt", "out")
                .file("/etc/out.txt", "out")
                .link("link.txt", "/etc/passwd", TarConstants.LF_SYMLINK)
                .file("a.css", "p {}"));

        assertThat(document("").status()).isEqualTo(200);
        assertThat(file("a.css").text()).isEqualTo("p {}");
        assertThat(file("link.txt").status()).isEqualTo(404);
        assertThat(Files.exists(directory.resolveSibling("out.txt"))).isFalse();
    }

    @Test
    void applicationOfTwelveThousandFilesIsServed() {
        WebArchive many = site();
        for (int i = 0; i < 12_000; i++) {
            many.file(i + ".svg", "");
        }
        publish(many);

        assertThat(document("").status()).isEqualTo(200);
        assertThat(file("11999.svg").status()).isEqualTo(200);
    }

    @Test
    void applicationIsUnpackedAgainWhenItsCacheVanishes() throws IOException {
        publish(site().file("a.css", "p {}"));
        document("");
        delete(directory);

        assertThat(file("a.css").text()).isEqualTo("p {}");
        delete(directory);
        assertThat(document("").status()).isEqualTo(200);
    }

    @Test
    void applicationIsUnpackedAgainWhenOneOfItsFilesVanishes() throws IOException {
        publish(site().file("a.css", "p {}"));
        document("");
        for (Path each : files(directory)) {
            Files.delete(each);
        }

        assertThat(file("a.css").text()).isEqualTo("p {}");
    }

    @Test
    void fileOfAnApplicationThatWasNotOpenedIsServed() {
        publish(site().file("a.css", "p {}"));

        assertThat(file("a.css").text()).isEqualTo("p {}");
    }

    private static WebArchive site() {
        return new WebArchive().file("index.html", "<p>hi</p>");
    }

    private static List<Path> files(Path below) throws IOException {
        try (Stream<Path> all = Files.walk(below)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    private static void delete(Path below) throws IOException {
        try (Stream<Path> all = Files.walk(below)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
