package dev.tributary.transport.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.test.MayDropSignals;
import dev.tributary.transport.client.web.WebArchive;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** What the server changes in the pages and scripts of an application, and what it leaves alone. */
@MayDropSignals("signals in flight when the server closes have no receiver")
class WebPagesIntegrationTests extends WebSiteFixture {

    private static final String CHECK = "p => p.startsWith('/./') ? 1 : /a/.test(\"/./\")";

    @Test
    void scriptIsChangedOnlyWhereAPathFollows() {
        publish(new WebArchive().file("index.html", "").file("a.js", CHECK + "; import '/./b.js'"));

        assertThat(file("a.js").text()).isEqualTo(CHECK + "; import '" + ROOT + "b.js'");
    }

    @Test
    void checkedFileStaysAsItIs() {
        String script = "import '/./b.js'";
        publish(new WebArchive()
                .file("index.html", "<script src=a.js integrity='sha256-" + sha256(script) + "'></script>")
                .file("a.js", script)
                .file("c.js", script + " "));

        assertThat(file("a.js").text()).isEqualTo(script);
        assertThat(file("c.js").text()).isEqualTo("import '" + ROOT + "b.js' ");
    }

    @Test
    void latin1PageAndScriptAreServed() {
        byte[] page = "<html><head><meta charset=iso-8859-1></head><body>café</body></html>"
                .getBytes(StandardCharsets.ISO_8859_1);
        publish(new WebArchive()
                .file("index.html", page)
                .file("plain.html", "<p>café".getBytes(StandardCharsets.ISO_8859_1))
                .file("a.js", "// café\n".getBytes(StandardCharsets.ISO_8859_1)));

        assertThat(framed("")).satisfies(shown -> {
            assertThat(shown.status()).isEqualTo(200);
            assertThat(shown.header("Content-Type")).isEqualTo("text/html; charset=iso-8859-1");
            assertThat(shown.text()).contains("café");
        });
        assertThat(framed("plain.html").header("Content-Type")).isEqualTo("text/html; charset=windows-1252");
        assertThat(file("a.js").status()).isEqualTo(200);
        assertThat(file("a.js").header("Content-Length")).isEqualTo("8");
    }

    @Test
    void utf16PageIsServed() {
        publish(new WebArchive()
                .file("index.html", "\ufeff<!doctype html><p>café".getBytes(StandardCharsets.UTF_16LE)));

        assertThat(framed("")).satisfies(shown -> {
            assertThat(shown.status()).isEqualTo(200);
            assertThat(shown.header("Content-Type")).isEqualToIgnoringCase("text/html; charset=utf-16le");
            assertThat(shown.text()).containsSubsequence("<!doctype html><script>", "café");
        });
    }

    @Test
    void scriptsGoBehindTheRealHeadTag() {
        publish(new WebArchive()
                .file("index.html", "<!doctype html><!-- <head> --><html lang='a>b'><head a='>'><script>'</head>'")
                .file("headless.html", "<!doctype html>\n<p>hi</p><script>'<head>'</script>"));

        assertThat(framed("").text())
                .startsWith("<!doctype html><!-- <head> --><html lang='a>b'><head a='>'><script>//")
                .endsWith("<script>'</head>'");
        assertThat(framed("headless.html").text())
                .startsWith("<!doctype html><script>//")
                .endsWith("</script>\n<p>hi</p><script>'<head>'</script>");
    }

    private static String sha256(String text) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
