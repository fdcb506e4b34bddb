package dev.tributary.transport.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.test.MayDropSignals;
import dev.tributary.transport.client.web.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses of pages and files, as people type them and links name them. */
@MayDropSignals("signals in flight when the server closes have no receiver")
class WebAddressesIntegrationTests extends WebSiteFixture {

    @ParameterizedTest
    @ValueSource(strings = {"My%20page.html", "100%25.html", "gr%C3%B6%C3%9Fe.html", "a%3Fb.html", "a%26b.html"})
    void pageOpensByItsAddressWhateverItsName(String address) {
        publish(new WebArchive()
                .file("index.html", "")
                .file("My page.html", "<p>hi")
                .file("100%.html", "<p>hi")
                .file("größe.html", "<p>hi")
                .file("a?b.html", "<p>hi")
                .file("a&b.html", "<p>hi"));

        assertThat(document(address)).satisfies(shell -> {
            assertThat(shell.status()).isEqualTo(200);
            assertThat(shell.text()).contains("data-src=\"" + ROOT + address + "?__sandbox=1\"");
        });
        assertThat(framed(address).text()).contains("<p>hi");
    }

    @ParameterizedTest
    @ValueSource(strings = {"docs", "v1.2", "my%20docs"})
    void directoryWithoutSlashIsRedirected(String address) {
        publish(new WebArchive()
                .file("index.html", "")
                .file("docs/index.html", "<p>hi")
                .file("v1.2/index.html", "<p>hi")
                .file("my docs/index.html", "<p>hi"));

        for (TestResponse each :
                new TestResponse[] {document(address + "?a=1"), file(address + "?__sandbox=1&a=1"), file(address)}) {
            assertThat(each.status()).isEqualTo(308);
            assertThat(each.header("Location")).startsWith(ROOT + address + "/");
        }
        assertThat(document(address + "?a=1").header("Location")).isEqualTo(ROOT + address + "/?a=1");
        assertThat(file(address + "?__sandbox=1&a=1").header("Location"))
                .isEqualTo(ROOT + address + "/?__sandbox=1&a=1");
        assertThat(document(address + "/").text()).contains("token:");
        assertThat(framed(address + "/").text()).contains("<p>hi");
    }

    @Test
    void fileWithASlashBehindItIsNotFound() {
        publish(new WebArchive()
                .file("index.html", "")
                .file("page.html", "<p>hi")
                .file("a.css", ""));

        assertThat(document("page.html/").status()).isEqualTo(404);
        assertThat(framed("page.html/").status()).isEqualTo(404);
        assertThat(file("a.css/").status()).isEqualTo(404);
    }

    @Test
    void pageIsFoundWithoutItsExtension() {
        publish(new WebArchive().file("index.html", "").file("about.html", "<p>hi"));

        assertThat(document("about").text()).contains("token:");
        assertThat(framed("about").text()).contains("<p>hi");
    }

    @Test
    void missingPageIsTheApplicationsOwn() {
        publish(new WebArchive().file("index.html", "").file("404.html", "<p>own"));

        assertThat(document("missing").status()).isEqualTo(404);
        assertThat(framed("missing")).satisfies(page -> {
            assertThat(page.status()).isEqualTo(404);
            assertThat(page.text()).contains("<p>own");
            assertThat(page.header("Cache-Control")).isEqualTo("no-store");
        });
        assertThat(file("missing.css").status()).isEqualTo(404);
    }

    @Test
    void singlePageApplicationKeepsItsDeepLinks() {
        publish(new WebArchive().file("index.html", "").file("200.html", "<p>app"));

        assertThat(document("users/7")).satisfies(shell -> {
            assertThat(shell.status()).isEqualTo(200);
            assertThat(shell.text()).contains("data-src=\"" + ROOT + "users/7?__sandbox=1\"");
        });
        assertThat(framed("users/7").text()).contains("<p>app");
        assertThat(file("missing.css").status()).isEqualTo(404);
    }

    @Test
    void deepLinkKeepsItsShellWithoutSecFetchDest() {
        publish(new WebArchive().file("index.html", "").file("about.html", "<p>hi"));

        assertThat(file("about.html", "Accept", "text/html,*/*;q=0.8").text()).contains("token:");
        assertThat(file("about.html", "Accept", "*/*").text()).doesNotContain("token:");
        assertThat(file("about.html?__sandbox=1", "Accept", "text/html").text()).contains("<p>hi");
        assertThat(file("about.html", "Accept", "text/html", "Referer", "http://a" + ROOT + "?__sandbox=1")
                        .text())
                .doesNotContain("token:");
    }
}
