package dev.tributary.transport.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.test.MayDropSignals;
import dev.tributary.transport.client.web.WebArchive;
import io.netty.handler.codec.http.HttpMethod;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What browsers expect of files: validators, ranges, types. */
@MayDropSignals("signals in flight when the server closes have no receiver")
class WebFilesIntegrationTests extends WebSiteFixture {

    @BeforeEach
    void publishSite() {
        publish(new WebArchive()
                .file("index.html", "<p>hi")
                .file("a.css", "0123456789")
                .file("a.js", "import '/./b.js'")
                .file("LICENSE", "plain words")
                .file("binary", "\0\1\2")
                .file("film.mov", "")
                .file("module.cjs", "")
                .file("list.m3u8", "")
                .file("empty.css", "")
                .file("large.css", "plain")
                .file("large.css.br", "in br")
                .file("large.css.gz", "in gzip"));
    }

    @Test
    void fileIsValidatedByItsStrongTag() {
        TestResponse first = file("a.css");
        String tag = first.header("ETag");

        assertThat(tag).matches("\"[0-9a-f]{32,}\"");
        assertThat(first.header("Cache-Control")).isEqualTo("no-cache");
        assertThat(first.header("Accept-Ranges")).isEqualTo("bytes");
        assertThat(file("a.css", "If-None-Match", "\"x\", W/" + tag)).satisfies(again -> {
            assertThat(again.status()).isEqualTo(304);
            assertThat(again.text()).isEmpty();
            assertThat(again.header("ETag")).isEqualTo(tag);
        });
        assertThat(file("a.css", "If-None-Match", "*").status()).isEqualTo(304);
        assertThat(file("a.css", "If-None-Match", "\"x\"").status()).isEqualTo(200);
        assertThat(file("a.js").header("ETag")).isNotEqualTo(tag).startsWith("\"");
    }

    @Test
    void pagesAndMissesAreNotStored() {
        assertThat(framed("").header("Cache-Control")).isEqualTo("no-store");
        assertThat(file("missing.css").header("Cache-Control")).isEqualTo("no-store");
        assertThat(file("index.html").header("Cache-Control")).isEqualTo("no-store");
    }

    @Test
    void oneRangeIsServed() {
        assertThat(file("a.css", "Range", "bytes=2-4")).satisfies(part -> {
            assertThat(part.status()).isEqualTo(206);
            assertThat(part.text()).isEqualTo("234");
            assertThat(part.header("Content-Range")).isEqualTo("bytes 2-4/10");
            assertThat(part.header("Content-Length")).isEqualTo("3");
        });
        assertThat(file("a.css", "Range", "bytes=7-").text()).isEqualTo("789");
        assertThat(file("a.css", "Range", "bytes=-3").text()).isEqualTo("789");
        assertThat(file("a.css", "Range", "bytes=8-99").header("Content-Range")).isEqualTo("bytes 8-9/10");
        assertThat(file("a.js", "Range", "bytes=0-5").text()).isEqualTo("import");
    }

    @Test
    void rangeBehindTheEndIsRefusedAndAnUnknownOneIgnored() {
        assertThat(file("a.css", "Range", "bytes=10-")).satisfies(refused -> {
            assertThat(refused.status()).isEqualTo(416);
            assertThat(refused.header("Content-Range")).isEqualTo("bytes */10");
        });
        assertThat(file("empty.css", "Range", "bytes=0-").status()).isEqualTo(416);
        for (String unknown : new String[] {"lines=1-2", "bytes=", "bytes=a-b", "bytes=5-2", "bytes=-"}) {
            assertThat(file("a.css", "Range", unknown).status()).as(unknown).isEqualTo(200);
        }
    }

    @Test
    void severalRangesAreServedInParts() {
        TestResponse parts = file("a.css", "Range", "bytes=0-1, 5-6");

        assertThat(parts.status()).isEqualTo(206);
        assertThat(parts.header("Content-Type")).startsWith("multipart/byteranges; boundary=");
        assertThat(parts.text())
                .containsSubsequence(
                        "Content-Range: bytes 0-1/10\r\n\r\n01\r\n", "Content-Range: bytes 5-6/10\r\n\r\n56");
    }

    @Test
    void rangeOfAnotherVersionGetsTheWholeFile() {
        String tag = file("a.css").header("ETag");

        assertThat(file("a.css", "Range", "bytes=2-4", "If-Range", tag).status())
                .isEqualTo(206);
        assertThat(file("a.css", "Range", "bytes=2-4", "If-Range", "\"x\"").text())
                .isEqualTo("0123456789");
    }

    @Test
    void storedEncodingIsSentToAClientThatAcceptsIt() {
        assertThat(file("large.css", "Accept-Encoding", "gzip, deflate, br")).satisfies(reply -> {
            assertThat(reply.text()).isEqualTo("in br");
            assertThat(reply.header("Content-Encoding")).isEqualTo("br");
            assertThat(reply.header("Content-Type")).isEqualTo("text/css");
            assertThat(reply.header("Vary")).isEqualTo("Accept-Encoding, Origin");
        });
        assertThat(file("large.css", "Accept-Encoding", "br;q=0.0, gzip;q=0.5").text())
                .isEqualTo("in gzip");
        TestResponse plain = file("large.css", "Accept-Encoding", "identity");
        assertThat(plain.text()).isEqualTo("plain");
        assertThat(plain.header("Vary")).isEqualTo("Accept-Encoding, Origin");
        assertThat(plain.header("ETag"))
                .isNotEqualTo(file("large.css", "Accept-Encoding", "br").header("ETag"));
        assertThat(file("a.css", "Accept-Encoding", "br").header("Vary")).isEqualTo("Origin");
    }

    @Test
    void headHasTheHeadersOfGet() {
        TestResponse head = TestResponse.send(server, HttpMethod.HEAD, ROOT + "a.css");

        assertThat(head.status()).isEqualTo(200);
        assertThat(head.text()).isEmpty();
        assertThat(head.header("Content-Length")).isEqualTo("10");
        assertThat(head.header("ETag")).isEqualTo(file("a.css").header("ETag"));
    }

    @Test
    void typesAreKnown() {
        assertThat(file("film.mov").header("Content-Type")).isEqualTo("video/quicktime");
        assertThat(file("module.cjs").header("Content-Type")).isEqualTo("application/javascript");
        assertThat(file("list.m3u8").header("Content-Type")).isEqualTo("application/vnd.apple.mpegurl");
        assertThat(file("LICENSE").header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
        assertThat(file("binary").header("Content-Type")).isEqualTo("application/octet-stream");
    }
}
