package dev.tributary.transport.client;

import static dev.tributary.transport.client.TestServer.TIMEOUT;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.value.Contract;
import dev.tributary.transport.client.web.WebArchive;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A server that holds one web application, and the requests of a browser for it. */
abstract class WebSiteFixture {

    static final Contract SITE = LastWriterWins.named("site");
    static final String ROOT = "/v1/contract/web/" + SITE.id() + "/";

    @TempDir
    Path directory;

    TestServer server;

    @BeforeEach
    void open() {
        server = TestServer.open(directory);
    }

    @AfterEach
    void close() {
        server.close();
    }

    final void publish(WebArchive archive) {
        server.node().put(SITE, archive.state(0)).block(TIMEOUT);
    }

    /** Requests a file as a page does. */
    final TestResponse file(String path, String... headers) {
        return TestResponse.get(server, ROOT + path, headers);
    }

    /** Requests a page as a person does who types its address. */
    final TestResponse document(String path) {
        return TestResponse.get(server, ROOT + path, "Sec-Fetch-Dest", "document");
    }

    /** Requests a page as the shell does for its frame. */
    final TestResponse framed(String path) {
        return TestResponse.get(server, ROOT + path + "?__sandbox=1");
    }
}
